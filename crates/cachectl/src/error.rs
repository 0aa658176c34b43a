//! Why a command gave up, and how that is printed.

use std::{error::Error as _, io, path::PathBuf};

use cachectl_core::{
    backup, diff,
    files::Distrust,
    migrate, restore, server,
    vocabulary::{error_kind::ErrorKind, outcome::Outcome},
};

use crate::{
    commands::{diff::BadSide, migrate::render::evidence},
    confirm::Refused,
    exit::Ending,
    hints::{self, Situation},
    output::{Label, plain::Line, repeated, say, say_labelled},
    rules::BadRule,
    settings,
    signals::Signal,
    target_file::Unwritable,
    yaml::Diagnostic,
};

/// Why a command gave up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error(transparent)]
    Settings(#[from] settings::Error),
    #[error(transparent)]
    Server(Box<server::Error>),
    #[error(transparent)]
    Migrate(Box<migrate::Error>),
    #[error(transparent)]
    Backup(Box<backup::Error>),
    #[error(transparent)]
    Restore(Box<restore::Error>),
    #[error(transparent)]
    Diff(Box<diff::Error>),
    /// About servers that the global flags do not name. It is printed as what it holds.
    #[error("{0}")]
    Elsewhere(Box<Self>, Box<Situation>),
    #[error(transparent)]
    Side(#[from] BadSide),
    #[error("{0}")]
    RulesFile(Box<Diagnostic>),
    #[error("could not read the {what} `{path}`")]
    Unreadable { what: &'static str, path: PathBuf, source: io::Error },
    /// Its name is not repeated: it may be a password.
    #[error("the {what} does not exist")]
    NoSecret { what: &'static str },
    #[error(transparent)]
    Rule(Box<BadRule>),
    #[error("the rules do not go together: {0}")]
    Rules(String),
    #[error("there is no rule: `--rule` or `--rules` names what to rename")]
    NoRule,
    #[error("`--verify=3` compares all values with a backup, and none is asked for")]
    NoBackup,
    #[error("flags stand after the name of the step that they are for")]
    MisplacedFlags { example: &'static str },
    #[error("`{}` selects keys, which flags do here", path.display())]
    Selects { path: PathBuf },
    #[error(
        "the address names database {named}, and the keys of a file have databases of their own"
    )]
    WhichDatabase { named: i64 },
    #[error(transparent)]
    NotConfirmed(Refused),
    #[error("`-o jsonl` is for lists; this result is one document")]
    NotInLines,
    #[error("`--watch` prints one report after the other, and this format has room for one only")]
    NotWatched,
    #[error("this format works only with `health`")]
    OnlyForHealth,
    #[error("could not write to stdout")]
    Stdout(#[source] io::Error),
    #[error("could not write the result as JSON")]
    Json(#[source] serde_json::Error),
    #[error("could not write `{path}`")]
    File { path: PathBuf, source: io::Error },
    #[error("`{path}` is no state of health checks: {reason}")]
    ForeignState { path: PathBuf, reason: String },
    #[error(transparent)]
    Unwritable(#[from] Unwritable),
    #[error("could not listen on `{address}`")]
    Listen { address: String, source: io::Error },
    #[error("others can read the {what} `{path}`")]
    Exposed { what: &'static str, path: PathBuf },
    #[error("the {what} `{path}` is not to be trusted")]
    Distrusted { what: &'static str, path: PathBuf, source: Distrust },
    #[error("the certificate file `{path}` is not usable: {reason}")]
    WebCertificate { path: PathBuf, reason: String },
    #[error("the file of users `{path}` names nobody")]
    NoUsers { path: PathBuf },
    #[error("line {line} of the file of users `{path}` has no password")]
    EmptyPassword { path: PathBuf, line: usize },
    #[error("could not start the runtime")]
    Runtime(#[source] io::Error),
    #[error("nothing was removed, because the servers of the migration cannot be asked")]
    Unforgotten(#[source] Box<Self>),
    #[error("migration `{id}` is damaged, and nothing tells which names its keys have")]
    Unknown { id: String, source: Box<migrate::Error> },
    #[error("stopped before anything was changed")]
    Stopped(Signal),
}

impl From<server::Error> for CliError {
    fn from(error: server::Error) -> Self {
        Self::Server(Box::new(error))
    }
}

/// Ctrl-C instead of an answer is no refusal.
impl From<Refused> for CliError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Interrupted(signal) => Self::Stopped(signal),
            refused => Self::NotConfirmed(refused),
        }
    }
}

impl From<migrate::Error> for CliError {
    fn from(error: migrate::Error) -> Self {
        Self::Migrate(Box::new(error))
    }
}

impl From<backup::Error> for CliError {
    fn from(error: backup::Error) -> Self {
        Self::Backup(Box::new(error))
    }
}

impl From<restore::Error> for CliError {
    fn from(error: restore::Error) -> Self {
        Self::Restore(Box::new(error))
    }
}

impl From<diff::Error> for CliError {
    fn from(error: diff::Error) -> Self {
        Self::Diff(Box::new(error))
    }
}

impl CliError {
    /// Returns how the command ended.
    pub(crate) fn ending(&self) -> Ending {
        let kind = match self {
            Self::Settings(error) => error.kind(),
            Self::Server(error) => error.kind(),
            Self::Migrate(error) => error.kind(),
            Self::Backup(error) => error.kind(),
            Self::Restore(error) => error.kind(),
            Self::Diff(error) => error.kind(),
            Self::RulesFile(_)
            | Self::Unreadable { .. }
            | Self::NoSecret { .. }
            | Self::ForeignState { .. }
            | Self::Unknown { .. } => ErrorKind::Data,
            Self::Rule(_)
            | Self::Rules(_)
            | Self::NoRule
            | Self::NoBackup
            | Self::MisplacedFlags { .. }
            | Self::NotInLines
            | Self::NotWatched
            | Self::OnlyForHealth
            | Self::Side(_)
            | Self::Selects { .. }
            | Self::WhichDatabase { .. } => ErrorKind::Usage,
            Self::NotConfirmed(_) => ErrorKind::Refused,
            Self::Exposed { .. }
            | Self::Distrusted { .. }
            | Self::NoUsers { .. }
            | Self::EmptyPassword { .. }
            | Self::WebCertificate { .. } => ErrorKind::Configuration,
            Self::Unwritable(error) => error.kind(),
            Self::Stdout(_) | Self::File { .. } | Self::Listen { .. } => ErrorKind::Output,
            Self::Json(_) | Self::Runtime(_) => ErrorKind::Internal,
            Self::Stopped(signal) => return Ending::Stopped(*signal),
            Self::Elsewhere(error, _) | Self::Unforgotten(error) => return error.ending(),
        };
        Ending::Failed(kind)
    }

    /// Prints what went wrong, why, and what can be done about it, on stderr.
    pub(crate) fn print(&self, situation: &Situation) {
        if let Self::Elsewhere(error, situation) = self {
            return error.print(situation);
        }
        say_labelled(Label::Error, repeated::hidden(&self.to_string()));
        if let Self::Rule(rule) = self {
            rule.drawing().into_iter().flatten().for_each(|line| say(repeated::hidden(&line)));
        }
        if let Self::Migrate(error) = self
            && let migrate::Error::OtherData(evidence) = error.as_ref()
        {
            evidence::lines(evidence).into_iter().for_each(say);
        }
        let mut cause = self.source();
        while let Some(source) = cause {
            say(format_args!("  caused by: {}", Line(repeated::hidden(&source.to_string()))));
            cause = source.source();
        }
        let hints = hints::of(self, situation);
        if !hints.is_empty() {
            say("");
        }
        print_hints(&hints);
    }
}

/// Prints advice on stderr.
pub(crate) fn print_hints(hints: &[String]) {
    for hint in hints {
        say_labelled(Label::Hint, repeated::hidden(hint));
    }
    if hints.iter().any(|hint| hint.contains(hints::MASKED)) {
        say_labelled(Label::Hint, hints::PASSWORD);
    }
}

/// Returns how a command ended, and prints why if it gave up.
pub(crate) fn conclude(
    result: Result<Ending, CliError>,
    signal: Option<Signal>,
    situation: &Situation,
) -> Ending {
    let ending = match result {
        Ok(ending) => ending,
        Err(error) => {
            error.print(situation);
            error.ending()
        }
    };
    match (ending, signal) {
        (
            Ending::Finished(Outcome::Interrupted) | Ending::Failed(ErrorKind::Interrupted),
            Some(signal),
        ) => Ending::Stopped(signal),
        (ending, _) => ending,
    }
}
