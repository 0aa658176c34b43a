//! A real server that lives as long as the test that started it.

mod builder;
mod client;
pub(crate) mod port;
mod process;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::{ConnectionAddr, RedisResult, Value};
use tempfile::TempDir;

use crate::digest::{self, Digest, Snapshot, WriteCounters};
use crate::locate::{self, Installation};
use crate::resp::{self, Batch};
use crate::tls::Certificates;
use crate::wait;

pub use builder::Builder;
pub use process::Signal;

use client::Access;
use process::{Mode, Process};

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
    NotReady {
        binary: PathBuf,
        reason: String,
        log: String,
    },
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
        let at = login
            .map(|(user, password)| format!("{user}:{password}@"))
            .unwrap_or_default();
        let path = if db == 0 {
            String::new()
        } else {
            format!("/{db}")
        };
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
        process
            .as_ref()
            .map_or_else(|| panic!("the server is not running"), Process::pid)
    }

    fn lock_process(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The life of the process.
impl Server {
    /// Ends the server as a power cut would, and waits until it is gone.
    pub fn kill(&self) {
        self.disconnect();
        drop(self.lock_process().take());
    }

    /// Asks the server to end in good order, and waits until it has.
    pub fn shutdown(&self) {
        self.disconnect();
        let process = self.lock_process().take();
        let Some(mut process) = process else { return };
        process.signal(Signal::Terminate);
        let ended = wait::poll(Duration::from_secs(30), || {
            process.has_ended().then_some(())
        });
        assert!(
            ended.is_some(),
            "the server did not shut down:\n{}",
            self.log_tail()
        );
    }

    /// Starts the server again, on the same address, directory and configuration.
    #[track_caller]
    pub fn restart(&self) {
        self.kill();
        if let Err(error) = self.launch() {
            panic!("{error}");
        }
    }

    /// Freezes the process: it keeps its connections, and answers nothing.
    #[track_caller]
    pub fn stop_process(&self) {
        self.signal(Signal::Stop);
    }

    /// Lets a frozen process go on.
    #[track_caller]
    pub fn continue_process(&self) {
        self.signal(Signal::Continue);
    }

    #[track_caller]
    fn signal(&self, signal: Signal) {
        match self.lock_process().as_ref() {
            Some(process) => process.signal(signal),
            None => panic!("the server is not running"),
        }
    }

    fn launch(&self) -> Result<(), StartError> {
        let mut process =
            Process::spawn(self.installation.path(), self.directory(), self.access.mode)?;
        let ready = wait::poll(Duration::from_secs(30), || {
            if process.has_ended() {
                return Some(false);
            }
            self.answers_ping().then_some(true)
        });
        let reason = match ready {
            Some(true) => {
                *self.lock_process() = Some(process);
                return Ok(());
            }
            Some(false) => "ended at once",
            None => "did not answer",
        };
        let binary = self.installation.path().to_owned();
        Err(StartError::NotReady {
            binary,
            reason: reason.to_owned(),
            log: self.log_tail(),
        })
    }

    fn answers_ping(&self) -> bool {
        // A server that still loads its data answers with an error, and so does a wrong password.
        let answer = self.try_command(&["PING"]);
        answer.is_ok_and(|answer| matches!(answer, Value::SimpleString(text) if text == "PONG"))
    }

    fn log_tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines
            .get(lines.len().saturating_sub(20)..)
            .unwrap_or_default()
            .join("\n")
    }
}

/// Talking to it.
impl Server {
    /// Runs a command and returns what the server answered, which may be an error of the server.
    ///
    /// Panics when the server cannot be reached.
    #[track_caller]
    pub fn command<A: AsRef<[u8]>>(&self, command: &[A]) -> Value {
        let mut batch = Batch::new();
        batch.push(command);
        self.pipeline(&batch).pop().unwrap_or_default()
    }

    /// Runs a command; an error of the server and of the connection are both errors.
    ///
    /// # Errors
    ///
    /// Fails when the server answers with an error, or does not answer within 10 seconds.
    pub fn try_command<A: AsRef<[u8]>>(&self, command: &[A]) -> RedisResult<Value> {
        let mut batch = Batch::new();
        batch.push(command);
        let answer = self.try_pipeline(&batch)?.pop().unwrap_or_default();
        answer.extract_error()
    }

