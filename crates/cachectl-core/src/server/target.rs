//! Where a deployment is, and as whom to speak to it.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use secrecy::SecretString;

use super::trust::{Place, Proof, Trust, Untrusted};
use crate::values::endpoint::{ConnectionUrl, Endpoint, Scheme};

/// Where a deployment is, as whom to speak to it, and how long to wait for it.
#[derive(Clone, Debug)]
pub struct Target {
    /// How its servers are found.
    pub topology: Topology,
    /// Who we are to the data servers.
    pub login: Login,
    /// Whether and how connections are encrypted.
    pub encryption: Encryption,
    /// The logical database.
    pub db: i64,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// Whom the password follows to besides, when a server names others.
    pub trust: Trust,
}

impl Target {
    /// Takes everything from one URL.
    #[must_use]
    pub fn from_url(url: ConnectionUrl) -> Self {
        Self {
            topology: Topology::Server(url.endpoint),
            login: Login { username: url.username, password: url.password },
            encryption: match url.scheme {
                Scheme::Plain => Encryption::None,
                Scheme::Tls => Encryption::Tls(TlsOptions::default()),
            },
            db: url.db.unwrap_or(0),
            timeouts: Timeouts::default(),
            trust: Trust::default(),
        }
    }
}

impl Target {
    /// Decides whether the login may go to a server whose name has been looked up. What the
    /// configuration names is asked as it is, and whatever a server has named is not.
    pub(super) fn admit(&self, endpoint: &Endpoint, addresses: &[IpAddr]) -> Result<(), Untrusted> {
        let configured = self.topology.endpoints();
        if configured.contains(&endpoint) {
            self.trust.meet(endpoint, addresses);
            return Ok(());
        }
        let proof = match &self.encryption {
            Encryption::Tls(TlsOptions {
                authorities: Some(_),
                check: CertificateCheck::Full,
                ..
            }) => Proof::Certificate,
            Encryption::Tls(_) | Encryption::None => Proof::None,
        };
        self.trust.check(&configured, &Place::of(endpoint, addresses), proof)
    }

    /// Returns who we are to a server: nobody, where it is not certain that it is one of ours.
    pub(super) fn login_at(&self, endpoint: &Endpoint) -> Login {
        if self.trust.is_doubted(endpoint) { Login::default() } else { self.login.clone() }
    }

    /// Returns whether the configuration names a server, and no other server has.
    pub(super) fn names(&self, endpoint: &Endpoint) -> bool {
        self.topology.endpoints().contains(&endpoint)
    }

    /// Returns whether it names one address and nobody who could name another.
    #[must_use]
    pub fn is_one_address(&self) -> bool {
        matches!(self.topology, Topology::Server(_))
    }
}

/// How the servers of a deployment are found.
#[derive(Clone, Debug)]
pub enum Topology {
    /// One address. If a cluster answers there, its other nodes are found from it.
    Server(Endpoint),
    /// Sentinels name the primary.
    Sentinel {
        /// Where the sentinels are. What most of those say that answer is believed.
        sentinels: Vec<Endpoint>,
        /// What the sentinels call the primary.
        primary_name: String,
        /// Who we are to the sentinels.
        login: Login,
    },
    /// The nodes of a cluster are found from any of these.
    Cluster(Vec<Endpoint>),
}

impl Topology {
    /// Returns the servers that it names itself.
    fn endpoints(&self) -> Vec<&Endpoint> {
        match self {
            Self::Server(endpoint) => vec![endpoint],
            Self::Sentinel { sentinels: endpoints, .. } | Self::Cluster(endpoints) => {
                endpoints.iter().collect()
            }
        }
    }
}

/// Who we are to a server.
#[derive(Clone, Debug, Default)]
pub struct Login {
    /// The ACL user; the default user if there is none.
    pub username: Option<String>,
    /// The password.
    pub password: Option<SecretString>,
}

/// Whether and how connections are encrypted.
#[derive(Clone, Debug, Default)]
pub enum Encryption {
    /// Not at all.
    #[default]
    None,
    /// By TLS.
    Tls(TlsOptions),
}

/// How to check the server's certificate, and which one of ours to show.
#[derive(Clone, Debug, Default)]
pub struct TlsOptions {
    /// A file of certificate authorities, in PEM, instead of those of the system.
    pub authorities: Option<PathBuf>,
    /// Our certificate and its key, in PEM, for servers that ask for one.
    pub identity: Option<ClientIdentity>,
    /// What is checked.
    pub check: CertificateCheck,
}

/// A client certificate and its key.
#[derive(Clone, Debug)]
pub struct ClientIdentity {
    /// The certificate, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
}

/// What is checked of a server's certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CertificateCheck {
    /// Its chain, its dates and its name.
    #[default]
    Full,
    /// Nothing: anybody can pose as the server.
    Nothing,
}

/// How long to wait for a server.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection, name look-up and handshakes included.
    pub connect: Duration,
    /// For the replies to one batch.
    pub response: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), response: Duration::from_secs(30) }
    }
}
