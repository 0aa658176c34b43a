//! What a plan file says of itself.
//!
//! The report in it was made by whichever release made the plan, so it is read as JSON, and what
//! an older one does not have is left out.

use std::{path::Path, time::Duration};

use cachectl_core::{files, migrate};
use serde::Serialize;
use serde_json::Value;

use crate::error::CliError;

/// The report that was sealed with a plan.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Sealed(Value);

impl Sealed {
    /// Reads it, and checks the seal.
    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        let unreadable =
            |source| CliError::Unreadable { what: "plan", path: path.to_owned(), source };
        drop(files::open(path).map_err(unreadable)?);
        Ok(Self(migrate::inspect(path)?))
    }

    /// Refuses a plan that was refused when it was made, before a server is bothered.
    pub(super) fn refuse(&self) -> Result<(), CliError> {
        let refusals = self.list("/refusals").iter();
        let ids = refusals.filter_map(|refusal| refusal.get("id")?.as_str());
        match ids.collect::<Vec<_>>().as_slice() {
            [] => Ok(()),
            ids => {
                let reason = ids.join(", ").replace('_', " ");
                Err(migrate::Error::WasRefused { reason }.into())
            }
        }
    }

    /// Returns how it is called.
    pub(super) fn id(&self) -> &str {
        self.0.get("plan").and_then(Value::as_str).unwrap_or_default()
    }

    /// Returns how many keys it renames.
    pub(super) fn renames(&self) -> u64 {
        self.number("/totals/renames")
    }

    /// Returns its rules, each with the number of keys that it renames.
    pub(super) fn rules<'a>(&'a self) -> Vec<(&'a str, u64)> {
        let rule =
            |rule: &'a Value| Some((rule.get("rule")?.as_str()?, rule.get("renames")?.as_u64()?));
        self.list("/rules").iter().filter_map(rule).collect()
    }

    /// Returns how long it takes at the speed that the scan had, if the plan tells.
    pub(super) fn estimate(&self) -> Option<Duration> {
        let seconds = self.0.pointer("/estimated_seconds").and_then(Value::as_f64)?;
        Duration::try_from_secs_f64(seconds).ok()
    }

    /// Returns how many new names are taken.
    pub(super) fn conflicts(&self) -> u64 {
        self.number("/conflicts/count")
    }

    /// Returns the first keys in the way that are moved aside, and where they go.
    pub(super) fn stashes<'a>(&'a self) -> Vec<(&'a str, &'a str)> {
        let names = |conflict: &'a Value| {
            let target = conflict.pointer("/target/key")?.as_str()?;
            Some((target, conflict.get("stash")?.as_str()?))
        };
        self.list("/conflicts/list").iter().filter_map(names).collect()
    }

    fn number(&self, pointer: &str) -> u64 {
        self.0.pointer(pointer).and_then(Value::as_u64).unwrap_or_default()
    }

    fn list(&self, pointer: &str) -> &[Value] {
        let list = self.0.pointer(pointer).and_then(Value::as_array);
        list.map(Vec::as_slice).unwrap_or_default()
    }
}
