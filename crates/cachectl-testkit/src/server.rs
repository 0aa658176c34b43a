//! A real server that lives as long as the test that started it.

mod builder;
mod client;
mod life;
mod moment;
pub(crate) mod port;
mod process;
mod replicas;
mod save;
mod talk;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

use crate::locate::{self, Installation};
use crate::tls::Certificates;

pub use builder::Builder;
pub use moment::Moment;
pub use process::Signal;

use client::Access;
use process::Process;

/// How a client reaches a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A unix socket.
    Unix(PathBuf),
    /// A port of 127.0.0.1.
    Tcp(u16),
    /// A port of 127.0.0.1 that speaks TLS.
    Tls(u16),
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no binary to start.
    #[error(transparent)]
    Locate(#[from] locate::Error),
    /// The directory or a file in it could not be made.
    #[error("cannot prepare the directory of a server")]
    Prepare(#[from] std::io::Error),
    /// It ended at once, or did not answer in time.
    #[error("`{}` {reason}; its log ends with:\n{log}", binary.display())]
    #[expect(missing_docs, reason = "the message names the fields")]
    NotReady { binary: PathBuf, reason: String, log: String },
}

/// A server with a directory of its own, ended and removed when this value goes away.
///
/// It also ends when the test process is killed, because a watchdog process then sees that its
/// pipe closes.
pub struct Server {
    installation: Installation,
    address: Address,
    access: Access,
    certificates: Option<Certificates>,
    process: Mutex<Option<Process>>,
    connection: Mutex<Option<redis::Connection>>,
    directory: TempDir,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("binary", &self.installation.path())
            .field("address", &self.address)
            .field("pid", &self.lock_process().as_ref().map(Process::pid))
            .finish_non_exhaustive()
    }
}

impl Server {
    /// Starts a plain server on a unix socket.
    #[must_use]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// Returns a description of a server to be changed and started.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Returns the URL that reaches the server as its default user.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_with(None, 0)
    }

    /// Returns the URL that reaches the given database.
    #[must_use]
    pub fn url_of_db(&self, db: u32) -> String {
        self.url_with(None, db)
    }

    /// Returns the URL that reaches the server as `user`, whose name and password need no escaping.
    #[must_use]
    pub fn url_as(&self, user: &str, password: &str) -> String {
        self.url_with(Some((user, password)), 0)
    }

    fn url_with(&self, login: Option<(&str, &str)>, db: u32) -> String {
        let at = login.map(|(user, password)| format!("{user}:{password}@")).unwrap_or_default();
        let path = if db == 0 { String::new() } else { format!("/{db}") };
        match &self.address {
            Address::Tcp(port) => format!("redis://{at}127.0.0.1:{port}{path}"),
            Address::Tls(port) => format!("rediss://{at}127.0.0.1:{port}{path}"),
            Address::Unix(socket) => {
                let login = login.map(|(user, password)| format!("user={user}&pass={password}"));
                let db = (db != 0).then(|| format!("db={db}"));
                let query: Vec<String> = login.into_iter().chain(db).collect();
                let mark = if query.is_empty() { "" } else { "?" };
                format!("unix://{}{mark}{}", socket.display(), query.join("&"))
            }
        }
    }

    /// Returns how the server is reached.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// Returns the path of the unix socket.
    #[track_caller]
    #[must_use]
    pub fn socket(&self) -> &Path {
        match &self.address {
            Address::Unix(path) => path,
            Address::Tcp(_) | Address::Tls(_) => panic!("this server listens on a port"),
        }
    }

    /// Returns the port.
    #[track_caller]
    #[must_use]
    pub fn port(&self) -> u16 {
        match self.address {
            Address::Tcp(port) | Address::Tls(port) => port,
            Address::Unix(_) => panic!("this server listens on a socket; start it with `tcp()`"),
        }
    }

    /// Returns the directory that the server works in.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Returns the certificates of a server that was started with `tls()`.
    #[track_caller]
    #[must_use]
    pub const fn certificates(&self) -> &Certificates {
        match &self.certificates {
            Some(certificates) => certificates,
            None => panic!("this server has no certificates; start it with `tls()`"),
        }
    }

    /// Returns the binary that runs.
    #[must_use]
    pub const fn installation(&self) -> &Installation {
        &self.installation
    }

    /// Returns everything the server has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read(process::log_file(self.directory()))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    /// Returns the process id.
    #[track_caller]
    #[must_use]
    pub fn pid(&self) -> u32 {
        let process = self.lock_process();
        process.as_ref().map_or_else(|| panic!("the server is not running"), Process::pid)
    }

    /// Returns whether the server was started and not ended since.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.lock_process().is_some()
    }

    fn lock_process(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
