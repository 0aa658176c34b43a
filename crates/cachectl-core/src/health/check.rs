//! The questions about one data server, each in a function of its own.

mod memory;
mod persistence;
mod replication;
mod safety;
mod traffic;

use super::{judge::Judge, sample::Sample, thresholds::Profile};

/// What is known of a server: as it is, and as it was when the window began, if it was looked at
/// twice or what was found the last time is at hand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    pub(super) now: &'a Sample,
    pub(super) before: Option<Before<'a>>,
    pub(super) profile: Profile,
}

/// What a server said before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before<'a> {
    pub(super) sample: &'a Sample,
    /// How long ago that was, in seconds.
    pub(super) seconds: f64,
}

impl Known<'_> {
    /// Returns how fast a counter grows, in one second.
    ///
    /// A counter that is smaller than before was set back, and tells nothing.
    pub(super) fn rate(&self, counter: &str) -> Option<f64> {
        let before = self.before.filter(|before| before.seconds > 0.0)?;
        let grown = self.grown(counter)?;
        Some(grown / before.seconds)
    }

    /// Returns by how much a counter has grown since the window began.
    pub(super) fn grown(&self, counter: &str) -> Option<f64> {
        let grown = self.now.number(counter)? - self.before?.sample.number(counter)?;
        (grown >= 0.0).then_some(grown)
    }
}

/// Asks everything that can be asked of a data server that answers.
pub(super) fn all(known: &Known<'_>, judge: &mut Judge<'_>) {
    memory::judge(known, judge);
    traffic::judge(known, judge);
    replication::judge(known, judge);
    persistence::judge(known, judge);
    safety::judge(known, judge);
}
