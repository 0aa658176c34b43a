//! Scans every primary and asks for what the plan has to know of each key.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use futures_util::future::try_join_all;
use xxhash_rust::xxh3::xxh3_64;

use super::{
    draft::{At, Draft, DraftLane, Notes, Workspace},
    encode_expiry,
    pairs::{Flags, Found},
    permission,
};
use crate::{
    migrate::{Error, options::Options, report::Links},
    server::{batch::Batch, connection::Posted, deployment::Deployment, node::Node, reply::Reply},
    steps::{
        facts::{Facts, FactsReader},
        presence::GROUP,
        scan::Scan,
    },
    values::{reserved::is_reserved, rule_set::Verdict, slot::Slot},
    vocabulary::{
        control::Control,
        progress::{Event, Phase},
    },
};

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
    let mut total = None;
    for node in deployment.primaries() {
        total = node.key_count().await?.map(|keys| keys + total.unwrap_or(0)).or(total);
    }
    control.tell(Phase::Scan, Event::Started(total));
    let survey = Survey { deployment, options, control, notes: Mutex::new(notes) };
    let lanes = deployment.primaries().iter().enumerate();
    let lanes = try_join_all(lanes.map(|(lane, node)| survey.lane(lane, node))).await?;
    // A slot that moved from a node not yet scanned to one already scanned was not seen at all.
    if !deployment.is_unmoved().await? {
        return Err(Error::SlotsMoved);
    }
    control.tell(Phase::Scan, Event::Finished);
    let notes = survey.notes.into_inner().unwrap_or_else(PoisonError::into_inner);
    let file_error = || Error::file("use files in", workspace.path());
    let lanes = notes.pairs.into_iter().zip(lanes).map(|(pairs, (facts, now))| {
        let pairs = pairs.finish().map_err(file_error())?;
        Ok(DraftLane { pairs, facts, now })
    });
    let lanes = lanes.collect::<Result<_, Error>>()?;
    Ok(Draft {
        conflicts: workspace.list("conflicts").map_err(file_error())?,
        collisions: workspace.list("collisions").map_err(file_error())?,
        workspace,
        lanes,
        names: notes.names,
        stash_nonce: None,
        scanned: notes.scanned,
        vanished: notes.vanished,
        elapsed: begun.elapsed(),
        links: Links::default(),
    })
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
            to.clear();
            if let Some(verdict) = self.options.rules.verdict(&from, &mut to) {
                let flags = self.flags(&from, &to, verdict);
                candidates.push(Candidate { from, to: to.clone(), verdict, flags });
            }
        }
        candidates
    }

    fn flags(&self, from: &[u8], to: &[u8], verdict: Verdict) -> Flags {
        let excluded = &self.options.selection.exclude;
        let conditions = [
            (Flags::UNCHANGED, from == to),
            (Flags::AMBIGUOUS, verdict.ambiguous),
            (Flags::EXCLUDED, is_reserved(from) || excluded.iter().any(|glob| glob.matches(from))),
            (Flags::CROSS_SLOT, self.deployment.is_cluster() && Slot::of(from) != Slot::of(to)),
        ];
        let set = conditions.into_iter().filter(|(_, holds)| *holds);
        set.fold(Flags::default(), |flags, (flag, _)| flags.with(flag))
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
        let asked = Flags::STAYS.with(Flags::CROSS_SLOT);
        let indices = candidates.iter().enumerate();
        let indices: Vec<usize> = indices
            .filter(|(_, candidate)| !candidate.flags.has(asked))
            .map(|(index, _)| index)
            .collect();
        let size = if self.deployment.is_cluster() { 1 } else { GROUP };
        indices.chunks(size).map(<[usize]>::to_vec).collect()
    }

    /// Writes a page down.
    fn note(&self, lane: usize, page: Page) -> Result<(), Error> {
        let types = &self.options.selection.types;
        let mut occupants = page.occupants.into_iter().peekable();
        let mut notes = self.notes();
        for (index, (mut candidate, facts)) in
            page.candidates.into_iter().zip(page.known).enumerate()
        {
            let occupant = occupants.next_if(|(at, _)| *at == index).map(|(_, facts)| facts);
            let Some(facts) = facts else {
                notes.vanished += 1;
                continue;
            };
            if !types.is_empty() && !types.contains(&facts.key_type) {
                candidate.flags = candidate.flags.with(Flags::EXCLUDED);
            }
            let written = notes.write(lane, &candidate, facts, occupant);
            written.map_err(Error::file("write", Path::new("the draft of the plan")))?;
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

impl Notes {
    fn write(
        &mut self,
        lane: usize,
        candidate: &Candidate,
        facts: Facts,
        occupant: Option<Facts>,
    ) -> std::io::Result<()> {
        let flags = candidate.flags;
        let Some(pairs) = self.pairs.get_mut(lane) else {
            return Ok(());
        };
        let offset = pairs.append(&Found {
            from: &candidate.from,
            to: &candidate.to,
            rule: candidate.verdict.rule,
            also: candidate.verdict.also,
            key_type: facts.key_type,
            expiry: facts.expiry,
            flags,
        })?;
        let at = At::new(lane, offset).0;
        self.names.sources.push([xxh3_64(&candidate.from), at])?;
        if flags.has(Flags::STAYS) {
            return Ok(());
        }
        let to = xxh3_64(&candidate.to);
        if let Some(targets) = &mut self.names.targets {
            targets.push([to, at])?;
        }
        match occupant {
            None => Ok(()),
            Some(facts) => {
                let expiry = encode_expiry(facts.expiry).cast_unsigned();
                self.names.taken.push([to, at, u64::from(facts.key_type.code()), expiry])
            }
        }
    }
}
