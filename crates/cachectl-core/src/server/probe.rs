//! One exchange with one server, all of it inside one deadline.
//!
//! A health check wants to know what exactly is wrong: a name without an address, a port nobody
//! listens on, a machine that swallows packets, a bad certificate, a peer that is no server, an
//! answer that ends half-way. So everything goes out in one write, and what has come back by the
//! deadline is kept.

mod certificate;
mod connect;
mod encrypt;
mod failure;
mod lookup;
mod request;

use std::{
    collections::VecDeque,
    fmt,
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time,
};

use self::{
    lookup::NamedBy,
    request::{Greeting, Secret},
};
use super::{
    error::Refusal,
    target::Target,
    wire::{self, Malformed, Parser, Stream},
};
use crate::values::endpoint::Endpoint;

pub use self::{
    certificate::Certificate,
    encrypt::TlsContext,
    failure::{Cause, Failure, FailureKind, Stage},
};
pub use super::wire::Answer;

/// How much the answers of one exchange may take.
const LIMIT: usize = 8 * 1024 * 1024;
/// How much is read at once.
const READ: usize = 16 * 1024;

/// How long each step towards a connection took; zero where it was not needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Looking up the name.
    pub resolve: Duration,
    /// Connecting.
    pub connect: Duration,
    /// Agreeing on encryption.
    pub tls: Duration,
}

impl Timings {
    /// Returns how long all steps took together.
    #[must_use]
    pub fn total(self) -> Duration {
        self.resolve + self.connect + self.tls
    }
}

/// What came back from one exchange.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// What the server said to `AUTH`, if it was sent this time.
    pub login: Option<Answer>,
    /// What the server said to `SELECT`, if it was sent this time.
    pub selected: Option<Answer>,
    /// The answers to the first so many commands. A server that sends us away, because it has too
    /// many clients, says so unasked: that is then the first answer of all.
    pub answers: Vec<Answer>,
    /// Until the first byte of the first answer, from the write on.
    pub first: Option<Duration>,
    /// Until the end, from the write on.
    pub elapsed: Duration,
    /// Whether an answer has begun that has not ended.
    pub partial: bool,
    /// Why there are fewer answers than commands.
    pub failure: Option<Failure>,
}

impl Exchange {
    /// Returns the first thing that the server said, whatever it was the answer to.
    #[must_use]
    pub fn first_answer(&self) -> Option<&Answer> {
        self.login.as_ref().or(self.selected.as_ref()).or(self.answers.first())
    }

    /// Returns why the server did not take the login or the database, if it took one of them not.
    #[must_use]
    pub fn refused_greeting(&self) -> Option<&Refusal> {
        let said = [&self.login, &self.selected].into_iter().flatten();
        said.into_iter().find_map(Answer::refusal)
    }
}

/// An open connection, for one exchange or several.
pub struct Probe {
    endpoint: Endpoint,
    wire: Box<dyn Stream>,
    parser: Parser,
    /// What the server has been asked and has not answered, in order.
    awaited: VecDeque<Awaited>,
    greeting: Option<Greeting>,
    secret: Secret,
    certificate: Option<Certificate>,
    timings: Timings,
    /// Why nothing can be sent any more.
    broken: Option<Failure>,
}

/// What the next answer is an answer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaited {
    /// A command of an earlier exchange, whose deadline has passed.
    Stale,
    Login,
    Selection,
    Command,
}

impl Probe {
    /// Looks up the name, connects and agrees on encryption.
    ///
    /// Of the target only the login, the encryption and the database count, and the login is not
    /// sent before the first exchange. Whoever opens several reads the [`TlsContext`] once and
    /// calls [`open_with`](Self::open_with).
    ///
    /// # Errors
    ///
    /// Fails if there is no connection before the deadline, and says how far it got.
    pub async fn open(
        endpoint: &Endpoint,
        target: &Target,
        deadline: Instant,
    ) -> Result<Self, Failure> {
        Self::open_with(endpoint, target, &TlsContext::of(target), deadline).await
    }

