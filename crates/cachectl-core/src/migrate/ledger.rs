//! What was done on one primary: the journal's records, and what they add up to.
//!
//! An intent is on the disk before the first byte of what it covers is sent, so it bounds what can
//! be ours. What it covers is a window of operations that share no name, so each of them can be
//! looked at alone. The ending follows when the marker of the server tells that the window was
//! taken, and may be written lazily: if it is lost, the window is dealt with once more.

mod ending;
mod history;
mod table;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

pub(super) use self::{
    ending::{Ending, Tally},
    history::{Moment, Way},
};
use self::{history::History, table::Endings};
use super::{
    Error,
    plan_file::{Place, WINDOW, Window},
    report::Accounts,
};
use crate::{
    migrate::{
        fields::Fields,
        journal::{Journal, Owner},
    },
    server::identity::Identity,
    vocabulary::bug::Bug,
};

const SESSION: u8 = 1;
const INTENT: u8 = 2;
const ENDING: u8 = 3;
const BARRIER: u8 = 4;
const AGAIN: u8 = 6;
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

/// Which process did the work, over which connection, and from which moment on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) endpoint: String,
    pub(super) identity: Identity,
    /// The moment that the server had come to.
    pub(super) base: Moment,
    /// The slots that hold a marker of this lane, one on each server that it works on; none where
    /// the server allows no marker.
    pub(super) markers: Vec<u16>,
    /// Our connections to the servers of the lane.
    pub(super) connections: Vec<Connected>,
    /// When it began, as a Unix time in seconds.
    pub(super) begun: i64,
    /// What the server had counted until then.
    pub(super) counters: Counters,
}

/// A connection to a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Connected {
    pub(super) run_id: Option<String>,
    pub(super) id: i64,
}

/// What servers count, and what explains that a marker is gone. Unknown where `INFO` is denied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counters {
    /// How often a database was emptied by `FLUSHALL` or `FLUSHDB`.
    pub(super) flushes: Option<u64>,
    /// How often databases were swapped.
    pub(super) swaps: Option<u64>,
    /// How many keys were evicted.
    pub(super) evicted: Option<u64>,
}

/// What the records of a journal add up to.
#[derive(Clone, Debug)]
pub(super) struct Records {
    /// In the order of the plan.
    pub(super) entries: Vec<Entry>,
    /// The last session.
    pub(super) session: Option<Session>,
    pub(super) sessions: u32,
    /// The slots that ever held a marker of this lane.
    pub(super) marked: BTreeSet<u16>,
    history: History,
}

impl Records {
    fn new(way: Way) -> Self {
        let history = History::new(way);
        let (entries, marked) = (Vec::new(), BTreeSet::new());
        Self { entries, session: None, sessions: 0, marked, history }
    }

    /// Reads a journal that somebody else may be writing.
    pub(super) fn read(directory: &Path, way: Way, owner: Owner) -> Result<Self, Error> {
        let mut records = Self::new(way);
        let path = journal_path(directory, owner);
        Journal::read(&path, owner, |_, tag, payload| records.replay(tag, payload))?;
        records.add_up(records.history.settled());
        Ok(records)
    }

    /// Returns the number of the last step that was begun.
    pub(super) fn last_step(&self) -> u64 {
        self.history.last()
    }

    /// Returns whether anything may have been sent.
    pub(super) fn is_begun(&self) -> bool {
        !self.entries.is_empty()
    }

