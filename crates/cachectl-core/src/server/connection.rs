//! One connection for bulk work.

use std::{fmt, time::Duration};

use tokio::{
    sync::oneshot,
    time::{self, Instant},
};

use super::{
    batch::Batch,
    error::{Cause, Error, Limit, Refusal, Waiting},
    probe::{Exchange, Failure, FailureKind, Probe, Stage},
    reply::Reply,
    target::{Login, Target},
    wire::{Answer, Broken, Link},
};
use crate::values::endpoint::Endpoint;

/// Says who we are. A server that does not know these words loses nothing by them.
const INTRODUCTION: &[&[&[u8]]] = &[
    &[b"CLIENT", b"SETINFO", b"LIB-NAME", b"cachectl"],
    &[b"CLIENT", b"SETINFO", b"LIB-VER", env!("CARGO_PKG_VERSION").as_bytes()],
];

/// How long after a deadline it is looked whether the answers are there all the same.
const GRACE: Duration = Duration::from_millis(20);

/// A connection to one server, shared by everything that is sent over it.
///
/// Batches are answered in the order they were handed in. When it breaks it stays broken: whoever
/// sent the lost batch has to find out from the server's state what became of it, so nothing here
/// sends anything a second time.
#[derive(Clone)]
pub struct Connection {
    endpoint: Endpoint,
    link: Link,
    /// How long the replies to one batch may take.
    patience: Duration,
}

impl Connection {
    /// Connects and logs in.
    ///
    /// # Errors
    ///
    /// Fails if nobody answers in time, the certificate or the login is refused, or a certificate
    /// file cannot be read.
    pub async fn open(endpoint: &Endpoint, target: &Target) -> Result<Self, Error> {
        let limit = target.timeouts.connect;
        let deadline = std::time::Instant::now() + limit;
        let opening = Box::pin(Probe::open(endpoint, target, deadline));
        let mut probe = opening.await.map_err(|failure| not_opened(failure, limit))?;
        let exchange = probe.exchange(INTRODUCTION, deadline).await;
        if let Some(failure) = &exchange.failure
            && !refused_login(&exchange)
        {
            return Err(not_greeted(failure, &exchange, limit));
        }
        if let Some(refusal) = exchange.login.as_ref().and_then(Answer::refusal) {
            return Err(login_error(endpoint, refusal));
        }
        if let Some(refusal) = exchange.selected.as_ref().and_then(Answer::refusal) {
            return Err(database_error(endpoint, target.db, refusal));
        }
        if !probe.is_idle() {
            let source = Cause("it says something that it was not asked".to_owned());
            return Err(Error::Connect { endpoint: endpoint.clone(), source });
        }
        let patience = target.timeouts.response;
        Ok(Self { endpoint: endpoint.clone(), link: Link::start(probe.into_stream()), patience })
    }

    /// Connects as somebody else than the target says, to another database.
    pub(super) async fn open_as(
        endpoint: &Endpoint,
        target: &Target,
        login: &Login,
        db: i64,
    ) -> Result<Self, Error> {
        let target = Target { login: login.clone(), db, ..target.clone() };
        Self::open(endpoint, &target).await
    }

    /// Returns where it leads.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Sends a batch and returns one reply for each of its commands, refusals among them.
    ///
    /// # Errors
    ///
    /// Fails if the connection breaks or the replies take too long. Some, all or none of the
    /// commands may have run then.
    pub async fn send(&self, batch: Batch) -> Result<Vec<Reply>, Error> {
        self.post(batch).replies().await
    }

    /// Sends a batch at once, and lets the caller wait for the replies when it wants to.
    #[must_use]
    pub fn post(&self, batch: Batch) -> Posted {
        let deadline = Instant::now() + self.patience;
        let answers = self.link.hand_in(batch.into_request());
        Posted { connection: self.clone(), answers, deadline }
    }

    /// Sends one command and returns its reply, which may be a refusal.
    ///
    /// # Errors
    ///
    /// As [`Connection::send`].
    pub async fn ask(&self, name: &str, arguments: &[&[u8]]) -> Result<Reply, Error> {
        let replies = self.send(Batch::of(name, arguments)).await?;
        replies.into_iter().next().ok_or_else(|| self.unexpected(name))
    }

    /// Sends one command that has to be accepted.
    ///
    /// # Errors
    ///
    /// As [`Connection::send`], and if the server refuses the command.
    pub async fn demand(&self, name: &str, arguments: &[&[u8]]) -> Result<Reply, Error> {
        let reply = self.ask(name, arguments).await?;
        match reply.refusal() {
            Some(source) => Err(self.refused(name, source)),
            None => Ok(reply),
        }
    }

    /// Checks that the server knows a command, which takes arguments, by sending none.
    ///
    /// # Errors
    ///
    /// As [`Connection::send`], and if the server does not know the command.
    pub async fn require(&self, name: &str) -> Result<(), Error> {
        match self.ask(name, &[]).await?.refusal() {
            Some(source) if source.is_unknown_command() => Err(self.refused(name, source)),
            _ => Ok(()),
        }
    }