    /// Does as [`open`](Self::open) does, with what was read for this target before.
    ///
    /// # Errors
    ///
    /// Fails if there is no connection before the deadline, and says how far it got.
    pub async fn open_with(
        endpoint: &Endpoint,
        target: &Target,
        tls: &TlsContext,
        deadline: Instant,
    ) -> Result<Self, Failure> {
        let mut timings = Timings::default();
        let mut certificate = None;
        let wire: Box<dyn Stream> = match endpoint {
            Endpoint::Unix(path) => {
                let step = Step { endpoint, deadline, stage: Stage::Connect };
                Box::new(step.take(connect::unix(path), &mut timings.connect).await?)
            }
            Endpoint::Tcp { host, port } => {
                let encryption = tls
                    .encryption(host)
                    .map_err(|kind| Failure::new(endpoint, Stage::Tls, kind))?;
                let step = Step { endpoint, deadline, stage: Stage::Resolve };
                let is_ours = target.names(endpoint);
                let by = if is_ours { NamedBy::Configuration } else { NamedBy::Server };
                let addresses =
                    step.take(connect::resolve(host, *port, by), &mut timings.resolve).await?;
                trust(endpoint, target, &addresses)?;
                let step = Step { stage: Stage::Connect, ..step };
                let stream = step.take(connect::tcp(&addresses), &mut timings.connect).await?;
                match encryption {
                    None => Box::new(stream),
                    Some(encryption) => {
                        let step = Step { endpoint, deadline, stage: Stage::Tls };
                        let agreed = step.take(encryption.agree(stream), &mut timings.tls).await;
                        certificate = encryption.certificate().cloned();
                        let shown = certificate.clone().map(Box::new);
                        let agreed = agreed.map_err(|it| Failure { certificate: shown, ..it });
                        Box::new(agreed?)
                    }
                }
            }
        };
        let login = target.login_at(endpoint);
        Ok(Self {
            endpoint: endpoint.clone(),
            wire,
            parser: Parser::new(READ),
            awaited: VecDeque::new(),
            greeting: Some(Greeting::of(&login, target.db)),
            secret: Secret::of(&login),
            certificate,
            timings,
            broken: None,
        })
    }

    /// Sends commands in one write and returns the answers that came.
    ///
    /// The login and the choice of the database go in front of them the first time. There are
    /// fewer answers than commands if the deadline passed or the connection ended, and then the
    /// exchange says why. After a deadline the connection can still be used: answers that come
    /// late are dropped.
    pub async fn exchange(&mut self, commands: &[&[&[u8]]], deadline: Instant) -> Exchange {
        let begun = Instant::now();
        let mut exchange = Exchange::default();
        let outcome = self.run(commands, deadline, begun, &mut exchange).await;
        if let Err(failure) = outcome {
            let usable = failure.stage == Stage::Receive && failure.kind == FailureKind::Deadline;
            if !usable {
                self.broken = Some(failure.clone());
            }
            exchange.failure = Some(failure);
        }
        exchange.partial = self.parser.is_amid();
        exchange.elapsed = begun.elapsed();
        exchange
    }

