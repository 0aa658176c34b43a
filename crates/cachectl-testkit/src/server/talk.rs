//! Talking to a server, past everything that a test may have put in the way of others.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use redis::{ConnectionAddr, RedisResult, Value};

use super::process::Mode;
use super::{Address, Server, client, process};
use crate::digest::{self, Digest, Scope, Snapshot, WriteCounters};
use crate::resp::{self, Batch};

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
            Err(error) => {
                panic!("lost the server: {error}; its log ends with:\n{}", self.log_tail())
            }
        }
    }

    /// Sends all commands at once and returns what the server answered to each.
    ///
    /// # Errors
    ///
    /// Fails when the connection does; errors of the server are among the answers.
    pub fn try_pipeline(&self, batch: &Batch) -> RedisResult<Vec<Value>> {
        let mut slot = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
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

    pub(super) fn disconnect(&self) {
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = None;
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
        fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
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
        digest::snapshot(self, Scope::Full)
    }

    /// Returns the names of the markers that migrations have left.
    #[track_caller]
    #[must_use]
    pub fn markers(&self) -> Vec<String> {
        let Value::Array(names) = self.command(&["KEYS", "cachectl:{*}:marker:*"]) else {
            panic!("not a list of names");
        };
        let text = |name: &Value| match name {
            Value::BulkString(name) => String::from_utf8_lossy(name).into_owned(),
            other => panic!("not a name: {other:?}"),
        };
        names.iter().map(text).collect()
    }

    /// Returns how many keys there are, markers of migrations left out.
    #[track_caller]
    #[must_use]
    pub fn data_size(&self) -> i64 {
        let markers = i64::try_from(self.markers().len()).unwrap_or(i64::MAX);
        self.number(&["DBSIZE"]) - markers
    }

    /// Returns the part of everything that any release can hold, to compare servers of several.
    ///
    /// The statistics of streams, which Redis 6.2 does not have, are left out. Expiries of fields
    /// are not: a server that knows nothing of them is equal to one on which there are none.
    #[track_caller]
    #[must_use]
    pub fn portable_snapshot(&self) -> Snapshot {
        digest::snapshot(self, Scope::Portable)
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
