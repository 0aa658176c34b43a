//! How a chore ends when it does not end well.

use std::fmt;
use std::process::ExitStatus;

use cachectl_testkit::locate;
use cachectl_testkit::server::StartError;

/// The exit code of a chore that has no server to run against, the one of the binary as well.
const NO_SERVER: u8 = 69;

/// Why a chore failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// There is no server.
    NoServer(locate::Error),
    /// A program that said itself what went wrong.
    Program(ExitStatus),
    /// Something else.
    Other(String),
}

impl Failure {
    pub(crate) fn other(message: impl fmt::Display) -> Self {
        Self::Other(message.to_string())
    }

    /// Returns what is still to be said.
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Self::NoServer(error) => Some(error.to_string()),
            Self::Program(_) => None,
            Self::Other(message) => Some(message.clone()),
        }
    }

    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::NoServer(_) => NO_SERVER,
            Self::Program(status) => {
                status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
            }
            Self::Other(_) => 1,
        }
    }
}

impl From<locate::Error> for Failure {
    fn from(error: locate::Error) -> Self {
        Self::NoServer(error)
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::other(error)
    }
}

/// Turns the end of a program into the end of a chore.
pub(crate) fn succeeded(status: ExitStatus) -> Result<(), Failure> {
    if status.success() { Ok(()) } else { Err(Failure::Program(status)) }
}