    /// Returns whether another exchange may follow: the connection is open, and nothing is owed.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.broken.is_none() && self.awaited.is_empty() && !self.parser.is_amid()
    }

    /// Returns the server's certificate, over TLS.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// Returns how long it took to connect.
    #[must_use]
    pub fn timings(&self) -> Timings {
        self.timings
    }

    /// Hands the connection over, which has to be [idle](Self::is_idle).
    pub(super) fn into_stream(self) -> Box<dyn Stream> {
        self.wire
    }

    async fn run(
        &mut self,
        commands: &[&[&[u8]]],
        deadline: Instant,
        begun: Instant,
        exchange: &mut Exchange,
    ) -> Result<(), Failure> {
        if let Some(failure) = &self.broken {
            return Err(failure.clone());
        }
        if self.awaited.is_empty() && self.parser.is_amid() {
            // Somebody who talks unasked is not to be believed to answer in order.
            return Err(self.protocol_failure());
        }
        self.parser.restart(LIMIT);
        let request = self.request(commands);
        let sent = self.send(&request, deadline).await;
        if let Err(failure) = &sent
            && failure.kind == FailureKind::Deadline
        {
            return sent;
        }
        // A server that sends us away does not take our commands, but it has said why.
        let received = self.receive(deadline, begun, exchange).await;
        if exchange.first_answer().is_none() { sent.and(received) } else { received }
    }

    /// Writes commands, and notes what is to be answered.
    fn request(&mut self, commands: &[&[&[u8]]]) -> Vec<u8> {
        self.awaited.iter_mut().for_each(|awaited| *awaited = Awaited::Stale);
        let mut request = Vec::new();
        let greeting = self.greeting.take().unwrap_or_default();
        for (words, awaited) in
            [(greeting.login, Awaited::Login), (greeting.selection, Awaited::Selection)]
        {
            if let Some(bytes) = words {
                request.extend(bytes);
                self.awaited.push_back(awaited);
            }
        }
        for command in commands {
            wire::command(&mut request, command);
            self.awaited.push_back(Awaited::Command);
        }
        request
    }

    async fn send(&mut self, request: &[u8], deadline: Instant) -> Result<(), Failure> {
        let wire = &mut self.wire;
        let sending = async {
            wire.write_all(request).await?;
            wire.flush().await
        };
        match time::timeout_at(deadline.into(), sending).await {
            Ok(sent) => sent.map_err(|e| Failure::of_connection(&self.endpoint, Stage::Send, &e)),
            Err(_) => Err(Failure::new(&self.endpoint, Stage::Send, FailureKind::Deadline)),
        }
    }

    /// Reads until everything is answered.
    async fn receive(
        &mut self,
        deadline: Instant,
        begun: Instant,
        exchange: &mut Exchange,
    ) -> Result<(), Failure> {
        let failure = |this: &Self, kind| Err(Failure::new(&this.endpoint, Stage::Receive, kind));
        loop {
            self.take_answers(exchange)?;
            if self.awaited.is_empty() {
                return Ok(());
            }
            let mut room = self.parser.room();
            let reading = self.wire.read_buf(&mut room);
            match time::timeout_at(deadline.into(), reading).await {
                Ok(Ok(0)) => return failure(self, FailureKind::Closed),
                Ok(Ok(_)) => {}
                Ok(Err(error)) => {
                    return Err(Failure::of_connection(&self.endpoint, Stage::Receive, &error));
                }
                Err(_) => return failure(self, FailureKind::Deadline),
            }
            if self.awaited.front() != Some(&Awaited::Stale) {
                exchange.first.get_or_insert_with(|| begun.elapsed());
            }
        }
    }

    /// Hands out the answers that are complete.
    fn take_answers(&mut self, exchange: &mut Exchange) -> Result<(), Failure> {
        while let Some(awaited) = self.awaited.front().copied() {
            let answer = match self.parser.next() {
                Ok(Some(answer)) => answer,
                Ok(None) => break,
                Err(malformed) => return Err(self.malformed(malformed)),
            };
            self.awaited.pop_front();
            match awaited {
                Awaited::Stale => {}
                Awaited::Login => exchange.login = Some(self.secret.mask_answer(answer)),
                Awaited::Selection => exchange.selected = Some(answer),
                Awaited::Command => exchange.answers.push(answer),
            }
        }
        Ok(())
    }

    fn malformed(&self, malformed: Malformed) -> Failure {
        let text = match malformed {
            Malformed::Syntax => return self.protocol_failure(),
            Malformed::TooLarge => format!("more than {} MiB", LIMIT / (1024 * 1024)),
            Malformed::TooDeep => "arrays in arrays without end".to_owned(),
        };
        Failure::new(&self.endpoint, Stage::Receive, FailureKind::Protocol(text))
    }

    /// Shows what was read that is no answer.
    fn protocol_failure(&self) -> Failure {
        let text = self.secret.excerpt(self.parser.unread());
        Failure::new(&self.endpoint, Stage::Receive, FailureKind::Protocol(text))
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// Finds and connects to what is no server, in the same way as to one.
pub(crate) async fn dial(host: &str, port: u16) -> Result<TcpStream, FailureKind> {
    connect::tcp(&connect::resolve(host, port, NamedBy::Configuration).await?).await
}

/// One step towards a connection.
struct Step<'a> {
    endpoint: &'a Endpoint,
    deadline: Instant,
    stage: Stage,
}

impl Step<'_> {
    /// Takes the step within the deadline, and notes how long it took.
    async fn take<T>(
        &self,
        step: impl Future<Output = Result<T, FailureKind>>,
        duration: &mut Duration,
    ) -> Result<T, Failure> {
        let begun = Instant::now();
        let taken = time::timeout_at(self.deadline.into(), step).await;
        *duration = begun.elapsed();
        let taken = taken.unwrap_or(Err(FailureKind::Deadline));
        taken.map_err(|kind| Failure::new(self.endpoint, self.stage, kind))
    }
}

/// Fails if a server has named this one that must not lead us there.
fn trust(endpoint: &Endpoint, target: &Target, addresses: &[SocketAddr]) -> Result<(), Failure> {
    let addresses: Vec<_> = addresses.iter().map(SocketAddr::ip).collect();
    target
        .admit(endpoint, &addresses)
        .map_err(|it| Failure::new(endpoint, Stage::Trust, FailureKind::Untrusted(it)))
}
