//! How far a phase has come, how fast it goes and how long it will still take.

use std::{
    fmt,
    time::{Duration, Instant},
};

use crate::output::count::{Count, Estimate, Number};

/// A phase that is under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meter {
    began: Instant,
    total: Option<u64>,
    done: u64,
}

impl Meter {
    pub(super) fn start(total: Option<u64>) -> Self {
        Self { began: Instant::now(), total, done: 0 }
    }

    pub(super) fn advance(&mut self, done: u64) {
        self.done = done;
    }

    pub(super) fn done(&self) -> u64 {
        self.done
    }

    pub(super) fn total(&self) -> Option<u64> {
        self.total
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Returns how many items are done in a second.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate for people needs no more than a few digits, and is not negative"
    )]
    pub(super) fn rate(&self) -> u64 {
        let seconds = self.elapsed().as_secs_f64();
        if seconds < 0.001 { 0 } else { (self.done as f64 / seconds) as u64 }
    }

    /// Returns how long the rest takes at this rate, once one per cent has shown what it is.
    pub(super) fn remaining(&self) -> Option<Duration> {
        let left = self.total?.checked_sub(self.done)?;
        let rate = self.rate();
        let known = rate > 0 && self.done.saturating_mul(100) >= self.total?;
        known.then(|| Duration::from_secs(left / rate))
    }
}

impl fmt::Display for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.total {
            Some(total) => write!(f, "{} of {}", Number(self.done), Count(total, "key"))?,
            None => write!(f, "{}", Count(self.done, "key"))?,
        }
        write!(f, ", {} a second", Number(self.rate()))?;
        match self.remaining() {
            Some(left) => write!(f, ", {} left", Estimate(left)),
            None => Ok(()),
        }
    }
}
