//! What was found so far.

use std::{collections::BTreeMap, io, mem, sync::Arc};

use super::{
    directory::Directory,
    report::{Difference, Kind, SideReport},
    suspect::Suspect,
};
use crate::{
    steps::fit::Unfit,
    vocabulary::{control::Control, listed::Listed, outcome::Outcome},
};

/// How many keys that differ are looked at again.
const SUSPECTS: usize = 10_000;

/// What was found so far.
#[derive(Debug)]
pub(super) struct Findings {
    pub(super) a: Counts,
    pub(super) b: Counts,
    pub(super) equal: u64,
    /// How many of these are of bytes that nobody can decode.
    pub(super) undecoded: u64,
    pub(super) settled: u64,
    pub(super) changing: u64,
    pub(super) not_revisited: u64,
    pub(super) by_kind: BTreeMap<Kind, u64>,
    pub(super) differences: Listed<Difference>,
    /// What is not believed yet.
    pub(super) suspects: Vec<Suspect>,
    pub(super) directory: Arc<Directory>,
    /// Globs, databases and rules that fit no key.
    pub(super) unfit: Vec<Unfit>,
    revisit: Revisit,
}

/// How many keys a side has.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) keys: u64,
    pub(super) expired: u64,
    pub(super) empty: u64,
}

impl Counts {
    /// Completes what is reported of a side.
    pub(super) fn fill(self, report: SideReport) -> SideReport {
        SideReport { keys: self.keys, expired: self.expired, empty: self.empty, ..report }
    }
}

/// Whether what differs can be looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Revisit {
    Yes,
    No,
}

impl Findings {
    pub(super) fn new(
        directory: Arc<Directory>,
        differences: Listed<Difference>,
        revisit: Revisit,
    ) -> Self {
        Self {
            a: Counts::default(),
            b: Counts::default(),
            equal: 0,
            undecoded: 0,
            settled: 0,
            changing: 0,
            not_revisited: 0,
            by_kind: BTreeMap::new(),
            differences,
            suspects: Vec::new(),
            directory,
            unfit: Vec::new(),
            revisit,
        }
    }

    /// Returns whether no key was compared, and none was left out because its time is over or it has
    /// no elements.
    pub(super) fn is_of_nothing(&self) -> bool {
        [&self.a, &self.b].iter().all(|side| side.keys + side.expired + side.empty == 0)
    }

    /// Returns how it came out: before the last suspects are believed.
    pub(super) fn outcome(&self, control: &Control<'_>) -> Outcome {
        if !self.suspects.is_empty() && control.is_cancelled() {
            Outcome::Interrupted
        } else if self.suspects.is_empty() && self.differences.count == 0 {
            Outcome::Clean
        } else {
            Outcome::Findings
        }
    }

    /// Takes a key that differs.
    pub(super) fn suspect(&mut self, suspect: Suspect) -> io::Result<()> {
        match self.revisit {
            Revisit::No => self.believe(&suspect),
            Revisit::Yes if self.suspects.len() < SUSPECTS => {
                self.suspects.push(suspect);
                Ok(())
            }
            // So many are no coincidence, and looking again would not change the verdict.
            Revisit::Yes => {
                self.not_revisited += 1;
                self.believe(&suspect)
            }
        }
    }

    /// Takes it for certain that what differed when it was looked at last does.
    pub(super) fn believe_all(&mut self) -> io::Result<()> {
        let suspects = mem::take(&mut self.suspects);
        suspects.iter().try_for_each(|suspect| self.believe(suspect))
    }

    fn believe(&mut self, suspect: &Suspect) -> io::Result<()> {
        let difference = self.directory.difference(suspect)?;
        *self.by_kind.entry(difference.kind).or_default() += 1;
        self.changing += u64::from(difference.changing);
        self.differences.note(|| difference)
    }
}
