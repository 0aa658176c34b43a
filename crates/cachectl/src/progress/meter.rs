//! How far a phase has come, how fast it goes and how long it will still take.

use std::{
    fmt,
    time::{Duration, Instant},
};

use cachectl_core::vocabulary::progress::Phase;

use crate::output::count::{Bytes, Count, Estimate, Number};

/// What a phase counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Keys,
    Bytes,
}

impl Unit {
    /// Files that are checked are read in bytes if their size is known beforehand; when their keys
    /// are asked for on servers besides, those are counted.
    fn of(phase: Phase, total: Option<u64>) -> Self {
        if phase == Phase::Check && total.is_some() { Self::Bytes } else { Self::Keys }
    }

    /// Returns its name for programs.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Bytes => "bytes",
        }
    }

    fn counted(self, count: u64) -> String {
        match self {
            Self::Keys => Count(count, "key").to_string(),
            Self::Bytes => Bytes(count).to_string(),
        }
    }

    fn number(self, count: u64) -> String {
        match self {
            Self::Keys => Number(count).to_string(),
            Self::Bytes => Bytes(count).to_string(),
        }
    }
}

/// The part of a whole that is done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Portion {
    pub(super) done: u64,
    pub(super) total: u64,
}

impl Portion {
    /// Returns how many of so many equal parts it is.
    pub(super) fn of(self, parts: usize) -> usize {
        let done = u128::from(self.done) * parts as u128;
        // Where nothing is to be done, all of it is.
        let done = done.checked_div(u128::from(self.total)).map(usize::try_from);
        done.and_then(Result::ok).unwrap_or(parts)
    }
}

/// A phase that is under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meter {
    began: Instant,
    unit: Unit,
    total: Option<u64>,
    done: u64,
}

impl Meter {
    pub(super) fn start(phase: Phase, total: Option<u64>) -> Self {
        Self { began: Instant::now(), unit: Unit::of(phase, total), total, done: 0 }
    }

    pub(super) fn advance(&mut self, done: u64) {
        self.done = done;
    }

    pub(super) fn unit(&self) -> Unit {
        self.unit
    }

    pub(super) fn done(&self) -> u64 {
        self.done
    }

    pub(super) fn total(&self) -> Option<u64> {
        self.total
    }

    fn elapsed(&self) -> Duration {
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

    /// Returns how much is done, if it is known how much there is.
    pub(super) fn portion(&self) -> Option<Portion> {
        self.total.map(|total| Portion { done: self.done.min(total), total })
    }

    /// Returns what it has to tell, what matters most first.
    pub(super) fn parts(&self) -> Vec<String> {
        let count = match self.total {
            Some(total) => {
                format!("{} of {}", self.unit.number(self.done), self.unit.counted(total))
            }
            None => self.unit.counted(self.done),
        };
        let rate = format!("{} a second", self.unit.number(self.rate()));
        let left = self.remaining().map(|left| format!("{} left", Estimate(left)));
        [count, rate].into_iter().chain(left).collect()
    }
}

impl fmt::Display for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.parts().join(", "))
    }
}
