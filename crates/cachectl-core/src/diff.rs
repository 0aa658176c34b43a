//! Compares two sides, each of them servers or an RDB file, by what their values mean.
//!
//! Both sides are read once and at the same time; what is kept of a key is a record of fixed size,
//! sorted on disk, so that memory does not grow with the keyspace. Nobody stops writing for us:
//! what differs is looked at again, as often as the options say, before it is believed.

mod comparison;
mod directory;
mod error;
mod file;
mod findings;
mod judge;
mod look;
mod merge;
mod names;
mod opened;
mod record;
mod recorder;
mod report;
mod rounds;
mod scope;
mod servers;
mod suspect;
mod watch;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use self::{comparison::Comparison, opened::Opened, scope::Scope, watch::Watch};
pub use self::{
    error::{Error, Name},
    report::{Difference, Found, Kind, Report, SideReport, Source},
};
pub use crate::steps::fit::IfUnfit;
use crate::{
    server::deployment::Deployment,
    steps::{fit::UnfitParts, pacing::Pacing, rdb_file::RdbFile, selection::Selection},
    values::rule_set::RuleSet,
    vocabulary::{control::Control, progress::Event},
};

/// One of the two sides that are compared.
#[derive(Clone, Debug)]
pub enum Side {
    /// The keyspace that servers hold.
    Server(Box<Deployment>),
    /// An RDB file, compressed or not.
    File(RdbFile),
}

impl From<Deployment> for Side {
    fn from(deployment: Deployment) -> Self {
        Self::Server(Box::new(deployment))
    }
}

impl From<PathBuf> for Side {
    fn from(path: PathBuf) -> Self {
        Self::File(path.into())
    }
}

impl From<RdbFile> for Side {
    fn from(file: RdbFile) -> Self {
        Self::File(file)
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
    /// What happens if a glob or a database fits no key of either side, or a rule none of side A.
    pub if_unfit: IfUnfit,
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
            if_unfit: IfUnfit::default(),
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
/// Keys are compared: what a server keeps beside them, such as functions, is not.
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
/// Fails if a side cannot be read, the rules give two names of side A one name, a glob, a database
/// or a rule fits no key and that is not allowed, the disk is full, or the operator stops it before
/// both sides were compared.
pub async fn run(
    a: &Side,
    b: &Side,
    options: &Options,
    workspace: &Path,
    control: &Control<'_>,
) -> Result<Report, Error> {
    let begun = Instant::now();
    let watch = Watch::new(control);
    let (scope_a, scope_b) = Scope::of(a, b, options);
    let a = Opened::open(a, scope_a, options.pacing).await?;
    let b = Opened::open(b, scope_b, options.pacing).await?;
    let (report_a, report_b) = (a.report.clone(), b.report.clone());
    watch.tell(Event::Started(estimate(a.total(), b.total())));
    let comparison = Comparison::new(options, workspace, &watch, (&a, &b));
    let reading = Box::pin(comparison.read(a, b));
    let (read_a, read_b, looks) = watch.during(reading).await?;
    let mut findings = watch.during(comparison.merge(read_a, read_b)).await?;
    if options.if_unfit == IfUnfit::Refuse && !findings.unfit.is_empty() {
        return Err(Error::Unfit { parts: UnfitParts(findings.unfit) });
    }
    let rounds = comparison.look_again(looks, &mut findings).await?;
    watch.tell(Event::Finished);
    let outcome = findings.outcome(control);
    findings.believe_all()?;
    Ok(Report {
        a: findings.a.fill(report_a),
        b: findings.b.fill(report_b),
        unfit: findings.unfit,
        equal: findings.equal,
        undecoded: findings.undecoded,
        by_kind: findings.by_kind,
        differences: findings.differences,
        settled: findings.settled,
        changing: findings.changing,
        not_revisited: findings.not_revisited,
        rounds,
        elapsed: begun.elapsed(),
        outcome,
    })
}

/// Returns how many keys there are to read. A side that does not tell is taken to be as large as
/// the other.
fn estimate(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    a.or(b).zip(b.or(a)).map(|(a, b)| a + b)
}
