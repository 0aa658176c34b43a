//! Lets work on other threads be watched and stopped.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time;

use super::Error;
use crate::{
    steps,
    vocabulary::{
        control::Control,
        progress::{Event, Phase},
    },
};

/// How often progress is told.
const TICK: Duration = Duration::from_millis(100);

/// Lets work on other threads be watched and stopped. That work stops as well when this goes away,
/// because nobody waits for it any more.
#[derive(Debug)]
pub(super) struct Watch<'a> {
    pub(super) control: &'a Control<'a>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    read: AtomicU64,
    stopped: AtomicBool,
}

impl<'a> Watch<'a> {
    pub(super) fn new(control: &'a Control<'a>) -> Self {
        Self { control, shared: Arc::default() }
    }

    /// Returns the end of this that other threads hold.
    pub(super) fn watched(&self) -> Watched {
        Watched(Arc::clone(&self.shared))
    }

    /// Waits for the end of some work; tells meanwhile how far it is, and passes on the wish to
    /// stop.
    pub(super) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            if self.control.is_cancelled() {
                self.shared.stopped.store(true, Ordering::Relaxed);
            }
            let waited = time::timeout(TICK, &mut work).await;
            self.tell(Event::Advanced(self.shared.read.load(Ordering::Relaxed)));
            if let Ok(done) = waited {
                return done;
            }
        }
    }

    pub(super) fn tell(&self, event: Event<'_>) {
        self.control.tell(Phase::Compare, event);
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
    }
}

/// What work on another thread counts with, and asks whether to stop.
#[derive(Clone, Debug)]
pub(super) struct Watched(Arc<Shared>);

impl Watched {
    /// Counts keys that were read.
    pub(super) fn read(&self, keys: u64) {
        self.0.read.fetch_add(keys, Ordering::Relaxed);
    }

    /// Fails if the work should stop.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.0.stopped.load(Ordering::Relaxed) { Err(Error::Stopped) } else { Ok(()) }
    }
}

/// Does work on a thread that may block.
pub(super) fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> impl Future<Output = Result<T, Error>> {
    steps::blocking::blocking(work)
}
