//! Copies a file under the names that a plan gives.

use std::{collections::BTreeMap, time::Duration};

use cachectl_rdb::{Entry, Record, Version};

use super::{
    Plan, Planned, RenamedSnapshot,
    decide::{Decisions, Fate},
    life,
    read::Reading,
    watch::Teller,
};
use crate::{
    migrate::{Error, report::RenameReport},
    steps::rdb_file::{FileError, NewEntry, RdbTarget},
    vocabulary::{
        outcome::Outcome,
        progress::{Event, Phase},
    },
};

/// How many entries are written between two events.
const STRIDE: u64 = 4096;
/// The oldest version that files are written in. What is older has fewer encodings, all of which
/// this has too.
const OLDEST: Version = Version::new(6);
/// Fields that name a place in the stream of replication. The copy is not what was there: a server
/// that believed them would let its replicas go on from there with other keys.
const REPLICATION: [&[u8]; 3] = [b"repl-stream-db", b"repl-id", b"repl-offset"];

/// Copies the file that was read.
pub(super) fn rewrite(
    plan: &Plan,
    planned: Planned,
    renamed: &RenamedSnapshot,
    teller: &Teller,
) -> Result<RenameReport, Error> {
    let Planned { draft, reading: Reading { file, now, entries, occupants, .. } } = planned;
    let mut source = file.open()?;
    let file_error = draft.file_error();
    let decisions = Decisions::new(draft, occupants, plan.options.on_conflict);
    let target = RdbTarget::create(&renamed.path, source.version().max(OLDEST), renamed.existing)?;
    let mut copy = Copying {
        db: plan.snapshot.db,
        decisions: decisions.map_err(file_error)?,
        target,
        resize: None,
        entries: 0,
        report: empty(renamed),
    };
    let damaged = |error| FileError::of(plan.snapshot.file.name(), error);
    teller.tell(Phase::Apply, Event::Started(Some(entries)))?;
    while let Some(record) = source.record()? {
        let is_over = match &record {
            Record::Entry(entry) if entry.db == copy.db => life::is_over(entry, now),
            _ => Ok(false),
        };
        copy.record(&record, is_over.map_err(damaged)?)?;
        if matches!(record, Record::Entry(_)) && copy.entries.is_multiple_of(STRIDE) {
            teller.tell(Phase::Apply, Event::Advanced(copy.entries))?;
        }
    }
    if copy.entries != entries || !copy.decisions.are_all_made() {
        return Err(Error::SnapshotChanged { path: plan.snapshot.file.name().to_owned() });
    }
    teller.tell(Phase::Apply, Event::Advanced(entries))?;
    let report = RenameReport { bytes: copy.target.commit()?, ..copy.report };
    // It is too late to stop.
    drop(teller.tell(Phase::Apply, Event::Finished));
    Ok(report)
}

fn empty(renamed: &RenamedSnapshot) -> RenameReport {
    RenameReport {
        path: renamed.path.clone(),
        bytes: 0,
        keys: 0,
        renamed: 0,
        stashed: 0,
        overwritten: 0,
        expired: 0,
        functions: 0,
        module_data: BTreeMap::new(),
        elapsed: Duration::ZERO,
        outcome: Outcome::Clean,
    }
}

/// A copy that is being written.
#[derive(Debug)]
struct Copying {
    db: u64,
    decisions: Decisions,
    target: RdbTarget,
    /// The size of the database that comes next.
    resize: Option<(u64, u64)>,
    /// How many entries were read.
    entries: u64,
    report: RenameReport,
}

impl Copying {
    fn record(&mut self, record: &Record<'_>, is_over: bool) -> Result<(), Error> {
        match record {
            Record::Aux { name, .. } if REPLICATION.contains(name) => {}
            Record::Aux { name, value } => self.target.aux(name, value)?,
            // Which database it is, the next entry says.
            Record::Resize { keys, expires } => self.resize = Some((*keys, *expires)),
            Record::Function(code) => {
                self.report.functions += 1;
                self.target.function(code)?;
            }
            Record::ModuleAux { module, bytes } => {
                *self.report.module_data.entry(module.clone()).or_default() += bytes;
            }
            Record::Entry(entry) => self.entry(entry, is_over)?,
        }
        Ok(())
    }

    fn entry(&mut self, entry: &Entry<'_>, is_over: bool) -> Result<(), Error> {
        let ordinal = self.entries;
        self.entries += 1;
        if let Some((keys, expires)) = self.resize.take() {
            self.target.resize(entry.db, keys, expires)?;
        }
        // Nobody else's name can become theirs, and they count for nothing in the plan.
        if entry.db != self.db {
            return self.write(entry, entry.key);
        }
        // One of the names that are given may be theirs: they cannot stay.
        if is_over {
            self.report.expired += 1;
            return Ok(());
        }
        match self.decisions.fate(ordinal, entry.key)? {
            Fate::Stays => self.write(entry, entry.key),
            Fate::Renamed(name) => {
                self.report.renamed += 1;
                self.write(entry, &name)
            }
            Fate::Stashed(name) => {
                self.report.stashed += 1;
                self.write(entry, &name)
            }
            Fate::Overwritten => {
                self.report.overwritten += 1;
                Ok(())
            }
        }
    }

    fn write(&mut self, entry: &Entry<'_>, name: &[u8]) -> Result<(), Error> {
        let Entry { db, expires_at, usage, value, .. } = *entry;
        let value = value.as_bytes();
        self.target.entry(NewEntry { db, key: name, expires_at, usage, value })?;
        self.report.keys += 1;
        Ok(())
    }
}
