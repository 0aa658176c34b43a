//! One primary's part of a run.

use std::{sync::atomic::Ordering, time::Duration};

use futures_util::future::join;
use tokio::time::{self, Instant};

use self::LaneEnd::{Finished, Interrupted};
use super::{
    PATIENCE, Shared, converge,
    execute::{Attempt, execute, execute_again},
    feed::Feed,
    recover,
};
use crate::{
    migrate::{
        Error,
        ledger::{Ending, Ledger},
        plan_file::{WINDOW, Window},
        report::Accounts,
    },
    server::Error as ServerError,
    vocabulary::progress::Event,
};

/// How long to wait between two attempts to reach a lost server.
const PAUSE: Duration = Duration::from_millis(100);
/// How long replicas may take to have what the primary has, before the work goes on without them.
const REPLICA_LAG_MS: &[u8] = b"1000";

/// The fewest operations that are worth an intent on the disk.
const FEWEST: usize = 256;

/// How long a failover may take to show, after replicas did not confirm what they were sent.
///
/// While sentinels fail over, the old primary goes on taking writes that nobody will keep, until
/// they tell it that it is none any more.
const FAILOVER: Duration = Duration::from_secs(15);

/// How a lane came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::migrate) enum LaneEnd {
    /// Every operation was dealt with.
    Finished,
    /// The operator stopped it.
    Interrupted,
}

/// How far a lane is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Until every operation was sent.
    Rename,
    /// Until nothing is left to be looked at once more.
    Converge,
}

/// One primary's part of a run.
pub(super) struct LaneRun<'a> {
    shared: &'a Shared<'a>,
    lane: usize,
    stage: Stage,
    /// How many replicas the primary has, as far as it tells.
    replicas: u64,
}

impl<'a> LaneRun<'a> {
    pub(super) fn new(shared: &'a Shared<'a>, lane: usize, stage: Stage) -> Self {
        Self { shared, lane, stage, replicas: 0 }
    }

    /// Works until the lane is finished or stopped, and waits for servers that come back.
    pub(super) async fn run(mut self) -> Result<LaneEnd, Error> {
        let mut patience = Instant::now() + PATIENCE;
        let mut progress = self.shared.course.accounts()?;
        loop {
            let lost = match self.attempt().await {
                Ok(Some(end)) => return Ok(end),
                // Another server has taken over; the journal tells what it has to be told again.
                Ok(None) => continue,
                // A primary that became a replica has a successor, which is soon found.
                Err(Error::Server(lost @ ServerError::IsReplica { .. })) => lost,
                Err(Error::Server(lost)) if lost.is_transient() => lost,
                Err(Error::Server(refused)) => return Err(self.stalled(refused)?),
                Err(error) => return Err(error),
            };
            let accounts = self.shared.course.accounts()?;
            if accounts != progress {
                patience = Instant::now() + PATIENCE;
                progress = accounts;
            }
            self.wait(lost, patience, progress).await?;
        }
    }

    /// Says that the servers are there, and will not.
    fn stalled(&self, source: ServerError) -> Result<Error, Error> {
        let Accounts { planned, left, .. } = self.shared.course.accounts()?;
        let id = self.shared.course.id.clone();
        let direction = self.shared.course.direction;
        Ok(Error::Stalled { id, direction, handled: planned - left, planned, source })
    }

    /// Waits until the servers can be found again.
    async fn wait(
        &self,
        lost: ServerError,
        patience: Instant,
        accounts: Accounts,
    ) -> Result<(), Error> {
        let notice = format!("{lost}, waiting for it to come back");
        self.shared.control.tell(self.shared.phase, Event::Noticed(&notice));
        tracing::warn!(lane = self.lane, error = %lost, "lost a server");
        loop {
            if Instant::now() > patience || self.shared.control.is_cancelled() {
                return Err(Error::PrimaryLost {
                    id: self.shared.course.id.clone(),
                    direction: self.shared.course.direction,
                    handled: accounts.planned - accounts.left,
                    planned: accounts.planned,
                    source: lost,
                });
            }
            time::sleep(PAUSE).await;
            match self.shared.servers.reopen().await {
                Err(Error::Server(error)) if error.is_transient() => {}
                reopened => return reopened,
            }
        }
    }

