//! What was done on one primary: the journal's records, and what they add up to.
//!
//! An intent is on the disk before the first byte of what it covers is sent, so it bounds what can
//! be ours. What it covers is a window of operations that share no name, so a window that has an
//! intent and no ending can be sent again. The ending may be written lazily: if it is lost, the
//! window is dealt with once more.

mod ending;
mod table;

use std::path::Path;

use serde::{Deserialize, Serialize};

pub(super) use self::ending::{Ending, Tally};
use self::table::{Endings, Keep};
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

    /// Returns whether anything may have been sent.
    pub(super) fn is_begun(&self) -> bool {
        !self.entries.is_empty()
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
        let table = directory.join(format!("endings-{lane}-{:016x}", rand::random::<u64>()));
        let endings = Endings::create(&table).map_err(Error::file("create", &table))?;
        let path = journal_path(directory, lane);
        let mut records = Records::default();
        let mut keep = Keep::in_table(&endings);
        let replay = |tag, payload: &[u8]| records.replay(tag, payload, &mut keep);
        let journal = Journal::open(&path, replay).map_err(|error| damaged(&path, error))?;
        keep.finish().map_err(Error::file("write", &table))?;
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
    pub(super) fn end(&mut self, window: &Window, endings: &[Ending]) -> Result<(), Error> {
        let Tally { renamed, vanished, name_taken, refused, open } = Tally::of(window, endings);
        let mut payload = window.first.to_le_bytes().to_vec();
        for count in [renamed, vanished, name_taken, refused, open] {
            payload.extend_from_slice(&count.to_le_bytes());
        }
        for run in endings.chunk_by(|one, other| one == other) {
            payload.push(run.first().copied().unwrap_or_default() as u8);
            payload.extend_from_slice(&u32::try_from(run.len()).unwrap_or(u32::MAX).to_le_bytes());
        }
        self.write(ENDING, &payload, Durability::Process)?;
        self.note(ENDING, &payload)
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
        self.note(REWIND, &payload)
    }

    /// Waits until everything that was written down is on the disk.
    pub(super) fn sync(&mut self) -> Result<(), Error> {
        self.journal.sync().map_err(Error::file("write", self.journal.path()))
    }

    /// Adds a record that was written down to what the records add up to.
    fn note(&mut self, tag: u8, payload: &[u8]) -> Result<(), Error> {
        let mut keep = Keep::in_table(&self.endings);
        self.records.replay(tag, payload, &mut keep);
        keep.finish().map_err(Error::file("write", self.journal.path()))
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

pub(super) fn damaged(path: &Path, error: JournalError) -> Error {
    match error {
        JournalError::File(source) => Error::file("read", path)(source),
        JournalError::Damaged(offset) => Error::JournalDamaged { path: path.to_owned(), offset },
    }
}
