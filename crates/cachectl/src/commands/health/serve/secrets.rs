//! Files of which it depends who is let in.

use std::{io, path::Path};

use cachectl_core::files::{self, Distrust, Unusable};

use crate::error::CliError;

/// Reads a file that nobody else may read, or may have written.
pub(super) fn read(what: &'static str, path: &Path, at_most: u64) -> Result<Vec<u8>, CliError> {
    let unreadable = |source| CliError::Unreadable { what, path: path.to_owned(), source };
    let file = files::open_secret(path).map_err(|error| match error {
        Unusable::Distrusted(Distrust::Readable { path }) => CliError::Exposed { what, path },
        Unusable::Distrusted(source) => {
            CliError::Distrusted { what, path: path.to_owned(), source }
        }
        // What stands there may be the password itself.
        Unusable::File(source) if source.kind() == io::ErrorKind::NotFound => {
            CliError::NoSecret { what }
        }
        Unusable::File(source) => unreadable(source),
        outside @ Unusable::Outside { .. } => unreadable(io::Error::other(outside)),
    })?;
    files::contents(file, at_most).map_err(unreadable)
}
