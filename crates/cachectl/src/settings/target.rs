//! From settings to what the core connects to.

use std::{
    io,
    path::{Path, PathBuf},
};

use cachectl_core::{
    files::{self, Unusable, limits::SECRETS},
    server::{
        target::{
            CertificateCheck, ClientIdentity, Encryption, Login, Target, Timeouts, TlsOptions,
            Topology,
        },
        trust::Trust,
    },
    values::endpoint::Endpoint,
};
use secrecy::SecretString;

use super::{
    DEFAULT_PRIMARY_NAME, Settings,
    error::Error,
    file::Origin,
    layer::{Address, Password},
    provenance::{Source, Sourced},
};
use crate::output::departure;

impl Settings {
    /// Returns where the servers are and as whom to speak to them. Reads password files.
    pub(crate) fn target(&self) -> Result<Target, Error> {
        let defaults = Timeouts::default();
        let connection = &self.connection;
        let login = Login {
            username: value(connection.username.as_ref()),
            password: self.secret(connection.password.as_ref())?,
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

    /// Reads the passwords that come out of what this process was given, such as `/dev/stdin`: they
    /// are there once.
    pub(crate) fn take_in_passwords(&mut self) -> Result<(), Error> {
        let own = self.taken_in(self.connection.password.as_ref())?;
        let of_sentinels = self.taken_in(self.connection.sentinel_password.as_ref())?;
        self.connection.password = own.or(self.connection.password.take());
        self.connection.sentinel_password =
            of_sentinels.or(self.connection.sentinel_password.take());
        Ok(())
    }

    fn taken_in(
        &self,
        password: Option<&Sourced<Password>>,
    ) -> Result<Option<Sourced<Password>>, Error> {
        match password {
            Some(Sourced { value: Password::File(path), source }) if files::is_given(path) => {
                let secret = self.secret(password)?;
                Ok(secret.map(|secret| source.gives(Password::Text(secret))))
            }
            Some(_) | None => Ok(None),
        }
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
            // One that is given twice has one vote.
            sentinels: sentinels.iter().fold(Vec::new(), |mut known, it| {
                if !known.contains(it) {
                    known.push(it.clone());
                }
                known
            }),
            primary_name: primary_name.unwrap_or_else(|| DEFAULT_PRIMARY_NAME.to_owned()),
            login: Login {
                username: value(connection.sentinel_username.as_ref()),
                password: self.secret(connection.sentinel_password.as_ref())?,
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
        self.check_key(connection.tls_key.as_ref())?;
        let check = match value(connection.tls_insecure.as_ref()) {
            Some(true) => CertificateCheck::Nothing,
            Some(false) | None => CertificateCheck::Full,
        };
        let authorities = value(connection.tls_ca.as_ref());
        Ok(Encryption::Tls(TlsOptions { authorities, identity, check }))
    }

    /// Returns a password, from its file if it is in one. The line break that editors leave at the
    /// end of a file is not part of it.
    fn secret(&self, password: Option<&Sourced<Password>>) -> Result<Option<SecretString>, Error> {
        let Some(Sourced { value: password, source }) = password else { return Ok(None) };
        self.refuse_to_lend(source)?;
        let path = match password {
            Password::Text(text) => return Ok(Some(text.clone())),
            Password::File(path) => path,
        };
        let unusable = |error| no_password_in(path, source, error);
        let contents = match self.confining(source) {
            Some(file) => files::contents(confined(path, file, unusable)?, SECRETS),
            None => files::read_given(path, SECRETS),
        };
        let text = contents.and_then(files::text).map_err(unusable)?;
        match text.trim_end_matches(['\r', '\n']) {
            "" => Err(Error::EmptyPasswordFile { path: path.clone() }),
            password => {
                let password = SecretString::from(password);
                departure::keep(&password);
                Ok(Some(password))
            }
        }
    }

    /// Refuses to give a password of the environment to servers that a file names which nobody has
    /// named: it is there for other servers, and whoever wrote the file would get it.
    fn refuse_to_lend(&self, password: &Source) -> Result<(), Error> {
        match (password, self.confining(&self.address.source)) {
            (Source::Variable(_), Some(file)) => {
                Err(Error::Lent { variable: password.clone(), file: file.to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// Refuses a private key that a file may not name. It is read where it is used.
    fn check_key(&self, key: Option<&Sourced<PathBuf>>) -> Result<(), Error> {
        let confining = key.and_then(|key| Some((key, self.confining(&key.source)?)));
        match confining.map(|(key, file)| {
            confined(&key.value, file, |error| no_password_in(&key.value, &key.source, error))
        }) {
            Some(Err(outside @ Error::Outside { .. })) => Err(outside),
            Some(_) | None => Ok(()),
        }
    }

    /// Returns the configuration file beside which a secret has to be that `source` names; `None` if
    /// it may be anywhere.
    fn confining<'s>(&self, source: &'s Source) -> Option<&'s Path> {
        match source {
            Source::Context { file, .. } if self.origin == Some(Origin::WorkingDirectory) => {
                Some(file)
            }
            _ => None,
        }
    }
}

fn value<T: Clone>(sourced: Option<&Sourced<T>>) -> Option<T> {
    sourced.map(|sourced| sourced.value.clone())
}

/// Opens a secret that has to be below the directory of the configuration file which names it.
fn confined(
    path: &Path,
    file: &Path,
    unusable: impl FnOnce(io::Error) -> Error,
) -> Result<std::fs::File, Error> {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = parent.unwrap_or(Path::new("."));
    files::open_below(directory, path).map_err(|error| match error {
        Unusable::Outside { .. } => Error::Outside { path: path.to_owned(), file: file.to_owned() },
        Unusable::File(source) => unusable(source),
        Unusable::Distrusted(source) => unusable(io::Error::other(source)),
    })
}

/// Returns what is said where a password could not be read from the file that `by` names.
fn no_password_in(path: &Path, by: &Source, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound => Error::NoPasswordFile { by: by.clone() },
        _ => Error::PasswordFile { path: path.to_owned(), source: error },
    }
}
