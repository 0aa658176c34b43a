//! What the steps of a migration report: plain data for people and programs.

mod listed;

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

pub use self::listed::Listed;
use super::options::{Level, OnConflict};
use crate::{
    values::{
        endpoint::Endpoint,
        key::Key,
        key_type::KeyType,
        ttl::{Expiry, TtlClass},
    },
    vocabulary::outcome::Outcome,
};

/// What a migration would do, found out without writing anything to a server.
#[derive(Clone, Debug, Serialize)]
pub struct PlanReport {
    /// The first 12 hexadecimal digits of the plan's seal.
    pub plan: String,
    /// The servers that were looked at.
    pub servers: Vec<ServerReport>,
    /// What each rule does, in the order of the rules.
    pub rules: Vec<RuleReport>,
    /// The sums over all rules.
    pub totals: PlanTotals,
    /// What happens where a name is taken.
    pub on_conflict: OnConflict,
    /// Names that are taken by keys that stay.
    pub conflicts: Listed<Conflict>,
    /// New names that several old ones would get. Such a plan is always refused.
    pub collisions: Listed<Collision>,
    /// Pairs whose names are in different slots. Such a plan is refused.
    pub cross_slot: Listed<Pair>,
    /// Keys whose new name is another key's old one.
    pub links: Links,
    /// How long applying takes, roughly, at the speed that the scan had.
    #[serde(rename = "estimated_seconds", serialize_with = "seconds")]
    pub estimate: Duration,
    /// Things that look like mistakes.
    pub warnings: Vec<Warning>,
    /// Why the plan cannot be applied as it is; empty if it can.
    pub refusals: Vec<Refusal>,
    /// What cannot be promised on these servers.
    pub caveats: Vec<Caveat>,
}

impl PlanReport {
    /// Returns how planning came out: a plan that is refused is a finding.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.refusals.is_empty() { Outcome::Clean } else { Outcome::Findings }
    }
}

/// The sums over all rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PlanTotals {
    /// Keys that were looked at.
    pub scanned: u64,
    /// Keys that a rule matches.
    pub matched: u64,
    /// Keys that would get a new name.
    pub renames: u64,
    /// Keys that keep their name: it would not change, or it is taken and the policy is to skip.
    pub skipped: u64,
    /// Keys that the selection leaves out.
    pub excluded: u64,
    /// Keys that vanished while the plan was made.
    pub vanished: u64,
    /// Keys whose rule can read their name in several ways.
    pub ambiguous: u64,
}

/// A server that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct ServerReport {
    /// Where it is.
    pub endpoint: Endpoint,
    /// Its product and version.
    pub version: String,
    /// How many keys it holds.
    pub keys: Option<u64>,
}

/// What one rule does.
#[derive(Clone, Debug, Serialize)]
pub struct RuleReport {
    /// The rule.
    pub rule: String,
    /// Keys that it matches first.
    pub matched: u64,
    /// Keys that it would rename.
    pub renames: u64,
    /// Keys that keep their name.
    pub skipped: u64,
    /// Keys that it would rename, by type.
    pub by_type: BTreeMap<KeyType, u64>,
    /// Keys that it would rename, by the time they have left.
    pub by_ttl: BTreeMap<TtlClass, u64>,
    /// Some of its keys.
    pub samples: Vec<Sample>,
    /// Keys that it can read in several ways, and one of them.
    pub ambiguous: Option<Sighting>,
    /// Keys that it matches first and a later rule matches too.
    pub overlaps: Vec<Overlap>,
}

/// A key as it is and as it would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// The old name.
    pub from: Key,
    /// The new name.
    pub to: Key,
    /// The type.
    #[serde(rename = "type")]
    pub key_type: KeyType,
    /// When it expires.
    pub expiry: Expiry,
}

/// How many keys, and one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sighting {
    /// How many.
    pub keys: u64,
    /// One of them.
    pub example: Key,
}

/// Keys that two rules match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overlap {
    /// The rule that comes later and loses.
    pub with: String,
    /// How many keys.
    pub keys: u64,
    /// One of them.
    pub example: Key,
}

