//! Plans on a snapshot in place of a server, and renames in a copy of it.
//!
//! What a plan says does not depend on where the keys were found, so it is the one that a server
//! would get which has loaded the file. But it is for no server: nothing says that any one holds
//! these keys. So no plan is kept that could be applied to one.

mod about;
mod decide;
mod join;
mod life;
mod read;
mod rewrite;
mod watch;

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use self::{
    read::{Reading, Survey},
    rewrite::rewrite,
    watch::{Teller, watched},
};
use super::{
    choose::Slots,
    count::Counter,
    draft::Draft,
    judge::{self, Limits, Subject},
    order, relate,
};
use crate::{
    migrate::{
        Error,
        options::{OnConflict, Options},
        report::{PlanReport, RenameReport},
    },
    steps::{
        facts::FactsReader,
        rdb_file::{Existing, FileError, RdbFile},
    },
    vocabulary::{
        control::Control,
        progress::{Event, Phase},
    },
};

/// Keys in an RDB file.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The file, compressed or not.
    pub file: RdbFile,
    /// The database of it that is meant.
    pub db: u64,
    /// Whether the keys are those of a cluster.
    pub slots: Slots,
}

impl Snapshot {
    /// Takes database 0 of a file, as the keys of a single server.
    #[must_use]
    pub fn new(file: impl Into<RdbFile>) -> Self {
        Self { file: file.into(), db: 0, slots: Slots::Any }
    }
}

/// Where a copy goes in which keys are renamed.
#[derive(Clone, Debug)]
pub struct RenamedSnapshot {
    /// The file; a name that ends in `.zst` has it compressed.
    pub path: PathBuf,
    /// What becomes of a file that has the name already.
    pub existing: Existing,
}

impl RenamedSnapshot {
    /// Writes a new file.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), existing: Existing::default() }
    }
}

/// Says what a migration would do on a server that has loaded the file.
///
/// `workspace` is a directory for temporary files, which are gone at the end.
///
/// # Errors
///
/// Fails if the file cannot be read, is damaged or holds a key twice, if the temporary files cannot
/// be written, or if the operator stops it.
pub async fn plan_snapshot(
    snapshot: &Snapshot,
    options: &Options,
    workspace: &Path,
    control: &Control<'_>,
) -> Result<PlanReport, Error> {
    let plan = Plan::new(snapshot, options, workspace);
    watched(control, move |teller| Ok(plan.make(teller)?.0)).await
}

/// Renames in a copy of the file what a migration would rename on a server that has loaded it.
///
/// The copy has its name only once it is whole and on disk. It holds the other databases and the
/// functions as they were, but not the data that modules keep beside the keys, and not the place in
/// the stream of replication: its keys are not the ones that replicas of the server have.
///
/// # Errors
///
/// Fails with [`Error::Refused`], and writes nothing, if the plan is refused; if there is a file of
/// the name that is to be kept, or it cannot be written; and where [`plan_snapshot`] does.
pub async fn rename_snapshot(
    snapshot: &Snapshot,
    renamed: &RenamedSnapshot,
    options: &Options,
    workspace: &Path,
    control: &Control<'_>,
) -> Result<(PlanReport, RenameReport), Error> {
    let begun = Instant::now();
    let plan = Plan::new(snapshot, options, workspace);
    let renamed = renamed.clone();
    watched(control, move |teller| {
        // Said before the file is read, which may take long.
        if renamed.existing == Existing::Keep && renamed.path.symlink_metadata().is_ok() {
            return Err(FileError::Exists { path: renamed.path }.into());
        }
        let (report, planned) = plan.make(teller)?;
        if !report.refusals.is_empty() {
            return Err(Error::Refused(Box::new(report)));
        }
        let copy = rewrite(&plan, planned, &renamed, teller)?;
        Ok((report, RenameReport { elapsed: begun.elapsed(), ..copy }))
    })
    .await
}

/// What to plan.
#[derive(Debug)]
struct Plan {
    snapshot: Snapshot,
    options: Options,
    workspace: PathBuf,
}

/// A draft whose pairs are related and in order, and where it came from.
#[derive(Debug)]
struct Planned {
    draft: Draft,
    reading: Reading,
}

impl Plan {
    fn new(snapshot: &Snapshot, options: &Options, workspace: &Path) -> Self {
        Self {
            snapshot: snapshot.clone(),
            options: options.clone(),
            workspace: workspace.to_owned(),
        }
    }

    /// Reads the file and decides about its keys.
    fn make(&self, teller: &Teller) -> Result<(PlanReport, Planned), Error> {
        let (mut draft, reading) = Survey::new(self)?.all(teller)?;
        teller.tell(Phase::Plan, Event::Started(None))?;
        let on_conflict = self.options.on_conflict;
        draft.stash_nonce =
            (on_conflict == OnConflict::Stash).then(|| format!("{:08x}", rand::random::<u32>()));
        relate::relate(&mut draft)?;
        order::order(&mut draft, on_conflict)?;
        let counts = Counter::new(&draft, &self.options).all(&draft).map_err(draft.file_error())?;
        let snapshot = reading.source.clone();
        let caveats = judge::caveats(limits(snapshot.rdb_version));
        let subject = Subject { servers: Vec::new(), snapshot: Some(snapshot), caveats };
        let report = judge::report(&self.options, &mut draft, &counts, subject);
        teller.tell(Phase::Plan, Event::Finished)?;
        Ok((report, Planned { draft, reading }))
    }
}

/// Returns the limits of servers that write this version of the format: of Redis before 7.2 it is
/// 10, and before 7.0 it is 9.
fn limits(rdb_version: u16) -> Limits {
    let facts = if rdb_version < 10 { FactsReader::Relative } else { FactsReader::Exact };
    Limits { idle_time: rdb_version < 11, facts, no_info: false }
}
