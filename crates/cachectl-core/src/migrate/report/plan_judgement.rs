//! What is to be said against a plan.

use std::fmt;

use serde::Serialize;

use super::Pair;

/// Something that looks like a mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "id", rename_all = "snake_case")]
pub enum Warning {
    /// A rule matches no key.
    NoMatch {
        /// The rule.
        rule: String,
    },
    /// New names match a rule, so that a second run would rename them once more.
    Repeatable {
        /// The rule that gives the names.
        rule: String,
        /// The rule that matches them.
        matched_by: String,
    },
    /// Values will be lost, because the policy is to overwrite.
    Overwrites {
        /// How many.
        keys: u64,
    },
}

/// Why a plan cannot be applied as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "id", rename_all = "snake_case")]
pub enum Refusal {
    /// Names are taken, and the policy is to abort.
    Conflicts {
        /// How many.
        keys: u64,
    },
    /// Several old names would get one new name.
    Collisions {
        /// How many new names.
        names: u64,
    },
    /// Old and new name are in different slots.
    CrossSlot {
        /// How many pairs.
        pairs: u64,
    },
    /// An assertion does not hold.
    Assertion {
        /// What was counted.
        name: String,
        /// What was expected, as `FIRST..LAST`.
        expected: String,
        /// What was found.
        found: u64,
    },
    /// The server would not rename these keys: our user may not, or nobody may just now.
    Permission {
        /// The server's words.
        refusal: String,
        /// A pair that was tried, without renaming it.
        pair: Pair,
    },
}

/// Something that cannot be promised on these servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Caveat {
    /// While it runs, some keys have their old names and some the new ones.
    NotAtomic,
    /// A writer that still uses an old name creates it again.
    Writers,
    /// What was renamed last may be undone when a server crashes or fails over.
    Durability,
    /// Before Redis 7.2, renaming a key makes it look recently used.
    IdleTime,
    /// Before Redis 7.0, expiry is compared to a few milliseconds.
    ExpiryPrecision,
    /// No marker can be set on the server, for want of permission or memory. A restart or a failover
    /// then stops a migration that has chains, cycles, stashes or overwrites; others go on by what is
    /// under the names.
    NoMarker,
    /// `INFO` is denied, so restarts and evictions are noticed less surely.
    NoInfo,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflicts { keys: 1 } => f.write_str("1 new name is taken"),
            Self::Conflicts { keys } => write!(f, "{keys} new names are taken"),
            Self::Collisions { names: 1 } => f.write_str("1 new name would go to several keys"),
            Self::Collisions { names } => write!(f, "{names} new names would go to several keys"),
            Self::CrossSlot { pairs: 1 } => f.write_str("1 key would change its slot"),
            Self::CrossSlot { pairs } => write!(f, "{pairs} keys would change their slots"),
            Self::Assertion { name, expected, found } => {
                write!(f, "the assertion `{name}: {expected}` does not hold, there are {found}")
            }
            Self::Permission { refusal, pair } => {
                write!(f, "the server would not rename `{}` to `{}`: {refusal}", pair.from, pair.to)
            }
        }
    }
}
