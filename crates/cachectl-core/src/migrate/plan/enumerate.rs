//! Scans every primary and asks for what the plan has to know of each key.

use std::{
    collections::VecDeque,
    io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use super::{
    absence,
    choose::{self, Slots},
    draft::{Draft, Notes, Workspace},
    pairs::{Flags, Found},
    permission,
};
use crate::{
    migrate::{Error, options::Options},
    server::{
        batch::Batch,
        connection::Posted,
        deployment::Deployment,
        node::{Node, key_count},
        reply::Reply,
    },
    steps::{
        facts::{self, Facts, FactsReader},
        presence,
        scan::Scan,
    },
    values::{glob::Glob, rule_set::Verdict},
    vocabulary::{
        control::Control,
        progress::{Event, Phase},
    },
};
use futures_util::future::try_join_all;
use xxhash_rust::xxh3::xxh3_64;

/// How many pages may wait for answers at once.
const DEPTH: usize = 3;

/// Scans every primary.
pub(super) async fn all(
    deployment: &Deployment,
    options: &Options,
    path: &Path,
    control: &Control<'_>,
) -> Result<Draft, Error> {
    if facts::only_markers_expire(deployment, &[]).await? {
        let draft = scan(deployment, options, path, control, Expiries::None).await?;
        if facts::only_markers_expire(deployment, &[]).await? {
            return Ok(draft);
        }
        // Some key, which may be one of ours, got an expiry meanwhile.
    }
    scan(deployment, options, path, control, Expiries::Asked).await
}

/// Whether keys have to be asked when they expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expiries {
    /// No key does.
    None,
    Asked,
}

async fn scan(
    deployment: &Deployment,
    options: &Options,
    path: &Path,
    control: &Control<'_>,
    expiries: Expiries,
) -> Result<Draft, Error> {
    let begun = Instant::now();
    let workspace = Workspace::beside(path)?;
    let collisions_possible = !options.rules.injective().is_proven();
    let notes = Notes::new(&workspace, deployment.primaries().len(), collisions_possible)?;
    control.tell(Phase::Scan, Event::Started(key_count(deployment.primaries()).await?));
    let survey = Survey {
        deployment,
        options,
        control,
        expiries,
        workspace: workspace.path().to_owned(),
        pattern: options.rules.scan_pattern().map(Glob::new),
        notes: Mutex::new(notes),
    };
    let lanes = deployment.primaries().iter().enumerate();
    let lanes = try_join_all(lanes.map(|(lane, node)| survey.lane(lane, node))).await?;
    // A slot that moved from a node not yet scanned to one already scanned was not seen at all.
    if !deployment.is_unmoved().await? {
        return Err(Error::SlotsMoved);
    }
    let notes = survey.notes.into_inner().unwrap_or_else(PoisonError::into_inner);
    let draft = absence::note_taken(deployment, Draft::new(workspace, notes, lanes)?).await?;
    control.tell(Phase::Scan, Event::Finished);
    Ok(Draft { elapsed: begun.elapsed(), ..draft })
}

/// How it is found out which new names are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Absence {
    /// The server is asked for each, and scans only for what rules may match.
    Asked,
    /// The scan returns every name there is, and the new names are looked up among them.
    Seen,
}

impl Absence {
    /// Chooses by how many keys of a page are to be renamed. A name that is scanned and of no use
    /// costs about as much as the question for a new name.
    fn choose(candidates: usize, keys: usize) -> Self {
        if 2 * candidates < keys { Self::Asked } else { Self::Seen }
    }
}

/// The scan of a whole deployment.
struct Survey<'a> {
    deployment: &'a Deployment,
    options: &'a Options,
    control: &'a Control<'a>,
    expiries: Expiries,
    /// Where notes are written down.
    workspace: PathBuf,
    /// What every key matches that a rule matches.
    pattern: Option<Glob>,
    /// Locked for as long as one page is written down; all lanes run in one task.
    notes: Mutex<Notes>,
}

