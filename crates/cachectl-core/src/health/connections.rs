//! Connections that are kept from one look to the next.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use super::denied::Denied;
use crate::{
    server::{
        probe::{Exchange, Failure, FailureKind, Probe, TlsContext},
        target::Target,
    },
    values::endpoint::Endpoint,
};

/// How long a connection is used at most, and what was read from files for it. A renewed
/// certificate and a name that has moved show when it is opened again.
const OLDEST: Duration = Duration::from_secs(600);

/// Connections that are kept from one look to the next, one to a server.
#[derive(Debug, Default)]
pub(super) struct Connections {
    idle: Mutex<HashMap<Endpoint, Connection>>,
    opened: AtomicU64,
    tls: Mutex<Option<(TlsContext, Instant)>>,
}

/// A connection, and what came of the first exchange over it in this look.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) connection: Connection,
    pub(super) exchange: Exchange,
    /// How long it took to connect; nothing where the connection was there already.
    pub(super) connecting: Duration,
}

/// A connection to one server.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) probe: Probe,
    opened: Instant,
    denied: Denied,
    /// Whether the server has refused the login or the database, which it says only once.
    is_refused: bool,
}

impl Connections {
    /// Asks a server over the connection that is there, or over a new one.
    ///
    /// That a peer has closed an idle connection shows only when it is asked again, so that this
    /// is no failure yet.
    pub(super) async fn ask(
        &self,
        endpoint: &Endpoint,
        target: &Target,
        questions: &[&[&[u8]]],
        deadline: Instant,
    ) -> Result<Asked, Failure> {
        if let Some(mut connection) = self.take(endpoint) {
            let exchange = connection.exchange(questions, deadline).await;
            if !is_closed(&exchange) {
                return Ok(Asked { connection, exchange, connecting: Duration::ZERO });
            }
        }
        let probe = Probe::open_with(endpoint, target, &self.tls(target), deadline).await?;
        self.opened.fetch_add(1, Ordering::Relaxed);
        let connecting = probe.timings().total();
        let (opened, denied) = (Instant::now(), Denied::default());
        let mut connection = Connection { probe, opened, denied, is_refused: false };
        let exchange = connection.exchange(questions, deadline).await;
        Ok(Asked { connection, exchange, connecting })
    }

    /// Keeps a connection for the next look, if it is any good.
    pub(super) fn keep(&self, endpoint: &Endpoint, connection: Connection) {
        let mut idle = lock(&self.idle);
        // Nobody comes back for those to servers that are not there any more.
        idle.retain(|_, kept| kept.opened.elapsed() < OLDEST);
        if connection.probe.is_idle() && !connection.is_refused {
            idle.insert(endpoint.clone(), connection);
        }
    }

    /// Returns how many connections have been opened.
    pub(super) fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    /// Reads certificates and keys, unless that was done lately.
    ///
    /// Whoever measures calls this first: it can take longer than all the rest.
    pub(super) fn tls(&self, target: &Target) -> TlsContext {
        let mut tls = lock(&self.tls);
        match &*tls {
            // What could not be read may have been put right.
            Some((context, read)) if context.is_usable() && read.elapsed() < OLDEST => {
                context.clone()
            }
            _ => tls.insert((TlsContext::of(target), Instant::now())).0.clone(),
        }
    }

    fn take(&self, endpoint: &Endpoint) -> Option<Connection> {
        let kept = lock(&self.idle).remove(endpoint);
        kept.filter(|connection| connection.opened.elapsed() < OLDEST)
    }
}

impl Connection {
    /// Asks what the server has not lately refused to answer.
    async fn exchange(&mut self, questions: &[&[&[u8]]], deadline: Instant) -> Exchange {
        let asked = self.denied.without_refused(questions);
        let mut exchange = self.probe.exchange(&asked, deadline).await;
        exchange.answers = self.denied.complete(questions, exchange.answers);
        self.is_refused |= exchange.refused_greeting().is_some();
        exchange
    }
}

/// Nothing that is done under these locks can leave it half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the connection had ended before anything was answered.
fn is_closed(exchange: &Exchange) -> bool {
    let failure = exchange.failure.as_ref();
    exchange.first_answer().is_none()
        && failure.is_some_and(|failure| failure.kind != FailureKind::Deadline)
}
