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
