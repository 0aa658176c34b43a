//! What a restore would do, and what it did.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::PathBuf,
    time::Duration,
};

use serde::Serialize;

use super::{OnConflict, Ttl};
use crate::{
    steps::{
        fit::{Unfit, UnfitParts},
        put::{Proof, Roads},
        rdb_file::Ending,
    },
    values::{endpoint::Endpoint, key::Key, key_type::KeyType, ttl::Expiry},
    vocabulary::{listed::Listed, outcome::Outcome, seconds::seconds},
};

/// What a restore would do, found out without writing anything to a server.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// The file.
    pub path: PathBuf,
    /// The version of the RDB format it is written in.
    pub rdb_version: u16,
    /// What proves that its values are those that were written. If nothing does, each of them is
    /// decoded before it is sent.
    pub proof: Proof,
    /// What is known of the file as a whole.
    pub ending: Ending,
    /// When the file was written, as a Unix time in seconds, if it says so.
    pub written_at: Option<i64>,
    /// The servers that keys would go to.
    pub servers: Vec<ServerReport>,
    /// Keys in the file.
    pub entries: u64,
    /// Keys that the selection means, and that are not over their time.
    pub selected: u64,
    /// Keys that the selection leaves out.
    pub excluded: u64,
    /// Selected keys that are over their time, and would not be created.
    pub expired: u64,
    /// Selected collections without elements, which old files have and no server keeps.
    pub empty: u64,
    /// Selected keys that would be restored.
    pub restores: u64,
    /// Selected keys that would not be, because their names are taken, as the policy says.
    pub skipped: u64,
    /// Selected keys that no road leads to these servers.
    pub unsupported: Listed<Failure>,
    /// What each glob of the selection fits, in their order.
    pub globs: Vec<GlobReport>,
    /// What each rule does, in the order of the rules.
    pub rules: Vec<RuleReport>,
    /// What becomes of the keys that no rule matches.
    pub unmapped: Share,
    /// Globs, databases and rules that fit no key of the file.
    pub unfit: Vec<Unfit>,
    /// The databases that selected keys go to.
    pub databases: BTreeSet<u64>,
    /// Keys that would be restored, by type.
    pub by_type: BTreeMap<KeyType, u64>,
    /// Keys that would be restored, by the database they go to.
    pub by_database: BTreeMap<u64, u64>,
    /// Keys that would be restored, by the road that is tried first.
    pub roads: Roads,
    /// The largest value that would be restored.
    pub largest: Option<Largest>,
    /// How many bytes of memory restoring takes at most, about.
    pub memory: u64,
    /// Selected values of modules, which only a server with the same module takes.
    pub modules: u64,
    /// What happens where a name is taken.
    pub on_conflict: OnConflict,
    /// What happens to the times to live.
    pub ttl: Ttl,
    /// Names that are taken. What has one of a key that is unsupported stays, whatever the policy.
    pub taken: Listed<Taken>,
    /// Names that several keys of the file would get, or one that is in it more than once. Such a
    /// restore is always refused.
    pub collisions: Listed<Collision>,
    /// Libraries of functions in the file.
    pub functions: u64,
    /// Names of the libraries of functions in the file, if they are to be loaded.
    pub libraries: Vec<Key>,
    /// Those of them that a server has.
    pub libraries_taken: Vec<Key>,
    /// What the file has besides that is not restored.
    pub left_out: LeftOut,
    /// Why it cannot be run as it is; empty if it can.
    pub refusals: Vec<Refusal>,
    /// How long it took to find out.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub elapsed: Duration,
    /// How it came out: a restore that is refused is a finding, and so is a key that these servers
    /// cannot have.
    pub outcome: Outcome,
}

/// The largest value of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Largest {
    /// The name it gets.
    pub key: Key,
    /// The database it goes to.
    pub database: u64,
    /// How many bytes it is stored as.
    pub bytes: u64,
}

/// What a file has besides keys, or in them, and is not restored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Libraries of functions.
    pub functions: u64,
    /// What modules keep beside the keys or have attached to them: how many pieces, by module.
    pub modules: BTreeMap<String, u64>,
    /// Streams that lose what they remember of their producers, because no command can set it.
    pub idempotency: u64,
}

impl LeftOut {
    /// Returns whether it is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.functions == 0 && self.modules.is_empty() && self.idempotency == 0
    }
}

/// What a glob of the selection fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GlobReport {
    /// The glob.
    pub glob: Key,
    /// Selected keys of the file that it fits, those included that are over their time.
    pub matched: u64,
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleReport {
    /// The rule.
    pub rule: String,
    /// What becomes of the keys that it matches first.
    #[serde(flatten)]
    pub share: Share,
}

/// What becomes of a part of the selected keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Keys of the file, those included that are over their time.
    pub matched: u64,
    /// Keys that would be restored.
    pub restores: u64,
    /// Keys that would not be, because their names are taken, as the policy says.
    pub skipped: u64,
    /// Some of those that would be restored.
    pub samples: Vec<Sample>,
}