    /// Adds a record up; `None` if it is none of ours, or does not fit those before it.
    fn replay(&mut self, tag: u8, payload: &[u8]) -> Option<()> {
        let mut fields = Fields(payload);
        match tag {
            SESSION => {
                let session: Session = serde_json::from_slice(payload).ok()?;
                self.history.may_resume(session.base).then(|| self.begin_session(session))?;
                return Some(());
            }
            INTENT => {
                let entry = parse_intent(&mut fields)?;
                // It begins where the one before it ended.
                let follows = self.entries.last().is_none_or(|last| last.end() == entry.first());
                follows.then(|| self.begin_window(entry))?;
            }
            AGAIN => {
                let first = fields.u64()?;
                self.entry(first)?;
                self.history.begin(first);
            }
            ENDING => {
                let ended = Ended::parse(fields)?;
                let window = self.entry(ended.first)?;
                let known = self.history.window_of(ended.step)? == ended.first;
                (known && ended.count() == u64::from(window.count)).then_some(())?;
                self.history.end(ended.step, ended.tally);
                return Some(());
            }
            BARRIER => drop((fields.u64()?, fields.u32()?)),
            _ => return None,
        }
        fields.is_empty().then_some(())
    }

    fn entry(&self, first: u64) -> Option<&Entry> {
        let index = self.entries.binary_search_by_key(&first, Entry::first).ok()?;
        self.entries.get(index)
    }

    fn begin_session(&mut self, session: Session) {
        self.history.resume(session.base);
        self.marked.extend(&session.markers);
        self.session = Some(session);
        self.sessions += 1;
    }

    fn begin_window(&mut self, entry: Entry) -> Moment {
        self.entries.push(entry);
        self.history.begin(entry.place.next)
    }

    /// Says how the windows ended that a server has taken which came to `moment`.
    fn add_up(&mut self, moment: Moment) {
        for entry in &mut self.entries {
            entry.tally = None;
        }
        for step in self.history.path(moment) {
            if let Some((first, tally)) = self.history.ending(step) {
                self.note(first, tally);
            }
        }
    }