impl Survey<'_> {
    /// Scans one primary; returns how facts are read there, and its clock at the start.
    async fn lane(&self, lane: usize, node: &Node) -> Result<(FactsReader, i64), Error> {
        let denied = |error| permission::explain(error);
        let usual = FactsReader::choose(node).await?;
        let facts = match self.expiries {
            Expiries::None => FactsReader::NoExpiries,
            Expiries::Asked => usual,
        };
        let now = node.now().await.map_err(denied)?;
        let mut scan = Scan::start(node, None);
        let mut absence = None;
        let mut asked = VecDeque::new();
        while let Some(keys) = scan.page().await.map_err(denied)? {
            if self.control.is_cancelled() {
                return Err(Error::Stopped);
            }
            if keys.is_empty() {
                continue;
            }
            let hashes: Vec<u64> = keys.iter().map(|key| xxh3_64(key)).collect();
            let candidates = self.candidates(keys)?;
            let absence = *absence.get_or_insert_with(|| {
                let absence = Absence::choose(candidates.len(), hashes.len());
                if absence == Absence::Asked {
                    scan.narrow(self.options.rules.scan_pattern());
                }
                absence
            });
            if absence == Absence::Seen {
                self.saw(hashes)?;
            }
            asked.push_back(self.ask(node, (facts, absence), candidates));
            if asked.len() > DEPTH
                && let Some(first) = asked.pop_front()
            {
                self.note(lane, first.page(node, facts).await?)?;
            }
        }
        for asked in asked {
            self.note(lane, asked.page(node, facts).await?)?;
        }
        Ok((usual, now))
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of the hashes of names.
    fn saw(&self, hashes: Vec<u64>) -> Result<(), Error> {
        let seen = &mut self.notes().names.seen;
        let seen = hashes.into_iter().try_for_each(|hash| seen.push([hash]));
        seen.map_err(self.file_error())
    }

    /// Picks the keys of a page that a rule matches.
    fn candidates(&self, keys: Vec<Vec<u8>>) -> Result<Vec<Candidate>, Error> {
        let mut to = Vec::new();
        let mut candidates = Vec::with_capacity(keys.len());
        let mut others = 0;
        for from in keys {
            if let Some(verdict) = self.options.rules.verdict(&from, &mut to) {
                let flags = self.flags(&from, &to, verdict)?;
                candidates.push(Candidate { from, to: to.clone(), verdict, flags });
            } else if self.pattern.as_ref().is_none_or(|pattern| pattern.matches(&from)) {
                others += 1;
            }
        }
        // Keys that are looked at only for their names do not count.
        let scanned = {
            let mut notes = self.notes();
            notes.scanned += candidates.len() as u64 + others;
            notes.scanned
        };
        self.control.tell(Phase::Scan, Event::Advanced(scanned));
        Ok(candidates)
    }

    fn flags(&self, from: &[u8], to: &[u8], verdict: Verdict) -> Result<Flags, Error> {
        let slots = if self.deployment.is_cluster() { Slots::Same } else { Slots::Any };
        choose::flags(self.options, slots, (from, to), verdict)
    }

    /// Asks for the facts of every candidate, and which of their new names are taken, unless that
    /// is seen.
    fn ask(
        &self,
        node: &Node,
        (facts, absence): (FactsReader, Absence),
        candidates: Vec<Candidate>,
    ) -> Asked {
        let mut batch = Batch::with_capacity(candidates.len() * facts.replies());
        for candidate in &candidates {
            facts.ask(&mut batch, &candidate.from);
        }
        let groups = match absence {
            Absence::Asked => self.ask_for_names(&mut batch, &candidates),
            Absence::Seen => Vec::new(),
        };
        Asked { candidates, groups, absence, posted: node.connection.post(batch) }
    }

    /// Asks which new names are taken. Returns the candidates that each `EXISTS` asks for.
    fn ask_for_names(&self, batch: &mut Batch, candidates: &[Candidate]) -> Vec<Vec<usize>> {
        let names = candidates
            .iter()
            .zip(0..)
            .filter(|(candidate, _)| choose::may_be_taken(candidate.flags))
            .map(|(candidate, index)| (candidate.to.as_slice(), index));
        let mut groups = Vec::new();
        for group in presence::groups(self.deployment, names) {
            presence::ask(batch, group.iter().map(|(name, _)| *name));
            groups.push(group.into_iter().map(|(_, index)| index).collect());
        }
        groups
    }

    /// Writes a page down.
    fn note(&self, lane: usize, page: Page) -> Result<(), Error> {
        let mut occupants = page.occupants.into_iter().peekable();
        let mut notes = self.notes();
        for (index, (candidate, facts)) in page.candidates.iter().zip(page.known).enumerate() {
            let occupant = occupants.next_if(|(at, _)| *at == index).map(|(_, facts)| facts);
            let Some(facts) = facts else {
                notes.vanished += 1;
                continue;
            };
            let written = notes
                .write(lane, &self.options.selection, candidate.found(facts))
                .and_then(|name| match (name, occupant) {
                    (Some(name), _) if page.absence == Absence::Seen => {
                        notes.names.note_wanted(name, candidate.flags)
                    }
                    (Some(name), Some(occupant)) => notes.names.note_taken(name, occupant),
                    (Some(_), None) | (None, _) => Ok(()),
                });
            written.map_err(self.file_error())?;
        }
        Ok(())
    }

    fn file_error(&self) -> impl FnOnce(io::Error) -> Error + use<> {
        Error::file("write", &self.workspace)
    }
}

