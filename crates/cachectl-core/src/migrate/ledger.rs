//! What was done on one primary: the journal's records, and what they add up to.
//!
//! An intent is on the disk before the first byte of what it covers is sent, so it bounds what can
//! be ours. What it covers is a window of operations that share no name, so a window that has an
//! intent and no ending can be sent again. The ending may be written lazily: if it is lost, the
//! window is dealt with once more.

use std::{fs::File, io, os::unix::fs::FileExt as _, path::Path};

use serde::{Deserialize, Serialize};

use super::{
    Error,
    plan_file::{Place, Window},
    report::Accounts,
};
use crate::{
    server::identity::Identity,
    steps::{
        fields::Fields,
        journal::{Journal, JournalError},
    },
};

const SESSION: u8 = 1;
const INTENT: u8 = 2;
const ENDING: u8 = 3;
const BARRIER: u8 = 4;
const REWIND: u8 = 5;
/// No section is open.
const NO_LEVEL: u32 = u32::MAX;

/// How an operation ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ending {
    /// Not at all, yet.
    #[default]
    Open,
    /// The key has its new name.
    Renamed,
    /// The key was not there any more.
    Vanished,
    /// The new name was taken.
    NameTaken,
    /// The server would not.
    Refused,
}

impl Ending {
    const ALL: [Self; 5] =
        [Self::Open, Self::Renamed, Self::Vanished, Self::NameTaken, Self::Refused];

    fn from_code(code: u8) -> Self {
        Self::ALL.get(usize::from(code)).copied().unwrap_or_default()
    }

    /// Returns whether trying again may change it.
    pub(super) fn is_unsettled(self) -> bool {
        match self {
            Self::Open | Self::NameTaken | Self::Refused => true,
            Self::Renamed | Self::Vanished => false,
        }
    }
}

/// Endings, counted. Operations that count for nothing are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) renamed: u32,
    pub(super) vanished: u32,
    pub(super) name_taken: u32,
    pub(super) refused: u32,
    /// Operations of any kind that were not sent, because the work was stopped, and those that
    /// count for nothing and could not be done.
    pub(super) open: u32,
}

impl Tally {
    fn of(window: &Window, endings: &[Ending]) -> Self {
        let mut tally = Self::default();
        for (operation, ending) in window.operations.iter().zip(endings) {
            match (ending, operation.kind.counts()) {
                (Ending::Renamed, true) => tally.renamed += 1,
                (Ending::Vanished, true) => tally.vanished += 1,
                (Ending::NameTaken, true) => tally.name_taken += 1,
                (Ending::Refused, true) => tally.refused += 1,
                (Ending::Open, _) | (Ending::NameTaken | Ending::Refused, false) => tally.open += 1,
                (Ending::Renamed | Ending::Vanished, false) => {}
            }
        }
        tally
    }

    /// Returns whether an operation could not be done.
    pub(super) fn has_troubles(self) -> bool {
        self.name_taken > 0 || self.refused > 0
    }

    /// Adds to the accounts of a whole migration.
    pub(super) fn add_to(self, accounts: &mut Accounts) {
        accounts.renamed += u64::from(self.renamed);
        accounts.vanished += u64::from(self.vanished);
        accounts.conflicts += u64::from(self.name_taken);
        accounts.failed += u64::from(self.refused);
    }
}

/// A window that has an intent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Where it stands in the plan.
    pub(super) place: Place,
    pub(super) count: u32,
    /// Where the next one stands.
    pub(super) after: Place,
    /// Its endings, counted, once it has them.
    pub(super) tally: Option<Tally>,
}

/// Which process did the work, and over which connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) endpoint: String,
    pub(super) identity: Identity,
}

/// What the records of a journal add up to.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// In the order of the plan.
    pub(super) entries: Vec<Entry>,
    /// The last session.
    pub(super) session: Option<Session>,
    pub(super) sessions: u32,
}