/// A key as it is in the file and as it would be on the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// The name in the file.
    pub from: Key,
    /// The name on the server.
    pub to: Key,
    /// The database it goes to.
    pub database: u64,
    /// The type.
    #[serde(rename = "type")]
    pub key_type: KeyType,
    /// When it expires.
    pub expiry: Expiry,
}

/// A server that keys go to.
#[derive(Clone, Debug, Serialize)]
pub struct ServerReport {
    /// Where it is.
    pub endpoint: Endpoint,
    /// Its product and version.
    pub version: String,
    /// The version of the RDB format that it writes.
    pub rdb_version: u16,
}

/// A name that is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// The name.
    pub key: Key,
    /// The database.
    pub database: u64,
}

/// A name that several keys of a file would get.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Collision {
    /// The name.
    pub to: Key,
    /// One of the names in the file.
    pub from: Key,
    /// The database of that name in the file.
    pub database: u64,
}

/// Why a restore cannot be run as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "id", rename_all = "snake_case")]
pub enum Refusal {
    /// Globs, databases or rules fit no key of the file.
    Unfit {
        /// Which.
        parts: UnfitParts,
    },
    /// The file has keys more than once. No server loads such a file.
    Repeated {
        /// How many keys.
        keys: u64,
    },
    /// Several keys of the file would get the same name.
    Collisions {
        /// How many names.
        names: u64,
    },
    /// Libraries of functions are there, and the policy is to abort.
    Libraries {
        /// How many.
        names: u64,
    },
    /// Libraries of functions are to be loaded, and a server has no functions.
    NoFunctions {
        /// The server.
        endpoint: Endpoint,
    },
    /// Names are taken, and the policy is to abort.
    Conflicts {
        /// How many names.
        keys: u64,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfit { parts } => write!(f, "{parts}"),
            Self::Repeated { keys: 1 } => f.write_str("the file has 1 key more than once"),
            Self::Repeated { keys } => write!(f, "the file has {keys} keys more than once"),
            Self::Collisions { names: 1 } => write!(f, "two keys of the file would get one name"),
            Self::Collisions { names } => {
                write!(f, "for {names} names, several keys of the file would get the same one")
            }
            Self::Libraries { names: 1 } => f.write_str("1 library of functions is there already"),
            Self::Libraries { names } => {
                write!(f, "{names} libraries of functions are there already")
            }
            Self::NoFunctions { endpoint } => write!(f, "`{endpoint}` has no functions"),
            Self::Conflicts { keys: 1 } => write!(f, "1 name is taken"),
            Self::Conflicts { keys } => write!(f, "{keys} names are taken"),
        }
    }
}

/// What a restore did.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The file.
    pub path: PathBuf,
    /// Keys that were to be restored.
    pub selected: u64,
    /// What became of them.
    #[serde(flatten)]
    pub counts: Counts,
    /// Keys that nothing was done about, because it stopped before.
    pub left: u64,
    /// Keys that were on their way to a server when the connection or the run ended: whether they are
    /// there is not known.
    pub unconfirmed: u64,
    /// Why it stopped, if it did.
    pub stopped: Option<String>,
    /// Keys that were on their way to a server when it was lost. If some of their values are damaged,
    /// and may have ended it, only these.
    pub in_doubt: Listed<Failure>,
    /// What became of the libraries of functions, if they were to be loaded.
    pub libraries: Libraries,
    /// What the file has besides that was not restored.
    pub left_out: LeftOut,
    /// How often the throttle slowed down.
    pub slowdowns: u64,
    /// How long it took.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub elapsed: Duration,
    /// How it came out.
    pub outcome: Outcome,
}

/// What became of libraries of functions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Libraries {
    /// How many are loaded, on every primary.
    pub loaded: u64,
    /// How many were left out because there is one of the name, as the policy says.
    pub skipped: u64,
    /// Those that a server refused.
    pub failed: Vec<LibraryFailure>,
}

/// A library of functions that a server refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LibraryFailure {
    /// Its name.
    pub name: Key,
    /// Why.
    pub reason: String,
}

/// What became of the keys of a restore.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Counts {
    /// Keys that were restored.
    pub restored: u64,
    /// The roads that they took.
    pub roads: Roads,
    /// Keys that were not restored because their names are taken, as the policy says.
    pub skipped: u64,
    /// Keys whose names were taken after they had been looked at.
    pub conflicts: Listed<Taken>,
    /// Keys whose time was over by then.
    pub expired: u64,
    /// Keys that no road leads to this server.
    pub unsupported: Listed<Failure>,
    /// Keys that the server refused to have.
    pub failed: Listed<Failure>,
}

impl Counts {
    /// Returns how many keys have an ending.
    #[must_use]
    pub fn ended(&self) -> u64 {
        let listed = self.conflicts.count + self.unsupported.count + self.failed.count;
        self.restored + self.skipped + self.expired + listed
    }
}

/// A key that was not restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The name it would have got.
    pub key: Key,
    /// The database.
    pub database: u64,
    /// Why.
    pub reason: String,
}
