//! What counters were at an earlier look, to tell how fast they grow.

use std::{collections::BTreeMap, time::Instant};

use serde::{Deserialize, Serialize};

use super::sample::Sample;

/// The fields of `INFO` that count.
const FIELDS: &[&str] = &[
    UPTIME,
    "aof_delayed_fsync",
    "evicted_keys",
    "keyspace_hits",
    "keyspace_misses",
    "rejected_connections",
];
/// How long the process has been running, by its own clock, in seconds.
const UPTIME: &str = "uptime_in_seconds";
/// The number of the newest entry in the log of slow commands. Resetting the log does not set it
/// back.
pub(super) const SLOW: &str = "slowlog_last_id";

/// What the counters of one server were at some time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counters {
    /// Changes with every start of the process.
    pub run_id: Option<String>,
    /// The counters by their names.
    pub values: BTreeMap<String, f64>,
    /// When they were read, if this process did it.
    #[serde(skip)]
    pub(super) read: Option<Instant>,
}

/// The counters of several servers, by their addresses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct History(pub BTreeMap<String, Counters>);

impl Counters {
    /// Reads the counters out of what a server said.
    pub(super) fn of(sample: &Sample) -> Self {
        let numbers = FIELDS.iter().filter_map(|name| Some((*name, sample.number(name)?)));
        #[expect(clippy::cast_precision_loss, reason = "it is a count")]
        let slow = sample.newest_slow.yes().and_then(|newest| *newest).map(|id| (SLOW, id as f64));
        let values = numbers.chain(slow).map(|(name, value)| (name.to_owned(), value));
        Self {
            run_id: sample.get("run_id").filter(|text| is_id(text)).map(str::to_owned),
            values: values.collect(),
            read: Some(sample.taken),
        }
    }

    /// Takes counters that were read just now.
    pub(super) fn counted_now(values: BTreeMap<String, f64>) -> Self {
        Self { run_id: None, values, read: Some(Instant::now()) }
    }

    /// Returns by how much a counter has grown. One that is smaller than before was set back, and
    /// tells nothing.
    pub(super) fn grown_since(&self, before: &Self, name: &str) -> Option<f64> {
        let grown = self.get(name)? - before.get(name)?;
        (grown >= 0.0).then_some(grown)
    }

    /// Returns a counter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<f64> {
        self.values.get(name).copied()
    }

    /// Returns whether this is another process than the one that counted before.
    pub(super) fn restarted_since(&self, before: &Self) -> bool {
        let other = self.run_id.as_ref().zip(before.run_id.as_ref()).is_some_and(|(a, b)| a != b);
        let younger =
            self.get(UPTIME).zip(before.get(UPTIME)).is_some_and(|(now, then)| now < then);
        other || younger
    }

    /// Returns the seconds between two readings: by our clock if this process made both, or else by
    /// how much longer the server has been running. No clock of two machines has to agree.
    pub(super) fn seconds_since(&self, before: &Self) -> Option<f64> {
        let ours = self.read.zip(before.read).map(|(now, then)| now - then);
        let seconds = match ours {
            Some(elapsed) => elapsed.as_secs_f64(),
            None => self.get(UPTIME)? - before.get(UPTIME)?,
        };
        (seconds > 0.0).then_some(seconds)
    }
}

/// Returns whether a text is what servers make of themselves at their start. It is kept in a file, and
/// one that lies could have anything stand there.
fn is_id(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
