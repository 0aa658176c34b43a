//! The environment of the process.

use std::{collections::BTreeMap, ffi::OsString};

use super::{error::Error, layer::Layer, provenance::Source, variables::VARIABLES};

/// The variables of a process, as far as they are text.
#[derive(Clone, Default)]
pub(crate) struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Takes the variables of this process.
    pub(crate) fn of_process() -> Self {
        let text = |(name, value): (OsString, OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(std::env::vars_os().filter_map(text).collect())
    }

    /// Returns a variable; one that is empty counts as not set.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Returns the variables that begin like ours and mean nothing, which are probably misspelt.
    pub(crate) fn unknown(&self) -> Vec<&str> {
        let ours = self.0.keys().map(String::as_str).filter(|name| name.starts_with("CACHECTL_"));
        ours.filter(|name| VARIABLES.iter().all(|variable| variable.name != *name)).collect()
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        Self(variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }
}

/// Who else uses the names that a variable is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Nobody: `CACHECTL_*`.
    Own,
    /// The applications beside us: `REDIS_*` and `CACHE_*`.
    Shared,
}

/// Returns what the variables of a family say.
pub(crate) fn layer(environment: &Environment, family: Family) -> Result<Layer, Error> {
    let mut layer = Layer::default();
    for variable in VARIABLES.iter().filter(|variable| variable.family() == family) {
        let Some(value) = environment.get(variable.name) else {
            continue;
        };
        let name = variable.name;
        let set = variable.role.set(&mut layer, value, &Source::Variable(name));
        set.map_err(|reason| Error::Variable { name, reason })?;
    }
    Ok(layer.with_tls_implied())
}
