//! Progress, as events that leave the core.

use std::time::Duration;

/// A part of an operation that has an estimate and a rate of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Keys are enumerated.
    Scan,
    /// The plan is sorted, checked for collisions and ordered.
    Plan,
    /// Keys are renamed.
    Apply,
    /// Every pair is looked at once more.
    Converge,
    /// Keys are compared with the plan.
    Verify,
    /// Keys are renamed back.
    Rollback,
    /// Values are copied into a file.
    Backup,
    /// A file is read, and compared with the names that are taken.
    Check,
    /// Values are put back from a file.
    Restore,
    /// Two sides are read and compared.
    Compare,
}

/// Something an operation wants its caller to know while it runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event<'a> {
    /// The phase began, with an estimate of its size where the server can give one.
    Started(Option<u64>),
    /// This many items are finished, counted from the start of the phase.
    Advanced(u64),
    /// The throttle changed the pace, for this reason.
    Paced(Pace),
    /// Something the operator should know now, not only in the report.
    Noticed(&'a str),
    /// The phase ended, whether or not it reached its estimate.
    Finished,
}

/// What the throttle does, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// Batches became smaller because the server answers a PING too slowly.
    Slower {
        /// The 99th percentile of the PINGs that decided it.
        p99: Duration,
        /// The limit that the operator set.
        limit: Duration,
        /// How many commands a batch holds from now on.
        batch: u32,
    },
    /// The server answers within the limit again, and the batches are as large as asked for.
    Recovered {
        /// How many commands a batch holds from now on.
        batch: u32,
    },
}

/// Receives events. Called from the operation's own task, so it must be quick and must not block.
pub trait Observer: Send + Sync {
    /// Takes note of an event of the given phase.
    fn observe(&self, phase: Phase, event: Event<'_>);
}

/// An observer that looks away.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn observe(&self, _: Phase, _: Event<'_>) {}
}
