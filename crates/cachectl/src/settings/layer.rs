//! What one place says about a connection, and how places are put on top of each other.

use std::{fmt, path::PathBuf, time::Duration};

use cachectl_core::values::{
    endpoint::{ConnectionUrl, Endpoint, Scheme},
    trusted_peer::TrustedPeer,
};
use secrecy::SecretString;

use super::{
    error::Error,
    provenance::{Source, Sourced},
};

/// How a deployment is found.
#[derive(Clone, Debug)]
pub(crate) enum Address {
    /// One server, or one node of a cluster.
    Url(ConnectionUrl),
    /// Sentinels that know the primary.
    Sentinels(Vec<Endpoint>),
    /// Nodes of a cluster.
    Cluster(Vec<Endpoint>),
}

impl Address {
    /// Returns the servers that it names.
    pub(crate) fn endpoints(&self) -> Vec<&Endpoint> {
        match self {
            Self::Url(url) => vec![&url.endpoint],
            Self::Sentinels(endpoints) | Self::Cluster(endpoints) => endpoints.iter().collect(),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |endpoints: &[Endpoint]| {
            endpoints.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        match self {
            Self::Url(url) => write!(f, "{url}"),
            Self::Sentinels(endpoints) => write!(f, "sentinels {}", list(endpoints)),
            Self::Cluster(endpoints) => write!(f, "cluster {}", list(endpoints)),
        }
    }
}

/// A password, or where it is.
#[derive(Clone, Debug)]
pub(crate) enum Password {
    Text(SecretString),
    File(PathBuf),
}

/// Says where a password is, never what it is.
impl fmt::Display for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("***"),
            Self::File(path) => write!(f, "*** (in {})", path.display()),
        }
    }
}

/// What one place says: the flags, some of the variables, or a context.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layer {
    pub(crate) address: Option<Sourced<Address>>,
    pub(crate) primary_name: Option<Sourced<String>>,
    pub(crate) cluster: Option<Sourced<bool>>,
    pub(crate) username: Option<Sourced<String>>,
    pub(crate) password: Option<Sourced<Password>>,
    pub(crate) sentinel_username: Option<Sourced<String>>,
    pub(crate) sentinel_password: Option<Sourced<Password>>,
    pub(crate) db: Option<Sourced<i64>>,
    pub(crate) tls: Option<Sourced<bool>>,
    pub(crate) tls_ca: Option<Sourced<PathBuf>>,
    pub(crate) tls_cert: Option<Sourced<PathBuf>>,
    pub(crate) tls_key: Option<Sourced<PathBuf>>,
    pub(crate) tls_insecure: Option<Sourced<bool>>,
    pub(crate) connect_timeout: Option<Sourced<Duration>>,
    pub(crate) timeout: Option<Sourced<Duration>>,
    pub(crate) trusted_peers: Option<Sourced<Vec<TrustedPeer>>>,
    pub(crate) namespace: Option<Sourced<String>>,
    pub(crate) state_directory: Option<Sourced<PathBuf>>,
}

impl Layer {
    /// Puts this layer on top of a lower one: what it does not say, the lower one says.
    pub(crate) fn over(self, lower: Self) -> Self {
        Self {
            address: self.address.or(lower.address),
            primary_name: self.primary_name.or(lower.primary_name),
            cluster: self.cluster.or(lower.cluster),
            username: self.username.or(lower.username),
            password: self.password.or(lower.password),
            sentinel_username: self.sentinel_username.or(lower.sentinel_username),
            sentinel_password: self.sentinel_password.or(lower.sentinel_password),
            db: self.db.or(lower.db),
            tls: self.tls.or(lower.tls),
            tls_ca: self.tls_ca.or(lower.tls_ca),
            tls_cert: self.tls_cert.or(lower.tls_cert),
            tls_key: self.tls_key.or(lower.tls_key),
            tls_insecure: self.tls_insecure.or(lower.tls_insecure),
            connect_timeout: self.connect_timeout.or(lower.connect_timeout),
            timeout: self.timeout.or(lower.timeout),
            trusted_peers: self.trusted_peers.or(lower.trusted_peers),
            namespace: self.namespace.or(lower.namespace),
            state_directory: self.state_directory.or(lower.state_directory),
        }
    }

    /// Takes over what the layer's own URL says and the layer does not.
    ///
    /// Only the layer whose address is used may do so: the password in a URL is meant for the
    /// server in that URL and for no other.
    pub(crate) fn with_parts_of_its_url(mut self) -> Self {
        let Some(Sourced { value: Address::Url(url), source }) = self.address.clone() else {
            return self;
        };
        let tls = url.scheme == Scheme::Tls;
        let password = url.password.map(Password::Text);
        self.username = self.username.or(url.username.map(|name| source.gives(name)));
        self.password = self.password.or(password.map(|password| source.gives(password)));
        self.db = self.db.or(url.db.map(|db| source.gives(db)));
        self.tls = self.tls.or(Some(source.gives(tls)));
        self
    }

    /// Refuses to go without encryption where the place that names the servers asks for it: whoever
    /// switched it off may have had other servers in mind, and would learn it from nobody.
    pub(super) fn refuse_downgrade(&self, stronger: Option<&Sourced<bool>>) -> Result<(), Error> {
        let own = self.tls.as_ref();
        let url = self.address.as_ref().filter(
            |address| matches!(&address.value, Address::Url(url) if url.scheme == Scheme::Tls),
        );
        let asks = match (url, own.filter(|tls| tls.value && self.address.is_some())) {
            (Some(url), _) => &url.source,
            (None, Some(tls)) => &tls.source,
            (None, None) => return Ok(()),
        };
        match stronger.or(own).filter(|tls| !tls.value) {
            Some(refuses) => {
                let (asks, refuses) = (asks.clone(), refuses.source.clone());
                Err(Error::Downgrade { asks, refuses })
            }
            None => Ok(()),
        }
    }

    /// Forgets what a variable says about certificates: it is meant for the servers that variables
    /// name, and a context has servers of its own.
    pub(super) fn leave_checks_to_context(&mut self) {
        let is_ours = |it: &Sourced<bool>| it.source == Source::Variable("CACHECTL_TLS_INSECURE");
        self.tls_insecure.take_if(|it| is_ours(it));
        self.tls.take_if(|it| is_ours(it));
    }

    /// Turns encryption on if the layer says how to encrypt and not whether to.
    pub(crate) fn with_tls_implied(mut self) -> Self {
        let implied = (self.tls_ca.as_ref().map(|ca| ca.source.clone()))
            .or_else(|| self.tls_cert.as_ref().map(|cert| cert.source.clone()))
            .or_else(|| self.tls_key.as_ref().map(|key| key.source.clone()))
            .or_else(|| {
                let insecure = self.tls_insecure.as_ref().filter(|insecure| insecure.value);
                insecure.map(|insecure| insecure.source.clone())
            });
        self.tls = self.tls.or(implied.map(|source| Sourced::new(true, source)));
        self
    }
}
