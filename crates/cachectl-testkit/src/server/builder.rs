//! Describing a server.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tempfile::TempDir;

use super::client::{Access, PASSWORD, USER};
use super::process::{self, Mode};
use super::{Address, Server, StartError, port};
use crate::locate::{self, Feature, Installation, Release};
use crate::tls::{Certificates, Validity};

/// A server that has not been started yet.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    binary: Option<PathBuf>,
    release: Option<Release>,
    rdb: Option<PathBuf>,
    features: Vec<Feature>,
    transport: Transport,
    lines: Vec<String>,
    users: Vec<String>,
    access: Access,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Transport {
    #[default]
    Unix,
    Tcp,
    Tls(Validity),
}

impl Builder {
    /// Runs this binary instead of the one that is found.
    #[must_use]
    pub fn binary(mut self, path: impl Into<PathBuf>) -> Self {
        self.binary = Some(path.into());
        self
    }

    /// Runs a binary that can do this.
    #[must_use]
    pub fn feature(mut self, feature: Feature) -> Self {
        self.features.push(feature);
        self
    }

    /// Runs this release, whatever other servers there are.
    #[must_use]
    pub const fn release(mut self, release: Release) -> Self {
        self.release = Some(release);
        self
    }

    /// Describes a server of the same binary that is otherwise as it comes.
    pub(crate) fn same_binary(&self) -> Self {
        let Self { binary, release, features, .. } = self.clone();
        Self { binary, release, features, ..Self::default() }
    }

    /// Starts with the data of this RDB file, of which the server gets a copy.
    #[must_use]
    pub fn rdb(mut self, path: impl Into<PathBuf>) -> Self {
        self.rdb = Some(path.into());
        self
    }

    /// Sets a directive of the configuration file, to one value or several with spaces between.
    #[must_use]
    pub fn config(self, directive: &str, value: &str) -> Self {
        let value = if value.is_empty() { "\"\"" } else { value };
        self.line(&format!("{directive} {value}"))
    }

    /// Sets a directive that a test may have set otherwise: of two lines the last one holds.
    pub(crate) fn preset(mut self, directive: &str, value: &str) -> Self {
        self.lines.insert(0, format!("{directive} {value}"));
        self
    }

    /// Adds a line to the configuration file as it is.
    #[must_use]
    pub fn line(mut self, line: &str) -> Self {
        self.lines.push(line.to_owned());
        self
    }

    /// Listens on a port of 127.0.0.1 instead of a unix socket.
    #[must_use]
    pub const fn tcp(mut self) -> Self {
        self.transport = Transport::Tcp;
        self
    }

    /// Listens on a port of 127.0.0.1 that speaks TLS, with certificates made for this server.
    #[must_use]
    pub fn tls(self) -> Self {
        self.tls_with(Validity::Valid)
    }

    /// Like `tls`, with a certificate that may have run out.
    #[must_use]
    pub fn tls_with(mut self, validity: Validity) -> Self {
        self.transport = Transport::Tls(validity);
        // Clients need no certificate unless a test asks for it, with a later line.
        self.feature(Feature::Tls).config("tls-auth-clients", "no")
    }

    /// Lets in only clients that show a certificate of the server's authority.
    #[must_use]
    pub fn tls_with_client_certificates(self) -> Self {
        self.tls().config("tls-auth-clients", "yes")
    }

    /// Turns the binary into a sentinel.
    pub(crate) const fn sentinel(mut self) -> Self {
        self.access.mode = Mode::Sentinel;
        self.transport = Transport::Tcp;
        self
    }

    /// Adds a user, in the words of `ACL SETUSER`: `ops on >secret ~* +@all`.
    ///
    /// The kit then uses a user of its own, so `default` may be restricted as well.
    #[must_use]
    pub fn acl_user(mut self, rules: &str) -> Self {
        self.users.push(rules.to_owned());
        self.access.own_user = true;
        self
    }

    /// Asks a password of the default user.
    #[must_use]
    pub fn password(self, password: &str) -> Self {
        self.acl_user(&format!("default on >{password} ~* &* +@all"))
    }

    /// Gives a command another name; the kit's own commands follow.
    #[must_use]
    pub fn rename_command(mut self, command: &str, name: &str) -> Self {
        self.lines.push(format!("rename-command {command} {}", quote(name)));
        self.access.renamed.insert(command.to_uppercase(), name.to_owned());
        self
    }

    /// Makes a command unknown to every client that does not know the kit's secret name for it.
    ///
    /// For a client this is `rename-command COMMAND ""`, but a test can still look inside.
    #[must_use]
    pub fn deny_command(self, command: &str) -> Self {
        let secret = format!("testkit-{}", command.to_lowercase());
        self.rename_command(command, &secret)
    }

