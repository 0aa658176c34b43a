//! Reads the file again, and puts its values on the servers.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Instant,
};

use cachectl_rdb::Record;
use futures_util::future::join_all;
use tokio::sync::mpsc;

use super::{
    Error, OnConflict, Options,
    pick::{Picked, Picker},
    report::{Counts, Failure, Preview, Report, Taken},
};
use crate::{
    server::{deployment::Deployment, node::Node},
    steps::{
        blocking, databases,
        put::{IfTaken, Item, PostedItems, Put, Putter},
        rdb_file::RdbSource,
        throttle::Throttle,
    },
    values::key::Key,
    vocabulary::{
        causes::with_causes,
        control::Control,
        outcome::Outcome,
        progress::{Event, Phase},
    },
};

/// How many batches may wait for a server.
const WAITING: usize = 2;
/// How many bytes one batch carries, unless a single value has more.
const BATCH_BYTES: usize = 1 << 20;

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
    control.tell(Phase::Restore, Event::Started(Some(preview.selected)));
    let shared = Shared { options, control, throttle: &throttle, tally: Mutex::default() };
    let (mut senders, mut lanes) = (BTreeMap::new(), Vec::new());
    for (database, deployment) in &databases {
        for (index, node) in deployment.primaries().iter().enumerate() {
            let (sender, receiver) = mpsc::channel(WAITING);
            senders.insert((*database, index), sender);
            let lane = control.unless_cancelled(Lane::new(&shared, *database, node)).await;
            lanes.push(lane.ok_or_else(stopped)??.run(receiver));
        }
    }
    let batch = options.pacing.batch.get() as usize;
    let reader = Reader { options: options.clone(), picker, databases, senders, batch };
    let reading = blocking::begin(move || reader.all());
    join_all(lanes).await;
    let read = reading.end().await?;
    control.tell(Phase::Restore, Event::Finished);
    let tally = shared.tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    let slowdowns = throttle.slowdowns();
    report(preview, tally, read, slowdowns, control)
        .map(|report| Report { elapsed: begun.elapsed(), ..report })
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
        Err(error) if counts.ended() > 0 => Some(error.to_string()),
        Err(error) => return Err(error),
    };
    let left = preview.selected.saturating_sub(counts.ended());
    let outcome = if control.is_cancelled() {
        Outcome::Interrupted
    } else if left > 0 || stopped.is_some() || counts.failed.count > 0 {
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
        stopped,
        slowdowns,
        elapsed: std::time::Duration::ZERO,
        outcome,
    })
}

/// Reads the file, on a thread that may block, and deals its values out.
struct Reader {
    options: Options,
    picker: Picker,
    databases: BTreeMap<u64, Deployment>,
    /// The lane of every database and primary.
    senders: BTreeMap<(u64, usize), mpsc::Sender<Vec<Item>>>,
    batch: usize,
}

/// Values that wait until there are enough for a batch.
#[derive(Debug, Default)]
struct Waiting {
    items: Vec<Item>,
    bytes: usize,
}

impl Reader {
    /// Returns how many keys are over their time.
    fn all(mut self) -> Result<u64, Error> {
        let mut source = RdbSource::open(&self.options.path)?;
        let mut waiting: BTreeMap<(u64, usize), Waiting> = BTreeMap::new();
        let (mut name, mut expired) = (Vec::new(), 0);
        let mut picker = self.picker.clone();
        while let Some(record) = source.record()? {
            let entry = match record {
                Record::Entry(entry) => entry,
                Record::Aux { name, value } => {
                    picker.about(name, value);
                    continue;
                }
                _ => continue,
            };
            let (database, expiry) = match picker.pick(&entry, &mut name)? {
                Picked::Taken { database, expiry, .. } => (database, expiry),
                Picked::Expired { .. } => {
                    expired += 1;
                    continue;
                }
                Picked::Excluded => continue,
            };
            // A file that has grown another database since it was checked is not ours to guess at.
            let Some(deployment) = self.databases.get(&database) else { continue };
            let lane = (database, deployment.route(&name));
            let waiting = waiting.entry(lane).or_default();
            waiting.bytes += entry.value.as_bytes().len();
            waiting.items.push(Item::of(&entry, name.clone(), expiry));
            if waiting.items.len() >= self.batch || waiting.bytes >= BATCH_BYTES {
                let full = std::mem::take(waiting);
                self.send(lane, full);
                if self.senders.is_empty() {
                    break;
                }
            }
        }
        for (lane, waiting) in waiting {
            self.send(lane, waiting);
        }
        Ok(expired)
    }

    fn send(&mut self, lane: (u64, usize), waiting: Waiting) {
        let Some(sender) = self.senders.get(&lane) else { return };
        // A lane that has stopped says why in the report.
        if sender.blocking_send(waiting.items).is_err() {
            self.senders.remove(&lane);
        }
    }
}

/// What the lanes of one restore share.
struct Shared<'a> {
    options: &'a Options,
    control: &'a Control<'a>,
    throttle: &'a Throttle,
    tally: Mutex<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    counts: Counts,
    stopped: Option<String>,
}

impl Shared<'_> {
    fn note(&self, database: u64, settled: Vec<(Item, Put)>) -> Flow {
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

    fn stop(&self, reason: &dyn std::error::Error) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.stopped.get_or_insert_with(|| with_causes(reason));
    }
}

impl Counts {
    fn count(&mut self, item: &Item, database: u64, put: Put, on_conflict: OnConflict) {
        let key = || Key::from(&*item.key);
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
        }
    }
}

/// Whether a lane goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Go,
    Stop,
}

/// Puts values into one database of one server.
struct Lane<'a> {
    shared: &'a Shared<'a>,
    database: u64,
    putter: Putter,
    posted: VecDeque<PostedItems>,
}

impl<'a> Lane<'a> {
    async fn new(shared: &'a Shared<'a>, database: u64, node: &Node) -> Result<Self, Error> {
        let if_taken = match shared.options.on_conflict {
            OnConflict::Abort | OnConflict::Skip => IfTaken::Leave,
            OnConflict::Replace => IfTaken::Replace,
        };
        let putter = Putter::new(node, if_taken).await?;
        Ok(Self { shared, database, putter, posted: VecDeque::new() })
    }

    async fn run(mut self, mut receiver: mpsc::Receiver<Vec<Item>>) {
        while let Some(mut items) = receiver.recv().await {
            while !items.is_empty() {
                if self.shared.control.is_cancelled() {
                    items.clear();
                    receiver.close();
                    break;
                }
                let size = self.shared.throttle.batch().min(items.len());
                let rest = items.split_off(size);
                self.shared.throttle.admit(items.len()).await;
                self.posted.push_back(self.putter.post(items));
                items = rest;
                if self.posted.len() >= self.shared.throttle.depth()
                    && self.settle().await == Flow::Stop
                {
                    items.clear();
                    receiver.close();
                }
            }
        }
        // Of what was sent, some may have arrived, whatever became of the rest.
        while !self.posted.is_empty() {
            self.settle().await;
        }
    }

    /// Waits for the oldest batch.
    async fn settle(&mut self) -> Flow {
        let Some(posted) = self.posted.pop_front() else {
            return Flow::Go;
        };
        match self.putter.settle(posted).await {
            Ok(settled) => self.shared.note(self.database, settled),
            Err(error) => {
                self.shared.stop(&error);
                Flow::Stop
            }
        }
    }
}
