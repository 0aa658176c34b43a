//! Work with files, away from the task that talks to the server.

use tokio::task;

use super::Error;

/// Does the work on a thread that may block.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    task::spawn_blocking(work).await.map_err(|_| Error::Stopped)?
}
