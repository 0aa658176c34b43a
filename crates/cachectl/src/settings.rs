//! Settings: flags, variables and the configuration file, merged by one pure function that
//! remembers where every value came from.
//!
//! From strong to weak: flags, the variables `CACHECTL_*`, the variables `REDIS_*` and `CACHE_*`
//! that applications share with us, the context of the file, defaults. A context speaks with the
//! voice of whatever chose it: `--context prod` means that server, even where `REDIS_URL` is set.
//! And it speaks as a whole or not at all: where something stronger names another server, the
//! user, the password and the certificates of the context are not meant for that one.

mod context;
pub(crate) mod env;
pub(crate) mod error;
pub(crate) mod file;
pub(crate) mod guards;
pub(crate) mod layer;
pub(crate) mod provenance;
mod target;
mod variables;
mod warnings;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use cachectl_core::{
    server::target::Timeouts,
    values::endpoint::{ConnectionUrl, DEFAULT_PORT, Endpoint, Scheme},
};

pub(crate) use context::Chosen;
pub(crate) use error::Error;
pub(crate) use variables::{VARIABLES, table};

use self::{
    env::{Environment, Family},
    file::{Files, Found, Origin},
    guards::Guard,
    layer::{Address, Layer, Password},
    provenance::{Source, Sourced},
};
use crate::{cli::ConnectionArgs, output::departure};

/// What sentinels call a primary in every example there is.
pub(crate) const DEFAULT_PRIMARY_NAME: &str = "mymaster";

/// What is settled before a command begins.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Where the servers are.
    pub(crate) address: Sourced<Address>,
    /// Everything else about the connection, as far as somebody said it.
    pub(crate) connection: Layer,
    /// The context that was chosen, whether or not it is used.
    pub(crate) context: Option<Chosen>,
    /// The context whose name has to be typed before anything destructive.
    pub(crate) protected: Option<String>,
    /// The configuration file.
    pub(crate) file: Option<PathBuf>,
    /// How it was found.
    pub(crate) origin: Option<Origin>,
    /// All protected contexts, those of the user's own file as well.
    pub(crate) guards: Vec<Guard>,
    /// Why the user's own file, where another one is used, does not tell what it protects.
    pub(crate) unread: Option<Arc<Error>>,
    /// The names of its contexts.
    pub(crate) contexts: Vec<String>,
    /// What the file says about `migrate`.
    pub(crate) migrate: file::Migrate,
    /// What the file says about `health`.
    pub(crate) health: file::Health,
}

impl Settings {
    /// Reads the file and the variables, and merges them with the flags.
    pub(crate) fn resolve(flags: &ConnectionArgs) -> Result<Self, Error> {
        let environment = Environment::of_process();
        let files = Files::read(flags.config.as_deref(), &environment)?;
        Self::merged(flags, &environment, files)
    }

    /// Resolves a context by what stands in the file alone: the address and the password of the
    /// environment are those of another server.
    pub(crate) fn resolve_context(flags: &ConnectionArgs) -> Result<Self, Error> {
        let files = Files::read(flags.config.as_deref(), &Environment::of_process())?;
        Self::merged(flags, &Environment::default(), files)
    }

    /// Merges, and takes note of the passwords that are known by then, so that nothing shows them.
    fn merged(
        flags: &ConnectionArgs,
        environment: &Environment,
        files: Files,
    ) -> Result<Self, Error> {
        let settings = merge(flags, environment, files)?;
        let passwords = [&settings.connection.password, &settings.connection.sentinel_password];
        for password in passwords.into_iter().flatten() {
            if let Password::Text(secret) = &password.value {
                departure::keep(secret);
            }
        }
        Ok(settings)
    }

    /// Returns where state is kept.
    pub(crate) fn state_directory(&self) -> Result<&Path, Error> {
        let directory = self.connection.state_directory.as_ref();
        directory.map(|sourced| sourced.value.as_path()).ok_or(Error::NoStateDirectory)
    }
}

