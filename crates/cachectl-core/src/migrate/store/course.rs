//! One way through a migration on disk: a plan and its journals.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{About, sync_name};
use crate::{
    migrate::{
        Error,
        journal::Owner,
        ledger::{Ledger, Moment, Records, Way, journal_path},
        marker::{Claim, Marker},
        plan_file::SealedPlan,
        report::{Accounts, Direction},
    },
    server::{deployment::Deployment, node::Node},
};

/// How the names of ways back begin that were given up, in front of how many steps they had.
const GIVEN_UP: &str = "rollback-until-";

/// One way through a migration, forward or back: a plan and its journals.
#[derive(Debug)]
pub(in crate::migrate) struct Course {
    pub(in crate::migrate) id: String,
    pub(in crate::migrate) directory: PathBuf,
    pub(in crate::migrate) direction: Direction,
    pub(in crate::migrate) plan: SealedPlan,
}

impl Course {
    pub(in crate::migrate) fn open(
        id: &str,
        directory: &Path,
        direction: Direction,
    ) -> Result<Self, Error> {
        let plan = SealedPlan::open(&directory.join("plan"))?;
        Ok(Self { id: id.to_owned(), directory: directory.to_owned(), direction, plan })
    }

    /// Returns the way back, if it was begun.
    pub(in crate::migrate) fn rollback(&self) -> Result<Option<Self>, Error> {
        let directory = self.rollback_directory();
        let plan = directory.join("plan");
        if plan.exists() {
            return Self::open(&self.id, &directory, Direction::Back).map(Some);
        }
        let mut lanes = 0..self.plan.manifest.lanes.len();
        if lanes.any(|lane| Ledger::was_used(&directory, owner(self.plan.seal, lane))) {
            return Err(Error::PlanMissing { path: plan });
        }
        Ok(None)
    }

    pub(in crate::migrate) fn rollback_directory(&self) -> PathBuf {
        self.directory.join("rollback")
    }

    /// Returns the directory of the way forward, if this is the way back.
    fn forward_directory(&self) -> Option<&Path> {
        match self.direction {
            Direction::Forward => None,
            Direction::Back => self.directory.parent(),
        }
    }

    /// Puts a way back aside that another one takes the place of.
    ///
    /// It is kept, and its name tells how many steps it had.
    pub(in crate::migrate) fn give_up(&self, back: &Self) -> Result<(), Error> {
        let mut last = 0;
        for lane in 0..back.plan.manifest.lanes.len() {
            last = last.max(back.records(lane)?.last_step());
        }
        // One that had no step needs a name that no other has.
        let mut to = self.directory.join(format!("{GIVEN_UP}{last}"));
        while to.exists() {
            last += 1;
            to = self.directory.join(format!("{GIVEN_UP}{last}"));
        }
        fs::rename(&back.directory, &to).map_err(Error::file("move", &back.directory))?;
        sync_name(&to)
    }

    /// Returns how many steps the ways back had that were given up.
    pub(in crate::migrate) fn given_up(&self) -> Result<u64, Error> {
        let mut most = 0;
        let entries = fs::read_dir(&self.directory);
        for entry in entries.map_err(Error::file("read", &self.directory))? {
            let name = entry.map_err(Error::file("read", &self.directory))?.file_name();
            let steps = name.to_str().and_then(|name| name.strip_prefix(GIVEN_UP));
            most = most.max(steps.and_then(|steps| steps.parse().ok()).unwrap_or_default());
        }
        Ok(most)
    }

    /// Returns its direction, and where its steps begin to be counted.
    fn way(&self) -> Way {
        let origin = self.plan.manifest.origin.as_ref();
        Way { direction: self.direction, given_up: origin.map_or(0, |origin| origin.given_up) }
    }

    /// Returns the way forward, if this is the way back.
    pub(in crate::migrate) fn forward(&self) -> Result<Self, Error> {
        let directory = self.forward_directory().unwrap_or(&self.directory);
        Self::open(&self.id, directory, Direction::Forward)
    }

