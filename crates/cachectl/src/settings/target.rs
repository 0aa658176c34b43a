//! From settings to what the core connects to.

use cachectl_core::{
    server::{
        target::{
            CertificateCheck, ClientIdentity, Encryption, Login, Target, Timeouts, TlsOptions,
            Topology,
        },
        trust::Trust,
    },
    values::endpoint::Endpoint,
    vocabulary::small_file::{self, SECRETS},
};
use secrecy::SecretString;

use super::{
    DEFAULT_PRIMARY_NAME, Settings,
    error::Error,
    layer::{Address, Password},
    provenance::Sourced,
};
use crate::output::departure;

impl Settings {
    /// Returns where the servers are and as whom to speak to them. Reads password files.
    pub(crate) fn target(&self) -> Result<Target, Error> {
        let defaults = Timeouts::default();
        let connection = &self.connection;
        let login = Login {
            username: value(connection.username.as_ref()),
            password: secret(connection.password.as_ref())?,
        };
        Ok(Target {
            topology: self.topology()?,
            login,
            encryption: self.encryption()?,
            db: value(connection.db.as_ref()).unwrap_or_default(),
            timeouts: Timeouts {
                connect: value(connection.connect_timeout.as_ref()).unwrap_or(defaults.connect),
                response: value(connection.timeout.as_ref()).unwrap_or(defaults.response),
            },
            trust: Trust::of(value(connection.trusted_peers.as_ref()).unwrap_or_default()),
        })
    }

    fn topology(&self) -> Result<Topology, Error> {
        let connection = &self.connection;
        let is_cluster = value(connection.cluster.as_ref()).unwrap_or_default();
        match (&self.address.value, is_cluster) {
            (Address::Sentinels(_), true) => Err(Error::SentinelAndCluster),
            (Address::Sentinels(sentinels), false) => self.sentinels(sentinels),
            (Address::Cluster(seeds), _) => Ok(Topology::Cluster(seeds.clone())),
            (Address::Url(url), true) => Ok(Topology::Cluster(vec![url.endpoint.clone()])),
            (Address::Url(url), false) => Ok(Topology::Server(url.endpoint.clone())),
        }
    }

    fn sentinels(&self, sentinels: &[Endpoint]) -> Result<Topology, Error> {
        let connection = &self.connection;
        let primary_name = value(connection.primary_name.as_ref());
        Ok(Topology::Sentinel {
            sentinels: sentinels.to_vec(),
            primary_name: primary_name.unwrap_or_else(|| DEFAULT_PRIMARY_NAME.to_owned()),
            login: Login {
                username: value(connection.sentinel_username.as_ref()),
                password: secret(connection.sentinel_password.as_ref())?,
            },
        })
    }

    fn encryption(&self) -> Result<Encryption, Error> {
        let connection = &self.connection;
        if !value(connection.tls.as_ref()).unwrap_or_default() {
            return Ok(Encryption::None);
        }
        let identity =
            match (value(connection.tls_cert.as_ref()), value(connection.tls_key.as_ref())) {
                (Some(certificate), Some(key)) => Some(ClientIdentity { certificate, key }),
                (None, None) => None,
                _ => return Err(Error::HalfIdentity),
            };
        let check = match value(connection.tls_insecure.as_ref()) {
            Some(true) => CertificateCheck::Nothing,
            Some(false) | None => CertificateCheck::Full,
        };
        let authorities = value(connection.tls_ca.as_ref());
        Ok(Encryption::Tls(TlsOptions { authorities, identity, check }))
    }
}

fn value<T: Clone>(sourced: Option<&Sourced<T>>) -> Option<T> {
    sourced.map(|sourced| sourced.value.clone())
}

/// Returns a password, from its file if it is in one. The line break that editors leave at the end
/// of a file is not part of it.
fn secret(password: Option<&Sourced<Password>>) -> Result<Option<SecretString>, Error> {
    let path = match password.map(|sourced| &sourced.value) {
        None => return Ok(None),
        Some(Password::Text(text)) => return Ok(Some(text.clone())),
        Some(Password::File(path)) => path,
    };
    let text = small_file::read_text(path, SECRETS)
        .map_err(|source| Error::PasswordFile { path: path.clone(), source })?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(Error::EmptyPasswordFile { path: path.clone() }),
        password => {
            let password = SecretString::from(password);
            departure::keep(&password);
            Ok(Some(password))
        }
    }
}
