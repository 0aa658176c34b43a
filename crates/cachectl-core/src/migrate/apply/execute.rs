//! Sends operations and tells how each of them ended.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt as _, stream::FuturesOrdered};
use tokio::time::{self, Instant};

use super::{PATIENCE, Shared};
use crate::{
    migrate::{
        Error,
        ledger::{Ending, Ledger},
        plan_file::{Kind, Window, operation::stash_name},
        presence,
    },
    server::{
        batch::Batch, connection::Connection, deployment::Deployment, error::Refusal, node::Node,
        reply::Reply,
    },
    steps::throttle::Throttle,
};

/// The most bytes of names that travel together.
const BATCH_BYTES: usize = 64 << 10;
/// How often a stash is tried while others keep changing the keys.
const STASH_ATTEMPTS: u32 = 16;
/// How long to wait before what a moving slot refused is tried again.
const PAUSE: Duration = Duration::from_millis(200);

/// Whether operations may have been sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// They were not.
    First,
    /// They may have been, and nobody saw the answers.
    Again,
}

/// The servers as they were last seen.
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
#[derive(Debug, Default)]
pub(super) struct Executed {
    pub(super) endings: Vec<Ending>,
    /// What the server said to those that it refused, by index.
    pub(super) refusals: Vec<(usize, Refusal)>,
    /// Why it stopped early. What was answered until then has its ending.
    pub(super) failure: Option<Error>,
}

/// Deals with those operations of a window whose ending is unsettled.
///
/// When the operator stops it, those that were not sent yet stay open. When a server is lost,
/// those that were not answered do: they may be done or not.
pub(super) async fn execute(
    shared: &Shared<'_>,
    window: &Window,
    endings: Vec<Ending>,
    attempt: Attempt,
) -> Executed {
    let mut executed = Executed { endings, refusals: Vec::new(), failure: None };
    executed.failure = attempts(shared, window, &mut executed, attempt).await.err();
    executed
}

/// Deals once more with a window that has an intent, and waits until its endings are on the disk:
/// the next window may hold a name of this one.
pub(super) async fn execute_again(
    shared: &Shared<'_>,
    ledger: &mut Ledger,
    window: &Window,
    endings: Vec<Ending>,
) -> Result<Executed, Error> {
    let executed = execute(shared, window, endings, Attempt::Again).await;
    shared.note_refusals(window, &executed);
    ledger.end(window, &executed.endings)?;
    ledger.sync()?;
    Ok(executed)
}

async fn attempts(
    shared: &Shared<'_>,
    window: &Window,
    executed: &mut Executed,
    mut attempt: Attempt,
) -> Result<(), Error> {
    let unsettled = executed.endings.iter().enumerate();
    let unsettled = unsettled.filter(|(_, ending)| ending.is_unsettled());
    let mut open: Vec<usize> = unsettled.map(|(index, _)| index).collect();
    let patience = Instant::now() + PATIENCE;
    loop {
        let deployment = shared.servers.deployment();
        let deferred = Vec::new();
        let mut round =
            Round { shared, window, deployment: &deployment, attempt, executed, deferred };
        round.all(open).await?;
        let deferred = round.deferred;
        if deferred.is_empty() || shared.control.is_cancelled() {
            return Ok(());
        }
        if Instant::now() > patience {
            executed.refuse(deferred);
            return Ok(());
        }
        time::sleep(PAUSE).await;
        shared.servers.reopen().await?;
        open = deferred.into_iter().map(|(index, _)| index).collect();
        attempt = Attempt::Again;
    }
}

impl Executed {
    fn settle(&mut self, index: usize, ending: Ending) {
        if let Some(slot) = self.endings.get_mut(index) {
            *slot = ending;
        }
    }

    fn refuse(&mut self, refused: Vec<(usize, Refusal)>) {
        for (index, refusal) in refused {
            self.settle(index, Ending::Refused);
            self.refusals.push((index, refusal));
        }
    }
}

