//! Where a migration stands.

use serde::Serialize;

use super::Accounts;

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
    /// Some keys are renamed, some are not tried yet.
    Partial,
    /// Every planned key has an ending.
    Applied,
    /// Some keys are renamed back, some are not.
    RollingBack,
    /// Every renamed key was dealt with on the way back.
    RolledBack,
}
