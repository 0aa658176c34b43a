//! Work with files, away from the task that talks to the server.

use super::Error;
use crate::steps;

/// Does the work on a thread that may block.
pub(super) fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> impl Future<Output = Result<T, Error>> {
    steps::blocking::blocking(work)
}