impl Records {
    /// Reads a journal that somebody else may be writing.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let mut records = Self::default();
        let read =
            Journal::read(path, |tag, payload| records.replay(tag, payload, &mut Keep::Nothing));
        read.map_err(|error| damaged(path, error))?;
        Ok(records)
    }

    fn replay(&mut self, tag: u8, payload: &[u8], keep: &mut Keep<'_>) {
        let mut fields = Fields(payload);
        match tag {
            SESSION => {
                self.session = serde_json::from_slice(payload).ok();
                self.sessions += 1;
            }
            INTENT => self.entries.extend(parse_intent(&mut fields)),
            ENDING => {
                self.replay_ending(&mut fields, keep);
            }
            REWIND => {
                if let Some(to) = fields.u64() {
                    self.rewind(to, keep);
                }
            }
            _ => {}
        }
    }

    fn replay_ending(&mut self, fields: &mut Fields<'_>, keep: &mut Keep<'_>) -> Option<()> {
        let first = fields.u64()?;
        let tally = Tally {
            renamed: fields.u32()?,
            vanished: fields.u32()?,
            name_taken: fields.u32()?,
            refused: fields.u32()?,
            open: fields.u32()?,
        };
        let index = self.entries.binary_search_by_key(&first, |entry| entry.place.next).ok()?;
        self.entries.get_mut(index)?.tally = Some(tally);
        let mut at = first;
        while let Some((code, run)) = fields.u8().zip(fields.u32()) {
            keep.fill(at, code, run);
            at += u64::from(run);
        }
        Some(())
    }

    /// Forgets the endings from operation `to` on.
    fn rewind(&mut self, to: u64, keep: &mut Keep<'_>) {
        let end = self.entries.last().map_or(0, Entry::end);
        let count = u32::try_from(end.saturating_sub(to)).unwrap_or(u32::MAX);
        keep.fill(to, Ending::Open as u8, count);
        for entry in self.entries.iter_mut().filter(|entry| entry.end() > to) {
            entry.tally = None;
        }
    }

    /// Returns the sums of all endings.
    pub(super) fn add_to(&self, accounts: &mut Accounts) {
        for tally in self.entries.iter().filter_map(|entry| entry.tally) {
            tally.add_to(accounts);
        }
    }
}

impl Entry {
    /// Returns whether some of its operations still have to be dealt with.
    pub(super) fn is_open(&self) -> bool {
        self.tally.is_none_or(|tally| tally.open > 0)
    }

    /// Returns the number after its last operation.
    pub(super) fn end(&self) -> u64 {
        self.place.next + u64::from(self.count)
    }
}

fn parse_intent(fields: &mut Fields<'_>) -> Option<Entry> {
    let mut place = || {
        let (offset, next, level) = (fields.u64()?, fields.u64()?, fields.u32()?);
        Some(Place { offset, next, level: Some(level).filter(|level| *level != NO_LEVEL) })
    };
    let (place, after) = (place()?, place()?);
    let count = u32::try_from(after.next.checked_sub(place.next)?).ok()?;
    Some(Entry { place, count, after, tally: None })
}

/// What becomes of single endings while a journal is read.
enum Keep<'a> {
    /// Only the sums are wanted.
    Nothing,
    /// They go to a table.
    Table(&'a Endings),
}

impl Keep<'_> {
    fn fill(&mut self, at: u64, code: u8, count: u32) {
        if let Self::Table(table) = self {
            // The table is a file of ours without a name; if it fails, reading it back does too.
            drop(table.fill(at, code, count));
        }
    }
}

/// How every operation of a lane ended: a byte each, in a file.
#[derive(Debug)]
struct Endings(File);

impl Endings {
    fn create(path: &Path) -> io::Result<Self> {
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(true);
        let file = options.open(path)?;
        std::fs::remove_file(path)?;
        Ok(Self(file))
    }

    fn fill(&self, at: u64, code: u8, count: u32) -> io::Result<()> {
        self.0.write_all_at(&vec![code; count as usize], at)
    }

    fn read(&self, first: u64, count: usize) -> io::Result<Vec<Ending>> {
        let mut codes = vec![0; count];
        let mut filled = 0;
        while let Some(rest) = codes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.0.read_at(rest, first + filled as u64)? {
                0 => break,
                read => filled += read,
            }
        }
        Ok(codes.into_iter().map(Ending::from_code).collect())
    }
}

/// The journal of one lane, open for work.
#[derive(Debug)]
pub(super) struct Ledger {
    journal: Journal,
    records: Records,
    endings: Endings,
}

impl Ledger {
    /// Opens or begins the journal in `directory`.
    pub(super) fn open(directory: &Path, lane: usize) -> Result<Self, Error> {
        let table = directory.join(format!("endings-{lane}-{}", std::process::id()));
        let endings = Endings::create(&table).map_err(Error::file("create", &table))?;
        let path = journal_path(directory, lane);
        let mut records = Records::default();
        let replay = |tag, payload: &[u8]| records.replay(tag, payload, &mut Keep::Table(&endings));
        let journal = Journal::open(&path, replay).map_err(|error| damaged(&path, error))?;
        Ok(Self { journal, records, endings })
    }