    /// Works until the lane is finished, stopped, or a server is lost; `None` if another server
    /// has taken over meanwhile.
    async fn attempt(&mut self) -> Result<Option<LaneEnd>, Error> {
        let shared = self.shared;
        shared.servers.deployment().writable()?;
        let mut ledger = shared.course.ledger(self.lane)?;
        recover::take_over(&shared.servers.deployment(), shared.course, self.lane, &mut ledger)
            .await?;
        self.replicas = self.count_replicas().await?;
        for entry in ledger.entries().to_vec() {
            if entry.is_open() {
                let window = recover::read(&shared.course.plan, &entry)?;
                if self.deal_with(&mut ledger, &window).await? == Interrupted {
                    return Ok(Some(Interrupted));
                }
            }
        }
        let reader = match ledger.entries().last() {
            None => shared.course.plan.lane(self.lane)?,
            Some(entry) => shared.course.plan.lane_from(entry.after)?,
        };
        let window = shared.throttle.second().map_or(WINDOW, |keys| keys.clamp(FEWEST, WINDOW));
        let (end, mut ledger) = self.windows(Feed::new(ledger, reader, window)).await?;
        ledger.sync()?;
        if end == Interrupted || self.stage == Stage::Rename {
            return Ok(Some(end));
        }
        converge::converge(shared, &mut ledger).await?;
        ledger.sync()?;
        let still_served = self.is_still_served(&ledger).await?;
        Ok(still_served.then_some(end))
    }

    /// Returns whether the process that did the work still serves the lane.
    async fn is_still_served(&mut self, ledger: &Ledger) -> Result<bool, Error> {
        let deployment = self.shared.servers.deployment();
        if deployment.target().is_one_address() && !deployment.is_cluster() {
            return Ok(true);
        }
        let unconfirmed = self.shared.unconfirmed.swap(false, Ordering::Relaxed);
        let patience = Instant::now() + if unconfirmed { FAILOVER } else { Duration::ZERO };
        loop {
            self.shared.servers.reopen().await?;
            let deployment = self.shared.servers.deployment();
            let node = recover::node_of(&deployment, self.shared.course, self.lane)?;
            let session = ledger.session().map(|session| &session.identity);
            if session.is_some_and(|identity| !node.identity.continues(identity)) {
                return Ok(false);
            }
            if Instant::now() >= patience {
                return Ok(true);
            }
            time::sleep(PAUSE).await;
        }
    }

    async fn count_replicas(&self) -> Result<u64, Error> {
        let deployment = self.shared.servers.deployment();
        let node = recover::node_of(&deployment, self.shared.course, self.lane)?;
        let replication = node.info("replication").await?;
        Ok(replication.and_then(|info| info.number("connected_slaves")).unwrap_or(0))
    }

    /// Deals with windows that have no intent yet.
    async fn windows(&mut self, feed: Feed) -> Result<(LaneEnd, Ledger), Error> {
        let (mut feed, mut next) = feed.next().await?;
        while let Some(window) = next {
            let endings = vec![Ending::Open; window.len()];
            let executing = execute(self.shared, &window, endings, Attempt::First);
            // The next intent goes to the disk while this window is on its way.
            let (executed, read_on) = join(executing, feed.next_of(window.level)).await;
            (feed, next) = read_on?;
            self.shared.note_refusals(&window, &executed);
            feed.end(window, &executed.endings)?;
            executed.failure.map_or(Ok(()), Err)?;
            self.barrier(&mut feed.ledger).await?;
            if self.shared.control.is_cancelled() {
                return Ok((Interrupted, feed.ledger));
            }
            if next.is_none() {
                (feed, next) = feed.next().await?;
            }
        }
        Ok((Finished, feed.ledger))
    }

    /// Deals with a window that has an intent.
    async fn deal_with(&self, ledger: &mut Ledger, window: &Window) -> Result<LaneEnd, Error> {
        let endings = ledger.endings(window.first, window.len())?;
        let executed = execute_again(self.shared, ledger, window, endings).await?;
        executed.failure.map_or(Ok(()), Err)?;
        Ok(if self.shared.control.is_cancelled() { Interrupted } else { Finished })
    }

    /// Waits until the replicas have what was done, and writes it down.
    ///
    /// It keeps a failover from undoing more than a window, and it keeps us from running ahead of
    /// replicas that are slow. A replica that is gone must not stop the work, so it does not wait
    /// for ever; but it may be gone because it was promoted, which is looked into at the end.
    async fn barrier(&mut self, ledger: &mut Ledger) -> Result<(), Error> {
        if self.replicas == 0 {
            return Ok(());
        }
        let deployment = self.shared.servers.deployment();
        let node = recover::node_of(&deployment, self.shared.course, self.lane)?;
        let replicas = self.replicas.to_string();
        let reply = node.connection.ask("WAIT", &[replicas.as_bytes(), REPLICA_LAG_MS]).await?;
        let Some(Ok(reached)) = reply.integer() else { return Ok(()) };
        let reached = u64::try_from(reached).unwrap_or_default();
        if reached < self.replicas {
            self.shared.unconfirmed.store(true, Ordering::Relaxed);
            self.replicas = self.count_replicas().await?;
        }
        ledger.barrier(u32::try_from(reached).unwrap_or_default())
    }
}
