//! Where a migration stands.

use std::{fmt, path::PathBuf};

use serde::Serialize;

use super::Accounts;
use crate::migrate::{options::OnConflict, store::RunSettings};

/// Where a migration stands.
#[derive(Clone, Debug, Serialize)]
pub struct StatusReport {
    /// The migration.
    pub migration: String,
    /// Where it stands.
    pub state: State,
    /// When it was begun, as RFC 3339 in UTC.
    pub begun: String,
    /// Who began it.
    pub begun_by: String,
    /// The servers.
    pub servers: Vec<String>,
    /// The number of the logical database.
    pub database: u64,
    /// The rules.
    pub rules: Vec<String>,
    /// What happens where a new name is taken.
    pub on_conflict: OnConflict,
    /// How it was run last; `None` if an older release began it, or it never ran.
    pub settings: Option<RunSettings>,
    /// The endings of all planned keys.
    pub accounts: Accounts,
    /// The endings of rolling back, if it was begun.
    pub rollback: Option<Accounts>,
    /// Whether another process is at work on it.
    pub running: bool,
}

/// Where a migration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Some keys are not tried yet, or were refused by the server.
    Partial,
    /// Every planned key is renamed, gone, or in conflict.
    Applied,
    /// Some keys are not tried on the way back yet, or were refused by the server.
    RollingBack,
    /// Every renamed key was dealt with on the way back.
    RolledBack,
}

impl State {
    /// Returns whether some of its keys have their old names and others their new ones.
    pub(in crate::migrate) fn is_half_way(self) -> bool {
        match self {
            Self::Partial | Self::RollingBack => true,
            Self::Applied | Self::RolledBack => false,
        }
    }

    /// Returns where a migration stands by the endings of its keys, forward and back.
    pub(in crate::migrate) fn of(forward: Accounts, back: Option<Accounts>) -> Self {
        let is_unfinished = |accounts: Accounts| accounts.left > 0 || accounts.failed > 0;
        match back {
            Some(back) if is_unfinished(back) => Self::RollingBack,
            Some(_) => Self::RolledBack,
            None if is_unfinished(forward) => Self::Partial,
            None => Self::Applied,
        }
    }
}

/// Another migration on the same servers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Neighbour {
    /// The migration.
    pub migration: String,
    /// Where it stands.
    pub state: State,
    /// Whether a process is at work on it.
    pub running: bool,
    /// Keys that have their new names, by its journal.
    pub renamed: u64,
    /// Keys that its plan renames.
    pub planned: u64,
    /// Whether its servers are known to be the same; if not, only an address is.
    pub certain: bool,
}

impl Neighbour {
    /// Says where it is, after a verb.
    #[must_use]
    pub fn place(&self) -> &'static str {
        if self.certain {
            "on these servers"
        } else {
            "at this address, which may be another server by now"
        }
    }
}

/// Says where it stands, as a sentence without its end.
impl fmt::Display for Neighbour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { migration, renamed, planned, .. } = self;
        let place = self.place();
        let stands = match (self.running, self.state) {
            (true, _) => "is at work",
            (false, State::Partial) => "is half-way",
            (false, State::RollingBack) => "is half-way back",
            (false, State::Applied) => "is applied",
            (false, State::RolledBack) => "is rolled back",
        };
        write!(
            f,
            "migration `{migration}` {stands} {place}: by its journal, {renamed} of its {planned} \
             keys have their new names"
        )
    }
}

/// What was removed of a migration, or would be.
#[derive(Clone, Debug, Serialize)]
pub struct ForgetReport {
    /// The migration.
    pub migration: String,
    /// Where it stood; unknown if its files are damaged.
    pub state: Option<State>,
    /// Keys that it renamed; unknown as well then.
    pub renamed: Option<u64>,
    /// Files of it.
    pub files: u64,
    /// Their size.
    pub bytes: u64,
    /// The values that are kept beside its plan, and go with it.
    pub backup_lost: Option<PathBuf>,
    /// The values that are kept elsewhere, and stay.
    pub backup_left: Option<PathBuf>,
    /// Whether it was done.
    pub removed: bool,
}