/// Merges what the flags, the variables and the file say. Pure: the same places give the same
/// settings.
pub(crate) fn merge(
    flags: &ConnectionArgs,
    environment: &Environment,
    Files { in_force: found, own }: Files,
) -> Result<Settings, Error> {
    let mut layers = vec![
        flags.layer()?,
        env::layer(environment, Family::Own)?,
        env::layer(environment, Family::Shared)?,
    ];
    let mut context = context::choose(flags, environment, found.as_ref())?;
    if let Some(chosen) = &mut context {
        chosen.overruled = layers.iter().take(chosen.rank).any(|layer| layer.address.is_some());
        if !chosen.overruled {
            layers.iter_mut().for_each(Layer::leave_checks_to_context);
            layers.insert(chosen.rank, chosen.layer.clone());
        }
    }
    layers.push(defaults(environment, found.as_ref()));
    let mut connection = settle(layers)?;
    let address = connection.address.take().unwrap_or_else(default_address);
    let (own, unread) =
        own.transpose().map_or_else(|error| (None, Some(Arc::new(error))), |own| (own, None));
    let guards = guards::of(found.as_ref(), own.as_ref());
    context::refuse_shadow(context.as_ref(), found.as_ref(), own.as_ref())?;
    let protected = context::protecting(&address.value, context.as_ref(), &guards);
    let origin = found.as_ref().map(|found| found.origin);
    let contexts = found.as_ref().map(|found| found.file.contexts.keys().cloned().collect());
    let (path, file) = found.map(|found| (found.path, found.file)).unzip();
    let file::File { migrate, mut health, .. } = file.unwrap_or_default();
    if let Some(chosen) = context.as_ref().filter(|chosen| !chosen.overruled) {
        health = chosen.health.clone().over(health);
    }
    Ok(Settings {
        address,
        connection,
        context,
        protected,
        file: path,
        origin,
        guards,
        unread,
        contexts: contexts.unwrap_or_default(),
        migrate,
        health,
    })
}

/// Puts layers on top of each other, strongest first.
fn settle(layers: Vec<Layer>) -> Result<Layer, Error> {
    let mut merged = Layer::default();
    for mut layer in layers {
        if merged.address.is_none() {
            layer.refuse_downgrade(merged.tls.as_ref())?;
            layer = layer.with_parts_of_its_url();
        } else {
            // Whoever gives the address says whether it is one of a cluster, or somebody above.
            layer.cluster = None;
        }
        merged = merged.over(layer);
    }
    Ok(merged)
}

/// Returns the weakest layer: what the file says outside its contexts, and what holds if nobody
/// says anything.
fn defaults(environment: &Environment, found: Option<&Found>) -> Layer {
    let namespace = found.and_then(|found| {
        let source = Source::File(found.path.clone());
        found.file.namespace.as_ref().map(|namespace| source.gives(namespace.clone()))
    });
    let below = |name: &str, folders: &str| {
        environment.get(name).map(|base| Sourced::default(Path::new(base).join(folders)))
    };
    let timeouts = Timeouts::default();
    Layer {
        primary_name: Some(Sourced::default(DEFAULT_PRIMARY_NAME.to_owned())),
        db: Some(Sourced::default(0)),
        cluster: Some(Sourced::default(false)),
        tls: Some(Sourced::default(false)),
        tls_insecure: Some(Sourced::default(false)),
        connect_timeout: Some(Sourced::default(timeouts.connect)),
        timeout: Some(Sourced::default(timeouts.response)),
        state_directory: below("XDG_STATE_HOME", "cachectl")
            .or_else(|| below("HOME", ".local/state/cachectl")),
        namespace,
        ..Layer::default()
    }
}

fn default_address() -> Sourced<Address> {
    Sourced::default(Address::Url(ConnectionUrl {
        endpoint: Endpoint::Tcp { host: "127.0.0.1".to_owned(), port: DEFAULT_PORT },
        scheme: Scheme::Plain,
        username: None,
        password: None,
        db: None,
    }))
}

#[cfg(test)]
mod tests;
