//! What can go wrong between us and a server.

use std::{fmt, time::Duration};

use super::trust::Untrusted;
use crate::{
    values::{endpoint::Endpoint, key::Key},
    vocabulary::{bug::Bug, error_kind::ErrorKind},
};

/// Why a server could not be used.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum Error {
    #[error("could not connect to `{endpoint}`")]
    Connect { endpoint: Endpoint, source: Cause },
    #[error("`{endpoint}` did not answer within {}", Limit(*limit))]
    TimedOut { endpoint: Endpoint, limit: Duration, stage: Waiting },
    #[error("lost the connection to `{endpoint}`")]
    Lost { endpoint: Endpoint, source: Cause },
    #[error("`{endpoint}` refused the login")]
    Login { endpoint: Endpoint, source: Cause },
    #[error("`{endpoint}` refused `{command}`")]
    Refused { endpoint: Endpoint, command: String, source: Refusal },
    #[error("`{endpoint}` answered `{command}` with something unexpected")]
    Unexpected { endpoint: Endpoint, command: String },
    #[error(
        "`{endpoint}` would never come to an end of `{command}`: it gave a cursor twice, or more pages than it has keys"
    )]
    NeverEnds { endpoint: Endpoint, command: String },
    #[error("`{endpoint}` names more than {limit} primaries, and no cluster has so many")]
    TooManyNodes { endpoint: Endpoint, limit: usize },
    #[error("will not log in to `{endpoint}`")]
    Untrusted { endpoint: Endpoint, source: Untrusted },
    #[error("`{endpoint}` is a sentinel, not a data server")]
    IsSentinel { endpoint: Endpoint },
    #[error("`{endpoint}` is a replica and takes no writes")]
    IsReplica { endpoint: Endpoint },
    #[error("no sentinel knows a primary named `{name}`")]
    UnknownPrimary { name: String },
    #[error("{answers} of {count} sentinels answer, and no address is named by most of all")]
    NoMajority { answers: usize, count: usize },
    #[error("none of {count} sentinels answers")]
    NoSentinel { count: usize, source: Box<Error> },
    #[error("a cluster has no database {db}, only 0")]
    ClusterDb { db: i64 },
    #[error("`{endpoint}` has no database {db}")]
    NoSuchDb { endpoint: Endpoint, db: u64 },
    #[error("the cluster serves only {served} of 16384 slots")]
    SlotsUncovered { served: u16 },
    #[error("no primary serves the slot of `{key}`")]
    Unserved { key: Key },
    #[error("the connection settings are not usable")]
    Settings { source: Cause },
    #[error("could not {what} for the connections to servers")]
    System { what: &'static str, source: std::io::Error },
    #[error(transparent)]
    Bug(Bug),
}

impl Error {
    /// Returns the class of failure, which decides the exit code.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Connect { .. }
            | Self::TimedOut { .. }
            | Self::Lost { .. }
            | Self::NoSentinel { .. }
            | Self::NoMajority { .. }
            | Self::SlotsUncovered { .. }
            | Self::Unserved { .. }
            | Self::System { .. }
            | Self::NeverEnds { .. }
            | Self::TooManyNodes { .. }
            | Self::Unexpected { .. } => ErrorKind::Unreachable,
            Self::Login { .. } | Self::IsReplica { .. } | Self::Untrusted { .. } => {
                ErrorKind::Refused
            }
            Self::Refused { source, .. } => source.kind(),
            Self::IsSentinel { .. }
            | Self::UnknownPrimary { .. }
            | Self::ClusterDb { .. }
            | Self::NoSuchDb { .. }
            | Self::Settings { .. } => ErrorKind::Configuration,
            Self::Bug(_) => ErrorKind::Internal,
        }
    }

    /// Returns whether the same call may succeed on a new connection.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Connect { .. }
            | Self::TimedOut { .. }
            | Self::Lost { .. }
            | Self::NoSentinel { .. }
            | Self::NoMajority { .. }
            | Self::SlotsUncovered { .. } => true,
            Self::Refused { source, .. } => source.is_transient(),
            _ => false,
        }
    }

    /// Returns what the server said, if it said no.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// What a server was to answer when its time was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// A connection that was to be opened.
    Connecting,
    /// Commands over a connection that is open.
    Answering,
}

