//! What is told of a snapshot, and of the renamed copy of one.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde::Serialize;

use crate::vocabulary::{outcome::Outcome, seconds::seconds};

/// A file that was looked at in place of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SnapshotSource {
    /// The file.
    pub path: PathBuf,
    /// The version of the RDB format it is written in.
    pub rdb_version: u16,
    /// The product and version that wrote it, if it says so.
    pub written_by: Option<String>,
    /// When it was written, as a Unix time in seconds, if it says so.
    pub written_at: Option<i64>,
    /// The database that was looked at.
    pub database: u64,
    /// How many keys a server would have there, had it loaded the file.
    pub keys: u64,
    /// How many keys are over their time, which a server does not load.
    pub expired: u64,
}

/// What became of a snapshot whose keys were renamed in a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RenameReport {
    /// The copy.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// How many keys it has, in all databases.
    pub keys: u64,
    /// Keys that have a new name in it.
    pub renamed: u64,
    /// Keys that were in the way and have a name of ours in it.
    pub stashed: u64,
    /// Keys that were in the way and are not in it.
    pub overwritten: u64,
    /// Keys of the database that were over their time and are not in it.
    pub expired: u64,
    /// How many functions it has.
    pub functions: u64,
    /// Modules whose data beside the keys is not in it, and how many bytes.
    pub module_data: BTreeMap<String, u64>,
    /// How long it took, the planning included.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub elapsed: Duration,
    /// How it came out.
    pub outcome: Outcome,
}
