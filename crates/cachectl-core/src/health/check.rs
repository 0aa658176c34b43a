//! The questions about one data server, each in a function of its own.

mod buffers;
mod bytes;
mod cluster;
mod latency;
mod memory;
mod persistence;
mod process;
mod replication;
mod safety;
mod traffic;

use super::{history::Counters, judge::Judge, sample::Sample, thresholds::Profile};

/// What is known of a server: as it is, and what its counters were at an earlier look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    pub(super) now: &'a Sample,
    pub(super) counters: &'a Counters,
    pub(super) before: Option<Before<'a>>,
    /// Whether it is another process than at the earlier look, if there was one.
    pub(super) restarted: Option<bool>,
    pub(super) profile: Profile,
}

/// What the same process counted before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before<'a> {
    pub(super) counters: &'a Counters,
    /// How long ago that was, in seconds; never 0.
    pub(super) seconds: f64,
}

impl<'a> Before<'a> {
    /// Returns what was counted before, if it is the same process that counts now.
    pub(super) fn of(counters: &'a Counters, now: &Counters) -> Option<Self> {
        let seconds = now.seconds_since(counters).filter(|_| !now.restarted_since(counters))?;
        Some(Self { counters, seconds })
    }
}

impl Known<'_> {
    /// Returns how fast a counter grows, in one second.
    pub(super) fn rate(&self, counter: &str) -> Option<f64> {
        Some(self.grown(counter)? / self.before?.seconds)
    }

    /// Returns by how much a counter has grown since the earlier look.
    pub(super) fn grown(&self, counter: &str) -> Option<f64> {
        self.counters.grown_since(self.before?.counters, counter)
    }
}

/// Asks everything that can be asked of a data server that answers.
pub(super) fn all(known: &Known<'_>, judge: &mut Judge<'_>) {
    process::judge(known, judge);
    memory::judge(known, judge);
    traffic::judge(known, judge);
    buffers::judge(known, judge);
    replication::judge(known, judge);
    persistence::judge(known, judge);
    latency::judge(known, judge);
    cluster::judge(known, judge);
    safety::judge(known, judge);
}
