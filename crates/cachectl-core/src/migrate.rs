//! Renames keys in place: plan, apply with a journal, converge, verify, roll back.

pub mod error;
pub mod options;
pub mod report;
pub mod rule;
pub mod rule_set;

pub use error::Error;
pub use options::Options;

// --- signatures, bodies to come ---
use std::path::{Path, PathBuf};

use crate::{server::deployment::Deployment, vocabulary::control::Control};

/// The migrations of a state directory.
#[derive(Clone, Debug)]
pub struct Store {
    directory: PathBuf,
}

/// One migration on disk: its sealed plan, its journal, and a lock while somebody works on it.
#[derive(Debug)]
pub struct Migration {
    id: String,
}

#[expect(clippy::missing_errors_doc, clippy::unused_async, reason = "to come")]
impl Store {
    /// Uses `STATE_DIRECTORY/migrations`; nothing is created until a migration begins.
    #[must_use]
    pub fn new(state_directory: &Path) -> Self {
        Self { directory: state_directory.join("migrations") }
    }
    /// Returns a path for a plan that is thrown away, beside the migrations (0700, same file system).
    pub fn draft(&self) -> Result<PathBuf, Error> {
        Ok(self.directory.clone())
    }
    /// Begins a migration by copying a sealed plan into the store; takes its lock.
    pub fn begin(&self, _plan: &Path, _begun_by: &str) -> Result<Migration, Error> {
        Err(Error::SlotsMoved)
    }
    /// Opens a migration to work on it (`None`: the newest); takes its lock, `Error::Locked` if held.
    pub fn open(&self, _id: Option<&str>) -> Result<Migration, Error> {
        Err(Error::SlotsMoved)
    }
    /// Tells where a migration stands (`None`: the newest), without a lock or a server.
    pub fn status(&self, _id: Option<&str>) -> Result<report::StatusReport, Error> {
        Err(Error::SlotsMoved)
    }
    /// Tells where all migrations stand, oldest first.
    pub fn list(&self) -> Result<Vec<report::StatusReport>, Error> {
        Err(Error::SlotsMoved)
    }
}

impl Migration {
    /// Returns its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// Plans: scans, checks, orders, and writes a sealed plan to `path` (mode 0600), which must not
/// exist. A refused plan is written too; its report says why it is refused.
#[expect(clippy::missing_errors_doc, clippy::unused_async, reason = "to come")]
pub async fn plan(
    _deployment: &Deployment,
    _options: &Options,
    _path: &Path,
    _control: &Control<'_>,
) -> Result<report::PlanReport, Error> {
    Err(Error::SlotsMoved)
}

/// Reads the report out of a sealed plan and checks the seal, without a server. It is the JSON
/// that `plan` reported.
#[expect(clippy::missing_errors_doc, reason = "to come")]
pub fn inspect(_plan: &Path) -> Result<serde_json::Value, Error> {
    Err(Error::SlotsMoved)
}

/// Applies a migration, or carries on with one, and converges.
#[expect(clippy::missing_errors_doc, clippy::unused_async, reason = "to come")]
pub async fn apply(
    _deployment: &Deployment,
    _migration: &Migration,
    _pacing: options::Pacing,
    _control: &Control<'_>,
) -> Result<report::ApplyReport, Error> {
    Err(Error::SlotsMoved)
}

/// Verifies a migration against the servers.
#[expect(clippy::missing_errors_doc, clippy::unused_async, reason = "to come")]
pub async fn verify(
    _deployment: &Deployment,
    _migration: &Migration,
    _level: options::Level,
    _control: &Control<'_>,
) -> Result<report::VerifyReport, Error> {
    Err(Error::SlotsMoved)
}

/// Rolls a migration back, or carries on with it.
#[expect(clippy::missing_errors_doc, clippy::unused_async, reason = "to come")]
pub async fn rollback(
    _deployment: &Deployment,
    _migration: &Migration,
    _pacing: options::Pacing,
    _control: &Control<'_>,
) -> Result<report::ApplyReport, Error> {
    Err(Error::SlotsMoved)
}

/// What rolling a migration back would do, from its journal alone (accounts.planned = renames to undo).
#[expect(clippy::missing_errors_doc, reason = "to come")]
pub fn preview_rollback(_store: &Store, _id: Option<&str>) -> Result<report::ApplyReport, Error> {
    Err(Error::SlotsMoved)
}
