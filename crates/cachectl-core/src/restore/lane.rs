//! Puts values on the servers, as they are read.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use futures_util::future::join_all;
use tokio::sync::mpsc;

use super::{
    Error, OnConflict, Options,
    deal::{Parcel, Reader},
    functions,
    pick::Picker,
    report::{Counts, Failure, Libraries, Preview, Report, Taken},
    room::{Meter, Room},
};
use crate::{
    server::{self, deployment::Deployment, node::Node, target::Target},
    steps::{
        blocking, databases,
        put::{IfTaken, Item, PostedItems, Proof, Put, Putter},
        throttle::Throttle,
    },
    values::key::Key,
    vocabulary::{
        causes::with_causes,
        control::Control,
        listed::Listed,
        outcome::Outcome,
        progress::{Event, Phase},
    },
};

/// How many batches may wait for a server.
const WAITING: usize = 2;

/// Restores what [`check`](super::check()) has previewed.
///
/// Stops between batches when `control` says so, or when a server is lost or refuses everything;
/// the report tells how far it came. Run again with [`OnConflict::Skip`] it does the rest.
///
/// # Errors
///
/// Fails before anything is written if the preview refuses, a server takes no writes, or cannot be
/// reached; and if the file is not readable any more.
pub async fn run(
    deployment: &Deployment,
    options: &Options,
    preview: &Preview,
    control: &Control<'_>,
) -> Result<Report, Error> {
    let begun = Instant::now();
    if let Some(refusal) = preview.refusals.first() {
        return Err(Error::Refused { refusal: refusal.clone() });
    }
    deployment.writable()?;
    let stopped = || Error::Stopped;
    let numbers = preview.databases.iter().copied();
    let prepared = async {
        let picker = Picker::start(options, deployment).await?;
        let databases = databases::open_all(deployment, numbers).await?;
        let throttle = Throttle::start(deployment, options.pacing.limits()).await?;
        Ok::<_, Error>((picker, databases, throttle))
    };
    let prepared = control.unless_cancelled(Box::pin(prepared)).await.ok_or_else(stopped)?;
    let (picker, databases, throttle) = prepared?;
    let libraries = Box::pin(functions::load(deployment, options, preview, control)).await?;
    control.tell(Phase::Restore, Event::Started(Some(preview.selected)));
    let (proof, tally) = (options.trust(preview.proof), Mutex::default());
    let shared = Shared { options, control, throttle: &throttle, proof, tally };
    let (mut senders, mut lanes) = (BTreeMap::new(), Vec::new());
    for (database, deployment) in &databases {
        for (index, node) in deployment.primaries().iter().enumerate() {
            let (sender, receiver) = mpsc::channel(WAITING);
            senders.insert((*database, index), sender);
            let opening = Lane::new(&shared, *database, node, deployment.target());
            let lane = control.unless_cancelled(opening).await;
            lanes.push(lane.ok_or_else(stopped)??.run(receiver));
        }
    }
    let batch = options.pacing.batch.get() as usize;
    let (options, meter) = (options.clone(), Meter::new());
    let reader = Reader { options, picker, databases, senders, batch, meter };
    let reading = blocking::begin(move || reader.all());
    join_all(lanes).await;
    let read = reading.end().await?;
    control.tell(Phase::Restore, Event::Finished);
    let tally = shared.tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    let slowdowns = throttle.slowdowns();
    report(preview, tally, read, slowdowns, control)
        .map(|report| Report { elapsed: begun.elapsed(), ..report.with(libraries) })
}

impl Report {
    fn with(self, libraries: Libraries) -> Self {
        let outcome = match self.outcome {
            Outcome::Clean | Outcome::Findings if !libraries.failed.is_empty() => {
                Outcome::Incomplete
            }
            outcome => outcome,
        };
        Self { libraries, outcome, ..self }
    }
}

