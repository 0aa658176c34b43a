//! Chooses the migration that is meant where none is named, and keeps a new one from beginning
//! among keys that another has left half-way.

use super::{
    Survey,
    evidence::Evidence,
    survey::{Surveyed, Unreadable},
};
use crate::{
    migrate::{
        Error,
        report::{Neighbour, State},
    },
    server::deployment::Deployment,
    values::endpoint::Endpoint,
};

/// What is to be done with a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Carry on with it.
    Resume,
    /// Take it back.
    Rollback,
    /// Verify it.
    Verify,
}

/// Chooses one of the migrations of a deployment, of which there are these states, oldest first.
///
/// | step | newest of all | chosen is the newest | else the newest |
/// |---|---|---|---|
/// | resume | any | that is half-way | that is applied |
/// | roll back | not rolled back | of all | |
/// | roll back | rolled back | that is half-way, forward or back | of all |
/// | verify | any | of all | |
///
/// A finished migration below one that is rolled back has to be named: whoever runs a rollback
/// again because its answer was lost must not take back another one.
fn pick(step: Step, states: &[State]) -> Option<usize> {
    let newest = |fits: fn(&State) -> bool| states.iter().rposition(fits);
    let half_way = |state: &State| matches!(state, State::Partial | State::RollingBack);
    match (step, states.last()?) {
        (Step::Resume, _) => newest(|state| *state == State::Partial)
            .or_else(|| newest(|state| *state == State::Applied)),
        (Step::Rollback, State::RolledBack) => newest(half_way).or(Some(states.len() - 1)),
        (Step::Rollback | Step::Verify, _) => Some(states.len() - 1),
    }
}

impl Survey {
    /// Chooses the migration of a deployment that a step is meant for if none is named.
    ///
    /// # Errors
    ///
    /// Fails if none fits, or a newer one cannot be read.
    pub fn choose(&self, step: Step, deployment: &Deployment) -> Result<String, Error> {
        let now = Evidence::of(deployment);
        let there: Vec<_> = self.migrations.iter().filter(|it| it.is_on(&now)).collect();
        let states: Vec<_> = there.iter().map(|surveyed| surveyed.report.state).collect();
        let chosen = pick(step, &states).and_then(|index| there.get(index));
        let chosen = chosen.map(|surveyed| surveyed.report.migration.clone());
        self.check_newer(chosen.as_deref())?;
        if let Some(chosen) = chosen {
            return Ok(chosen);
        }
        match there.last() {
            // Only resuming finds nothing among migrations of the deployment.
            Some(newest) => Err(Error::RolledBack { id: newest.report.migration.clone() }),
            None => Err(self.nothing_fits(deployment)),
        }
    }

