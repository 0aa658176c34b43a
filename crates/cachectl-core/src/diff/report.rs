//! What a comparison found.

use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

use serde::{Serialize, Serializer};

use crate::{
    steps::fit::Unfit,
    values::{endpoint::Endpoint, key::Key, key_type::KeyType, ttl::Expiry},
    vocabulary::{listed::Listed, outcome::Outcome, seconds::seconds},
};

/// What a comparison found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What side A is.
    pub a: SideReport,
    /// What side B is.
    pub b: SideReport,
    /// Globs, databases and rules that fit no key.
    pub unfit: Vec<Unfit>,
    /// How many keys both sides have, and equal in everything that was compared.
    pub equal: u64,
    /// How many of these have values that cannot be decoded, those of modules: they are stored as
    /// the same bytes.
    pub undecoded: u64,
    /// How many keys differ, by the gravest way in which they do.
    pub by_kind: BTreeMap<Kind, u64>,
    /// The keys that differ.
    pub differences: Listed<Difference>,
    /// How many keys differed at first and agreed when they were looked at again.
    pub settled: u64,
    /// How many of the differences changed while they were looked at: somebody writes there.
    pub changing: u64,
    /// How many of the differences were not looked at again, because there were too many.
    pub not_revisited: u64,
    /// How often differences were looked at again.
    pub rounds: u32,
    /// How long it took.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub elapsed: Duration,
    /// How it came out.
    pub outcome: Outcome,
}

impl Report {
    /// Returns how it came out.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }
}

/// What a side is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SideReport {
    /// Where it is.
    #[serde(flatten)]
    pub source: Source,
    /// The numbers of the databases that were read of its servers; empty for a file.
    pub databases: Vec<u64>,
    /// What its servers call themselves, or the version of the file: `redis 7.0.15`, `RDB 11`.
    pub version: String,
    /// How many of its keys were compared.
    pub keys: u64,
    /// How many of its keys were over their time; they count as absent.
    pub expired: u64,
    /// How many collections without elements a file has; they count as absent, for no server keeps
    /// them.
    pub empty: u64,
}

/// Where a side is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// These primaries.
    Servers(Vec<Endpoint>),
    /// This file.
    File(PathBuf),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Servers(endpoints) => {
                endpoints.iter().enumerate().try_for_each(|(index, endpoint)| {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{endpoint}")
                })
            }
        }
    }
}

/// A key that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// In which way; if in several, the gravest.
    pub kind: Kind,
    /// The database, on side A if both have the key there.
    pub database: u64,
    /// The name: that of side A, except for a key that only side B has.
    pub key: Key,
    /// The name on side B, where the rules make it another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed: Option<Key>,
    /// What side A has, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub a: Option<Found>,
    /// What side B has, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b: Option<Found>,
    /// Whether a side changed while it was looked at: then this need not be damage, but may be
    /// the work of a client.
    pub changing: bool,
}

/// What a side has under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The type.
    #[serde(rename = "type")]
    pub key_type: KeyType,
    /// When it expires.
    pub expiry: Expiry,
}

/// In which way a key differs, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Side A has it, side B does not.
    Missing,
    /// Side B has it, side A does not.
    Extra,
    /// It has another type.
    Type,
    /// It has another value.
    Value,
    /// Its bytes are others, and what they mean cannot be told, as with types of modules.
    Undecodable,
    /// It expires at another time, and is equal otherwise.
    Expiry,
}

impl Kind {
    /// Returns its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Type => "type",
            Self::Value => "value",
            Self::Undecodable => "undecodable",
            Self::Expiry => "expiry",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
