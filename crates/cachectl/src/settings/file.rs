//! The configuration file: what may stand in `cachectl.yaml`, and where it is looked for.
//!
//! The sections `keys`, `warm` and `health` belong to parts of the project that do not exist yet.
//! Their names are known, and nothing inside them is looked at.

use std::{
    collections::BTreeMap,
    fs,
    num::NonZeroU32,
    path::{Path, PathBuf},
    time::Duration,
};

use cachectl_core::{
    migrate::options::{BatchSize, Level, OnConflict},
    values::endpoint::{ConnectionUrl, Endpoint},
};
use serde::{Deserialize, Deserializer, de::IgnoredAny};

use super::{
    env::Environment,
    error::Error,
    layer::{Address, Layer, Password},
    provenance::Source,
};
use crate::{parse, yaml};

/// The name that is looked for.
const NAME: &str = "cachectl.yaml";

/// What a configuration file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) namespace: Option<String>,
    pub(crate) default_context: Option<String>,
    #[serde(default)]
    pub(crate) contexts: BTreeMap<String, Context>,
    #[serde(default)]
    pub(crate) migrate: Migrate,
    #[serde(default, rename = "keys")]
    _keys: IgnoredAny,
    #[serde(default, rename = "warm")]
    _warm: IgnoredAny,
    #[serde(default, rename = "health")]
    _health: IgnoredAny,
}

/// What `migrate` does unless a rules file or a flag says otherwise.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Migrate {
    #[serde(default, alias = "on-conflict", deserialize_with = "on_conflict")]
    pub(crate) on_conflict: Option<OnConflict>,
    #[serde(default, deserialize_with = "rate")]
    pub(crate) rate: Option<NonZeroU32>,
    #[serde(default, deserialize_with = "batch")]
    pub(crate) batch: Option<BatchSize>,
    #[serde(default, alias = "max-latency", deserialize_with = "duration")]
    pub(crate) max_latency: Option<Duration>,
    #[serde(default, deserialize_with = "level")]
    pub(crate) verify: Option<Level>,
    #[serde(default)]
    pub(crate) exclude: Vec<String>,
}

/// A deployment by name.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    written: Written,
    address: Address,
}

impl<'de> Deserialize<'de> for Context {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        yaml::mapping::<D, Written, Self>(deserializer)
    }
}

impl Context {
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    pub(crate) fn is_protected(&self) -> bool {
        self.written.protected
    }

    /// Returns what it says, with file names that start at the directory of `file`.
    pub(crate) fn layer(&self, name: &str, file: &Path) -> Layer {
        let source = Source::Context { name: name.to_owned(), file: file.to_owned() };
        let written = self.written.clone();
        let beside = |path: PathBuf| file.parent().map_or(path.clone(), |parent| parent.join(path));
        let tls = written.tls.unwrap_or_default();
        Layer {
            address: Some(source.gives(self.address.clone())),
            primary_name: written.master.map(|name| source.gives(name)),
            username: written.username.map(|name| source.gives(name)),
            password: (written.password_file)
                .map(|path| source.gives(Password::File(beside(path)))),
            sentinel_username: written.sentinel_username.map(|name| source.gives(name)),
            sentinel_password: (written.sentinel_password_file)
                .map(|path| source.gives(Password::File(beside(path)))),
            db: written.db.map(|db| source.gives(i64::from(db))),
            tls: tls.enabled.map(|enabled| source.gives(enabled)),
            tls_ca: tls.ca.map(|path| source.gives(beside(path))),
            tls_cert: tls.cert.map(|path| source.gives(beside(path))),
            tls_key: tls.key.map(|path| source.gives(beside(path))),
            tls_insecure: tls.insecure.map(|insecure| source.gives(insecure)),
            connect_timeout: written.connect_timeout.map(|limit| source.gives(limit)),
            timeout: written.timeout.map(|limit| source.gives(limit)),
            ..Layer::default()
        }
        .with_tls_implied()
    }
}

/// A context as it is written down.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, deserialize_with = "url")]
    url: Option<ConnectionUrl>,
    sentinels: Option<Vec<Sentinel>>,
    #[serde(default, alias = "primary_name")]
    master: Option<String>,
    cluster: Option<Vec<Server>>,
    username: Option<String>,
    password_file: Option<PathBuf>,
    sentinel_username: Option<String>,
    sentinel_password_file: Option<PathBuf>,
    db: Option<u32>,
    tls: Option<Tls>,
    #[serde(default, deserialize_with = "duration")]
    connect_timeout: Option<Duration>,
    #[serde(default, deserialize_with = "duration")]
    timeout: Option<Duration>,
    #[serde(default)]
    protected: bool,
}