    /// Chooses the newest migration at an address, without asking who answers there: one of these
    /// servers, or any if there are none, and this database. Without an address all fit.
    ///
    /// # Errors
    ///
    /// Fails if there is none at all, or a newer one cannot be read.
    pub fn newest_at(&self, address: Option<&(Vec<Endpoint>, i64)>) -> Result<Newest<'_>, Error> {
        let there = self.migrations.iter().rfind(|surveyed| surveyed.is_at(address));
        let newest = match (there, self.migrations.last()) {
            (Some(there), _) => Newest::There(&there.report.migration),
            (None, Some(other)) => Newest::Elsewhere(&other.report.migration),
            (None, None) => {
                self.check_newer(None)?;
                return Err(self.none_at_all());
            }
        };
        self.check_newer(Some(newest.id()))?;
        Ok(newest)
    }

    /// Returns whether a migration was begun at an address, as far as one can tell without asking
    /// who answers there.
    #[must_use]
    pub fn is_at(&self, id: &str, address: Option<&(Vec<Endpoint>, i64)>) -> bool {
        self.find(id).is_some_and(|surveyed| surveyed.is_at(address))
    }

    /// Refuses to begin a migration where others are half-way, unless they are named.
    ///
    /// # Errors
    ///
    /// Fails if there is such a migration, or no migration of a given id.
    pub fn admit(&self, deployment: &Deployment, beside: &[String]) -> Result<(), Error> {
        let beside = beside.iter().map(|id| self.store.find(Some(id)));
        let beside = beside.collect::<Result<Vec<_>, _>>()?;
        let mut half_way = self.half_way(deployment);
        half_way.retain(|neighbour: &Neighbour| !beside.contains(&neighbour.migration));
        if half_way.is_empty() { Ok(()) } else { Err(Error::HalfWay(half_way)) }
    }

    /// Passes on why a migration cannot be read that is newer than the chosen one: it may be the
    /// one that is meant.
    fn check_newer(&self, chosen: Option<&str>) -> Result<(), Error> {
        let newer = |it: &&Unreadable| chosen.is_none_or(|chosen| it.id.as_str() > chosen);
        match self.unreadable().iter().rfind(newer) {
            Some(unreadable) => self.store.status(Some(&unreadable.id)).map(drop),
            None => Ok(()),
        }
    }

    fn none_at_all(&self) -> Error {
        Error::NoMigration { directory: self.store.directory.clone() }
    }

    fn nothing_fits(&self, deployment: &Deployment) -> Error {
        let Some(newest) = self.migrations.last() else { return self.none_at_all() };
        let report = &newest.report;
        let addresses = deployment.primaries().iter().map(|node| node.endpoint().to_string());
        let addresses = addresses.collect::<Vec<_>>();
        Error::NoneHere {
            here: place(&addresses, deployment.target().db),
            id: report.migration.clone(),
            there: place(&report.servers, i64::try_from(report.database).unwrap_or_default()),
        }
    }
}

/// A migration that was chosen by an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newest<'a> {
    /// The newest that was begun there.
    There(&'a str),
    /// None was begun there; this is the newest of all.
    Elsewhere(&'a str),
}

impl<'a> Newest<'a> {
    /// Returns its id.
    #[must_use]
    pub fn id(self) -> &'a str {
        match self {
            Self::There(id) | Self::Elsewhere(id) => id,
        }
    }
}

impl Surveyed {
    fn is_at(&self, address: Option<&(Vec<Endpoint>, i64)>) -> bool {
        let Some((servers, db)) = address else { return true };
        let known = |endpoint: &Endpoint| {
            let endpoint = endpoint.to_string();
            self.evidence.servers.iter().any(|server| server.endpoint == endpoint)
        };
        self.evidence.db == *db && (servers.is_empty() || servers.iter().any(known))
    }
}

/// Names servers and their database.
fn place(addresses: &[String], db: i64) -> String {
    let addresses = addresses.join(", ");
    if db == 0 { addresses } else { format!("{addresses}, database {db}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_that_fits_a_step_is_chosen() {
        /// `states` are those of the migrations, oldest first: half-way, applied, half-way back,
        /// rolled back.
        #[track_caller]
        fn case(step: Step, states: &str, expected: Option<usize>) {
            let state = |letter| match letter {
                'h' => State::Partial,
                'a' => State::Applied,
                'b' => State::RollingBack,
                'r' => State::RolledBack,
                other => panic!("{other}"),
            };
            let states: Vec<_> = states.chars().map(state).collect();
            assert_eq!(pick(step, &states), expected, "{step:?} {states:?}");
        }
        use Step::{Resume, Rollback, Verify};

        case(Resume, "", None);
        case(Resume, "hh", Some(1));
        case(Resume, "har", Some(0)); // not the newest, but what is left to do
        case(Resume, "aar", Some(1));
        case(Resume, "br", None);
        case(Rollback, "", None);
        case(Rollback, "ha", Some(1));
        case(Rollback, "hr", Some(0));
        case(Rollback, "br", Some(0));
        case(Rollback, "rb", Some(1));
        case(Rollback, "ar", Some(1)); // rolled back already: run again, it changes nothing
        case(Rollback, "har", Some(0));
        case(Verify, "har", Some(2));
        case(Verify, "", None);
    }
}
