//! Where configuration files are looked for, and which of them are believed.
//!
//! | found | believed |
//! |---|---|
//! | by `--config` or `CACHECTL_CONFIG` | whoever wrote it: the operator has named it |
//! | in the working directory | if we or root wrote it, and nobody else can write to it or to its directory; it names no secrets elsewhere, and its contexts do not stand in for protected ones of the user's own file |
//! | as the user's own | on the same conditions; where another file is used, what it protects stays protected whoever wrote it, and nobody is asked by its word |

use std::{
    fmt,
    path::{Path, PathBuf},
};

use cachectl_core::files::{self, Unusable, limits::CONFIGURATION};

use super::File;
use crate::{
    settings::{env::Environment, error::Error},
    yaml::{self, Values},
};

/// The name that is looked for.
const NAME: &str = "cachectl.yaml";

/// How a configuration file was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// By `--config`.
    Flag,
    /// By `CACHECTL_CONFIG`.
    Variable,
    /// In the working directory.
    WorkingDirectory,
    /// As the user's own.
    Own,
    /// As the user's own, and others may have written it. It is never in force.
    OwnOfOthers,
}

impl Origin {
    /// Returns whether it stands where the user's own file does.
    pub(crate) fn is_own(self) -> bool {
        matches!(self, Self::Own | Self::OwnOfOthers)
    }

    /// Returns a word for it that programs may branch on.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Variable => "environment",
            Self::WorkingDirectory => "working_directory",
            Self::Own | Self::OwnOfOthers => "own",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "by --config",
            Self::Variable => "by CACHECTL_CONFIG",
            Self::WorkingDirectory => "in the working directory",
            Self::Own | Self::OwnOfOthers => "the user's own",
        })
    }
}

/// A configuration file and where it was found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) origin: Origin,
    pub(crate) file: File,
}

/// The configuration files that count.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// The one whose settings are used.
    pub(crate) in_force: Option<Found>,
    /// The user's own, where another one is used: what it protects stays protected.
    pub(crate) own: Option<Result<Found, Error>>,
}

impl Files {
    /// Reads the file that was asked for, or the first that is found in the usual places, and the
    /// user's own in any case.
    pub(crate) fn read(asked: Option<&Path>, environment: &Environment) -> Result<Self, Error> {
        let in_force = find(asked, environment)?;
        let own = match &in_force {
            Some(Found { origin: Origin::Own, .. }) => None,
            Some(_) | None => own_place(environment),
        };
        let own = own.map(|path| match read_trusted(&path, Origin::Own) {
            // More protection is harmless, whoever wants it.
            Err(Error::Untrusted { .. }) => read(&path, Origin::OwnOfOthers),
            read => read,
        });
        Ok(Self { in_force, own })
    }

    /// Reads one file again, which has to be as trustworthy as when it was found.
    pub(in crate::settings) fn again(path: &Path, origin: Origin) -> Result<Self, Error> {
        let found = match origin {
            Origin::Flag | Origin::Variable => read(path, origin),
            Origin::WorkingDirectory | Origin::Own | Origin::OwnOfOthers => {
                read_trusted(path, origin)
            }
        };
        Ok(Self { in_force: Some(found?), own: None })
    }
}

/// Reads the file that was asked for, or the first that is found in the usual places.
pub(crate) fn find(
    asked: Option<&Path>,
    environment: &Environment,
) -> Result<Option<Found>, Error> {
    if let Some(path) = asked {
        return read(path, Origin::Flag).map(Some);
    }
    if let Some(path) = environment.get("CACHECTL_CONFIG") {
        return read(Path::new(path), Origin::Variable).map(Some);
    }
    let here = PathBuf::from(NAME);
    let own = own_place(environment);
    if is_there(&here) {
        let is_own = own.is_some_and(|own| own.canonicalize().ok() == here.canonicalize().ok());
        let origin = if is_own { Origin::Own } else { Origin::WorkingDirectory };
        return read_trusted(&here, origin).map(Some);
    }
    own.map(|path| read_trusted(&path, Origin::Own)).transpose()
}

/// Returns where the user's own file is, if there is one.
fn own_place(environment: &Environment) -> Option<PathBuf> {
    let below = |name: &str, folders: &str| {
        environment.get(name).map(|base| Path::new(base).join(folders).join(NAME))
    };
    let places = [below("XDG_CONFIG_HOME", "cachectl"), below("HOME", ".config/cachectl")];
    places.into_iter().flatten().find(|path| is_there(path))
}

/// Returns whether something has the name, be it a link that leads nowhere.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Reads a file that somebody has named.
fn read(path: &Path, origin: Origin) -> Result<Found, Error> {
    // That is how operators say that there is none. What a pipe has would be there once, and the
    // file is read several times.
    let bytes =
        if files::is_null(path) { Ok(Vec::new()) } else { files::read(path, CONFIGURATION) };
    understand(path, origin, bytes)
}

/// Reads a file that was only found in its place.
fn read_trusted(path: &Path, origin: Origin) -> Result<Found, Error> {
    let bytes = match files::open_trusted(path) {
        Ok(file) => files::contents(file, CONFIGURATION),
        Err(Unusable::File(error)) => Err(error),
        Err(Unusable::Distrusted(source)) => {
            return Err(Error::Untrusted { path: path.to_owned(), origin, source });
        }
        Err(outside @ Unusable::Outside { .. }) => Err(std::io::Error::other(outside)),
    };
    understand(path, origin, bytes)
}

fn understand(
    path: &Path,
    origin: Origin,
    bytes: std::io::Result<Vec<u8>>,
) -> Result<Found, Error> {
    let text = bytes.and_then(files::text);
    let text = text.map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
    let file = yaml::read(path, &text, Values::Private).map_err(Error::File)?;
    Ok(Found { path: path.to_owned(), origin, file })
}
