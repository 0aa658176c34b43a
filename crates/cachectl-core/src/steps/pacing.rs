//! How fast bulk work goes. A pacing that exists makes sense.

use std::{num::NonZeroU32, time::Duration};

use super::throttle::Limits;

/// How fast to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pacing {
    /// At most this many keys a second; as many as the server takes if there is no limit.
    pub rate: Option<NonZeroU32>,
    /// How many commands travel together.
    pub batch: BatchSize,
    /// How slow a PING may become, at its 99th percentile, before the batches shrink.
    pub max_latency: Duration,
}

impl Pacing {
    /// Returns what the throttle keeps to.
    pub(crate) fn limits(self) -> Limits {
        Limits { rate: self.rate, batch: self.batch.get(), max_latency: self.max_latency }
    }
}

impl Default for Pacing {
    fn default() -> Self {
        Self { rate: None, batch: BatchSize::default(), max_latency: Duration::from_millis(5) }
    }
}

/// How many commands travel together.
///
/// Below 16 the round trips dominate; above 512 other clients wait longer and nothing is gained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchSize(u32);

impl BatchSize {
    /// The smallest batch.
    pub const MIN: u32 = 16;
    /// The largest batch.
    pub const MAX: u32 = 512;

    /// Returns the size, if it is between 16 and 512.
    #[must_use]
    pub fn new(commands: u32) -> Option<Self> {
        (Self::MIN..=Self::MAX).contains(&commands).then_some(Self(commands))
    }

    /// Returns how many commands that are.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Default for BatchSize {
    fn default() -> Self {
        Self(128)
    }
}
