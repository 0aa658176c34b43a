//! Tells how a deployment is, within a deadline.
//!
//! One connection to every server and at most two exchanges over it, and the PINGs that were asked
//! for between them; whatever has arrived when the time is over is judged, and what has not is
//! unknown. Nothing fails: a server that cannot be reached is what was to be found out.

mod again;
pub mod application;
pub mod catalogue;
mod check;
mod connections;
mod denied;
pub mod history;
mod host;
mod judge;
mod judgements;
pub mod metrics;
mod nodes;
mod peers;
pub mod probes;
pub mod range;
pub mod report;
mod sample;
pub mod scrape;
mod sentinel_view;
mod sentinels;
pub mod session;
mod spikes;
pub mod thresholds;
mod write;

use std::time::{Duration, Instant};

pub use self::{
    application::Application,
    history::{Counters, History},
    range::Range,
    report::{Finding, NodeReport, Report, Status},
    session::Session,
    thresholds::{Limits, Profile, Thresholds},
};
use crate::server::target::Target;

/// How to look, and what is normal.
#[derive(Clone, Debug)]
pub struct Options {
    /// Everything has to be answered within this time, from name look-up to the last byte; a
    /// window comes on top.
    pub deadline: Duration,
    /// How long to wait between two looks, to tell how fast counters grow.
    pub window: Option<Duration>,
    /// How many PINGs to send, over the window if there is one; one is part of the first exchange.
    pub pings: u32,
    /// Whether to write a key of our own, which is the only way to know that it can be done.
    pub write: bool,
    /// An application that uses the servers, and exports how it fares.
    pub application: Option<Application>,
    /// What the keys are for.
    pub profile: Profile,
    /// When values are alarming.
    pub thresholds: Thresholds,
}

impl Default for Options {
    fn default() -> Self {
        let profile = Profile::default();
        Self {
            // Below the second that Kubernetes gives a probe by default.
            deadline: Duration::from_millis(900),
            window: None,
            pings: 1,
            write: false,
            application: None,
            profile,
            thresholds: Thresholds::of(profile),
        }
    }
}

/// Returns when half of the time is over, for those who are to be asked before others.
fn halfway(deadline: Instant) -> Instant {
    let now = Instant::now();
    now + deadline.saturating_duration_since(now) / 2
}

/// Looks at every server of a deployment, once.
pub async fn run(target: &Target, options: &Options) -> Report {
    Session::new(target.clone(), options.clone()).look().await
}
