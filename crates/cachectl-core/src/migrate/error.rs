//! Why a migration gave up.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::report::{Direction, Evidence, Neighbour, PlanReport};
use crate::{
    files::{Distrust, Unusable},
    migrate::journal::JournalError,
    server,
    steps::{rdb_file::FileError, value_writer::WriteError},
    values::{endpoint::Endpoint, key::Key, rule::RuleError, rule_set::RuleSetError},
    vocabulary::{bug::Bug, error_kind::ErrorKind},
};

/// Why a migration gave up.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum Error {
    #[error("the rule does not parse")]
    Rule(#[from] RuleError),
    #[error("the rules do not go together")]
    Rules(#[from] RuleSetError),
    #[error(transparent)]
    Server(#[from] server::Error),
    #[error("the plan is refused: {}", reason(.0))]
    Refused(Box<PlanReport>),
    #[error("`{from}` would become `{to}`, and names like that belong to cachectl itself")]
    ReservedName { from: Key, to: Key },
    #[error("the plan was refused when it was made: {reason}")]
    WasRefused { reason: String },
    #[error("`{}` has {keys} keys twice: no server loads it", path.display())]
    SnapshotRepeats { path: PathBuf, keys: u64 },
    #[error("`{}` changed while it was read", path.display())]
    SnapshotChanged { path: PathBuf },
    #[error("could not {action} `{path}`")]
    File { action: &'static str, path: PathBuf, source: io::Error },
    /// The directory of state, or something in it.
    #[error(transparent)]
    Untrusted(Distrust),
    #[error("`{path}` is not a plan of this version of cachectl")]
    NotAPlan { path: PathBuf },
    #[error("the plan `{path}` was cut short or altered after it was sealed")]
    Damaged { path: PathBuf },
    #[error("the plan `{path}` is missing, although keys were renamed back by it")]
    PlanMissing { path: PathBuf },
    #[error(transparent)]
    Journal(JournalError),
    #[error("the plan was made for {planned}, not for {found}")]
    OtherServer { planned: String, found: String },
    #[error("`{endpoint}` was restarted since the plan was made")]
    Restarted { endpoint: Endpoint },
    #[error("slots moved between the nodes of the cluster while or after the plan was made")]
    SlotsMoved,
    #[error("slots are on their way from one node of the cluster to another")]
    SlotsMoving,
    #[error("no permission on `{endpoint}`: {refusal}")]
    NoPermission { endpoint: Endpoint, refusal: String, acl: String },
    #[error("there is no migration in `{directory}`")]
    NoMigration { directory: PathBuf },
    #[error("there is no migration `{id}` in `{directory}`")]
    UnknownMigration { id: String, directory: PathBuf },
    #[error("{}", ambiguous(.id, .candidates))]
    AmbiguousMigration { id: String, candidates: Vec<String> },
    #[error("no migration was begun on {here}; the newest of all, `{id}`, was begun on {there}")]
    NoneHere { here: String, id: String, there: String },
    #[error("{}", sentences(.0))]
    HalfWay(Vec<Neighbour>),
    #[error(
        "migration `{id}` is half-way: without its files its keys can neither be renamed to the end \
         nor back"
    )]
    NotForgotten { id: String },
    #[error("`{}` does not say how the migration is run", path.display())]
    BadSettings { path: PathBuf },
    #[error("this plan was begun before, as migration `{id}`")]
    AlreadyBegun { id: String },
    #[error("this plan was begun before, as migration `{id}` by {by}, with other files")]
    BegunElsewhere { id: String, by: String },
    #[error("this is not the data that migration `{}` worked on, as far as can be seen: {}", .0.migration, .0.doubt)]
    OtherData(Box<Evidence>),
    #[error(
        "the server lost what migration `{id}` did last: it has come to {has}, and the journal to {had}"
    )]
    Undone { id: String, direction: Direction, has: String, had: String },
    #[error(
        "the server has more of migration `{id}` than was rolled back: it has come to {has}{}",
        if *is_whole { "" } else { ", and others are rolled back" }
    )]
    Ahead { id: String, has: String, is_whole: bool },
    #[error("the journal `{}` is older than the server, which has come to {has}", path.display())]
    JournalBehind { path: PathBuf, has: String },
    #[error("the marker of migration `{id}` is gone")]
    MarkerGone { id: String, direction: Direction },
    #[error("another process is at work on migration `{id}`")]
    Locked { id: String },
    #[error("migration `{id}` is rolled back, or being rolled back")]
    RolledBack { id: String },
    #[error(transparent)]
    Keep(#[from] WriteError),
    #[error("migration `{id}` is not rolled back to its end")]
    NotRolledBack { id: String },
    #[error("no backup was made of migration `{id}` that keys could be put back from")]
    NoBackup { id: String },
    #[error("no values were kept of migration `{id}` that its keys could be compared with")]
    NothingKept { id: String },
    #[error("stopped before anything was written")]
    Stopped,
    #[error(transparent)]
    Bug(#[from] Bug),
    #[error("lost the server after {handled} of {planned} keys of migration `{id}`")]
    PrimaryLost {
        id: String,
        direction: Direction,
        handled: u64,
        planned: u64,
        source: server::Error,
    },
    #[error(
        "the server stopped taking renames after {handled} of {planned} keys of migration `{id}`"
    )]
    Stalled { id: String, direction: Direction, handled: u64, planned: u64, source: server::Error },
}

