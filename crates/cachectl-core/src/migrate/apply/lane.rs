//! One primary's part of a run.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures_util::future::join;
use tokio::time::{self, Instant};

use self::LaneEnd::{Finished, Interrupted};
use super::{
    PATIENCE, Shared, converge,
    doubt::Sent,
    execute::{Attempt, Executed, Patience, execute},
    feed::{Feed, Intended},
    recover::{self, Markers},
    undo::{self, Undone},
};
use crate::{
    migrate::{
        Error,
        ledger::{Ending, Ledger, Moment},
        plan_file::{WINDOW, Window},
        report::{Accounts, Direction},
    },
    server::{Error as ServerError, deployment::Deployment},
    steps::presence,
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
    pub(super) shared: &'a Shared<'a>,
    lane: usize,
    stage: Stage,
    /// The servers that were taken over. Nothing is sent to others.
    pub(super) deployment: Arc<Deployment>,
    markers: Markers,
    /// On the way back, what the server never had, or has lost.
    undone: Undone,
    /// How many replicas the primary has, as far as it tells.
    replicas: u64,
    patience: Patience,
    /// The loss that was told last, until something is done again.
    told: Option<String>,
    /// What was answered of a window that was broken off.
    broken: Option<Broken>,
    /// Keys that were dealt with in windows that were broken off, all together.
    broken_off: u64,
}

impl<'a> LaneRun<'a> {
    pub(super) fn new(shared: &'a Shared<'a>, lane: usize, stage: Stage) -> Self {
        Self {
            shared,
            lane,
            stage,
            deployment: shared.servers.deployment(),
            markers: Markers::default(),
            undone: Undone::default(),
            replicas: 0,
            patience: Patience::Wait,
            told: None,
            broken: None,
            broken_off: 0,
        }
    }

    /// Works until the lane is finished or stopped, and waits for servers that come back.
    pub(super) async fn run(mut self) -> Result<LaneEnd, Error> {
        let mut patience = Instant::now() + PATIENCE;
        let mut progress = self.progress()?;
        loop {
            let lost = match self.attempt().await {
                Ok(Some(end)) => return Ok(end),
                // Another server has taken over; its marker tells what it has to be told again.
                Ok(None) => continue,
                // A primary that became a replica has a successor, which is soon found.
                Err(Error::Server(lost @ ServerError::IsReplica { .. })) => Lost::Server(lost),
                Err(Error::Server(lost)) if lost.is_transient() => Lost::Server(lost),
                Err(Error::Server(refused)) => return Err(self.stalled(refused)?),
                Err(moving @ (Error::SlotsMoving | Error::MarkerGone { .. })) => {
                    Lost::Place(moving)
                }
                Err(error) => return Err(error),
            };
            self.shared.of_lane(self.lane, |state| state.taken = None);
            let now = self.progress()?;
            if now != progress {
                patience = Instant::now() + PATIENCE;
                self.patience = Patience::Wait;
                self.told = None;
                progress = now;
            }
            match lost {
                Lost::Server(lost) => self.wait(lost, patience).await?,
                Lost::Place(moving) => self.wait_for_place(moving, patience).await?,
            }
        }
    }

    /// Waits until slots have come to rest, or gives up on them.
    async fn wait_for_place(&mut self, moving: Error, patience: Instant) -> Result<(), Error> {
        if Instant::now() > patience {
            if self.patience == Patience::Over || matches!(moving, Error::MarkerGone { .. }) {
                return Err(moving);
            }
            self.patience = Patience::Over;
        }
        time::sleep(PAUSE).await;
        match self.reopen().await {
            // Servers that come and go while slots move have as much time as the slots.
            Err(Error::Server(error)) if error.is_transient() => Ok(()),
            reopened => reopened,
        }
    }

    /// Finds the servers anew, unless another lane did so already.
    async fn reopen(&mut self) -> Result<(), Error> {
        if Arc::ptr_eq(&self.deployment, &self.shared.servers.deployment()) {
            self.shared.servers.reopen().await?;
        }
        self.deployment = self.shared.servers.deployment();
        Ok(())
    }

    /// Returns what has been done, windows that were broken off included.
    fn progress(&self) -> Result<(Accounts, u64), Error> {
        Ok((self.shared.course.accounts()?, self.broken_off))
    }

    /// Returns how many keys were dealt with, and of how many.
    fn handled(&self) -> Result<(u64, u64), Error> {
        let Accounts { planned, left, .. } = self.shared.course.accounts()?;
        let unrecorded = self.broken.as_ref().map_or(0, |broken| broken.handled);
        Ok(((planned - left + unrecorded).min(planned), planned))
    }

    /// Says that the servers are there, and will not.
    fn stalled(&self, source: ServerError) -> Result<Error, Error> {
        let (handled, planned) = self.handled()?;
        let id = self.shared.course.id.clone();
        let direction = self.shared.course.direction;
        Ok(Error::Stalled { id, direction, handled, planned, source })
    }

