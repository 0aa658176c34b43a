//! What stands in files, read again when they change.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::stamps::Stamps;
use crate::error::CliError;

/// What was read from files. If they cannot be used after a change, it stays as it was.
pub(super) struct Reloaded<T> {
    /// What it is, as the log and the metrics have it.
    what: &'static str,
    read: Read<T>,
    current: Mutex<Current<T>>,
}

type Read<T> = Box<dyn Fn() -> Result<T, CliError> + Send + Sync>;

struct Current<T> {
    stamps: Stamps,
    value: Arc<T>,
    reading: Reading,
}

/// What came of the last reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// What is used stands in the files.
    Good,
    /// The files are not usable, and what is used stood in them before.
    Failed,
}

impl<T> Reloaded<T> {
    /// Takes what was read, after a look at the files: what changes in between is read once more.
    pub(super) fn of(
        what: &'static str,
        stamps: Stamps,
        value: T,
        read: impl Fn() -> Result<T, CliError> + Send + Sync + 'static,
    ) -> Self {
        let current = Current { stamps, value: Arc::new(value), reading: Reading::Good };
        Self { what, read: Box::new(read), current: Mutex::new(current) }
    }

    /// Returns what stands in the files, or stood there when they were usable.
    pub(super) fn get(&self) -> Arc<T> {
        Arc::clone(&self.current().value)
    }

    /// Returns what it is, and what came of the last reading.
    pub(super) fn reading(&self) -> (&'static str, Reading) {
        (self.what, self.current().reading)
    }

    fn current(&self) -> MutexGuard<'_, Current<T>> {
        // Nothing that is done under the lock can leave it half done.
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let now = current.stamps.again();
        if now != current.stamps {
            // Until they change once more, there is nothing to be read again, or to be said.
            current.stamps = now;
            match (self.read)() {
                Ok(value) => {
                    current.value = Arc::new(value);
                    current.reading = Reading::Good;
                }
                Err(error) => {
                    current.reading = Reading::Failed;
                    let error = chain(&error);
                    tracing::warn!(file = self.what, %error, "not usable, and all stays as it was");
                }
            }
        }
        current
    }
}

/// Returns an error with what caused it, in one line.
fn chain(error: &CliError) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

impl<T> fmt::Debug for Reloaded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reloaded").field("what", &self.what).finish_non_exhaustive()
    }
}
