//! Scans every primary and asks for what the plan has to know of each key.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use super::{
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
        facts::{Facts, FactsReader},
        presence::GROUP,
        scan::Scan,
    },
    values::rule_set::Verdict,
    vocabulary::{
        control::Control,
        progress::{Event, Phase},
    },
};
use futures_util::future::try_join_all;

/// How many pages may wait for answers at once.
const DEPTH: usize = 3;

/// Scans every primary.
pub(super) async fn all(
    deployment: &Deployment,
    options: &Options,
    path: &Path,
    control: &Control<'_>,
) -> Result<Draft, Error> {
    let begun = Instant::now();
    let workspace = Workspace::beside(path)?;
    let collisions_possible = !options.rules.analyse().injective().is_proven();
    let notes = Notes::new(&workspace, deployment.primaries().len(), collisions_possible)?;
    control.tell(Phase::Scan, Event::Started(key_count(deployment.primaries()).await?));
    let survey = Survey { deployment, options, control, notes: Mutex::new(notes) };
    let lanes = deployment.primaries().iter().enumerate();
    let lanes = try_join_all(lanes.map(|(lane, node)| survey.lane(lane, node))).await?;
    // A slot that moved from a node not yet scanned to one already scanned was not seen at all.
    if !deployment.is_unmoved().await? {
        return Err(Error::SlotsMoved);
    }
    control.tell(Phase::Scan, Event::Finished);
    let notes = survey.notes.into_inner().unwrap_or_else(PoisonError::into_inner);
    let draft = Draft::new(workspace, notes, lanes)?;
    Ok(Draft { elapsed: begun.elapsed(), ..draft })
}

/// The scan of a whole deployment.
struct Survey<'a> {
    deployment: &'a Deployment,
    options: &'a Options,
    control: &'a Control<'a>,
    /// Locked for as long as one page is written down; all lanes run in one task.
    notes: Mutex<Notes>,
}

impl Survey<'_> {
    /// Scans one primary; returns how facts were read there, and its clock at the start.
    async fn lane(&self, lane: usize, node: &Node) -> Result<(FactsReader, i64), Error> {
        let denied = |error| permission::explain(error);
        let facts = FactsReader::choose(node).await?;
        let now = node.now().await.map_err(denied)?;
        let mut scan = Scan::start(node, self.options.rules.scan_pattern());
        let mut asked = VecDeque::new();
        while let Some(keys) = scan.page().await.map_err(denied)? {
            if self.control.is_cancelled() {
                return Err(Error::Stopped);
            }
            asked.push_back(self.ask(node, facts, self.candidates(keys)));
            if asked.len() > DEPTH
                && let Some(first) = asked.pop_front()
            {
                self.note(lane, first.page(node, facts).await?)?;
            }
        }
        for asked in asked {
            self.note(lane, asked.page(node, facts).await?)?;
        }
        Ok((facts, now))
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Picks the keys of a page that a rule matches.
    fn candidates(&self, keys: Vec<Vec<u8>>) -> Vec<Candidate> {
        let scanned = {
            let mut notes = self.notes();
            notes.scanned += keys.len() as u64;
            notes.scanned
        };
        self.control.tell(Phase::Scan, Event::Advanced(scanned));
        let mut to = Vec::new();
        let mut candidates = Vec::with_capacity(keys.len());
        for from in keys {
            if let Some(verdict) = self.options.rules.verdict(&from, &mut to) {
                let flags = self.flags(&from, &to, verdict);
                candidates.push(Candidate { from, to: to.clone(), verdict, flags });
            }
        }
        candidates
    }

    fn flags(&self, from: &[u8], to: &[u8], verdict: Verdict) -> Flags {
        let slots = if self.deployment.is_cluster() { Slots::Same } else { Slots::Any };
        choose::flags(self.options, slots, (from, to), verdict)
    }

    /// Asks for the facts of every candidate, and which of their new names are taken.
    fn ask(&self, node: &Node, facts: FactsReader, candidates: Vec<Candidate>) -> Asked {
        let groups = self.groups(&candidates);
        let mut batch = Batch::with_capacity(candidates.len() * facts.replies() + groups.len());
        for candidate in &candidates {
            facts.ask(&mut batch, &candidate.from);
        }
        for group in &groups {
            batch.push("EXISTS", &[]);
            for candidate in group.iter().filter_map(|index| candidates.get(*index)) {
                batch.argument(&candidate.to);
            }
        }
        Asked { candidates, groups, posted: node.connection.post(batch) }
    }

    /// Groups candidates whose new names one `EXISTS` may ask for: one slot each in a cluster.
    fn groups(&self, candidates: &[Candidate]) -> Vec<Vec<usize>> {
        let indices = candidates.iter().enumerate();
        let indices: Vec<usize> = indices
            .filter(|(_, candidate)| choose::may_be_taken(candidate.flags))
            .map(|(index, _)| index)
            .collect();
        let size = if self.deployment.is_cluster() { 1 } else { GROUP };
        indices.chunks(size).map(<[usize]>::to_vec).collect()
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
                .and_then(|name| match name.zip(occupant) {
                    Some((name, occupant)) => notes.names.note_taken(name, occupant),
                    None => Ok(()),
                });
            written
                .map_err(|error| Error::file("write", Path::new("the draft of the plan"))(error))?;
        }
        Ok(())
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
    posted: Posted,
}

impl Asked {
    /// Waits for the answers.
    async fn page(self, node: &Node, facts: FactsReader) -> Result<Page, Error> {
        let Self { candidates, groups, posted } = self;
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
        let occupants = occupants(node, facts, &candidates, suspects).await?;
        Ok(Page { candidates, known, occupants })
    }
}

/// Candidates, and what the server said of them.
struct Page {
    candidates: Vec<Candidate>,
    /// The facts of each, `None` for a key that vanished.
    known: Vec<Option<Facts>>,
    /// The facts of keys that have a new name already, by the candidate's index.
    occupants: Vec<(usize, Facts)>,
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
    let mut replies = node.connection.send(&batch).await?.into_iter();
    let mut occupants = Vec::new();
    for index in suspects {
        let known = permission::accepted(node, "TYPE", facts.read(&mut replies))?;
        occupants.extend(known.map(|known| (index, known)));
    }
    Ok(occupants)
}