/// How long something may take, in the largest unit in which it is a whole number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit(pub(super) Duration);

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.subsec_micros() {
            0 => write!(f, "{} s", self.0.as_secs()),
            micros if micros % 1_000 == 0 => write!(f, "{} ms", self.0.as_millis()),
            _ => write!(f, "{} us", self.0.as_micros()),
        }
    }
}

/// What was in the way, in words.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Cause(pub(super) String);

/// An error that the server answered to one command, in its own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server says `{text}`", text = self.text())]
pub struct Refusal {
    /// The first word of the error: `NOPERM`, `READONLY`, `MOVED`, `ERR` and so on.
    pub code: String,
    /// The rest of the error.
    pub detail: String,
}

impl Refusal {
    fn text(&self) -> String {
        let text = format!("{} {}", self.code, self.detail);
        text.trim_end().escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'")
    }

    /// Returns whether the ACL of our user forbids the command or its keys.
    #[must_use]
    pub fn is_permission(&self) -> bool {
        self.code == "NOPERM"
    }

    /// Returns whether our user may run the command, but not with these keys.
    #[must_use]
    pub fn is_about_key_patterns(&self) -> bool {
        self.is_permission() && self.detail.contains("key")
    }

    /// Returns whether the server does not know the command: it is too old, or the command was
    /// renamed away.
    #[must_use]
    pub fn is_unknown_command(&self) -> bool {
        self.code == "ERR" && self.detail.starts_with("unknown command")
    }

    /// Returns whether the command was denied or is not there, so that we must do without it.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.is_permission() || self.is_unknown_command()
    }

    /// Returns whether `RENAME` or `RENAMENX` found nothing under the old name.
    #[must_use]
    pub fn is_no_such_key(&self) -> bool {
        self.code == "ERR" && self.detail == "no such key"
    }

    /// Returns whether the slot of the command's keys is not, or not wholly, on this node.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        matches!(self.code.as_str(), "MOVED" | "ASK" | "TRYAGAIN" | "CLUSTERDOWN")
    }

    /// Returns whether it is about the command's keys, and not about everything we send.
    #[must_use]
    pub fn is_about_keys(&self) -> bool {
        matches!(self.code.as_str(), "NOPERM" | "CROSSSLOT" | "WRONGTYPE" | "ERR")
            && !self.is_unknown_command()
    }

    /// Returns whether the server closes the connection now: what it got is no command to it, or
    /// has an argument that is longer than it takes.
    #[must_use]
    pub fn closes(&self) -> bool {
        self.code == "ERR" && self.detail.starts_with("Protocol error")
    }

    /// Returns whether the same command may be accepted later or on another node.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.is_elsewhere()
            || matches!(self.code.as_str(), "LOADING" | "BUSY" | "READONLY" | "MASTERDOWN")
    }

    fn kind(&self) -> ErrorKind {
        match self.code.as_str() {
            "NOPERM" | "NOAUTH" | "WRONGPASS" | "READONLY" | "OOM" | "MISCONF" | "NOREPLICAS" => {
                ErrorKind::Refused
            }
            _ if self.is_unknown_command() => ErrorKind::Refused,
            _ => ErrorKind::Unreachable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_told_in_a_unit_in_which_it_is_one() {
        #[track_caller]
        fn case(micros: u64, expected: &str) {
            assert_eq!(Limit(Duration::from_micros(micros)).to_string(), expected);
        }

        case(30_000_000, "30 s");
        case(1_500_000, "1500 ms");
        case(100_000, "100 ms");
        case(250, "250 us");
    }
}
