//! What shows whether a server has the data that a migration worked on.

use std::fmt;

use serde::Serialize;

use super::Direction;
pub use crate::migrate::recovery::Doubt;

/// A server that may not have the data that a migration worked on, and what can be seen there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The migration.
    pub migration: String,
    /// Which way it was going.
    pub direction: Direction,
    /// Why nobody but the operator can know.
    pub doubt: Doubt,
    /// The server that did the work last.
    pub expected: ServerSeen,
    /// The server that answers now.
    pub found: ServerSeen,
    /// The logical database.
    pub database: i64,
    /// How many keys the server holds now.
    pub keys: Option<u64>,
    /// Since when its process runs, as RFC 3339 in UTC.
    pub running_since: Option<String>,
    /// What of the plan is there.
    pub survey: Survey,
}

/// A server as it was seen at some time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServerSeen {
    /// Where it is.
    pub endpoint: String,
    /// Its product and version.
    pub version: String,
    /// The identity of its process, where it tells.
    pub run_id: Option<String>,
}

/// What of a plan is on a server, under which names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Survey {
    /// How many pairs were looked at.
    pub looked: u64,
    /// How many the plan has.
    pub of: u64,
    /// Only the old name is there.
    pub old_names: u64,
    /// Only the new name is there.
    pub new_names: u64,
    /// Both are.
    pub both: u64,
    /// Neither is.
    pub neither: u64,
    /// Keys that only this migration can have named: temporary names, and new names with the planned
    /// type and expiry whose old names are not there.
    pub ours: u64,
    /// Keys with one of the names that have the type and the expiry that were planned.
    pub as_planned: u64,
}

impl Survey {
    /// Returns how many of the keys that were looked at are there, under either name.
    #[must_use]
    pub fn found(&self) -> u64 {
        self.old_names + self.new_names + self.both
    }
}

impl fmt::Display for ServerSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.endpoint, self.version)?;
        match &self.run_id {
            // The first digits tell processes apart as well as all forty do.
            Some(id) => write!(f, ", run id {})", id.chars().take(8).collect::<String>()),
            None => write!(f, ")"),
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoMarker => {
                "the process is another one and its data have no marker of this migration: it is \
                 another server, or it was emptied or restored from before the migration"
            }
            Self::OtherAddress => {
                "the data have the marker of this migration, but neither the address nor the \
                 history of the server that did the work: it is a copy"
            }
            Self::Flushed => "the database was emptied with FLUSHALL or FLUSHDB",
            Self::Swapped => "databases were swapped with SWAPDB",
            Self::Replaced => "the server took over the data of another one with REPLICAOF",
            Self::MarkerGone => {
                "the marker of this migration is gone, and the server does not tell why"
            }
            Self::Expired => {
                "the process is another one, and the marker of this migration is over its time"
            }
            Self::Contradicted => {
                "it is said to have nothing of this migration, but it has keys under names that only \
                 this migration gives"
            }
            Self::Unmarked => {
                "the process is another one or unknown, and the server allows no marker that would \
                 tell how much of this migration its data have seen"
            }
            Self::Split => {
                "the servers that share this part of the plan lost different parts of it"
            }
        })
    }
}
