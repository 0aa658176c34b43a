//! Exit codes: one table for every command, and the one function that picks from it.

use std::fmt::Write as _;

use cachectl_core::{
    health::Status,
    vocabulary::{error_kind::ErrorKind, outcome::Outcome},
};

use crate::signals::Signal;

/// What the process tells its caller when it ends.
///
/// From 64 up the numbers are those of `sysexits.h` where it has one for the case. A signal gives
/// 128 and its number, as a shell reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitCode {
    /// Done, and all is good.
    Good,
    /// Done, and the answer is bad.
    Findings,
    /// Done, and the answer is very bad. Only `health` says so.
    Critical,
    /// Done, and there is no answer. Only `health` says so.
    Unknown,
    /// The command line makes no sense.
    Usage,
    /// A file that was given is damaged or wrong.
    Data,
    /// A server does not answer.
    Unreachable,
    /// A bug of cachectl.
    Internal,
    /// A result cannot be written.
    Output,
    /// The work stopped half-way.
    Incomplete,
    /// A guard said no.
    Refused,
    /// The configuration is wrong.
    Configuration,
    /// `SIGHUP` came, and the work drained.
    HungUp,
    /// `SIGINT` came, and the work drained.
    Interrupted,
    /// `SIGTERM` came, and the work drained.
    Terminated,
}

impl ExitCode {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 15] = [
        Self::Good,
        Self::Findings,
        Self::Critical,
        Self::Unknown,
        Self::Usage,
        Self::Data,
        Self::Unreachable,
        Self::Internal,
        Self::Output,
        Self::Incomplete,
        Self::Refused,
        Self::Configuration,
        Self::HungUp,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// Returns the number.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Findings => 1,
            Self::Critical => 2,
            Self::Unknown => 3,
            Self::Usage => 64,
            Self::Data => 65,
            Self::Unreachable => 69,
            Self::Internal => 70,
            Self::Output => 73,
            Self::Incomplete => 75,
            Self::Refused => 77,
            Self::Configuration => 78,
            Self::HungUp => 129,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// Returns what it means, and what a script may conclude from it.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Good => "done, and all is good",
            Self::Findings => {
                "done, and the answer is bad: keys that differ, keys that could not be renamed, \
                 findings, a warning of `health`, a regression"
            }
            Self::Critical => "critical (`health` only)",
            Self::Unknown => "unknown (`health` only)",
            Self::Usage => "the command line makes no sense: a flag, a rule, an unknown id",
            Self::Data => {
                "a file that was given is damaged or wrong: a rules file, a plan, an RDB file"
            }
            Self::Unreachable => "a server does not answer",
            Self::Internal => {
                "an internal error, which is a bug of cachectl; or the system gives too few open \
                 files or threads"
            }
            Self::Output => "a result, a plan, a backup or the state directory cannot be written",
            Self::Incomplete => "the work stopped half-way; running it again carries on",
            Self::Refused => {
                "a guard said no, and nothing was changed: login, permission, a protected \
                 context, no confirmation, conflicts in the plan, a lock"
            }
            Self::Configuration => {
                "the settings are wrong, or do not fit the server: cachectl.yaml, an environment \
                 variable, a password file, a database that the server does not have"
            }
            Self::HungUp => {
                "the terminal was closed (SIGHUP), after the batch in flight was recorded"
            }
            Self::Interrupted => "interrupted (Ctrl-C), after the batch in flight was recorded",
            Self::Terminated => "terminated (SIGTERM), after the batch in flight was recorded",
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It ran to its end.
    Finished(Outcome),
    /// It found out how good something is, by the scale of monitoring plugins.
    Judged(Status),
    /// It gave up.
    Failed(ErrorKind),
    /// It was told to stop, and did so at a safe point.
    Stopped(Signal),
}

/// Returns the code for an ending.
pub(crate) fn code(ending: Ending) -> ExitCode {
    match ending {
        Ending::Finished(Outcome::Clean) | Ending::Judged(Status::Ok) => ExitCode::Good,
        Ending::Finished(Outcome::Findings) | Ending::Judged(Status::Warning) => ExitCode::Findings,
        Ending::Judged(Status::Critical) => ExitCode::Critical,
        Ending::Judged(Status::Unknown) => ExitCode::Unknown,
        Ending::Finished(Outcome::Incomplete) | Ending::Failed(ErrorKind::Incomplete) => {
            ExitCode::Incomplete
        }
        Ending::Finished(Outcome::Interrupted)
        | Ending::Failed(ErrorKind::Interrupted)
        | Ending::Stopped(Signal::Interrupt) => ExitCode::Interrupted,
        Ending::Stopped(Signal::HangUp) => ExitCode::HungUp,
        Ending::Stopped(Signal::Terminate) => ExitCode::Terminated,
        Ending::Failed(ErrorKind::Usage) => ExitCode::Usage,
        Ending::Failed(ErrorKind::Data) => ExitCode::Data,
        Ending::Failed(ErrorKind::Unreachable) => ExitCode::Unreachable,
        Ending::Failed(ErrorKind::Internal) => ExitCode::Internal,
        Ending::Failed(ErrorKind::Output) => ExitCode::Output,
        Ending::Failed(ErrorKind::Refused) => ExitCode::Refused,
        Ending::Failed(ErrorKind::Configuration) => ExitCode::Configuration,
    }
}

/// Returns the table as Markdown, for the documentation.
#[must_use]
pub fn table() -> String {
    let mut text = String::from("| code | meaning |\n|--:|---|\n");
    for code in ExitCode::ALL {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {} | {} |", code.number(), code.meaning());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_has_its_documented_code() {
        #[track_caller]
        fn case(ending: Ending, expected: u8) {
            assert_eq!(code(ending).number(), expected, "{ending:?}");
        }

        case(Ending::Finished(Outcome::Clean), 0);
        case(Ending::Finished(Outcome::Findings), 1);
        case(Ending::Judged(Status::Ok), 0);
        case(Ending::Judged(Status::Warning), 1);
        case(Ending::Judged(Status::Critical), 2);
        case(Ending::Judged(Status::Unknown), 3);
        case(Ending::Failed(ErrorKind::Usage), 64);
        case(Ending::Failed(ErrorKind::Data), 65);
        case(Ending::Failed(ErrorKind::Unreachable), 69);
        case(Ending::Failed(ErrorKind::Internal), 70);
        case(Ending::Failed(ErrorKind::Output), 73);
        case(Ending::Finished(Outcome::Incomplete), 75);
        case(Ending::Failed(ErrorKind::Incomplete), 75);
        case(Ending::Failed(ErrorKind::Refused), 77);
        case(Ending::Failed(ErrorKind::Configuration), 78);
        case(Ending::Finished(Outcome::Interrupted), 130);
        case(Ending::Failed(ErrorKind::Interrupted), 130);
        case(Ending::Stopped(Signal::Interrupt), 130);
        case(Ending::Stopped(Signal::HangUp), 129);
        case(Ending::Stopped(Signal::Terminate), 143);
    }

    #[test]
    fn numbers_rise_through_the_table_so_that_none_is_used_twice() {
        assert!(ExitCode::ALL.is_sorted_by(|one, next| one.number() < next.number()));
    }

    #[test]
    fn the_table_has_a_row_for_every_code() {
        assert_eq!(table().lines().count(), 2 + ExitCode::ALL.len());
    }
}
