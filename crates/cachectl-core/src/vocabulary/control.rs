//! What a caller hands to an operation to watch and to stop it.

use std::fmt;

use tokio_util::sync::CancellationToken;

use super::progress::{Event, Observer, Phase, Silent};

/// The caller's end of a running operation.
#[derive(Clone)]
pub struct Control<'a> {
    observer: &'a dyn Observer,
    cancellation: CancellationToken,
}

impl<'a> Control<'a> {
    /// Watches through `observer` and stops when `cancellation` is cancelled.
    #[must_use]
    pub fn new(observer: &'a dyn Observer, cancellation: CancellationToken) -> Self {
        Self { observer, cancellation }
    }

    /// Neither watches nor stops.
    #[must_use]
    pub fn unattended() -> Self {
        Self { observer: &Silent, cancellation: CancellationToken::new() }
    }

    /// Tells the observer about an event.
    pub fn tell(&self, phase: Phase, event: Event<'_>) {
        self.observer.observe(phase, event);
    }

    /// Returns whether the operation should stop at its next safe point.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancellation.is_cancelled()
    }

    /// Does some work unless the operation should stop before it is done: then `None`.
    ///
    /// For work that may be dropped half-way, such as waiting for a server that hangs.
    pub async fn unless_cancelled<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.cancellation.run_until_cancelled(work).await
    }

    /// Waits until the operation should stop.
    pub async fn cancelled(&self) {
        self.cancellation.cancelled().await;
    }
}

impl fmt::Debug for Control<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("is_cancelled", &self.is_cancelled())
            .finish_non_exhaustive()
    }
}
