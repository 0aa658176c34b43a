//! Who a server is, as far as it tells us.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::{connection::Connection, error::Error};

/// Who a server is, as far as it tells us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// What it calls itself: `redis`, `valkey` or another name.
    pub product: String,
    /// Its version.
    pub version: Version,
    /// Whether it stands alone.
    pub mode: Mode,
    /// Whether it takes writes.
    pub role: Role,
    /// Changes with every start of the process. `INFO` may be denied, and then it is unknown.
    pub run_id: Option<String>,
    /// The histories that its data may come from: its own, and that of the primary it followed
    /// before it was promoted. Empty where `INFO` is denied.
    pub histories: Vec<String>,
    /// The number of our connection. It grows while the process lives, so a smaller one than
    /// before betrays a restart where the run id is unknown.
    pub connection_id: i64,
}

impl Identity {
    /// Asks `HELLO`, which almost no ACL denies, and `INFO` for what only that knows.
    pub(super) async fn ask(connection: &Connection) -> Result<Self, Error> {
        let hello = connection.ask("HELLO", &[]).await?;
        let info = Info::ask(connection, "server").await?;
        let replication = Info::ask(connection, "replication").await?.unwrap_or_default();
        if let Some(refusal) = hello.refusal().filter(|refusal| refusal.code == "NOAUTH") {
            return Err(Error::Login {
                endpoint: connection.endpoint().clone(),
                source: super::error::Cause(refusal.to_string()),
            });
        }
        let said = |name: &str| hello.field(name);
        let text = |name: &str| said(name).and_then(|reply| reply.text().map(str::to_owned));
        let told = |name: &str| info.as_ref().and_then(|info| info.get(name)).map(str::to_owned);
        let version = told("valkey_version").or_else(|| text("version"));
        Ok(Self {
            product: text("server").or_else(|| told("server_name")).unwrap_or_default(),
            version: version
                .or_else(|| told("redis_version"))
                .as_deref()
                .map_or_else(Version::default, Version::parse),
            mode: Mode::parse(text("mode").or_else(|| told("redis_mode")).as_deref()),
            role: Role::parse(text("role").as_deref()),
            run_id: told("run_id"),
            histories: ["master_replid", "master_replid2"]
                .into_iter()
                .filter_map(|name| replication.get(name))
                // A server that was never promoted has forty zeros for the second.
                .filter(|id| id.bytes().any(|byte| byte != b'0'))
                .map(str::to_owned)
                .collect(),
            connection_id: said("id").and_then(|id| id.integer()?.ok()).unwrap_or_default(),
        })
    }

    /// Returns whether this may be the same process as `earlier`, which was asked before.
    #[must_use]
    pub fn continues(&self, earlier: &Self) -> bool {
        match (&self.run_id, &earlier.run_id) {
            (Some(now), Some(then)) => now == then,
            _ => self.connection_id >= earlier.connection_id,
        }
    }

    /// Returns whether its data may come from `earlier`: the same process, or a replica of it that
    /// was promoted.
    #[must_use]
    pub fn descends_from(&self, earlier: &Self) -> bool {
        let same_process = self.run_id.is_some() && self.run_id == earlier.run_id;
        same_process || self.descends_by_history(earlier)
    }

    /// Returns whether both work on the same data now: they are one process, or one of them follows
    /// the other. A copy of the data that went its own way is none.
    #[must_use]
    pub fn shares_data_with(&self, other: &Self) -> bool {
        let same_process = self.run_id.is_some() && self.run_id == other.run_id;
        let current = |identity: &Self| identity.histories.first().cloned();
        let same_history = current(self).is_some_and(|ours| current(other) == Some(ours));
        same_process || same_history
    }

    /// Returns whether one of the histories of its data is one of `earlier`.
    pub(crate) fn descends_by_history(&self, earlier: &Self) -> bool {
        self.histories.iter().any(|history| earlier.histories.contains(history))
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.product.as_str() {
            "" => write!(f, "server {}", self.version),
            product => write!(f, "{product} {}", self.version),
        }
    }
}

/// The version of a server.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Version(pub u32, pub u32, pub u32);

impl Version {
    fn parse(text: &str) -> Self {
        let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
        let mut next = || parts.next().unwrap_or(0);
        Self(next(), next(), next())
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Whether a server stands alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Alone, or as a primary with replicas.
    Standalone,
    /// As a node of a cluster.
    Cluster,
    /// It holds no data and watches others.
    Sentinel,
}

impl Mode {
    fn parse(text: Option<&str>) -> Self {
        match text {
            Some("cluster") => Self::Cluster,
            Some("sentinel") => Self::Sentinel,
            _ => Self::Standalone,
        }
    }
}

/// Whether a server takes writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It does.
    Primary,
    /// It follows a primary.
    Replica,
}

impl Role {
    fn parse(text: Option<&str>) -> Self {
        match text {
            Some("replica" | "slave") => Self::Replica,
            _ => Self::Primary,
        }
    }
}

/// One section of `INFO`.
#[derive(Clone, Debug, Default)]
pub struct Info(BTreeMap<String, String>);

impl Info {
    /// Asks for a section; `None` if `INFO` is denied or renamed.
    ///
    /// # Errors
    ///
    /// Fails if the connection does.
    pub async fn ask(connection: &Connection, section: &str) -> Result<Option<Self>, Error> {
        let reply = connection.ask("INFO", &[section.as_bytes()]).await?;
        Ok(reply.text().map(Self::parse))
    }

    pub(crate) fn parse(text: &str) -> Self {
        let fields = text.lines().filter_map(|line| line.split_once(':'));
        Self(fields.map(|(name, value)| (name.to_owned(), value.trim_end().to_owned())).collect())
    }

    /// Returns a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns the names of all fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns a field that is a number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<u64> {
        self.get(name).and_then(|value| value.parse().ok())
    }
}

/// Returns one part of a field of `INFO` that has several: `a=1,b=2`.
pub(crate) fn part<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut parts = text.split(',').filter_map(|part| part.split_once('='));
    parts.find(|(found, _)| *found == name).map(|(_, value)| value)
}
