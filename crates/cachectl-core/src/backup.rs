//! Copies keys into an RDB file that any server loads.
//!
//! It is no image of one moment: every value is as it was when its turn came. What one primary
//! gives is written as it comes, several primaries mixed; a key that a scan returned twice is
//! found at the end, and taken out by writing the file once more.

mod error;
mod file;
pub mod inspect;
mod report;

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use futures_util::future::try_join_all;
use tokio::sync::mpsc;

use self::file::BackupFile;
pub use self::{error::Error, inspect::inspect, report::Report};
pub use crate::steps::{fit::IfUnfit, rdb_file::Existing};
use crate::{
    server::{
        deployment::Deployment,
        node::{Node, key_count},
    },
    steps::{
        blocking::{self, blocking},
        databases, dialect,
        pacing::Pacing,
        selection::Selection,
        throttle::Throttle,
        value_fetch::Fetched,
        value_scan::ValueScan,
    },
    vocabulary::{
        control::Control,
        outcome::Outcome,
        progress::{Event, Phase},
    },
};

/// How many batches may wait to be written.
const WAITING: usize = 4;

/// What to back up, and where to.
#[derive(Clone, Debug)]
pub struct Options {
    /// The file; a name that ends in `.zst` has it compressed.
    pub path: PathBuf,
    /// What becomes of a file that has the name already.
    pub existing: Existing,
    /// Which keys are meant.
    pub selection: Selection,
    /// What happens if no key is found although some are asked for, or a file would be replaced by
    /// one without a key.
    pub if_unfit: IfUnfit,
    /// How fast to go.
    pub pacing: Pacing,
}

impl Options {
    /// Backs up all keys into a new file.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            existing: Existing::default(),
            selection: Selection::default(),
            if_unfit: IfUnfit::default(),
            pacing: Pacing::default(),
        }
    }
}

/// Backs up the selected keys of every primary.
///
/// The file has its name only once it is whole and on disk. A connection that names a database
/// other than 0 means that one; otherwise all databases are meant, unless the selection narrows
/// them.
///
/// # Errors
///
/// Fails if the file is there already or cannot be written, a server cannot be reached or denies
/// `SCAN` or `DUMP`, the selection fits no key, a file would be replaced by one without a key, or
/// the operator stops it. There is no file then, or the one that was there before.
pub async fn run(
    deployment: &Deployment,
    options: &Options,
    control: &Control<'_>,
) -> Result<Report, Error> {
    let begun = Instant::now();
    let version = dialect::common_version(deployment).await?;
    let databases = databases::selected(deployment, &options.selection).await?;
    let file = BackupFile::create(deployment, options, version)?;
    let (sender, receiver) = mpsc::channel(WAITING);
    let writing = blocking::begin(move || file.write_all(receiver));
    let reading = Reading { options, control, sender };
    let read = reading.all(deployment, &databases).await;
    // The writer ends when there is nobody left to give it anything.
    drop(reading);
    let written = writing.end().await?;
    // What the writer says comes first: without it the readers cannot go on.
    let file = written?;
    let scanned = read?;
    let (counts, bytes) = blocking(move || file.commit()).await?;
    Ok(Report {
        path: options.path.clone(),
        rdb_version: version.number(),
        bytes,
        scanned,
        counts,
        elapsed: begun.elapsed(),
        outcome: Outcome::Clean,
    })
}

/// A batch of values on its way to the file.
#[derive(Debug)]
struct Values {
    database: u64,
    fetched: Vec<Fetched>,
}

struct Reading<'a> {
    options: &'a Options,
    control: &'a Control<'a>,
    sender: mpsc::Sender<Values>,
}

impl Reading<'_> {
    /// Reads everything; returns how many keys the scans returned.
    async fn all(&self, deployment: &Deployment, databases: &[u64]) -> Result<u64, Error> {
        let mut scanned = 0;
        let opened = databases::open_all(deployment, databases.iter().copied()).await?;
        let total = key_count(opened.values().flat_map(Deployment::primaries)).await?;
        self.control.tell(Phase::Backup, Event::Started(total));
        for (database, deployment) in &opened {
            let throttle = Throttle::start(deployment, self.options.pacing.limits()).await?;
            let progress = &AtomicU64::new(scanned);
            let nodes = deployment.primaries().iter();
            let nodes = nodes.map(|node| self.node(node, *database, &throttle, progress));
            scanned += try_join_all(nodes).await?.into_iter().sum::<u64>();
            if !deployment.is_unmoved().await? {
                return Err(Error::SlotsMoved);
            }
        }
        self.control.tell(Phase::Backup, Event::Finished);
        Ok(scanned)
    }

    async fn node(
        &self,
        node: &Node,
        database: u64,
        throttle: &Throttle,
        progress: &AtomicU64,
    ) -> Result<u64, Error> {
        let mut scan = ValueScan::start(node, &self.options.selection, throttle).await?;
        let mut told = 0;
        let stopped = || Error::Stopped;
        while let Some(fetched) =
            self.control.unless_cancelled(scan.values()).await.ok_or_else(stopped)??
        {
            let more = scan.scanned - told;
            told = scan.scanned;
            let scanned = progress.fetch_add(more, Ordering::Relaxed) + more;
            self.control.tell(Phase::Backup, Event::Advanced(scanned));
            throttle.tell_changes(Phase::Backup, self.control);
            // It is gone only if writing failed, and that is told where its end is waited for.
            if self.sender.send(Values { database, fetched }).await.is_err() {
                return Err(Error::Stopped);
            }
        }
        Ok(scan.scanned)
    }
}