    /// Runs a command and returns its answer as text: of a string, a number or a status.
    #[track_caller]
    pub fn text<A: AsRef<[u8]>>(&self, command: &[A]) -> String {
        let answer = self.command(command);
        resp::text(answer.clone()).unwrap_or_else(|| panic!("no text in {answer:?}"))
    }

    /// Runs a command and returns the number it answers.
    #[track_caller]
    pub fn number<A: AsRef<[u8]>>(&self, command: &[A]) -> i64 {
        let answer = self.command(command);
        resp::integer(&answer).unwrap_or_else(|| panic!("no number in {answer:?}"))
    }

    /// Sends all commands at once and returns what the server answered to each.
    ///
    /// Panics when the server cannot be reached; errors of the server are among the answers.
    #[track_caller]
    pub fn pipeline(&self, batch: &Batch) -> Vec<Value> {
        match self.try_pipeline(batch) {
            Ok(answers) => answers,
            Err(error) => panic!(
                "lost the server: {error}; its log ends with:\n{}",
                self.log_tail()
            ),
        }
    }

    /// Sends all commands at once and returns what the server answered to each.
    ///
    /// # Errors
    ///
    /// Fails when the connection does; errors of the server are among the answers.
    pub fn try_pipeline(&self, batch: &Batch) -> RedisResult<Vec<Value>> {
        let mut slot = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut connection = match slot.take() {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let answers = if self.access.renamed.is_empty() {
            client::exchange(&mut connection, batch)?
        } else {
            client::exchange(&mut connection, &batch.renamed(&self.access.renamed))?
        };
        // Only a connection that worked is used again.
        *slot = Some(connection);
        drop(slot);
        Ok(answers)
    }

    /// Opens a connection of its own, with all rights.
    ///
    /// # Errors
    ///
    /// Fails when the server does not accept it.
    pub fn connect(&self) -> RedisResult<redis::Connection> {
        self.access.connect(self.own_address())
    }

    /// Returns where the kit itself connects: past TLS, whose certificates may be bad on purpose.
    fn own_address(&self) -> ConnectionAddr {
        match (&self.address, self.access.mode) {
            // Sentinels listen on no socket.
            (Address::Tcp(port), Mode::Sentinel) => {
                ConnectionAddr::Tcp("127.0.0.1".to_owned(), *port)
            }
            _ => ConnectionAddr::Unix(process::socket_file(self.directory())),
        }
    }

    fn disconnect(&self) {
        *self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Returns a section of INFO as a map.
    #[track_caller]
    #[must_use]
    pub fn info(&self, section: &str) -> BTreeMap<String, String> {
        // Sentinels cut all clients of a server that they promote; asking twice does no harm.
        let asked = self.try_command(&["INFO", section]);
        let answer = asked.or_else(|_| self.try_command(&["INFO", section]));
        let text = answer.ok().and_then(resp::text);
        let text =
            text.unwrap_or_else(|| panic!("no INFO; the log ends with:\n{}", self.log_tail()));
        let fields = resp::fields(&text);
        fields
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// Returns the id that the server gave itself when it started.
    #[track_caller]
    #[must_use]
    pub fn run_id(&self) -> String {
        self.info("server").remove("run_id").unwrap_or_default()
    }

    /// Returns everything the server holds, key by key.
    #[track_caller]
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        digest::snapshot(self)
    }

    /// Returns a digest of everything the server holds.
    #[track_caller]
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.snapshot().digest()
    }

    /// Returns how much the server has been written to since it started.
    #[track_caller]
    #[must_use]
    pub fn write_counters(&self) -> WriteCounters {
        digest::write_counters(self)
    }

    /// Loads `count` keys of all types under names made from `pattern`, and returns the server.
    #[track_caller]
    #[must_use]
    pub fn with_keys(self, pattern: &str, count: usize) -> Self {
        crate::Keyspace::new(0).keys(pattern, count).load(&self);
        self
    }
}
