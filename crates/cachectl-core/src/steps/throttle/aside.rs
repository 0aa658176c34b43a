//! A thread for what must not wait for our own work.

use std::io;

use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};

/// A runtime on a thread of its own, however busy that of the caller is.
#[derive(Debug)]
pub(crate) struct Aside {
    /// There until it is dropped.
    runtime: Option<Runtime>,
}

impl Aside {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// Fails if the system allows no more threads or files.
    pub(crate) fn start(name: &str) -> io::Result<Self> {
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name(name).enable_all().build()?;
        Ok(Self { runtime: Some(runtime) })
    }

    /// Runs something there; `None` once this is being dropped.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<JoinHandle<T>> {
        self.runtime.as_ref().map(|runtime| runtime.spawn(work))
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // To wait for its end would block the caller's own runtime.
            runtime.shutdown_background();
        }
    }
}
