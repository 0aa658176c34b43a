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
    /// Keys that expire up to a second earlier or later, because their slots moved between nodes.
    pub delayed: u64,
    /// What became of the values, if they were compared.
    pub values: Option<ValuesReport>,
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

/// What became of the values of renamed keys.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ValuesReport {
    /// Values that were compared with those that were kept.
    pub compared: u64,
    /// Whether they are a random sample.
    pub sampled: bool,
    /// For a sample of some without a difference: with a confidence of 95 %, less than this share of all
    /// values differs (the rule of three: 3 divided by the size of the sample).
    pub bound: Option<f64>,
    /// Values that clients have changed, or may have, since they were kept.
    pub changed: u64,
}

impl ValuesReport {
    /// Tells how many of `all` values were compared.
    pub(in crate::migrate) fn of(sampled: bool, compared: u64, all: u64) -> Self {
        let bounded = sampled && (1..all).contains(&compared);
        #[expect(clippy::cast_precision_loss, reason = "a share needs no more precision")]
        let bound = bounded.then(|| (3.0 / compared as f64).min(1.0));
        Self { compared, sampled, bound, changed: 0 }
    }
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
    /// Nothing tells whether it was renamed or was gone: an answer was lost.
    Unclear,
    /// A key that was overwritten was put back from the backup, and is not there any more.
    PutBackMissing,
    /// It has another type.
    Type {
        /// When it was planned.
        planned: KeyType,
        /// Now.
        found: KeyType,
    },
    /// Its value is not the one that was kept.
    Value {
        /// Whether nobody has used the key since. If not, the server does not tell, and a client
        /// may have written it.
        certain: bool,
    },
    /// It expires at another time.
    Expiry {
        /// When it was planned.
        planned: Expiry,
        /// Now.
        found: Expiry,
    },
}