/// One time that operations are sent.
struct Round<'a> {
    shared: &'a Shared<'a>,
    window: &'a Window,
    deployment: &'a Deployment,
    attempt: Attempt,
    executed: &'a mut Executed,
    deferred: Vec<(usize, Refusal)>,
}

impl<'a> Round<'a> {
    async fn all(&mut self, open: Vec<usize>) -> Result<(), Error> {
        let is_stash = |index: &usize| self.kind(*index) == Some(Kind::Stash);
        let (stashes, renames): (Vec<usize>, Vec<usize>) = open.into_iter().partition(is_stash);
        self.renames(renames).await?;
        self.stashes(stashes).await
    }

    async fn renames(&mut self, mut open: Vec<usize>) -> Result<(), Error> {
        if self.attempt == Attempt::Again {
            open = self.without_overwrites(open).await?;
        }
        let throttle = self.shared.throttle;
        let mut open = VecDeque::from(open);
        let mut sent = FuturesOrdered::new();
        loop {
            while sent.len() < throttle.depth() {
                let Some((node, batch, indices)) = self.batch(&mut open, throttle.batch()) else {
                    break;
                };
                throttle.admit(indices.len()).await;
                sent.push_back(async move { (indices, node, node.connection.send(&batch).await) });
            }
            let Some((indices, node, replies)) = sent.next().await else {
                return Ok(());
            };
            let mut absent = Vec::new();
            let mut refusals = Vec::new();
            for (index, reply) in indices.iter().zip(replies?) {
                match reply.integer() {
                    Some(Ok(0)) => self.executed.settle(*index, Ending::NameTaken),
                    Some(Err(refusal)) if refusal.is_no_such_key() => absent.push(*index),
                    Some(Err(refusal)) => refusals.push((*index, refusal)),
                    // `RENAMENX` answers 1, and `RENAME` a status.
                    _ => self.executed.settle(*index, Ending::Renamed),
                }
            }
            self.refused(&node.connection, refusals, indices.len())?;
            self.absent(absent).await?;
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
            batch.push(self.command(index), &[from, to]);
            indices.push(index);
            open.pop_front();
        }
        Some((node, batch, indices))
    }

    /// Only a first attempt may overwrite: later the key with the new name may be ours.
    fn command(&self, index: usize) -> &'static str {
        match self.kind(index) {
            Some(Kind::Overwrite) if self.attempt == Attempt::First => "RENAME",
            _ => "RENAMENX",
        }
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

    /// Settles operations that overwrite where it cannot be told whether they were done before.
    ///
    /// | old name | new name | what it means |
    /// |---|---|---|
    /// | absent  | present | done before |
    /// | absent  | absent  | vanished |
    /// | present | absent  | not done, and nothing to overwrite any more |
    /// | present | present | not done, or done and the old name is back: nothing is risked |
    async fn without_overwrites(&mut self, open: Vec<usize>) -> Result<Vec<usize>, Error> {
        let is_overwrite = |index: &usize| self.kind(*index) == Some(Kind::Overwrite);
        let (overwrites, mut open): (Vec<usize>, Vec<usize>) =
            open.into_iter().partition(is_overwrite);
        let names = |of: fn(&Self, usize) -> &'a [u8]| -> Vec<&'a [u8]> {
            overwrites.iter().map(|index| of(self, *index)).collect()
        };
        let from = presence::present(self.deployment, &names(Self::from)).await?;
        let to = presence::present(self.deployment, &names(Self::to)).await?;
        for ((index, from), to) in overwrites.into_iter().zip(from).zip(to) {
            match (from, to) {
                (true, false) => open.push(index),
                (false, true) => self.executed.settle(index, Ending::Renamed),
                (false, false) => self.executed.settle(index, Ending::Vanished),
                (true, true) => self.executed.settle(index, Ending::NameTaken),
            }
        }
        Ok(open)
    }