    /// Returns the error for a command that the server refused.
    #[must_use]
    pub fn refused(&self, command: &str, source: Refusal) -> Error {
        Error::Refused { endpoint: self.endpoint.clone(), command: command.to_owned(), source }
    }

    /// Returns the error for a command that would have to be repeated for ever.
    #[must_use]
    pub fn never_ends(&self, command: &str) -> Error {
        Error::NeverEnds { endpoint: self.endpoint.clone(), command: command.to_owned() }
    }

    /// Returns the error for a refusal after which the server closes the connection.
    #[must_use]
    pub fn sent_away(&self, refusal: &Refusal) -> Error {
        Error::Lost { endpoint: self.endpoint.clone(), source: Cause(refusal.to_string()) }
    }

    fn lost(&self, broken: &Broken) -> Error {
        Error::Lost { endpoint: self.endpoint.clone(), source: Cause(broken.to_string()) }
    }

    /// Returns the error for a reply of the wrong shape.
    #[must_use]
    pub fn unexpected(&self, command: &str) -> Error {
        Error::Unexpected { endpoint: self.endpoint.clone(), command: command.to_owned() }
    }
}

/// A batch that is on its way.
#[derive(Debug)]
pub struct Posted {
    connection: Connection,
    answers: oneshot::Receiver<Result<Vec<Answer>, Broken>>,
    deadline: Instant,
}

impl Posted {
    /// Waits for the replies.
    ///
    /// # Errors
    ///
    /// As [`Connection::send`].
    pub async fn replies(self) -> Result<Vec<Reply>, Error> {
        let Self { connection, mut answers, deadline } = self;
        let in_time = time::timeout_at(deadline, &mut answers).await;
        let answers = match in_time {
            Ok(answers) => answers,
            // If it was we who were stopped, they are there and were not read.
            Err(_) => time::timeout(GRACE, answers).await.map_err(|_| Error::TimedOut {
                endpoint: connection.endpoint.clone(),
                limit: connection.patience,
                stage: Waiting::Answering,
            })?,
        };
        match answers {
            Ok(Ok(answers)) => Ok(answers.into_iter().map(Reply::from).collect()),
            Ok(Err(broken)) => Err(connection.lost(&broken)),
            Err(_) => Err(connection.lost(&connection.link.broken())),
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// Returns whether the server does not take who we say we are. A server that is full or is
/// protected says so in place of its first answer, whatever that would have been about.
fn refused_login(exchange: &Exchange) -> bool {
    exchange
        .refused_greeting()
        .is_some_and(|refusal| matches!(refusal.code.as_str(), "WRONGPASS" | "NOAUTH" | "NOPERM"))
}

fn login_error(endpoint: &Endpoint, refusal: &Refusal) -> Error {
    Error::Login { endpoint: endpoint.clone(), source: Cause(refusal.to_string()) }
}

fn database_error(endpoint: &Endpoint, db: i64, refusal: &Refusal) -> Error {
    let endpoint = endpoint.clone();
    // What a node of a cluster says to another database than 0, before it can be asked who it is.
    if refusal.detail.contains("SELECT is not allowed in cluster mode") {
        return Error::ClusterDb { db };
    }
    if refusal.code == "NOAUTH" {
        return login_error(&endpoint, refusal);
    }
    // Of a number that is none of its own, a server says so in other words in every release.
    let is_wild = refusal.code == "ERR" && db > i64::from(i32::MAX);
    if is_wild || refusal.detail.contains("DB index is out of range") {
        return Error::NoSuchDb { endpoint, db: u64::try_from(db).unwrap_or_default() };
    }
    Error::Refused { endpoint, command: "SELECT".to_owned(), source: refusal.clone() }
}

fn not_opened(failure: Failure, limit: Duration) -> Error {
    let endpoint = failure.endpoint;
    match failure.kind {
        FailureKind::Deadline if failure.stage == Stage::Tls => {
            let words = format!("it did not agree on encryption within {}", Limit(limit));
            Error::Connect { endpoint, source: Cause(words) }
        }
        FailureKind::Deadline => Error::TimedOut { endpoint, limit, stage: Waiting::Connecting },
        FailureKind::Settings(reason) => Error::Settings { source: Cause(reason) },
        FailureKind::Untrusted(source) => Error::Untrusted { endpoint, source },
        kind => Error::Connect { endpoint, source: Cause(kind.to_string()) },
    }
}

/// A server that sends us away says why before it closes the connection.
fn not_greeted(failure: &Failure, exchange: &Exchange, limit: Duration) -> Error {
    match exchange.first_answer().and_then(Answer::refusal) {
        Some(refusal) if failure.kind == FailureKind::Closed => Error::Connect {
            endpoint: failure.endpoint.clone(),
            source: Cause(refusal.to_string()),
        },
        _ => not_opened(failure.clone(), limit),
    }
}
