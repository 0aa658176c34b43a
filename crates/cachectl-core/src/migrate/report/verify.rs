//! How verifying came out.

use std::time::Duration;

use serde::Serialize;

use super::{Accounts, Listed};
use crate::{
    migrate::options::Level,
    values::{key::Key, key_type::KeyType, ttl::Expiry},
    vocabulary::{outcome::Outcome, seconds::seconds},
};

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
