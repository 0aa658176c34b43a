//! Which variables there are, and what each of them sets.

use std::{fmt::Write as _, path::PathBuf, time::Duration};

use cachectl_core::values::{
    endpoint::{ConnectionUrl, Endpoint},
    trusted_peer::TrustedPeer,
};
use secrecy::SecretString;

use super::{
    env::Family,
    layer::{Address, Layer, Password},
    provenance::{Source, Sourced},
};
use crate::parse;

/// A variable that we know.
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: &'static str,
    /// What becomes of it.
    pub(crate) role: Role,
    /// What it means, for the documentation.
    meaning: &'static str,
}

/// What becomes of a variable.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    /// It is the address of a server.
    Url,
    /// It is a list of sentinels.
    Sentinels,
    /// It sets a text.
    Text(fn(&mut Layer, Sourced<String>)),
    /// It sets a password.
    Secret(fn(&mut Layer, Sourced<Password>)),
    /// It sets the name of a file.
    Path(fn(&mut Layer, Sourced<PathBuf>)),
    /// It switches something on or off.
    Switch(fn(&mut Layer, Sourced<bool>)),
    /// It sets a length of time, with a unit.
    Time(fn(&mut Layer, Sourced<Duration>)),
    /// It sets a length of time, in seconds if it has no unit.
    Seconds(fn(&mut Layer, Sourced<Duration>)),
    /// It is the number of a database.
    Database,
    /// It is a list of servers that others may name.
    Peers,
    /// It is asked for by name where it is needed.
    Asked,
    /// It means something to parts of the project that do not exist yet.
    Later,
}

impl Variable {
    const fn new(name: &'static str, role: Role, meaning: &'static str) -> Self {
        Self { name, role, meaning }
    }

    pub(crate) fn family(&self) -> Family {
        if self.name.starts_with("CACHECTL_") { Family::Own } else { Family::Shared }
    }
}

impl Role {
    /// Returns whether it means something to parts of the project that do not exist yet.
    pub(crate) fn is_for_later(self) -> bool {
        matches!(self, Self::Later)
    }

    /// Sets in `layer` what the variable says.
    pub(super) fn set(self, layer: &mut Layer, text: &str, source: &Source) -> Result<(), String> {
        match self {
            Self::Url => layer.address = Some(source.gives(url(text)?)),
            // They come later in the table than the URL, and so replace it.
            Self::Sentinels => layer.address = Some(source.gives(sentinels(text)?)),
            Self::Text(set) => set(layer, source.gives(text.to_owned())),
            Self::Secret(set) => set(layer, source.gives(Password::Text(SecretString::from(text)))),
            Self::Path(set) => set(layer, source.gives(PathBuf::from(text))),
            Self::Switch(set) => set(layer, source.gives(parsed(parse::boolean(text))?)),
            Self::Time(set) => set(layer, source.gives(parsed(parse::duration(text))?)),
            Self::Seconds(set) => set(layer, source.gives(parsed(parse::seconds(text))?)),
            Self::Database => layer.db = Some(source.gives(parsed(parse::database(text))?)),
            Self::Peers => layer.trusted_peers = Some(source.gives(peers(text)?)),
            Self::Asked | Self::Later => {}
        }
        Ok(())
    }
}

fn url(text: &str) -> Result<Address, String> {
    parsed(ConnectionUrl::parse(text)).map(Address::Url)
}

fn sentinels(text: &str) -> Result<Address, String> {
    let hosts: Result<Vec<Endpoint>, _> = text.split(',').map(parse::sentinel).collect();
    parsed(hosts).map(Address::Sentinels)
}

fn peers(text: &str) -> Result<Vec<TrustedPeer>, String> {
    let peers: Result<Vec<_>, _> = text.split(',').map(|peer| peer.trim().parse()).collect();
    parsed(peers)
}