    /// Writes every change to an append-only file before it is answered.
    #[must_use]
    pub fn aof(self) -> Self {
        self.config("appendonly", "yes").config("appendfsync", "always")
    }

    /// Starts the server and waits until it answers.
    ///
    /// Panics with the end of its log when it does not.
    #[track_caller]
    #[must_use]
    pub fn start(self) -> Server {
        self.try_start().unwrap_or_else(|error| panic!("{error}"))
    }

    /// Starts the server and waits until it answers.
    ///
    /// # Errors
    ///
    /// Fails when there is no server to start, or when it does not get ready.
    pub fn try_start(self) -> Result<Server, StartError> {
        let installation = self.installation()?;
        let mut attempts = 10;
        loop {
            attempts -= 1;
            match self.start_once(&installation) {
                // Somebody else was faster to take the port.
                Err(StartError::NotReady { log, .. })
                    if attempts > 0 && log.contains("Address already in use") => {}
                outcome => return outcome,
            }
        }
    }

    fn installation(&self) -> Result<Installation, locate::Error> {
        match (&self.binary, self.release, self.features.as_slice()) {
            (Some(path), _, _) => locate::at(path),
            (None, Some(release), _) => locate::release(release),
            (None, None, []) => locate::server(),
            (None, None, [feature, ..]) => locate::with(*feature),
        }
    }

    fn start_once(&self, installation: &Installation) -> Result<Server, StartError> {
        let directory = directory()?;
        let address = self.address(directory.path())?;
        let certificates = self.certificates(directory.path())?;
        let configuration = self.configuration(directory.path(), &address, certificates.as_ref());
        fs::write(process::configuration_file(directory.path()), configuration)?;
        if let Some(rdb) = &self.rdb {
            fs::copy(rdb, process::rdb_file(directory.path()))?;
        }
        let server = Server {
            installation: installation.clone(),
            address,
            access: self.access.clone(),
            certificates,
            process: Mutex::new(None),
            connection: Mutex::new(None),
            directory,
        };
        server.launch()?;
        Ok(server)
    }

    fn address(&self, directory: &Path) -> io::Result<Address> {
        let port = || port::free().ok_or_else(|| io::Error::other("no port is free"));
        match self.transport {
            Transport::Unix => Ok(Address::Unix(process::socket_file(directory))),
            Transport::Tcp => port().map(Address::Tcp),
            Transport::Tls(_) => port().map(Address::Tls),
        }
    }

    fn certificates(&self, directory: &Path) -> io::Result<Option<Certificates>> {
        match self.transport {
            Transport::Unix | Transport::Tcp => Ok(None),
            Transport::Tls(validity) => Certificates::generate(directory, validity).map(Some),
        }
    }

    fn configuration(
        &self,
        directory: &Path,
        address: &Address,
        certificates: Option<&Certificates>,
    ) -> String {
        let mut lines = vec![format!("dir {}", quote_path(directory))];
        if self.access.mode == Mode::Server {
            let socket = process::socket_file(directory);
            lines.extend(["save \"\"".to_owned(), format!("unixsocket {}", quote_path(&socket))]);
        }
        lines.push(match address {
            Address::Unix(_) => "port 0".to_owned(),
            Address::Tcp(port) => format!("bind 127.0.0.1\nport {port}"),
            Address::Tls(port) => format!("bind 127.0.0.1\nport 0\ntls-port {port}"),
        });
        if let Some(files) = certificates {
            lines.push(format!("tls-ca-cert-file {}", quote_path(&files.authority)));
            lines.push(format!("tls-cert-file {}", quote_path(&files.server)));
            lines.push(format!("tls-key-file {}", quote_path(&files.server_key)));
        }
        lines.extend(self.lines.iter().cloned());
        if self.access.own_user {
            lines.push(format!("user {USER} on >{PASSWORD} ~* &* +@all"));
        }
        lines.extend(self.users.iter().map(|rules| format!("user {rules}")));
        lines.join("\n") + "\n"
    }
}

fn quote_path(path: &Path) -> String {
    quote(&path.display().to_string())
}

/// Makes a directory whose path is short enough for a socket to be in it.
fn directory() -> io::Result<TempDir> {
    // A socket's path has 104 bytes at most on some systems.
    const LONGEST: usize = 60;
    let usual = std::env::temp_dir();
    let short = usual.as_os_str().len() <= LONGEST;
    let parent = if short { usual.as_path() } else { Path::new("/tmp") };
    tempfile::Builder::new().prefix("cachectl-").tempdir_in(parent)
}

/// Writes a value as a configuration file takes it.
fn quote(value: &str) -> String {
    let plain = !value.is_empty() && !value.contains([' ', '"', '\'', '\\', '\n', '#']);
    if plain {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