/// An old name and its new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// The old name.
    pub from: Key,
    /// The new name.
    pub to: Key,
}

/// A key and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyFacts {
    /// The name.
    pub key: Key,
    /// The type.
    #[serde(rename = "type")]
    pub key_type: KeyType,
    /// When it expires.
    pub expiry: Expiry,
}

/// A new name that is taken by a key that stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The key to be renamed.
    pub source: KeyFacts,
    /// The key that has the name.
    pub target: KeyFacts,
    /// Where the key in the way is put, if it is.
    pub stash: Option<Key>,
}

/// A new name that several old ones would get.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Collision {
    /// The new name.
    pub to: Key,
    /// Two of the old ones.
    pub from: [Key; 2],
}

/// Keys whose new name is another key's old one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Links {
    /// How many chains end at a free name.
    pub chains: u64,
    /// How many cycles there are, swaps among them.
    pub cycles: u64,
    /// How many keys are part of a chain or a cycle.
    pub keys: u64,
    /// How many keys the longest of them has.
    pub longest: u64,
}

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
    /// Our user may not rename these keys.
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
    /// `INFO` is denied, so restarts and evictions are noticed less surely.
    NoInfo,
}

/// How applying or rolling back came out.
#[derive(Clone, Debug, Serialize)]
pub struct ApplyReport {
    /// The migration.
    pub migration: String,
    /// Which way it went.
    pub direction: Direction,
    /// The endings of all planned keys, this run's and earlier ones'.
    pub accounts: Accounts,
    /// Keys that could not be renamed, and why.
    pub troubles: Listed<Trouble>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
    /// Keys that were not there any more: expired, evicted or deleted.
    pub vanished: u64,
    /// Keys that kept their old name because the new one was taken meanwhile.
    pub conflicts: u64,
    /// Keys that the server would not rename.
    pub failed: u64,
    /// Keys that nobody tried to rename yet.
    pub left: u64,
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

/// Why a key could not be renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TroubleReason {
    /// The new name was taken after the plan was made.
    NameTaken,
    /// The server refused, in these words.
    Refused(String),
}

/// How verifying came out.
#[derive(Clone, Debug, Serialize)]
pub struct VerifyReport {
    /// The migration.
    pub migration: String,
    /// How much was verified.
    pub level: Level,
    /// The endings of all planned keys.
    pub accounts: Accounts,
    /// Keys that were looked at.
    pub checked: u64,
    /// Keys that expired since, as planned.
    pub expired: u64,
    /// Keys that are not as they should be.
    pub mismatches: Listed<Mismatch>,
    /// How many times the mismatches were looked at.
    pub rounds: u32,
    /// How long it took.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub elapsed: Duration,
    /// How it came out.
    pub outcome: Outcome,
}

/// A key that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mismatch {
    /// The old name.
    pub from: Key,
    /// The new name.
    pub to: Key,
    /// What is wrong.
    pub difference: Difference,
}

/// What is wrong with a renamed key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// It has neither name: deleted or evicted since.
    Missing,
    /// It still has its old name, or has it again.
    NotRenamed,
    /// A key with the old name is there beside it: a writer still uses the old name.
    OldNameBack,
    /// It has another type.
    Type {
        /// When it was planned.
        planned: KeyType,
        /// Now.
        found: KeyType,
    },
    /// It expires at another time.
    Expiry {
        /// When it was planned.
        planned: Expiry,
        /// Now.
        found: Expiry,
    },
}

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
    /// The rules.
    pub rules: Vec<String>,
    /// The endings of all planned keys.
    pub accounts: Accounts,
    /// The endings of rolling back, if it was begun.
    pub rollback: Option<Accounts>,
    /// Whether a process is at work on it.
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

fn seconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((duration.as_secs_f64() * 1000.0).round() / 1000.0)
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
                write!(f, "renaming `{}` to `{}` is not permitted: {refusal}", pair.from, pair.to)
            }
        }
    }
}
