//! Where all migrations of a state directory stand, and which of them share their servers.
//!
//! Seals are not checked here: every command looks at all migrations, and plans may be large.

use std::{fs, path::Path, time::SystemTime};

use jiff::Timestamp;

use super::{
    About, Course, Store,
    evidence::{Evidence, Kinship, kinship},
    lock::is_running,
};
use crate::{
    migrate::{
        Error,
        plan_file::SealedPlan,
        report::{Direction, Neighbour, State, StatusReport},
    },
    server::deployment::Deployment,
};

/// Where all migrations of a state directory stand.
#[derive(Debug)]
pub struct Survey {
    pub(super) store: Store,
    /// Oldest first.
    pub(super) migrations: Vec<Surveyed>,
    unreadable: Vec<Unreadable>,
}

/// Where one of them stands.
#[derive(Debug)]
pub(super) struct Surveyed {
    pub(super) report: StatusReport,
    pub(super) evidence: Evidence,
    /// Whether something of it may have been sent to a server.
    is_begun: bool,
    /// When its plan was sealed.
    sealed_at: Option<Timestamp>,
    /// When one of its journals was written last.
    worked_at: Option<SystemTime>,
}

/// A migration whose files cannot be read.
#[derive(Debug)]
pub struct Unreadable {
    /// Its id.
    pub id: String,
    /// Why not.
    pub error: Error,
}

impl Store {
    /// Tells where all migrations stand. One that cannot be read does not hide the others.
    ///
    /// # Errors
    ///
    /// Fails if the directory cannot be read.
    pub fn survey(&self) -> Result<Survey, Error> {
        let mut survey =
            Survey { store: self.clone(), migrations: Vec::new(), unreadable: Vec::new() };
        for id in self.ids()? {
            match self.place(&id).and_then(|directory| Surveyed::read(&id, &directory)) {
                Ok(surveyed) => survey.migrations.push(surveyed),
                Err(error) => survey.unreadable.push(Unreadable { id, error }),
            }
        }
        Ok(survey)
    }
}

impl Survey {
    /// Returns where each migration stands, oldest first.
    pub fn reports(&self) -> impl Iterator<Item = &StatusReport> {
        self.migrations.iter().map(|surveyed| &surveyed.report)
    }

    /// Returns the migrations whose files cannot be read.
    #[must_use]
    pub fn unreadable(&self) -> &[Unreadable] {
        &self.unreadable
    }

    /// Returns the same without the reports, for whoever wants the errors.
    #[must_use]
    pub fn into_unreadable(self) -> Vec<Unreadable> {
        self.unreadable
    }

    /// Returns whether there is no migration at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.migrations.is_empty() && self.unreadable.is_empty()
    }

    /// Returns the migrations that are half-way on a deployment, oldest first.
    #[must_use]
    pub fn half_way(&self, deployment: &Deployment) -> Vec<Neighbour> {
        let now = Evidence::of(deployment);
        let half_way = self.migrations.iter().filter(|surveyed| surveyed.is_in_the_way());
        half_way.filter_map(|surveyed| surveyed.neighbour_on(&now)).collect()
    }

    /// Returns the other migrations that are half-way on the servers of this one.
    #[must_use]
    pub fn half_way_beside(&self, id: &str) -> Vec<Neighbour> {
        let Some(this) = self.find(id) else { return Vec::new() };
        self.beside(this, Surveyed::is_in_the_way)
    }

    /// Returns the other migrations that were at work on the servers of this one after `since`,
    /// or else after its plan was made.
    #[must_use]
    pub fn at_work_beside(&self, id: &str, since: Option<SystemTime>) -> Vec<Neighbour> {
        let Some(this) = self.find(id) else { return Vec::new() };
        let since = since.or_else(|| this.sealed_at.map(SystemTime::from));
        let worked = |other: &Surveyed| {
            let worked_since = other.worked_at.zip(since).is_some_and(|(at, since)| at >= since);
            other.report.running || worked_since
        };
        self.beside(this, worked)
    }

    pub(super) fn find(&self, id: &str) -> Option<&Surveyed> {
        self.migrations.iter().find(|surveyed| surveyed.report.migration == id)
    }

    /// Returns those others on the servers of a migration for which `fits` holds.
    fn beside(&self, this: &Surveyed, fits: impl Fn(&Surveyed) -> bool) -> Vec<Neighbour> {
        let id = &this.report.migration;
        let others = self.migrations.iter().filter(|other| other.report.migration != *id);
        let others = others.filter(|other| fits(other));
        others.filter_map(|other| other.neighbour_on(&this.evidence)).collect()
    }
}