fn report(
    preview: &Preview,
    tally: Tally,
    read: Result<u64, Error>,
    slowdowns: u64,
    control: &Control<'_>,
) -> Result<Report, Error> {
    let mut counts = tally.counts;
    let stopped = match read {
        Ok(expired) => {
            counts.expired += expired.saturating_sub(preview.expired);
            tally.stopped
        }
        // Values are on the servers, and the report of that must not be lost.
        Err(error) if counts.ended() + tally.unconfirmed > 0 => Some(error.to_string()),
        Err(error) => return Err(error),
    };
    let unconfirmed = tally.unconfirmed;
    let left = preview.selected.saturating_sub(counts.ended() + unconfirmed);
    let outcome = if control.is_cancelled() {
        Outcome::Interrupted
    } else if left + unconfirmed > 0 || stopped.is_some() || counts.failed.count > 0 {
        Outcome::Incomplete
    } else if counts.conflicts.count + counts.unsupported.count > 0 {
        Outcome::Findings
    } else {
        Outcome::Clean
    };
    Ok(Report {
        path: preview.path.clone(),
        selected: preview.selected,
        counts,
        left,
        unconfirmed,
        stopped,
        in_doubt: tally.in_doubt,
        libraries: Libraries::default(),
        left_out: preview.left_out.clone(),
        slowdowns,
        elapsed: std::time::Duration::ZERO,
        outcome,
    })
}

/// What the lanes of one restore share.
pub(super) struct Shared<'a> {
    options: &'a Options,
    pub(super) control: &'a Control<'a>,
    throttle: &'a Throttle,
    /// What proves the values.
    proof: Proof,
    tally: Mutex<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    counts: Counts,
    stopped: Option<String>,
    /// How many keys were sent of which nothing was heard any more.
    unconfirmed: u64,
    /// Keys that were on their way to a server that was lost.
    in_doubt: Listed<Failure>,
}

impl Shared<'_> {
    pub(super) fn on_conflict(&self) -> OnConflict {
        self.options.on_conflict
    }

    pub(super) fn note(&self, database: u64, settled: Vec<(Item, Put)>) -> Flow {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        let mut flow = Flow::Go;
        for (item, put) in settled {
            if let Put::Refused(refusal) = &put
                && !refusal.is_about_keys()
            {
                // It would say the same about every other value.
                tally.stopped.get_or_insert_with(|| refusal.to_string());
                flow = Flow::Stop;
                continue;
            }
            tally.counts.count(&item, database, put, self.options.on_conflict);
        }
        self.control.tell(Phase::Restore, Event::Advanced(tally.counts.ended()));
        self.throttle.tell_changes(Phase::Restore, self.control);
        flow
    }

    pub(super) fn stop(&self, reason: &dyn std::error::Error) {
        self.stop_for(with_causes(reason));
    }

    fn stop_for(&self, reason: String) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.stopped.get_or_insert(reason);
    }

    /// Takes note of keys that were sent, and may be there or not.
    pub(super) fn leave_unconfirmed(&self, keys: usize) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.unconfirmed += keys as u64;
    }

    /// Takes note that a server was lost while these keys were on their way to it.
    pub(super) fn lose(&self, reason: String, in_doubt: Vec<Failure>) {
        self.stop_for(reason);
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        for failure in in_doubt {
            // A list without a file cannot fail.
            drop(tally.in_doubt.note(|| failure));
        }
    }
}

impl Counts {
    fn count(&mut self, item: &Item, database: u64, put: Put, on_conflict: OnConflict) {
        let key = || Key::reported(&item.key);
        // Lists without a file cannot fail.
        match put {
            Put::Done(road) => {
                self.restored += 1;
                self.roads.count(road);
            }
            Put::Taken if on_conflict == OnConflict::Skip => self.skipped += 1,
            Put::Taken => drop(self.conflicts.note(|| Taken { key: key(), database })),
            Put::Unsupported(reason) => {
                drop(self.unsupported.note(|| Failure { key: key(), database, reason }));
            }
            Put::Refused(refusal) => {
                let reason = refusal.to_string();
                drop(self.failed.note(|| Failure { key: key(), database, reason }));
            }
            Put::Failed(reason) => {
                drop(self.failed.note(|| Failure { key: key(), database, reason }));
            }
        }
    }
}

