//! Sends operations and tells how each of them ended.

mod exchange;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::{StreamExt as _, stream::FuturesOrdered};

use super::{
    Shared,
    doubt::{self, Sent, Settled},
};
use crate::{
    migrate::{
        Error,
        ledger::Ending,
        plan_file::{Kind, Window},
        report::TroubleReason,
    },
    server::{
        batch::Batch, connection::Connection, deployment::Deployment, error::Refusal, node::Node,
    },
    steps::throttle::Throttle,
};

/// The most bytes of names that travel together.
const BATCH_BYTES: usize = 64 << 10;

/// Whether operations may have been sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// They were not.
    First,
    /// They may have been, and nobody saw the answers.
    Again(Sent),
}

/// What happens to operations whose slot is on its way to another server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// The window is broken off, and taken up again later.
    Wait,
    /// They count as refused.
    Over,
}

/// The servers as they were last seen. A lane keeps to what it has taken over until it breaks, so
/// that it never sends anything to a server that it has not looked at.
#[derive(Debug)]
pub(super) struct Servers<'a> {
    deployment: Mutex<Arc<Deployment>>,
    throttle: &'a Throttle,
}

impl<'a> Servers<'a> {
    pub(super) fn new(deployment: Deployment, throttle: &'a Throttle) -> Self {
        Self { deployment: Mutex::new(Arc::new(deployment)), throttle }
    }

    pub(super) fn deployment(&self) -> Arc<Deployment> {
        Arc::clone(&self.deployment.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Finds the servers anew.
    pub(super) async fn reopen(&self) -> Result<(), Error> {
        let deployment = self.deployment().reopen().await?;
        self.throttle.follow(&deployment);
        *self.deployment.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(deployment);
        Ok(())
    }
}

/// What became of the operations of a window.
#[derive(Debug)]
pub(super) struct Executed {
    pub(super) endings: Vec<Ending>,
    /// Those that were sent, in this attempt or before.
    pub(super) sent: Sent,
    /// What is to be told of some of them, by index.
    pub(super) troubles: Vec<(usize, TroubleReason)>,
    /// Why it stopped early. What was answered until then has its ending.
    pub(super) failure: Option<Error>,
}

/// Deals with those operations of a window whose ending is unsettled.
///
/// When the operator stops it, those that were not sent yet stay open. When a server is lost,
/// those that were not answered do: they may be done or not.
pub(super) async fn execute(
    shared: &Shared<'_>,
    deployment: &Deployment,
    window: &Window,
    endings: Vec<Ending>,
    (attempt, patience): (Attempt, Patience),
) -> Executed {
    let sent = match attempt {
        Attempt::First => Sent::Below(0),
        Attempt::Again(sent) => sent,
    };
    let mut executed = Executed { endings, sent, troubles: Vec::new(), failure: None };
    let unsettled = executed.endings.iter().enumerate();
    let unsettled = unsettled.filter(|(_, ending)| ending.is_unsettled());
    let open: Vec<usize> = unsettled.map(|(index, _)| index).collect();
    let deferred = Vec::new();
    let mut round = Round { shared, window, deployment, executed: &mut executed, deferred };
    let failure = round.all(open, attempt).await.err();
    let deferred = round.deferred;
    executed.failure = match (failure, deferred.is_empty(), patience) {
        (None, false, Patience::Wait) => Some(Error::SlotsMoving),
        (None, false, Patience::Over) => {
            executed.refuse(deferred);
            None
        }
        (failure, ..) => failure,
    };
    executed
}

impl Executed {
    pub(super) fn take(&mut self, Settled { index, ending, trouble }: Settled) {
        self.settle(index, ending);
        self.troubles.extend(trouble.map(|reason| (index, reason)));
    }

    pub(super) fn settle(&mut self, index: usize, ending: Ending) {
        if let Some(slot) = self.endings.get_mut(index) {
            *slot = ending;
        }
    }

    fn refuse(&mut self, refused: Vec<(usize, Refusal)>) {
        for (index, refusal) in refused {
            self.settle(index, Ending::Refused);
            self.troubles.push((index, TroubleReason::Refused(refusal.to_string())));
        }
    }
}

/// One time that operations are sent.
struct Round<'a> {
    shared: &'a Shared<'a>,
    window: &'a Window,
    deployment: &'a Deployment,
    executed: &'a mut Executed,
    deferred: Vec<(usize, Refusal)>,
}

impl<'a> Round<'a> {
    async fn all(&mut self, open: Vec<usize>, attempt: Attempt) -> Result<(), Error> {
        let open = match attempt {
            Attempt::First => open,
            Attempt::Again(sent) => self.not_taken(open, sent).await?,
        };
        let exchanges = |index: &usize| self.kind(*index).is_some_and(Kind::has_own_name);
        let (exchanges, renames): (Vec<usize>, Vec<usize>) = open.into_iter().partition(exchanges);
        self.renames(renames).await?;
        self.exchanges(exchanges).await
    }