    /// Settles operations whose old name is not there.
    ///
    /// If they may have been sent before, the new name tells whether they were done then.
    async fn absent(&mut self, absent: Vec<usize>) -> Result<(), Error> {
        let present = match self.attempt {
            Attempt::First => vec![false; absent.len()],
            Attempt::Again => {
                let names: Vec<&[u8]> = absent.iter().map(|index| self.to(*index)).collect();
                presence::present(self.deployment, &names).await?
            }
        };
        for (index, present) in absent.into_iter().zip(present) {
            let ending = if present { Ending::Renamed } else { Ending::Vanished };
            self.executed.settle(index, ending);
        }
        Ok(())
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
                return Err(Error::Server(connection.refused(self.command(index), refusal)));
            }
        }
        Ok(())
    }

    /// Puts the key that has the new name elsewhere, and renames, both or neither.
    async fn stash(
        &mut self,
        index: usize,
        stash: &[u8],
        connection: &Connection,
    ) -> Result<(), Error> {
        let (from, to) = (self.from(index), self.to(index));
        for _ in 0..STASH_ATTEMPTS {
            let names = [from, to, stash];
            connection.demand("WATCH", &names).await?;
            let mut batch = Batch::with_capacity(names.len());
            for name in names {
                batch.push("EXISTS", &[name]);
            }
            let replies = connection.send(&batch).await?;
            let mut there = replies.iter().map(|reply| reply.integer() == Some(Ok(1)));
            let mut there = || there.next().unwrap_or_default();
            let moves: &[[&[u8]; 2]] = match (there(), there(), there()) {
                (true, true, false) => &[[to, stash], [from, to]],
                (true, false, _) => &[[from, to]],
                // The stash has a name that only we know, so it is there because we were here.
                (false, true, true) => {
                    return self.unwatch(connection, index, Ending::Renamed).await;
                }
                (false, _, _) => return self.unwatch(connection, index, Ending::Vanished).await,
                (true, true, true) => {
                    return self.unwatch(connection, index, Ending::NameTaken).await;
                }
            };
            // Alone, so that nothing is renamed outside a transaction if it is refused.
            connection.demand("MULTI", &[]).await?;
            let mut batch = Batch::with_capacity(3);
            for names in moves {
                batch.push("RENAMENX", names);
            }
            batch.push("EXEC", &[]);
            let reply = connection.send(&batch).await?.pop();
            match reply.as_ref().and_then(Reply::refusal) {
                Some(refusal) => return self.refused(connection, vec![(index, refusal)], 1),
                // A watched key changed in between.
                None if reply.is_none_or(|reply| reply.is_nil()) => {}
                None => {
                    self.executed.settle(index, Ending::Renamed);
                    return Ok(());
                }
            }
        }
        self.executed.settle(index, Ending::NameTaken);
        Ok(())
    }

    async fn unwatch(
        &mut self,
        connection: &Connection,
        index: usize,
        ending: Ending,
    ) -> Result<(), Error> {
        connection.demand("UNWATCH", &[]).await?;
        self.executed.settle(index, ending);
        Ok(())
    }

    /// Deals with operations that stash, one after the other, over a connection of their own:
    /// what is watched belongs to a connection.
    async fn stashes(&mut self, open: Vec<usize>) -> Result<(), Error> {
        let nonce = &self.shared.course.plan.manifest.nonce;
        let mut connection: Option<(usize, Connection)> = None;
        for index in open {
            if self.shared.control.is_cancelled() {
                break;
            }
            let route = self.deployment.route(self.to(index));
            let Some(node) = self.deployment.primaries().get(route) else {
                continue;
            };
            let fitting = connection.take_if(|(opened, _)| *opened == route);
            let (_, connection) = connection.insert(if let Some(fitting) = fitting {
                fitting
            } else {
                (route, Connection::open(node.endpoint(), self.deployment.target()).await?)
            });
            let stash = stash_name(nonce, self.to(index));
            self.stash(index, &stash, connection).await?;
            self.shared.throttle.admit(1).await;
            self.shared.advance(1);
        }
        Ok(())
    }
}
