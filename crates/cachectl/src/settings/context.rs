//! Which context of the file is meant, and which one protects the servers.

use cachectl_core::values::endpoint::Endpoint;

use super::{
    env::Environment,
    error::Error,
    file::{Context, Found, Health, Origin},
    guards::Guard,
    layer::{Address, Layer},
    provenance::{Source, Sourced},
};
use crate::cli::ConnectionArgs;

/// The context that somebody chose.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    /// Its name, and who chose it.
    pub(crate) name: Sourced<String>,
    /// Whether something stronger names other servers, so that it is not used.
    pub(crate) overruled: bool,
    /// How many layers are stronger: flags, our own variables, shared variables.
    pub(super) rank: usize,
    pub(super) layer: Layer,
    /// How its health is judged, where that differs.
    pub(super) health: Health,
    protected: bool,
}

/// Finds the context that the flags, a variable or the file itself chooses.
pub(super) fn choose(
    flags: &ConnectionArgs,
    environment: &Environment,
    found: Option<&Found>,
) -> Result<Option<Chosen>, Error> {
    let by_flag = flags.context.as_deref().map(|name| (name, Source::Flag("--context"), 1));
    let by_variable = || {
        let name = environment.get("CACHECTL_CONTEXT")?;
        Some((name, Source::Variable("CACHECTL_CONTEXT"), 2))
    };
    let by_file = || {
        let found = found?;
        let name = found.file.default_context.as_deref()?;
        Some((name, Source::File(found.path.clone()), 3))
    };
    let Some((name, source, rank)) = by_flag.or_else(by_variable).or_else(by_file) else {
        return Ok(None);
    };
    let found = found.ok_or_else(|| Error::ContextWithoutFile { name: name.to_owned() })?;
    let context = found.file.contexts.get(name).ok_or_else(|| Error::UnknownContext {
        name: name.to_owned(),
        file: found.path.clone(),
        known: found.file.contexts.keys().cloned().collect(),
    })?;
    Ok(Some(Chosen {
        name: Sourced::new(name.to_owned(), source),
        overruled: false,
        rank,
        layer: context.layer(name, &found.path),
        health: context.health().clone(),
        protected: context.is_protected(),
    }))
}

/// Returns the protected context that the address belongs to: the one in use, or another one that
/// names the same server, because a flag must not be a way around the protection.
pub(super) fn protecting(
    address: &Address,
    chosen: Option<&Chosen>,
    guards: &[Guard],
) -> Option<String> {
    let in_use = chosen.filter(|chosen| !chosen.overruled && chosen.protected);
    if let Some(chosen) = in_use {
        return Some(chosen.name.value.clone());
    }
    let ours: Vec<&Endpoint> = address.endpoints();
    let same = |theirs: &Address| theirs.endpoints().iter().any(|one| ours.contains(one));
    guards.iter().find(|guard| same(&guard.address)).map(|guard| guard.name.clone())
}

/// Refuses a context of a file that was only found here if the user's own file protects one of that
/// name: that is the one which is meant, and the password of the environment is meant for it.
pub(super) fn refuse_shadow(
    chosen: Option<&Chosen>,
    found: Option<&Found>,
    own: Option<&Found>,
) -> Result<(), Error> {
    let here = found.filter(|found| found.origin == Origin::WorkingDirectory);
    let (Some(chosen), Some(here), Some(own)) = (chosen, here, own) else { return Ok(()) };
    let name = &chosen.name.value;
    let is_protected = own.file.contexts.get(name).is_some_and(Context::is_protected);
    if chosen.overruled || !is_protected {
        return Ok(());
    }
    let (name, file, own) = (name.clone(), here.path.clone(), own.path.clone());
    Err(Error::Shadows { name, file, own })
}