    /// Settles operations that were taken, and returns those that were not.
    async fn not_taken(&mut self, open: Vec<usize>, sent: Sent) -> Result<Vec<usize>, Error> {
        let nonce = &self.shared.course.plan.manifest.nonce;
        let executed = &mut *self.executed;
        let window = (self.window, sent);
        doubt::settle(self.deployment, nonce, window, &open, |it| executed.take(it)).await
    }

    async fn renames(&mut self, open: Vec<usize>) -> Result<(), Error> {
        let throttle = self.shared.throttle;
        let mut open = VecDeque::from(open);
        let mut sent = FuturesOrdered::new();
        loop {
            while sent.len() < throttle.depth() {
                let Some((node, batch, indices)) = self.batch(&mut open, throttle.batch()) else {
                    break;
                };
                throttle.admit(indices.len()).await;
                sent.push_back(async move { (indices, node, node.connection.send(batch).await) });
            }
            let Some((indices, node, replies)) = sent.next().await else {
                return Ok(());
            };
            let mut refusals = Vec::new();
            for (index, reply) in indices.iter().zip(replies?) {
                match reply.integer() {
                    Some(Ok(0)) => self.executed.settle(*index, Ending::NameTaken),
                    Some(Err(refusal)) if refusal.is_no_such_key() => {
                        self.executed.settle(*index, Ending::Vanished);
                    }
                    Some(Err(refusal)) => refusals.push((*index, refusal)),
                    Some(Ok(1)) => self.executed.settle(*index, Ending::Renamed),
                    _ => return Err(node.connection.unexpected("RENAMENX").into()),
                }
            }
            self.refused(&node.connection, refusals, indices.len())?;
            self.shared.advance(indices.len());
        }
    }

    /// Takes the next operations that go to one node.
    fn batch(
        &self,
        open: &mut VecDeque<usize>,
        most: usize,
    ) -> Option<(&'a Node, Batch, Vec<usize>)> {
        let first = *open.front().filter(|_| !self.shared.control.is_cancelled())?;
        let route = self.deployment.route(self.from(first));
        let node = self.deployment.primaries().get(route)?;
        let mut batch = Batch::with_capacity(most);
        let mut indices = Vec::with_capacity(most);
        while let Some(index) = open.front().copied() {
            let (from, to) = (self.from(index), self.to(index));
            let full = indices.len() >= most || batch.bytes() >= BATCH_BYTES;
            if full || self.deployment.route(from) != route {
                break;
            }
            batch.push("RENAMENX", &[from, to]);
            indices.push(index);
            open.pop_front();
        }
        Some((node, batch, indices))
    }

    fn kind(&self, index: usize) -> Option<Kind> {
        self.window.operations.get(index).map(|operation| operation.kind)
    }

    fn from(&self, index: usize) -> &'a [u8] {
        let operation = self.window.operations.get(index);
        operation.map(|operation| self.window.from(operation)).unwrap_or_default()
    }

    fn to(&self, index: usize) -> &'a [u8] {
        let operation = self.window.operations.get(index);
        operation.map(|operation| self.window.to(operation)).unwrap_or_default()
    }

    /// Deals with what the server refused.
    ///
    /// A refusal that is about these keys is their ending. One that is about everything stops the
    /// lane, before a million keys end with it.
    fn refused(
        &mut self,
        connection: &Connection,
        refusals: Vec<(usize, Refusal)>,
        sent: usize,
    ) -> Result<(), Error> {
        let everything = refusals.len() == sent;
        for (index, refusal) in refusals {
            if refusal.is_elsewhere() {
                self.deferred.push((index, refusal));
            } else if refusal.is_about_keys() && !(refusal.is_permission() && everything) {
                self.executed.refuse(vec![(index, refusal)]);
            } else {
                return Err(Error::Server(connection.refused("RENAMENX", refusal)));
            }
        }
        Ok(())
    }
}
