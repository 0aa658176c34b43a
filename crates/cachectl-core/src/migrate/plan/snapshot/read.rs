//! Reads a file for a plan, as a server would load it and we would scan that.

use std::io;

use cachectl_rdb::{Entry, Record};

use super::{Plan, join::Join, life, watch::Teller};
use crate::{
    migrate::{
        Error,
        plan::{
            choose,
            draft::{Draft, Notes, Workspace},
            pairs::Found,
        },
        report::SnapshotSource,
    },
    steps::{
        facts::{Facts, FactsReader},
        rdb_file::{FileError, RdbFile},
        sorter::Sorter,
    },
    values::{glob::Glob, key_type::KeyType, ttl::Expiry},
    vocabulary::progress::{Event, Phase},
};

/// How many entries are read between two events.
const STRIDE: u64 = 4096;

/// What was found out besides the draft.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) source: SnapshotSource,
    /// The file that was read: its name may be another one's since.
    pub(super) file: RdbFile,
    /// Until when a key had to live to be loaded, as a Unix time in milliseconds.
    pub(super) now: i64,
    /// How many entries there are.
    pub(super) entries: u64,
    /// The numbers of the entries that have somebody's new name, and where that pair is.
    pub(super) occupants: Sorter<2>,
}

/// Reads a file once.
#[derive(Debug)]
pub(super) struct Survey<'a> {
    plan: &'a Plan,
    /// What a server would be told to pick keys by.
    pattern: Option<Glob>,
    now: i64,
    workspace: Workspace,
    notes: Notes,
    join: Join,
    about: SnapshotSource,
    /// Room for a new name.
    to: Vec<u8>,
}

impl<'a> Survey<'a> {
    pub(super) fn new(plan: &'a Plan) -> Result<Self, Error> {
        let rules = &plan.options.rules;
        let workspace = Workspace::inside(&plan.workspace)?;
        let collisions_possible = !rules.injective().is_proven();
        Ok(Self {
            plan,
            pattern: rules.scan_pattern().map(Glob::new),
            now: jiff::Timestamp::now().as_millisecond(),
            notes: Notes::new(&workspace, 1, collisions_possible)?,
            join: Join::new(&workspace),
            workspace,
            about: SnapshotSource {
                path: plan.snapshot.file.name().to_owned(),
                rdb_version: 0,
                written_by: None,
                written_at: None,
                database: plan.snapshot.db,
                keys: 0,
                expired: 0,
            },
            to: Vec::new(),
        })
    }

    /// Reads the file.
    pub(super) fn all(mut self, teller: &Teller) -> Result<(Draft, Reading), Error> {
        let kept = self.plan.snapshot.file.pinned()?;
        let path = kept.name();
        let mut source = kept.open()?;
        let damaged = |error| FileError::of(path, error);
        self.about.rdb_version = source.version().number();
        teller.tell(Phase::Scan, Event::Started(None))?;
        let mut entries: u64 = 0;
        while let Some(record) = source.record()? {
            match record {
                Record::Aux { name, value } => self.about.note(name, value),
                Record::Entry(entry) => {
                    if entry.db == self.plan.snapshot.db {
                        let is_over = life::is_over(&entry, self.now).map_err(damaged)?;
                        self.note(entries, &entry, is_over)?;
                    }
                    entries += 1;
                    if entries.is_multiple_of(STRIDE) {
                        teller.tell(Phase::Scan, Event::Advanced(self.notes.scanned))?;
                    }
                }
                Record::Resize { .. } | Record::Function(_) | Record::ModuleAux { .. } => {}
            }
        }
        teller.tell(Phase::Scan, Event::Advanced(self.notes.scanned))?;
        teller.tell(Phase::Scan, Event::Finished)?;
        self.finish(kept, entries)
    }

    fn note(&mut self, ordinal: u64, entry: &Entry<'_>, is_over: bool) -> Result<(), Error> {
        if is_over {
            self.about.expired += 1;
            return Ok(());
        }
        let expiry = Expiry::from(entry.expires_at);
        self.about.keys += 1;
        let facts = Facts { key_type: KeyType::from(entry.value.value_type()), expiry };
        self.write(ordinal, entry.key, facts)
    }

    fn write(&mut self, ordinal: u64, key: &[u8], facts: Facts) -> Result<(), Error> {
        self.join.key(key, ordinal, facts).map_err(self.file_error())?;
        if self.pattern.as_ref().is_some_and(|pattern| !pattern.matches(key)) {
            return Ok(());
        }
        self.notes.scanned += 1;
        let options = &self.plan.options;
        let Some(verdict) = options.rules.verdict(key, &mut self.to) else {
            return Ok(());
        };
        let flags = choose::flags(options, self.plan.snapshot.slots, (key, &self.to), verdict)?;
        let found = Found {
            from: key,
            to: &self.to,
            rule: verdict.rule,
            also: verdict.also,
            key_type: facts.key_type,
            expiry: facts.expiry,
            flags,
        };
        let name = self.notes.write(0, &options.selection, found).map_err(self.file_error())?;
        match name {
            Some(name) if choose::may_be_taken(flags) => {
                self.join.wanted(&self.to, name).map_err(self.file_error())
            }
            Some(_) | None => Ok(()),
        }
    }

    fn file_error(&self) -> impl FnOnce(io::Error) -> Error + use<> {
        Error::file("use files in", self.workspace.path())
    }

    fn finish(self, file: RdbFile, entries: u64) -> Result<(Draft, Reading), Error> {
        let file_error = self.file_error();
        let mut notes = self.notes;
        let place = self.workspace.file("occupants");
        let joined = self.join.finish(&mut notes.names, &place).map_err(file_error)?;
        if joined.repeated > 0 {
            let path = self.plan.snapshot.file.name().to_owned();
            return Err(Error::SnapshotRepeats { path, keys: joined.repeated });
        }
        // How facts are read makes no difference any more.
        let draft = Draft::new(self.workspace, notes, vec![(FactsReader::Exact, self.now)])?;
        let Self { about: source, now, .. } = self;
        Ok((draft, Reading { source, file, now, entries, occupants: joined.occupants }))
    }
}
