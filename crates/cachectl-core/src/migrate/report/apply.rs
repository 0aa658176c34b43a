//! How applying or rolling back came out.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Listed;
use crate::{
    migrate::{
        keep::Kept,
        plan_file::{Operation, Window},
    },
    values::key::Key,
    vocabulary::{outcome::Outcome, seconds::seconds},
};

/// How applying or rolling back came out.
#[derive(Clone, Debug, Serialize)]
pub struct ApplyReport {
    /// The migration.
    pub migration: String,
    /// Which way it went.
    pub direction: Direction,
    /// The endings of all planned keys, this run's and earlier ones'.
    pub accounts: Accounts,
    /// The endings that were there before this run.
    pub before: Accounts,
    /// Keys that could not be renamed, and why.
    pub troubles: Listed<Trouble>,
    /// The values that are kept of the keys.
    pub kept: Option<Kept>,
    /// How long this run took.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub elapsed: Duration,
    /// How many keys this run dealt with.
    pub handled: u64,
    /// How often the throttle slowed down.
    pub slowdowns: u64,
    /// How it came out.
    pub outcome: Outcome,
}

/// Which way keys are renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From old names to new ones.
    Forward,
    /// Back.
    Back,
}

/// The endings of all planned keys. `planned` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Accounts {
    /// Keys that the plan renames.
    pub planned: u64,
    /// Keys that have their new name.
    pub renamed: u64,
    /// Keys that were not there any more: expired, evicted, deleted, or renamed by somebody else.
    pub vanished: u64,
    /// Keys that kept their old name because the new one was taken meanwhile.
    pub conflicts: u64,
    /// Keys that the server would not rename.
    pub failed: u64,
    /// Keys of which nothing tells whether they were renamed or were gone: an answer was lost.
    pub unclear: u64,
    /// Keys that nobody tried to rename yet.
    pub left: u64,
}

impl Accounts {
    /// Returns whether somebody has to look at some of the keys, or none was renamed.
    #[must_use]
    pub fn has_findings(self) -> bool {
        self.conflicts > 0 || self.unclear > 0 || self.is_nothing_done()
    }

    /// Returns whether keys were to be renamed, and none was.
    #[must_use]
    pub fn is_nothing_done(self) -> bool {
        self.planned > 0 && self.renamed == 0
    }
}

/// A key that could not be renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// The old name.
    pub from: Key,
    /// The new name.
    pub to: Key,
    /// What was in the way.
    pub reason: TroubleReason,
}

impl Trouble {
    pub(in crate::migrate) fn of(
        window: &Window,
        operation: &Operation,
        reason: TroubleReason,
    ) -> Self {
        let [from, to] = [window.from(operation), window.to(operation)].map(Key::from);
        Self { from, to, reason }
    }
}

/// Why a key could not be renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TroubleReason {
    /// The new name was taken after the plan was made.
    NameTaken,
    /// It has its new name, and the journal knows nothing of it.
    Unrecorded,
    /// An answer was lost, and nothing tells whether the key under the new name is this one, or the
    /// one that was in its way. It is left alone.
    Unclear,
    /// It was gone, and while what was in its way was moved for it, somebody wrote the new name. What
    /// was in the way has the name of ours still.
    SetAside {
        /// That name.
        name: Key,
    },
    /// The server refused, in these words.
    Refused(String),
}

impl TroubleReason {
    /// Returns whether the journal says of the key that it is unclear what became of it.
    pub(in crate::migrate) fn is_unclear(&self) -> bool {
        match self {
            Self::Unclear | Self::SetAside { .. } => true,
            Self::NameTaken | Self::Unrecorded | Self::Refused(_) => false,
        }
    }
}