    /// Says that a server is lost, once for each time that it is.
    fn tell_loss(&mut self, lost: &ServerError) {
        let notice = format!("{lost}, waiting for it to come back");
        // One that takes connections, but no work, is lost again with every attempt.
        if self.told.as_ref() != Some(&notice) {
            self.shared.control.tell(self.shared.phase, Event::Noticed(&notice));
            tracing::warn!(lane = self.lane, error = %lost, "lost a server");
            self.told = Some(notice);
        }
    }

    /// Waits until the servers can be found again.
    async fn wait(&mut self, lost: ServerError, patience: Instant) -> Result<(), Error> {
        self.tell_loss(&lost);
        loop {
            if Instant::now() > patience || self.shared.control.is_cancelled() {
                let (handled, planned) = self.handled()?;
                return Err(Error::PrimaryLost {
                    id: self.shared.course.id.clone(),
                    direction: self.shared.course.direction,
                    handled,
                    planned,
                    source: lost,
                });
            }
            time::sleep(PAUSE).await;
            match self.reopen().await {
                Err(Error::Server(error)) if error.is_transient() => {}
                reopened => return reopened,
            }
        }
    }

    /// Works until the lane is finished, stopped, or a server is lost; `None` if another server
    /// has taken over meanwhile.
    async fn attempt(&mut self) -> Result<Option<LaneEnd>, Error> {
        let shared = self.shared;
        self.deployment.writable()?;
        let mut ledger = shared.course.ledger(self.lane)?;
        self.take_over(&mut ledger).await?;
        self.replicas = self.count_replicas().await?;
        for entry in ledger.entries().to_vec() {
            if entry.is_open() {
                let window = recover::read(&shared.course.plan, &entry)?;
                let endings = ledger.endings(window.first, window.len())?;
                self.redo(&mut ledger, &window, endings, &[]).await?;
                if shared.control.is_cancelled() {
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
        let end = converge::converge(self, &mut ledger).await?;
        ledger.sync()?;
        if end == Interrupted {
            return Ok(Some(end));
        }
        let still_served = self.is_still_served(&ledger).await?;
        Ok(still_served.then_some(end))
    }

    async fn take_over(&mut self, ledger: &mut Ledger) -> Result<(), Error> {
        let course = self.shared.course;
        let taken = self.shared.of_lane(self.lane, |state| state.taken.clone());
        if let Some(Taken { deployment, markers, undone }) = taken
            && Arc::ptr_eq(&deployment, &self.deployment)
        {
            // The same connections, and none of them was lost: nothing can have changed.
            (self.markers, self.undone) = (markers, undone);
            return Ok(());
        }
        let operator = self.shared.operator_for(self.lane);
        if course.direction == Direction::Back {
            let settling = undo::settle(&self.deployment, course, self.lane, ledger, operator);
            self.shared.note_all(settling.await?);
        }
        let taking = recover::take_over(&self.deployment, course, self.lane, ledger, operator);
        self.markers = taking.await?;
        // It was said of the servers of that time, and not of those that may follow.
        self.shared.of_lane(self.lane, |state| state.heard = true);
        if course.direction == Direction::Back {
            self.undone.update(course, self.lane, ledger).await?;
        }
        let taken = Taken {
            deployment: Arc::clone(&self.deployment),
            markers: self.markers.clone(),
            undone: self.undone.clone(),
        };
        self.shared.of_lane(self.lane, |state| state.taken = Some(taken));
        Ok(())
    }

    /// Returns whether the process that did the work still serves the lane.
    async fn is_still_served(&mut self, ledger: &Ledger) -> Result<bool, Error> {
        if self.deployment.target().is_one_address() && !self.deployment.is_cluster() {
            return Ok(true);
        }
        let unconfirmed = self.shared.unconfirmed.swap(false, Ordering::Relaxed);
        let patience = Instant::now() + if unconfirmed { FAILOVER } else { Duration::ZERO };
        loop {
            self.reopen().await?;
            let node = recover::node_of(&self.deployment, self.shared.course, self.lane)?;
            let session = ledger.session().map(|session| &session.identity);
            if session.is_some_and(|identity| !node.identity.continues(identity)) {
                return Ok(false);
            }
            if Instant::now() >= patience || self.shared.control.is_cancelled() {
                return Ok(true);
            }
            time::sleep(PAUSE).await;
        }
    }

    async fn count_replicas(&self) -> Result<u64, Error> {
        let node = recover::node_of(&self.deployment, self.shared.course, self.lane)?;
        let replication = node.info("replication").await?;
        Ok(replication.and_then(|info| info.number("connected_slaves")).unwrap_or(0))
    }

    /// Deals with windows that have no intent yet.
    async fn windows(&mut self, feed: Feed) -> Result<(LaneEnd, Ledger), Error> {
        let (mut feed, mut next) = feed.next().await?;
        while let Some(Intended { window, moment }) = next {
            let open = vec![Ending::Open; window.len()];
            let endings = self.undone.endings(&self.deployment, &window, open).await?;
            let how = (Attempt::First, self.patience);
            let executing = execute(self.shared, &self.deployment, &window, endings, how);
            // The next intent goes to the disk while this window is on its way.
            let (executed, read_on) = join(executing, feed.next_of(window.level)).await;
            (feed, next) = read_on?;
            self.close(&mut feed.ledger, moment, &window, executed).await?;
            feed.reuse(window);
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

    /// Deals once more with a window that has an intent, and waits until its endings are on the
    /// disk: the next window may hold a name of this one. The operations of `kept` are left alone,
    /// and keep their endings.
    pub(super) async fn redo(
        &mut self,
        ledger: &mut Ledger,
        window: &Window,
        endings: Vec<Ending>,
        kept: &[(usize, Ending)],
    ) -> Result<Vec<Ending>, Error> {
        let in_doubt = ledger.is_in_doubt(window.first);
        let endings = self.undone.endings(&self.deployment, window, endings).await?;
        let (endings, sent) = match self.broken.take() {
            Some(broken) => broken.resume(ledger, window.first, endings),
            None => (endings, Sent::Unknown),
        };
        let attempt = if in_doubt { Attempt::Again(sent) } else { Attempt::First };
        let moment = ledger.intend_again(window)?;
        let how = (attempt, self.patience);
        let mut executed = execute(self.shared, &self.deployment, window, endings, how).await;
        for (index, ending) in kept {
            executed.settle(*index, *ending);
        }
        let endings = self.close(ledger, moment, window, executed).await?;
        ledger.sync()?;
        Ok(endings)
    }

    /// Writes down that operations are open again that had ended.
    pub(super) async fn reopen_operations(
        &self,
        ledger: &mut Ledger,
        window: &Window,
        endings: &[Ending],
    ) -> Result<(), Error> {
        let moment = ledger.intend_again(window)?;
        self.markers.move_on(&self.deployment, self.shared.course, moment).await?;
        ledger.end(moment, window, endings)?;
        ledger.sync()
    }

    /// Moves the markers on and writes down how a window ended.
    ///
    /// The marker comes first: an ending in the journal proves that the server has had the step, so
    /// a server without it has lost it.
    async fn close(
        &mut self,
        ledger: &mut Ledger,
        moment: Moment,
        window: &Window,
        executed: Executed,
    ) -> Result<Vec<Ending>, Error> {
        self.shared.note_troubles(window, &executed.troubles);
        self.broken = None;
        let course = self.shared.course;
        if let Some(failure) = executed.failure {
            let broken = Broken::new(ledger, window, executed.endings, executed.sent);
            self.broken_off += broken.handled;
            self.broken = Some(broken);
            return Err(failure);
        }
        self.markers.move_on(&self.deployment, course, moment).await?;
        ledger.end(moment, window, &executed.endings)?;
        self.drop_overwritten(ledger, window, &executed.endings).await?;
        Ok(executed.endings)
    }

    /// Drops the keys that were in the way, once it is on the disk that they were.
    pub(super) async fn drop_overwritten(
        &self,
        ledger: &mut Ledger,
        window: &Window,
        endings: &[Ending],
    ) -> Result<(), Error> {
        let nonce = &self.shared.course.plan.manifest.nonce;
        let names = recover::overwritten(nonce, window, endings);
        if names.is_empty() {
            return Ok(());
        }
        ledger.sync()?;
        Ok(presence::unlink(&self.deployment, &names).await?)
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
        let node = recover::node_of(&self.deployment, self.shared.course, self.lane)?;
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

/// What was answered of a window that was broken off.
struct Broken {
    /// The processes that answered.
    run_ids: Option<Vec<String>>,
    /// The moment that it had come to before.
    settled: Moment,
    first: u64,
    endings: Vec<Ending>,
    /// What was sent of it.
    sent: Sent,
    /// How many of its keys need nothing more.
    handled: u64,
}

impl Broken {
    fn new(ledger: &Ledger, window: &Window, endings: Vec<Ending>, sent: Sent) -> Self {
        Self {
            run_ids: run_ids(ledger),
            settled: ledger.settled(),
            first: window.first,
            handled: window.count_settled(&endings),
            endings,
            sent,
        }
    }

    /// Fills in what was answered, and tells what was sent, if the same process goes on from the same
    /// moment.
    fn resume(self, ledger: &Ledger, first: u64, known: Vec<Ending>) -> (Vec<Ending>, Sent) {
        let goes_on = self.run_ids.is_some()
            && self.run_ids == run_ids(ledger)
            && self.settled == ledger.settled()
            && (self.first, self.endings.len()) == (first, known.len());
        if !goes_on {
            return (known, Sent::Unknown);
        }
        let filled = known.into_iter().zip(self.endings);
        let filled =
            filled.map(|(known, answered)| if known.is_unsettled() { answered } else { known });
        (filled.collect(), self.sent)
    }
}

/// Returns the processes of the lane; `None` if one of them is unknown.
fn run_ids(ledger: &Ledger) -> Option<Vec<String>> {
    let connections = &ledger.session()?.connections;
    connections.iter().map(|connection| connection.run_id.clone()).collect()
}

/// What a lane has taken over.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    deployment: Arc<Deployment>,
    markers: Markers,
    undone: Undone,
}

/// What a lane waits for.
enum Lost {
    /// A server that does not answer, or takes nothing just now.
    Server(ServerError),
    /// Slots on their way, or a marker to be looked for.
    Place(Error),
}
