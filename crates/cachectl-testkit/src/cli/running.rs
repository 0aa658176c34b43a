//! A run that has not ended yet.

use std::io::{Read, Write as _};
use std::process::Child;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tempfile::TempDir;

use super::Output;
use crate::server::Signal;
use crate::wait;

/// The binary while it runs. Dropping this ends it.
#[derive(Debug)]
pub struct Running {
    child: Child,
    stdout: Stream,
    stderr: Stream,
    filters: Vec<(String, String)>,
    home: Arc<TempDir>,
}

/// Everything that has come out of one end so far.
#[derive(Debug)]
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Stream {
    fn read(source: Option<impl Read + Send + 'static>) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&bytes);
        let reader = source.map(|source| thread::spawn(move || Self::drain(source, &sink)));
        Self { bytes, reader }
    }

    fn drain(mut source: impl Read, sink: &Mutex<Vec<u8>>) {
        let mut chunk = [0; 8192];
        while let Ok(count @ 1..) = source.read(&mut chunk) {
            let fresh = chunk.get(..count).unwrap_or_default();
            sink.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(fresh);
        }
    }

    fn so_far(&self) -> Vec<u8> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn finish(&mut self) -> Vec<u8> {
        if let Some(reader) = self.reader.take() {
            assert!(reader.join().is_ok(), "reading the output failed");
        }
        self.so_far()
    }
}

impl Running {
    pub(super) fn new(
        mut child: Child,
        stdin: Option<Vec<u8>>,
        home: Arc<TempDir>,
        filters: Vec<(String, String)>,
    ) -> Self {
        if let (Some(mut pipe), Some(bytes)) = (child.stdin.take(), stdin) {
            // A program that does not read to the end closes the pipe, which is its own affair.
            thread::spawn(move || pipe.write_all(&bytes).ok());
        }
        let (stdout, stderr) =
            (Stream::read(child.stdout.take()), Stream::read(child.stderr.take()));
        Self { child, stdout, stderr, filters, home }
    }

    /// Returns the process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns the directory in which the binary runs.
    #[must_use]
    pub fn directory(&self) -> &std::path::Path {
        self.home.path()
    }

    /// Sends a signal.
    #[track_caller]
    pub fn signal(&self, signal: Signal) {
        signal.send(self.pid());
    }

    /// Ends the process at once, as `kill -9` does, and returns what it had said.
    #[track_caller]
    pub fn kill(mut self) -> Output {
        // It may have ended by itself just before.
        self.child.kill().ok();
        self.collect()
    }

    /// Returns what has come out on standard output so far.
    #[must_use]
    pub fn stdout_so_far(&self) -> String {
        String::from_utf8_lossy(&self.stdout.so_far()).into_owned()
    }

    /// Returns what has come out on standard error so far.
    #[must_use]
    pub fn stderr_so_far(&self) -> String {
        String::from_utf8_lossy(&self.stderr.so_far()).into_owned()
    }

    /// Returns whether the process has ended.
    #[must_use]
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits until the process ends, and returns what it said.
    ///
    /// Panics when it takes longer than `limit`; the process is ended then.
    #[track_caller]
    pub fn wait(mut self, limit: Duration) -> Output {
        let ended = wait::poll(limit, || self.has_ended().then_some(()));
        if ended.is_some() {
            return self.collect();
        }
        self.child.kill().ok();
        let output = self.collect();
        panic!("still running after {limit:?}, and has said:\n{output}");
    }

    #[track_caller]
    fn collect(&mut self) -> Output {
        let status = self.child.wait();
        let status = status.unwrap_or_else(|error| panic!("cannot wait for the process: {error}"));
        let (stdout, stderr) = (self.stdout.finish(), self.stderr.finish());
        Output::new(status, stdout, stderr, std::mem::take(&mut self.filters))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it is gone already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
