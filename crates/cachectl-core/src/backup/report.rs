//! What a backup holds.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde::Serialize;

use crate::{
    steps::fit::Unfit,
    values::{key_type::KeyType, ttl::TtlClass},
    vocabulary::{outcome::Outcome, seconds::seconds},
};

/// What a backup holds.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The file.
    pub path: PathBuf,
    /// The version of the RDB format it is written in: that of the server.
    pub rdb_version: u16,
    /// The size of the file, in bytes.
    pub bytes: u64,
    /// How many keys the scans returned, selected or not, some more than once.
    pub scanned: u64,
    /// What is in the file.
    #[serde(flatten)]
    pub counts: Counts,
    /// How long it took.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub elapsed: Duration,
    /// How it came out.
    pub outcome: Outcome,
}

/// What is in a backup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// How many keys there are.
    pub keys: u64,
    /// How many bytes their values have, as the server serialises them.
    pub value_bytes: u64,
    /// How many there are of each type.
    pub by_type: BTreeMap<KeyType, u64>,
    /// How many there are in each database.
    pub by_database: BTreeMap<u64, u64>,
    /// How many there are by the time they had left when the backup began.
    pub by_ttl: BTreeMap<TtlClass, u64>,
    /// Keys that vanished between the scan and the reading of their values.
    pub vanished: u64,
    /// Keys that a scan returned twice; the first reading is in the file.
    pub repeated: u64,
    /// Globs and databases that fit no key.
    pub unfit: Vec<Unfit>,
}
