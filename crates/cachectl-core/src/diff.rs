//! Compares two sides, each of them servers or an RDB file, by what their values mean.
//!
//! Both sides are read once and at the same time; what is kept of a key is a record of fixed size,
//! sorted on disk, so that memory does not grow with the keyspace. Nobody stops writing for us:
//! what differs is looked at again, as often as the options say, before it is believed.

mod error;
mod report;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

pub use self::{
    error::{Error, Name},
    report::{Difference, Found, Kind, Report, SideReport, Source},
};
use crate::{
    server::deployment::Deployment,
    steps::{pacing::Pacing, selection::Selection},
    values::rule_set::RuleSet,
    vocabulary::control::Control,
};

/// One of the two sides that are compared.
#[derive(Clone, Debug)]
pub enum Side {
    /// The keyspace that servers hold.
    Server(Box<Deployment>),
    /// An RDB file, compressed or not.
    File(PathBuf),
}

impl From<Deployment> for Side {
    fn from(deployment: Deployment) -> Self {
        Self::Server(Box::new(deployment))
    }
}

impl From<PathBuf> for Side {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

/// What is compared, and how patiently.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which keys are meant: patterns are about the names of side A, and through the rules about
    /// those of side B; a key counts if its type on either side is meant.
    pub selection: Selection,
    /// Which names of side A became which names of side B; a name that no rule matches stayed.
    pub rules: Option<RuleSet>,
    /// How expiries are compared.
    pub expiries: Expiries,
    /// How often what differs is looked at again, at most; only servers can be looked at again.
    pub rounds: u32,
    /// How long to wait before each of these rounds.
    pub pause: Duration,
    /// How fast to go, on each side.
    pub pacing: Pacing,
}

impl Default for Options {
    /// Compares everything, expiries to the millisecond, and looks three times more at what
    /// differs, a second apart.
    fn default() -> Self {
        Self {
            selection: Selection::default(),
            rules: None,
            expiries: Expiries::default(),
            rounds: 3,
            pause: Duration::from_secs(1),
            pacing: Pacing::default(),
        }
    }
}

/// How expiries are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiries {
    /// They may be this far apart. Servers before Redis 7.0 only tell the time that is left, and
    /// what that blurs is allowed for in any case.
    Within(Duration),
    /// Not at all. What is over its time counts as absent nevertheless.
    Ignored,
}

impl Default for Expiries {
    fn default() -> Self {
        Self::Within(Duration::ZERO)
    }
}

/// Compares two sides; what does not fit into memory goes to nameless files in `workspace`.
///
/// A key that is over its time counts as absent, in a file as on a server. Of keys that a scan
/// returns twice the later reading counts. A side whose connection names a database other than 0
/// means that one; then the other side means the same one, unless its connection names another,
/// which is compared with it.
///
/// If the operator stops it while it looks again, the report says so and lists what differed last.
///
/// # Errors
///
/// Fails if a side cannot be read, the rules give two names of side A one name, the disk is full,
/// or the operator stops it before both sides were compared.
#[expect(clippy::unused_async, reason = "what it does follows")]
pub async fn run(
    _a: &Side,
    _b: &Side,
    _options: &Options,
    _workspace: &Path,
    _control: &Control<'_>,
) -> Result<Report, Error> {
    Err(Error::Stopped)
}
