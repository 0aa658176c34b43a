//! The life of the process.

use std::time::Duration;

use redis::Value;

use super::process::{Process, Signal};
use super::{Server, StartError};
use crate::wait;

impl Server {
    /// Ends the server as a power cut would, and waits until it is gone.
    pub fn kill(&self) {
        self.disconnect();
        drop(self.lock_process().take());
    }

    /// Asks the server to end in good order, and waits until it has.
    pub fn shutdown(&self) {
        self.disconnect();
        let process = self.lock_process().take();
        let Some(mut process) = process else { return };
        process.signal(Signal::Terminate);
        let ended = wait::poll(Duration::from_secs(30), || process.has_ended().then_some(()));
        assert!(ended.is_some(), "the server did not shut down:\n{}", self.log_tail());
    }

    /// Starts the server again, on the same address, directory and configuration.
    #[track_caller]
    pub fn restart(&self) {
        self.kill();
        if let Err(error) = self.launch() {
            panic!("{error}");
        }
    }

    /// Freezes the process: it keeps its connections, and answers nothing.
    #[track_caller]
    pub fn stop_process(&self) {
        self.signal(Signal::Stop);
    }

    /// Lets a frozen process go on.
    #[track_caller]
    pub fn continue_process(&self) {
        self.signal(Signal::Continue);
    }

    #[track_caller]
    fn signal(&self, signal: Signal) {
        match self.lock_process().as_ref() {
            Some(process) => process.signal(signal),
            None => panic!("the server is not running"),
        }
    }

    pub(super) fn launch(&self) -> Result<(), StartError> {
        let mut process =
            Process::spawn(self.installation.path(), self.directory(), self.access.mode)?;
        let ready = wait::poll(Duration::from_secs(30), || {
            if process.has_ended() {
                return Some(false);
            }
            self.answers_ping().then_some(true)
        });
        let reason = match ready {
            Some(true) => {
                *self.lock_process() = Some(process);
                return Ok(());
            }
            Some(false) => "ended at once",
            None => "did not answer",
        };
        let binary = self.installation.path().to_owned();
        Err(StartError::NotReady { binary, reason: reason.to_owned(), log: self.log_tail() })
    }

    fn answers_ping(&self) -> bool {
        // A server that still loads its data answers with an error, and so does a wrong password.
        let answer = self.try_command(&["PING"]);
        answer.is_ok_and(|answer| matches!(answer, Value::SimpleString(text) if text == "PONG"))
    }

    pub(super) fn log_tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
    }
}