/// Whether a lane goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Go,
    Stop,
}

/// Values that are on their way, and the room that they take.
type Way = (PostedItems, Arc<Room>);

/// Puts values into one database of one server.
pub(super) struct Lane<'a> {
    pub(super) shared: &'a Shared<'a>,
    pub(super) database: u64,
    pub(super) node: Node,
    pub(super) target: Target,
    pub(super) putter: Putter,
    pub(super) posted: VecDeque<Way>,
}

impl<'a> Lane<'a> {
    async fn new(
        shared: &'a Shared<'a>,
        database: u64,
        node: &Node,
        target: &Target,
    ) -> Result<Self, Error> {
        let if_taken = match shared.options.on_conflict {
            OnConflict::Abort | OnConflict::Skip => IfTaken::Leave,
            OnConflict::Replace => IfTaken::Replace,
        };
        let putter = Putter::new(node, if_taken, shared.proof).await?;
        let (node, target) = (node.clone(), target.clone());
        Ok(Self { shared, database, node, target, putter, posted: VecDeque::new() })
    }

    async fn run(mut self, mut receiver: mpsc::Receiver<Parcel>) {
        let mut flow = Flow::Go;
        while let Some(Parcel { mut items, room }) = self.next(&mut receiver, &mut flow).await {
            while !items.is_empty() && flow == Flow::Go {
                if self.shared.control.is_cancelled() {
                    flow = Flow::Stop;
                    break;
                }
                let size = self.shared.throttle.batch().min(items.len());
                let rest = items.split_off(size);
                self.shared.throttle.admit(items.len()).await;
                self.posted.push_back((self.putter.post(items), Arc::clone(&room)));
                items = rest;
                if self.posted.len() >= self.shared.throttle.depth() {
                    flow = self.settle().await;
                }
            }
            if flow == Flow::Stop {
                receiver.close();
                break;
            }
        }
        // Of what was sent, some may have arrived, whatever became of the rest.
        while !self.posted.is_empty() {
            if flow == Flow::Go { flow = self.settle().await } else { self.settle_rest().await }
        }
    }

    /// Returns what is to be sent next. Waits for what was sent while there is nothing: what is to
    /// come may wait for the room that it takes.
    async fn next(
        &mut self,
        receiver: &mut mpsc::Receiver<Parcel>,
        flow: &mut Flow,
    ) -> Option<Parcel> {
        while !self.posted.is_empty() && *flow == Flow::Go {
            match receiver.try_recv() {
                Ok(parcel) => return Some(parcel),
                Err(mpsc::error::TryRecvError::Disconnected) => return None,
                Err(mpsc::error::TryRecvError::Empty) => *flow = self.settle().await,
            }
        }
        if *flow == Flow::Stop {
            receiver.close();
            return None;
        }
        receiver.recv().await
    }

    /// Waits for the oldest batch.
    async fn settle(&mut self) -> Flow {
        let Some((posted, room)) = self.posted.pop_front() else {
            return Flow::Go;
        };
        let settled = self.putter.settle(posted).await;
        let flow = self.shared.note(self.database, settled.done);
        match settled.broken {
            None => flow,
            Some(error @ server::Error::Lost { .. }) if flow == Flow::Go => {
                Box::pin(self.recover(error, settled.doubtful, room)).await
            }
            Some(error) => {
                self.shared.leave_unconfirmed(settled.doubtful.len());
                self.shared.stop(&error);
                Flow::Stop
            }
        }
    }

    /// Waits for what is left, after it was found out that nothing else can be done.
    async fn settle_rest(&mut self) {
        while let Some((posted, _room)) = self.posted.pop_front() {
            let settled = self.putter.settle(posted).await;
            self.shared.note(self.database, settled.done);
            self.shared.leave_unconfirmed(settled.doubtful.len());
        }
    }
}
