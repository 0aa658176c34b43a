//! What to rename. Options that exist make sense.

use std::{collections::BTreeSet, ops::RangeInclusive};

use serde::{Deserialize, Serialize};

pub use crate::steps::pacing::{BatchSize, Pacing};
use crate::values::{glob::Glob, key_type::KeyType, rule_set::RuleSet};

/// What to rename.
#[derive(Clone, Debug)]
pub struct Options {
    /// How old names become new ones.
    pub rules: RuleSet,
    /// Which of the keys that a rule matches are meant.
    pub selection: Selection,
    /// What happens where a new name is taken.
    pub on_conflict: OnConflict,
    /// What must be true of the plan.
    pub assertions: Assertions,
}

impl Options {
    /// Takes all keys that the rules match, and refuses to touch a name that is taken.
    #[must_use]
    pub fn new(rules: RuleSet) -> Self {
        Self {
            rules,
            selection: Selection::default(),
            on_conflict: OnConflict::default(),
            assertions: Assertions::default(),
        }
    }
}

/// Which of the keys that a rule matches are meant.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only keys of these types; of all types if there are none.
    pub types: BTreeSet<KeyType>,
    /// No key that one of these globs matches.
    pub exclude: Vec<Glob>,
}

/// What happens where a new name is taken by a key that stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
    /// The plan is refused.
    #[default]
    Abort,
    /// The key keeps its old name.
    Skip,
    /// The key that is in the way moves to a name that the report gives.
    Stash,
    /// The key that is in the way is lost.
    Overwrite,
}

/// What must be true of a plan, or it is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assertions {
    /// How many keys the rules match.
    pub matched: Option<RangeInclusive<u64>>,
    /// How many new names are taken.
    pub conflicts: Option<RangeInclusive<u64>>,
}

/// How much verifying is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "u8")]
pub enum Level {
    /// Only the accounts: every planned key has an ending.
    Accounts,
    /// Every key: the old name absent, the new one present, the same type, the same expiry.
    #[default]
    Keys,
    /// Also the values of a random sample, against those that were kept.
    Sample,
    /// Also the values of all keys, against the backup.
    Values,
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        match level {
            Level::Accounts => 0,
            Level::Keys => 1,
            Level::Sample => 2,
            Level::Values => 3,
        }
    }
}