/// How a context is encrypted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tls {
    enabled: Option<bool>,
    ca: Option<PathBuf>,
    cert: Option<PathBuf>,
    key: Option<PathBuf>,
    insecure: Option<bool>,
}

impl TryFrom<Written> for Context {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let url = written.url.clone().map(Address::Url);
        let sentinels = written.sentinels.clone().map(|hosts| {
            Address::Sentinels(hosts.into_iter().map(|Sentinel(host)| host).collect())
        });
        let cluster = written
            .cluster
            .clone()
            .map(|seeds| Address::Cluster(seeds.into_iter().map(|Server(seed)| seed).collect()));
        let mut addresses = [url, sentinels, cluster].into_iter().flatten();
        let address = match (addresses.next(), addresses.next()) {
            (Some(address), None) => address,
            (None, _) => return Err("a context needs a url, sentinels or a cluster"),
            (Some(_), Some(_)) => {
                return Err("a context has one of url, sentinels and cluster, not several");
            }
        };
        if address.endpoints().is_empty() {
            return Err("a list of servers cannot be empty");
        }
        Ok(Self { written, address })
    }
}

/// A configuration file and where it was found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) file: File,
}

/// Reads the file that was asked for, or the first that is found in the usual places.
pub(crate) fn find(
    asked: Option<&Path>,
    environment: &Environment,
) -> Result<Option<Found>, Error> {
    let asked =
        asked.map(Path::to_owned).or_else(|| environment.get("CACHECTL_CONFIG").map(Into::into));
    if let Some(path) = asked {
        return read(&path).map(Some);
    }
    match usual_places(environment).into_iter().find(|path| path.is_file()) {
        Some(path) => read(&path).map(Some),
        None => Ok(None),
    }
}

/// Reads one file.
pub(crate) fn read(path: &Path) -> Result<Found, Error> {
    let text = fs::read_to_string(path)
        .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
    let file = yaml::read(path, &text).map_err(Error::File)?;
    Ok(Found { path: path.to_owned(), file })
}

/// Checks what reading alone does not: that the default context is one of those in the file.
pub(crate) fn check(path: &Path, file: &File) -> Result<(), Error> {
    match &file.default_context {
        Some(name) if !file.contexts.contains_key(name) => Err(Error::UnknownContext {
            name: name.clone(),
            file: path.to_owned(),
            known: file.contexts.keys().cloned().collect(),
        }),
        Some(_) | None => Ok(()),
    }
}

/// Returns where a file is looked for, best place first.
fn usual_places(environment: &Environment) -> Vec<PathBuf> {
    let below = |name: &str, folders: &str| {
        environment.get(name).map(|base| Path::new(base).join(folders).join(NAME))
    };
    let places = [
        Some(PathBuf::from(NAME)),
        below("XDG_CONFIG_HOME", "cachectl"),
        below("HOME", ".config/cachectl"),
    ];
    places.into_iter().flatten().collect()
}

pub(crate) fn on_conflict<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<OnConflict>, D::Error> {
    yaml::scalar(deserializer, parse::on_conflict).map(Some)
}

pub(crate) fn rate<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<NonZeroU32>, D::Error> {
    yaml::scalar(deserializer, parse::rate).map(Some)
}

pub(crate) fn batch<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BatchSize>, D::Error> {
    yaml::scalar(deserializer, parse::batch).map(Some)
}

pub(crate) fn duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    yaml::scalar(deserializer, parse::duration).map(Some)
}

pub(crate) fn level<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Level>, D::Error> {
    yaml::scalar(deserializer, parse::level).map(Some)
}

fn url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ConnectionUrl>, D::Error> {
    yaml::scalar(deserializer, ConnectionUrl::parse).map(Some)
}

/// The address of a sentinel.
#[derive(Clone, Debug)]
struct Sentinel(Endpoint);

impl<'de> Deserialize<'de> for Sentinel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        yaml::scalar(deserializer, parse::sentinel).map(Self)
    }
}

/// The address of a data server.
#[derive(Clone, Debug)]
struct Server(Endpoint);

impl<'de> Deserialize<'de> for Server {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        yaml::scalar(deserializer, parse::server).map(Self)
    }
}
