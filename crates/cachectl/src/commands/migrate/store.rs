//! What the steps need to know about the state directory and this machine.

use std::{fs, path::PathBuf};

use cachectl_core::migrate::Store;

use crate::{app::App, error::CliError};

/// Returns the migrations of the state directory.
pub(super) fn open(app: &App) -> Result<Store, CliError> {
    Ok(Store::new(app.settings.state_directory()?))
}

/// A plan that goes away with this value.
#[derive(Debug)]
pub(super) struct Draft(PathBuf);

impl Draft {
    pub(super) fn new(store: &Store) -> Result<Self, CliError> {
        Ok(Self(store.draft()?))
    }

    pub(super) fn path(&self) -> &PathBuf {
        &self.0
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // It may never have been written; and if it cannot be removed, it harms nobody.
        fs::remove_file(&self.0).ok();
    }
}

/// Returns who we are, for the record.
pub(super) fn operator() -> String {
    let variable = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let user = variable("USER").or_else(|| variable("LOGNAME"));
    let host = variable("HOSTNAME").or_else(|| {
        let name = fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
        Some(name.trim().to_owned())
    });
    let unknown = || "unknown".to_owned();
    format!("{}@{}", user.unwrap_or_else(unknown), host.unwrap_or_else(unknown))
}
