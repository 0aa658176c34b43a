//! What a migration would do.

use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use serde::Serialize;

use super::{Caveat, Listed, Refusal, SnapshotSource, Warning};
use crate::{
    migrate::options::OnConflict,
    values::{
        endpoint::Endpoint,
        key::Key,
        key_type::KeyType,
        ttl::{Expiry, TtlClass},
    },
    vocabulary::{outcome::Outcome, seconds::seconds},
};

/// What a migration would do, found out without writing anything to a server.
#[derive(Clone, Debug, Serialize)]
pub struct PlanReport {
    /// The first 12 hexadecimal digits of the plan's seal; empty for a snapshot, of which no plan
    /// is kept.
    pub plan: String,
    /// The servers that were looked at.
    pub servers: Vec<ServerReport>,
    /// The file that was looked at instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<SnapshotSource>,
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
    /// How long applying takes, roughly, at the speed that the scan had and within `rate`; zero for
    /// a snapshot, which says nothing about that.
    #[serde(rename = "estimated_seconds", serialize_with = "seconds")]
    pub estimate: Duration,
    /// How many keys a second are allowed at most, if that was known when the estimate was made.
    pub rate: Option<NonZeroU32>,
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

    /// Lets the estimate know how many keys a second are allowed at most.
    #[must_use]
    pub fn at_rate(self, rate: Option<NonZeroU32>) -> Self {
        let estimate = at_rate(self.estimate, self.totals.renames, rate);
        Self { estimate, rate, ..self }
    }
}

/// Returns how long it takes to rename `keys` keys that take `estimate` without a limit, if at most
/// `rate` are allowed a second.
#[must_use]
pub fn at_rate(estimate: Duration, keys: u64, rate: Option<NonZeroU32>) -> Duration {
    let Some(rate) = rate else {
        return estimate;
    };
    let millis = u128::from(keys).saturating_mul(1_000).div_ceil(u128::from(rate.get()));
    estimate.max(Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX)))
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
    /// The number of the logical database.
    pub database: u64,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_never_shorter_than_a_limit_allows() {
        #[track_caller]
        fn case(seconds: u64, keys: u64, rate: u32, expected: u64) {
            let estimate = at_rate(Duration::from_secs(seconds), keys, NonZeroU32::new(rate));
            assert_eq!(estimate.as_secs(), expected);
        }

        //   at full speed, keys, rate (0: none), expected
        case(0, 40_000_000, 20_000, 2_000);
        case(75, 40_000_000, 0, 75);
        case(75, 1_000, 20_000, 75);
        case(0, 0, 1, 0);
        case(0, u64::MAX, 1, u64::MAX / 1_000);
    }
}