/// A key that a rule matches.
struct Candidate {
    from: Vec<u8>,
    to: Vec<u8>,
    verdict: Verdict,
    flags: Flags,
}

impl Candidate {
    fn found(&self, facts: Facts) -> Found<'_> {
        Found {
            from: &self.from,
            to: &self.to,
            rule: self.verdict.rule,
            also: self.verdict.also,
            key_type: facts.key_type,
            expiry: facts.expiry,
            flags: self.flags,
        }
    }
}

/// Candidates that the server was asked about.
struct Asked {
    candidates: Vec<Candidate>,
    /// The candidates whose new names each `EXISTS` asks for.
    groups: Vec<Vec<usize>>,
    absence: Absence,
    posted: Posted,
}

impl Asked {
    /// Waits for the answers.
    async fn page(self, node: &Node, facts: FactsReader) -> Result<Page, Error> {
        let Self { candidates, groups, absence, posted } = self;
        let mut replies = posted.replies().await?.into_iter();
        let mut known = Vec::with_capacity(candidates.len());
        for _ in &candidates {
            known.push(permission::accepted(node, "TYPE", facts.read(&mut replies))?);
        }
        let mut suspects = Vec::new();
        for (group, reply) in groups.into_iter().zip(replies) {
            if taken(node, &reply)? {
                suspects.extend(group);
            }
        }
        // Groups in a cluster are not in the order of the candidates.
        suspects.sort_unstable();
        let occupants = occupants(node, facts, &candidates, suspects).await?;
        Ok(Page { candidates, known, occupants, absence })
    }
}

/// Candidates, and what the server said of them.
struct Page {
    candidates: Vec<Candidate>,
    /// The facts of each, `None` for a key that vanished.
    known: Vec<Option<Facts>>,
    /// The facts of keys that have a new name already, by the candidate's index.
    occupants: Vec<(usize, Facts)>,
    absence: Absence,
}

fn taken(node: &Node, reply: &Reply) -> Result<bool, Error> {
    let unexpected = || node.connection.unexpected("EXISTS");
    let count = reply.integer().ok_or_else(unexpected)?;
    Ok(permission::accepted(node, "EXISTS", count)? > 0)
}

/// Asks for the facts of the keys that have the suspects' new names.
async fn occupants(
    node: &Node,
    facts: FactsReader,
    candidates: &[Candidate],
    suspects: Vec<usize>,
) -> Result<Vec<(usize, Facts)>, Error> {
    let mut batch = Batch::with_capacity(suspects.len() * facts.replies());
    for candidate in suspects.iter().filter_map(|index| candidates.get(*index)) {
        facts.ask(&mut batch, &candidate.to);
    }
    let mut replies = node.connection.send(batch).await?.into_iter();
    let mut occupants = Vec::new();
    for index in suspects {
        let known = permission::accepted(node, "TYPE", facts.read(&mut replies))?;
        occupants.extend(known.map(|known| (index, known)));
    }
    Ok(occupants)
}
