//! Flags about how fast bulk work goes.

use std::{num::NonZeroU32, time::Duration};

use cachectl_core::steps::pacing::{BatchSize, Pacing};
use clap::Args;

use crate::parse;

/// How fast to go.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Pace")]
pub(crate) struct PaceArgs {
    /// At most this many keys a second [default: as many as `--max-latency` allows]
    #[arg(long, value_name = "N", value_parser = parse::rate)]
    pub(crate) rate: Option<NonZeroU32>,
    /// How many commands travel together, 16 to 512 [default: 128]
    #[arg(long, value_name = "N", value_parser = parse::batch)]
    pub(crate) batch: Option<BatchSize>,
    /// Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]
    #[arg(long, value_name = "TIME", value_parser = parse::duration)]
    pub(crate) max_latency: Option<Duration>,
}

impl PaceArgs {
    pub(crate) fn is_empty(&self) -> bool {
        self.rate.is_none() && self.batch.is_none() && self.max_latency.is_none()
    }

    /// Returns what the flags say, and the usual pace where they say nothing.
    pub(crate) fn pacing(&self) -> Pacing {
        let usual = Pacing::default();
        Pacing {
            rate: self.rate,
            batch: self.batch.unwrap_or(usual.batch),
            max_latency: self.max_latency.unwrap_or(usual.max_latency),
        }
    }
}