impl Surveyed {
    fn read(id: &str, directory: &Path) -> Result<Self, Error> {
        let about = About::read(directory)?;
        let course = Course::glance(id, directory, Direction::Forward)?;
        let back = course.glance_back()?;
        let journals = [directory.to_owned(), course.rollback_directory()];
        Ok(Self {
            report: describe(about, &course, back.as_ref(), is_running(directory)?)?,
            evidence: Evidence::of_courses(&course, back.as_ref())?,
            is_begun: course.is_begun()?,
            sealed_at: course.plan.manifest.sealed_at.parse().ok(),
            worked_at: journals.iter().filter_map(|directory| written_last(directory)).max(),
        })
    }

    /// Returns whether it was made for a deployment, as far as one can tell.
    pub(super) fn is_on(&self, deployment: &Evidence) -> bool {
        match kinship(&self.evidence, deployment) {
            Kinship::Same | Kinship::Address => true,
            Kinship::Another => false,
        }
    }

    fn is_half_way(&self) -> bool {
        match self.report.state {
            State::Partial | State::RollingBack => true,
            State::Applied | State::RolledBack => false,
        }
    }

    /// Returns whether others on its servers have to wait for it. What never sent anything has
    /// changed nothing, unless it is about to.
    fn is_in_the_way(&self) -> bool {
        self.is_half_way() && (self.is_begun || self.report.running)
    }

    /// Returns what others on a deployment have to know of it, if it is on the same.
    fn neighbour_on(&self, deployment: &Evidence) -> Option<Neighbour> {
        let certain = match kinship(&self.evidence, deployment) {
            Kinship::Same => true,
            Kinship::Address => false,
            Kinship::Another => return None,
        };
        let StatusReport { migration, state, running, accounts, rollback, .. } = &self.report;
        let back = rollback.map_or(0, |back| back.renamed);
        Some(Neighbour {
            migration: migration.clone(),
            state: *state,
            running: *running,
            renamed: accounts.renamed.saturating_sub(back),
            planned: accounts.planned,
            certain,
        })
    }
}

/// Says where a migration stands.
pub(super) fn describe(
    about: About,
    course: &Course,
    back: Option<&Course>,
    running: bool,
) -> Result<StatusReport, Error> {
    let accounts = course.accounts()?;
    let rollback = back.map(Course::accounts).transpose()?;
    let manifest = &course.plan.manifest;
    Ok(StatusReport {
        migration: course.id.clone(),
        state: State::of(accounts, rollback),
        begun: about.begun_at,
        begun_by: about.begun_by,
        servers: manifest.lanes.iter().map(|lane| lane.endpoint.clone()).collect(),
        database: u64::try_from(manifest.db).unwrap_or_default(),
        rules: manifest.rules.clone(),
        on_conflict: manifest.on_conflict,
        settings: course.settings()?,
        accounts,
        rollback,
        running,
    })
}

impl Course {
    fn glance(id: &str, directory: &Path, direction: Direction) -> Result<Self, Error> {
        let plan = SealedPlan::glance(&directory.join("plan"))?;
        Ok(Self { id: id.to_owned(), directory: directory.to_owned(), direction, plan })
    }

    fn glance_back(&self) -> Result<Option<Self>, Error> {
        let directory = self.rollback_directory();
        let begun = directory.join("plan").exists();
        begun.then(|| Self::glance(&self.id, &directory, Direction::Back)).transpose()
    }
}

/// Returns when a journal in `directory` was written last.
fn written_last(directory: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(directory).ok()?.flatten();
    let journals =
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("journal-"));
    journals.filter_map(|journal| journal.metadata().ok()?.modified().ok()).max()
}