fn parsed<T, E: ToString>(result: Result<T, E>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

/// Every variable that we know, in the order of the documentation.
pub(crate) static VARIABLES: &[Variable] = &[
    Variable::new("CACHECTL_URL", Role::Url, "`--url`"),
    Variable::new(
        "CACHECTL_SENTINELS",
        Role::Sentinels,
        "`--sentinel`, several separated by commas",
    ),
    Variable::new(
        "CACHECTL_PRIMARY_NAME",
        Role::Text(|layer, name| layer.primary_name = Some(name)),
        "`--primary-name`",
    ),
    Variable::new(
        "CACHECTL_CLUSTER",
        Role::Switch(|layer, is_on| layer.cluster = Some(is_on)),
        "`--cluster`: true or false",
    ),
    Variable::new("CACHECTL_CONTEXT", Role::Asked, "`--context`"),
    Variable::new("CACHECTL_CONFIG", Role::Asked, "`--config`"),
    Variable::new(
        "CACHECTL_USER",
        Role::Text(|layer, name| layer.username = Some(name)),
        "`--user`",
    ),
    Variable::new("CACHECTL_PASSWORD_FILE", Role::Path(password_file), "`--password-file`"),
    Variable::new(
        "CACHECTL_PASSWORD",
        Role::Secret(|layer, secret| layer.password = Some(secret)),
        "the password; it wins over the file",
    ),
    Variable::new(
        "CACHECTL_SENTINEL_USER",
        Role::Text(|layer, name| layer.sentinel_username = Some(name)),
        "the user of the sentinels",
    ),
    Variable::new(
        "CACHECTL_SENTINEL_PASSWORD",
        Role::Secret(|layer, secret| layer.sentinel_password = Some(secret)),
        "the password of the sentinels",
    ),
    Variable::new("CACHECTL_DB", Role::Database, "`--db`"),
    Variable::new(
        "CACHECTL_TLS",
        Role::Switch(|layer, is_on| layer.tls = Some(is_on)),
        "`--tls`: true or false",
    ),
    Variable::new(
        "CACHECTL_TLS_CA",
        Role::Path(|layer, path| layer.tls_ca = Some(path)),
        "`--tls-ca`",
    ),
    Variable::new(
        "CACHECTL_TLS_CERT",
        Role::Path(|layer, path| layer.tls_cert = Some(path)),
        "`--tls-cert`",
    ),
    Variable::new(
        "CACHECTL_TLS_KEY",
        Role::Path(|layer, path| layer.tls_key = Some(path)),
        "`--tls-key`",
    ),
    Variable::new(
        "CACHECTL_TLS_INSECURE",
        Role::Switch(|layer, is_on| layer.tls_insecure = Some(is_on)),
        "`--tls-insecure`: true or false",
    ),
    Variable::new(
        "CACHECTL_CONNECT_TIMEOUT",
        Role::Time(|layer, limit| layer.connect_timeout = Some(limit)),
        "`--connect-timeout`",
    ),
    Variable::new(
        "CACHECTL_TIMEOUT",
        Role::Time(|layer, limit| layer.timeout = Some(limit)),
        "`--timeout`",
    ),
    Variable::new(
        "CACHECTL_TRUSTED_PEERS",
        Role::Peers,
        "`--trusted-peer`, several separated by commas",
    ),
    Variable::new(
        "CACHECTL_NAMESPACE",
        Role::Text(|layer, name| layer.namespace = Some(name)),
        "the namespace of the keys",
    ),
    Variable::new(
        "CACHECTL_STATE_DIR",
        Role::Path(|layer, path| layer.state_directory = Some(path)),
        "`--state-dir`",
    ),
    Variable::new("CACHECTL_LOG", Role::Asked, "which logs to show, such as `cachectl_core=debug`"),
    Variable::new(
        "CACHECTL_SERVER_BIN",
        Role::Asked,
        "the server that the project's own tests start",
    ),
    Variable::new("REDIS_URL", Role::Url, "the address"),
    Variable::new(
        "REDIS_PASSWORD",
        Role::Secret(|layer, secret| layer.password = Some(secret)),
        "the password; it wins over the one in `REDIS_URL`",
    ),
    Variable::new(
        "REDIS_SENTINEL_HOSTS",
        Role::Sentinels,
        "sentinels, separated by commas; they win over `REDIS_URL`",
    ),
    Variable::new(
        "REDIS_SERVICE_NAME",
        Role::Text(|layer, name| layer.primary_name = Some(name)),
        "what the sentinels call the primary",
    ),
    Variable::new(
        "REDIS_CLUSTER_ENABLED",
        Role::Switch(|layer, is_on| layer.cluster = Some(is_on)),
        "whether the address is one of a cluster",
    ),
    Variable::new(
        "REDIS_SOCKET_TIMEOUT",
        Role::Seconds(|layer, limit| layer.timeout = Some(limit)),
        "seconds to wait for replies",
    ),
    Variable::new(
        "REDIS_SOCKET_CONNECT_TIMEOUT",
        Role::Seconds(|layer, limit| layer.connect_timeout = Some(limit)),
        "seconds to wait for a connection",
    ),
    Variable::new(
        "CACHE_NAMESPACE",
        Role::Text(|layer, name| layer.namespace = Some(name)),
        "the namespace of the keys",
    ),
    Variable::new("REDIS_MAX_CONNECTIONS", Role::Later, "the limit of a pool"),
    Variable::new("REDIS_RETRY_ATTEMPTS", Role::Later, "how often a call is tried again"),
    Variable::new("CACHE_DEFAULT_TTL", Role::Later, "seconds an entry lives"),
    Variable::new("REDIS_DEFAULT_TTL", Role::Later, "seconds an entry lives"),
    Variable::new("CACHE_WARMING_ENABLED", Role::Later, "whether caches are warmed"),
    Variable::new("REDIS_CACHE_WARMING_LIMIT", Role::Later, "how many items are warmed"),
];

fn password_file(layer: &mut Layer, path: Sourced<PathBuf>) {
    layer.password = Some(path.source.gives(Password::File(path.value)));
}

/// Returns the table of variables as Markdown, for the documentation.
pub(crate) fn table() -> String {
    let mut text = String::from("| variable | sets |\n|---|---|\n");
    for variable in VARIABLES {
        let later = if variable.role.is_for_later() { " (no meaning yet)" } else { "" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| `{}` | {}{later} |", variable.name, variable.meaning);
    }
    text
}