impl From<JournalError> for Error {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::File { action, path, source } => Self::File { action, path, source },
            error => Self::Journal(error),
        }
    }
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        Self::Keep(WriteError::File(error))
    }
}

impl Error {
    /// Returns what turns an I/O error into one of ours.
    pub(super) fn file(
        action: &'static str,
        path: &Path,
    ) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::File { action, path, source }
    }

    /// Returns what turns an error about state that is not ours into one of ours.
    pub(super) fn unusable(path: &Path) -> impl FnOnce(Unusable) -> Self + use<> {
        let path = path.to_owned();
        move |error| match error {
            Unusable::Distrusted(distrust) => Self::Untrusted(distrust),
            Unusable::File(source) => Self::File { action: "use", path, source },
            outside @ Unusable::Outside { .. } => {
                Self::File { action: "use", path, source: io::Error::other(outside) }
            }
        }
    }

    /// Returns whether a plan or a journal is missing or damaged, so that nothing tells what became of
    /// a migration.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        match self {
            Self::NotAPlan { .. }
            | Self::Damaged { .. }
            | Self::PlanMissing { .. }
            | Self::Journal(_) => true,
            Self::File { source, .. } => source.kind() == io::ErrorKind::NotFound,
            _ => false,
        }
    }

    /// Returns the class of failure, which decides the exit code.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Rule(_)
            | Self::Rules(_)
            | Self::ReservedName { .. }
            | Self::NoMigration { .. }
            | Self::NoBackup { .. }
            | Self::NothingKept { .. }
            | Self::NotRolledBack { .. }
            | Self::AmbiguousMigration { .. }
            | Self::UnknownMigration { .. } => ErrorKind::Usage,
            Self::Server(error) => error.kind(),
            Self::Refused(_)
            | Self::WasRefused { .. }
            | Self::OtherServer { .. }
            | Self::Restarted { .. }
            | Self::SlotsMoved
            | Self::NoPermission { .. }
            | Self::RolledBack { .. }
            | Self::NoneHere { .. }
            | Self::HalfWay(_)
            | Self::NotForgotten { .. }
            | Self::Untrusted(_)
            | Self::AlreadyBegun { .. }
            | Self::BegunElsewhere { .. }
            | Self::Locked { .. } => ErrorKind::Refused,
            Self::File { .. } => ErrorKind::Output,
            Self::NotAPlan { .. }
            | Self::Damaged { .. }
            | Self::JournalBehind { .. }
            | Self::PlanMissing { .. }
            | Self::BadSettings { .. }
            | Self::Journal(_)
            | Self::SnapshotRepeats { .. }
            | Self::SnapshotChanged { .. } => ErrorKind::Data,
            Self::Keep(error) => error.kind(),
            Self::Stopped => ErrorKind::Interrupted,
            Self::Bug(_) => ErrorKind::Internal,
            Self::PrimaryLost { .. }
            | Self::Stalled { .. }
            | Self::OtherData(_)
            | Self::Undone { .. }
            | Self::Ahead { .. }
            | Self::SlotsMoving
            | Self::MarkerGone { .. } => ErrorKind::Incomplete,
        }
    }
}

fn reason(report: &PlanReport) -> String {
    report.refusals.first().map(ToString::to_string).unwrap_or_default()
}

/// How many ids are listed.
const LISTED: usize = 5;

fn ambiguous(id: &str, candidates: &[String]) -> String {
    let listed: Vec<_> = candidates.iter().rev().take(LISTED).map(|id| format!("`{id}`")).collect();
    let (count, listed) = (candidates.len(), listed.join(", "));
    match count.saturating_sub(LISTED) {
        0 => format!("`{id}` fits {count} migrations: {listed}"),
        more => format!("`{id}` fits {count} migrations: {listed} and {more} older"),
    }
}

fn sentences(neighbours: &[Neighbour]) -> String {
    neighbours.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