    fn note(&mut self, first: u64, tally: Tally) {
        let index = self.entries.binary_search_by_key(&first, |entry| entry.place.next);
        if let Some(entry) = index.ok().and_then(|index| self.entries.get_mut(index)) {
            entry.tally = Some(tally);
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

    /// Returns the number of its first operation.
    pub(super) fn first(&self) -> u64 {
        self.place.next
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
    // Whoever can write to a journal can write a good checksum: what is claimed here is made room
    // for later.
    (count as usize <= WINDOW).then_some(())?;
    Some(Entry { place, count, after, tally: None })
}

/// How a step ended, as a record tells it.
struct Ended {
    step: u64,
    first: u64,
    tally: Tally,
    /// The endings, as runs.
    runs: Vec<(Ending, u32)>,
}

impl Ended {
    fn parse(mut fields: Fields<'_>) -> Option<Self> {
        let (step, first) = (fields.u64()?, fields.u64()?);
        let tally = Tally {
            renamed: fields.u32()?,
            vanished: fields.u32()?,
            name_taken: fields.u32()?,
            refused: fields.u32()?,
            unclear: fields.u32()?,
            open: fields.u32()?,
        };
        let mut runs = Vec::new();
        while !fields.is_empty() {
            runs.push((Ending::from_code(fields.u8()?)?, fields.u32()?));
        }
        Some(Self { step, first, tally, runs })
    }

    fn new(step: u64, window: &Window, endings: &[Ending]) -> Self {
        let run = |run: &[Ending]| {
            let ending = run.first().copied().unwrap_or_default();
            (ending, u32::try_from(run.len()).unwrap_or(u32::MAX))
        };
        let runs = endings.chunk_by(|one, other| one == other).map(run).collect();
        Self { step, first: window.first, tally: Tally::of(window, endings), runs }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let Tally { renamed, vanished, name_taken, refused, unclear, open } = self.tally;
        let mut payload = self.step.to_le_bytes().to_vec();
        payload.extend_from_slice(&self.first.to_le_bytes());
        for count in [renamed, vanished, name_taken, refused, unclear, open] {
            payload.extend_from_slice(&count.to_le_bytes());
        }
        for (ending, count) in &self.runs {
            payload.push(*ending as u8);
            payload.extend_from_slice(&count.to_le_bytes());
        }
        payload
    }

    /// Returns how many operations it tells of.
    fn count(&self) -> u64 {
        self.runs.iter().map(|(_, count)| u64::from(*count)).sum()
    }

    fn fill(&self, table: &Endings) -> std::io::Result<()> {
        let mut at = self.first;
        for (ending, count) in &self.runs {
            table.fill(at, *ending as u8, *count)?;
            at += u64::from(*count);
        }
        Ok(())
    }
}

/// Which windows after a moment a server may have taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Only the window that comes next may have been taken in part.
    Next,
    /// All windows that come after the base may have been taken.
    AllBeyond,
}

/// The journal of one lane, open for work.
#[derive(Debug)]
pub(super) struct Ledger {
    journal: Journal,
    owner: Owner,
    records: Records,
    endings: Endings,
    /// Windows of which it is not known how far they were taken, by their first operation.
    in_doubt: BTreeSet<u64>,
}

impl Ledger {
    /// Begins the journal of a lane, without records.
    pub(super) fn create(directory: &Path, owner: Owner) -> Result<(), Error> {
        Ok(Journal::create(&journal_path(directory, owner), owner)?)
    }

    /// Returns whether there is a journal with records where that of a lane would be.
    pub(super) fn was_used(directory: &Path, owner: Owner) -> bool {
        Journal::was_used(&journal_path(directory, owner))
    }

    /// Opens the journal of a lane that was begun.
    pub(super) fn open(directory: &Path, way: Way, owner: Owner) -> Result<Self, Error> {
        let name = format!("endings-{}-{:016x}", owner.lane, rand::random::<u64>());
        let table = directory.join(name);
        let endings = Endings::create(&table).map_err(Error::file("create", &table))?;
        let mut records = Records::new(way);
        let path = journal_path(directory, owner);
        let replay = |_, tag, payload: &[u8]| records.replay(tag, payload);
        let journal = Journal::open(&path, owner, replay)?;
        let mut ledger = Self { journal, owner, records, endings, in_doubt: BTreeSet::new() };
        let settled = ledger.settled();
        ledger.go_to(settled, Reach::Next)?;
        Ok(ledger)
    }

    /// Returns it as it was at a moment. Nothing may be written to it any more.
    pub(super) fn at(self, moment: Moment) -> Result<Self, Error> {
        self.reaching(moment, Reach::Next)
    }

    /// As [`Ledger::at`], where the server may have taken windows beyond that moment.
    pub(super) fn reaching(mut self, moment: Moment, reach: Reach) -> Result<Self, Error> {
        self.go_to(moment, reach)?;
        Ok(self)
    }

    /// Makes the endings those of a server that has come to `moment`.
    fn go_to(&mut self, moment: Moment, reach: Reach) -> Result<(), Error> {
        self.records.add_up(moment);
        let history = &self.records.history;
        self.in_doubt = history.in_doubt(moment);
        if reach == Reach::AllBeyond {
            self.in_doubt.extend(history.beyond(moment));
        }
        let path: BTreeSet<u64> = self.records.history.path(moment).into_iter().collect();
        let mut filled = self.endings.clear();
        Journal::read(self.journal.path(), self.owner, |_, tag, payload| {
            if tag == ENDING && filled.is_ok() {
                let ended = Ended::parse(Fields(payload))?;
                if path.contains(&ended.step) {
                    filled = ended.fill(&self.endings);
                }
            }
            Some(())
        })?;
        filled.map_err(Error::file("write", self.journal.path()))
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

    /// Returns the last moment that the server was seen to have come to.
    pub(super) fn settled(&self) -> Moment {
        self.records.history.settled()
    }

    /// Returns whether this direction of the lane has ever come to such a moment.
    pub(super) fn knows(&self, moment: Moment) -> bool {
        self.records.history.knows(moment)
    }

    /// Returns whether whoever has come to `to` has been at `through`.
    pub(super) fn leads_through(&self, to: Moment, through: Moment) -> bool {
        let path = self.records.history.path(to);
        let root = self.records.history.root(to);
        to == through
            || root == through
            || (to.direction == through.direction && path.contains(&through.step))
    }

    /// Returns the last moment at which whoever has come to each of these has been.
    pub(super) fn common(&self, moments: &[Moment]) -> Option<Moment> {
        self.records.history.common(moments)
    }

    /// Returns where the path to a moment begins.
    pub(super) fn root(&self, of: Moment) -> Moment {
        self.records.history.root(of)
    }

    /// Returns the moment before a window was sent for the first time.
    pub(super) fn before(&self, first: u64) -> Option<Moment> {
        self.records.history.before(first)
    }

    /// Returns whether a window may have been taken, in part or in whole, without an ending.
    pub(super) fn is_in_doubt(&self, first: u64) -> bool {
        self.in_doubt.contains(&first)
    }

    /// Returns how the operations of a window ended.
    pub(super) fn endings(&self, first: u64, count: usize) -> Result<Vec<Ending>, Error> {
        self.endings.read(first, count).map_err(Error::file("read", self.journal.path()))
    }

    /// Writes down who works from now on, and from which moment. What came after it is undone.
    pub(super) fn begin_session(&mut self, session: &Session, reach: Reach) -> Result<(), Error> {
        let payload = serde_json::to_vec(session).map_err(Bug::json("a session"))?;
        self.write(SESSION, &payload, Durability::Disk)?;
        self.records.begin_session(session.clone());
        self.go_to(session.base, reach)
    }

    /// Writes down, for good, that a window is going to be sent for the first time. Returns the
    /// moment when the server has taken it.
    pub(super) fn intend(&mut self, window: &Window, after: Place) -> Result<Moment, Error> {
        let place = window.place();
        let mut payload = Vec::with_capacity(40);
        for place in [place, after] {
            payload.extend_from_slice(&place.offset.to_le_bytes());
            payload.extend_from_slice(&place.next.to_le_bytes());
            payload.extend_from_slice(&place.level.unwrap_or(NO_LEVEL).to_le_bytes());
        }
        self.write(INTENT, &payload, Durability::Disk)?;
        let count = u32::try_from(window.len()).unwrap_or(u32::MAX);
        Ok(self.records.begin_window(Entry { place, count, after, tally: None }))
    }

    /// As [`Ledger::intend`], for a window that was sent before.
    pub(super) fn intend_again(&mut self, window: &Window) -> Result<Moment, Error> {
        self.write(AGAIN, &window.first.to_le_bytes(), Durability::Disk)?;
        Ok(self.records.history.begin(window.first))
    }

    /// Writes down how a step ended. The marker of the server must tell that it was taken.
    pub(super) fn end(
        &mut self,
        moment: Moment,
        window: &Window,
        endings: &[Ending],
    ) -> Result<(), Error> {
        let ended = Ended::new(moment.step, window, endings);
        self.write(ENDING, &ended.to_bytes(), Durability::Process)?;
        self.records.history.end(moment.step, ended.tally);
        self.records.note(window.first, ended.tally);
        self.in_doubt.remove(&window.first);
        ended.fill(&self.endings).map_err(Error::file("write", self.journal.path()))
    }

    /// Writes down that so many replicas have everything up to here.
    pub(super) fn barrier(&mut self, replicas: u32) -> Result<(), Error> {
        let end = self.records.entries.last().map_or(0, Entry::end);
        let mut payload = end.to_le_bytes().to_vec();
        payload.extend_from_slice(&replicas.to_le_bytes());
        self.write(BARRIER, &payload, Durability::Process)
    }

    /// Waits until everything that was written down is on the disk.
    pub(super) fn sync(&mut self) -> Result<(), Error> {
        Ok(self.journal.sync()?)
    }

    fn write(&mut self, tag: u8, payload: &[u8], durability: Durability) -> Result<(), Error> {
        self.journal.append(tag, payload)?;
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
pub(super) fn journal_path(directory: &Path, owner: Owner) -> PathBuf {
    directory.join(format!("journal-{}", owner.lane))
}

#[cfg(test)]
mod tests;