    /// Opens the journal of a lane of the way forward, if this is the way back.
    pub(in crate::migrate) fn forward_ledger(&self, lane: usize) -> Result<Option<Ledger>, Error> {
        match (self.forward_directory(), &self.plan.manifest.origin) {
            (Some(directory), Some(origin)) => {
                let seal = origin.seal().ok_or(Error::Damaged { path: directory.join("plan") })?;
                Ledger::open(directory, Way::FORWARD, owner(seal, lane)).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Returns the moment of the way forward at which a lane was when the way back was planned.
    pub(in crate::migrate) fn origin(&self, lane: usize) -> Option<Moment> {
        self.plan.manifest.origin.as_ref()?.moments.get(lane).copied()
    }

    /// Begins the journals, before the plan can be found: from then on all of them must be there.
    pub(in crate::migrate) fn create_journals(
        directory: &Path,
        seal: [u8; 32],
        lanes: usize,
    ) -> Result<(), Error> {
        (0..lanes).try_for_each(|lane| Ledger::create(directory, owner(seal, lane)))
    }

    /// Returns where the journal of a lane is.
    pub(in crate::migrate) fn journal_path(&self, lane: usize) -> PathBuf {
        journal_path(&self.directory, owner(self.plan.seal, lane))
    }

    /// Opens the journal of a lane for work.
    pub(in crate::migrate) fn ledger(&self, lane: usize) -> Result<Ledger, Error> {
        Ledger::open(&self.directory, self.way(), owner(self.plan.seal, lane))
    }

    /// Reads the journal of a lane, which somebody else may be writing.
    pub(in crate::migrate) fn records(&self, lane: usize) -> Result<Records, Error> {
        Records::read(&self.directory, self.way(), owner(self.plan.seal, lane))
    }

    /// Returns all markers that a lane may have on these servers, with where they are.
    pub(in crate::migrate) fn markers<'a>(
        &self,
        lane: usize,
        deployment: &'a Deployment,
    ) -> Result<Vec<(&'a Node, Marker)>, Error> {
        let mut slots = self.records(lane)?.marked;
        if let Some(forward) = self.forward_directory() {
            slots.extend(Self::open(&self.id, forward, Direction::Forward)?.records(lane)?.marked);
        }
        let nonce = &self.plan.manifest.nonce;
        let markers = slots.into_iter();
        let markers = markers
            .filter_map(|slot| Some((deployment.serving(slot)?, Marker::new(nonce, lane, slot))));
        Ok(markers.collect())
    }

    /// Returns whether something of it may have been sent to a server. The way back begins where
    /// the way forward ended.
    pub(in crate::migrate) fn is_begun(&self) -> Result<bool, Error> {
        for lane in 0..self.plan.manifest.lanes.len() {
            if self.records(lane)?.is_begun() {
                return Ok(true);
            }
        }
        Ok(self.direction == Direction::Back)
    }

    /// Returns whether it has nothing to do, whatever became of its servers.
    pub(in crate::migrate) fn is_empty(&self) -> bool {
        self.plan.manifest.lanes.iter().all(|lane| lane.operations == 0)
    }

    /// Returns what the markers say of it.
    pub(in crate::migrate) fn claim(&self) -> Claim {
        let directory = self.forward_directory().unwrap_or(&self.directory);
        // Only for people: a file that cannot be read is told of elsewhere.
        let by = About::read(directory).map(|about| about.begun_by).unwrap_or_default();
        Claim { id: self.id.clone(), by }
    }

    /// Adds the endings of all lanes up.
    pub(in crate::migrate) fn accounts(&self) -> Result<Accounts, Error> {
        let mut accounts =
            Accounts { planned: self.plan.manifest.planned(), ..Accounts::default() };
        for lane in 0..self.plan.manifest.lanes.len() {
            self.records(lane)?.add_to(&mut accounts);
        }
        Ok(accounts.balanced())
    }
}

/// Returns whom the journal of a lane belongs to.
fn owner(plan: [u8; 32], lane: usize) -> Owner {
    Owner { plan, lane: u32::try_from(lane).unwrap_or(u32::MAX) }
}

impl Accounts {
    /// Says that what has no ending is left to do.
    pub(in crate::migrate) fn balanced(self) -> Self {
        let Self { renamed, vanished, conflicts, failed, unclear, .. } = self;
        let ended = renamed + vanished + conflicts + failed + unclear;
        Self { left: self.planned.saturating_sub(ended), ..self }
    }
}
