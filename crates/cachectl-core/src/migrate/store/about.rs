//! Who began a migration, and when.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{migrate::Error, steps::files, vocabulary::bug::Bug};

/// The name of its file.
pub(super) const ABOUT: &str = "migration.json";

/// Who began a migration, and when.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct About {
    pub(super) id: String,
    pub(super) begun_at: String,
    pub(super) begun_by: String,
    /// The seal of its plan, in hexadecimal.
    pub(super) plan: String,
}

impl About {
    pub(super) fn read(directory: &Path) -> Result<Self, Error> {
        let path = directory.join(ABOUT);
        let text = files::read(&path).map_err(Error::file("read", &path))?;
        serde_json::from_slice(&text).map_err(|_| Error::Damaged { path })
    }

    /// Written last: a directory without it is no migration.
    pub(super) fn write(&self, directory: &Path) -> Result<(), Error> {
        let path = directory.join(ABOUT);
        let text = serde_json::to_vec_pretty(self).map_err(Bug::json("a migration"))?;
        files::write_whole(&path, &text).map_err(Error::file("write", &path))
    }
}
