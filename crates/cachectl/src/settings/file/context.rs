//! Contexts: deployments by name.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use cachectl_core::values::{
    endpoint::{ConnectionUrl, Endpoint, Scheme},
    trusted_peer::TrustedPeer,
};
use serde::{Deserialize, Deserializer};

use super::{Health, duration};
use crate::{
    parse,
    settings::{
        layer::{Address, Layer, Password},
        provenance::Source,
    },
    yaml,
};

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

    /// Returns how its health is judged, as far as it has words of its own for that.
    pub(crate) fn health(&self) -> &Health {
        &self.written.health
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
            trusted_peers: written
                .trusted_peers
                .map(|peers| source.gives(peers.into_iter().map(|Peer(peer)| peer).collect())),
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
    trusted_peers: Option<Vec<Peer>>,
    #[serde(default)]
    protected: bool,
    #[serde(default)]
    health: Health,
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
        let is_off = written.tls.as_ref().is_some_and(|tls| tls.enabled == Some(false));
        if is_off && matches!(&address, Address::Url(url) if url.scheme == Scheme::Tls) {
            return Err("the url asks for encryption, and `tls.enabled` switches it off");
        }
        Ok(Self { written, address })
    }
}

fn url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ConnectionUrl>, D::Error> {
    yaml::address(deserializer, ConnectionUrl::parse).map(Some)
}

/// The address of a sentinel.
#[derive(Clone, Debug)]
struct Sentinel(Endpoint);

impl<'de> Deserialize<'de> for Sentinel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        yaml::address(deserializer, parse::sentinel).map(Self)
    }
}

/// A server that others may name.
#[derive(Clone, Debug)]
struct Peer(TrustedPeer);

impl<'de> Deserialize<'de> for Peer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        yaml::scalar(deserializer, str::parse).map(Self)
    }
}

/// The address of a data server.
#[derive(Clone, Debug)]
struct Server(Endpoint);

impl<'de> Deserialize<'de> for Server {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        yaml::address(deserializer, parse::server).map(Self)
    }
}