    /// Returns the windows that have an intent, in the order of the plan.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.records.entries
    }

    /// Returns the session that worked last.
    pub(super) fn session(&self) -> Option<&Session> {
        self.records.session.as_ref()
    }

    /// Returns whether the work was ever broken off and taken up again.
    pub(super) fn was_broken_off(&self) -> bool {
        self.records.sessions > 1
    }

    /// Returns how the operations of a window ended.
    pub(super) fn endings(&self, first: u64, count: usize) -> Result<Vec<Ending>, Error> {
        self.endings.read(first, count).map_err(Error::file("read", self.journal.path()))
    }

    /// Writes down who works from now on.
    pub(super) fn begin_session(&mut self, session: &Session) -> Result<(), Error> {
        let payload = serde_json::to_vec(session).map_err(|_| Error::Stopped)?;
        self.write(SESSION, &payload, Durability::Disk)?;
        self.records.replay(SESSION, &payload, &mut Keep::Nothing);
        Ok(())
    }

    /// Writes down, for good, that a window is going to be sent.
    pub(super) fn intend(&mut self, window: &Window, after: Place) -> Result<(), Error> {
        let place = window.place();
        let mut payload = Vec::with_capacity(40);
        for place in [place, after] {
            payload.extend_from_slice(&place.offset.to_le_bytes());
            payload.extend_from_slice(&place.next.to_le_bytes());
            payload.extend_from_slice(&place.level.unwrap_or(NO_LEVEL).to_le_bytes());
        }
        self.write(INTENT, &payload, Durability::Disk)?;
        let count = u32::try_from(window.len()).unwrap_or(u32::MAX);
        self.records.entries.push(Entry { place, count, after, tally: None });
        Ok(())
    }

    /// Writes down how a window ended.
    pub(super) fn end(&mut self, window: &Window, endings: &[Ending]) -> Result<Tally, Error> {
        let tally = Tally::of(window, endings);
        let mut payload = window.first.to_le_bytes().to_vec();
        let Tally { renamed, vanished, name_taken, refused, open } = tally;
        for count in [renamed, vanished, name_taken, refused, open] {
            payload.extend_from_slice(&count.to_le_bytes());
        }
        for run in endings.chunk_by(|one, other| one == other) {
            payload.push(run.first().copied().unwrap_or_default() as u8);
            payload.extend_from_slice(&u32::try_from(run.len()).unwrap_or(u32::MAX).to_le_bytes());
        }
        self.write(ENDING, &payload, Durability::Process)?;
        self.records.replay(ENDING, &payload, &mut Keep::Table(&self.endings));
        Ok(tally)
    }

    /// Writes down that so many replicas have everything up to here.
    pub(super) fn barrier(&mut self, replicas: u32) -> Result<(), Error> {
        let end = self.records.entries.last().map_or(0, Entry::end);
        let mut payload = end.to_le_bytes().to_vec();
        payload.extend_from_slice(&replicas.to_le_bytes());
        self.write(BARRIER, &payload, Durability::Process)
    }

    /// Writes down that the server has lost what was done from operation `to` on.
    pub(super) fn rewind(&mut self, to: u64) -> Result<(), Error> {
        let payload = to.to_le_bytes();
        self.write(REWIND, &payload, Durability::Disk)?;
        self.records.replay(REWIND, &payload, &mut Keep::Table(&self.endings));
        Ok(())
    }

    /// Waits until everything that was written down is on the disk.
    pub(super) fn sync(&mut self) -> Result<(), Error> {
        self.journal.sync().map_err(Error::file("write", self.journal.path()))
    }

    fn write(&mut self, tag: u8, payload: &[u8], durability: Durability) -> Result<(), Error> {
        let appended = self.journal.append(tag, payload);
        appended.map_err(Error::file("write", self.journal.path()))?;
        match durability {
            Durability::Process => Ok(()),
            Durability::Disk => self.sync(),
        }
    }
}

/// What a record has to outlive before the work goes on.
#[derive(Clone, Copy)]
enum Durability {
    /// The end of this process.
    Process,
    /// The end of this machine's power.
    Disk,
}

/// Returns where the journal of a lane is.
pub(super) fn journal_path(directory: &Path, lane: usize) -> std::path::PathBuf {
    directory.join(format!("journal-{lane}"))
}

fn damaged(path: &Path, error: JournalError) -> Error {
    match error {
        JournalError::File(source) => Error::file("read", path)(source),
        JournalError::Damaged(offset) => Error::JournalDamaged { path: path.to_owned(), offset },
    }
}
