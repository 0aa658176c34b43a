//! The three questions of Kubernetes.
//!
//! A probe that fails has a server restarted, or no more clients sent to it; so each asks no more
//! than what that would cure.

use std::time::{Duration, Instant};

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use serde::Serialize;

use super::{Options, Session, connections::Asked, sentinels::Sentinels};
use crate::{
    server::{
        identity::Info,
        probe::{Answer, Exchange, Failure, FailureKind},
        target::{Target, Topology},
    },
    values::endpoint::Endpoint,
    vocabulary::{causes::with_causes, outcome::Outcome, seconds::seconds},
};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Is the process alive? Any answer at all says so: also that it loads, is busy, has lost its
    /// primary or its disk, or does not know us. To restart such a server would lose its data.
    Live,
    /// May clients be sent there? It answers PING, has loaded its data, is a primary or connected
    /// to one, and its cluster serves if it is in one.
    Ready,
    /// May clients be sent there that only read? As `Ready`, and also if it refuses writes because
    /// it could not save.
    ReadyForReads,
    /// Has it started? It has loaded its data.
    Startup,
}

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Answered {
    /// The question.
    pub question: Question,
    /// The server.
    pub endpoint: Option<Endpoint>,
    /// Whether the answer is yes.
    pub yes: bool,
    /// What there is to say about it.
    pub text: String,
    /// How long it took.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub elapsed: Duration,
}

impl Answered {
    /// Returns how it came out.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.yes { Outcome::Clean } else { Outcome::Findings }
    }
}

/// Asks the server, the primary behind Sentinel, or the nodes of a cluster that are named, of which
/// one has to say yes.
pub async fn ask(target: &Target, question: Question, within: Duration) -> Answered {
    let options = Options { deadline: within, ..Options::default() };
    Session::new(target.clone(), options).ask(question).await
}

impl Session {
    /// Asks a question of Kubernetes, as [`ask`] does.
    pub async fn ask(&self, question: Question) -> Answered {
        drop(self.connections.tls(&self.target));
        let begun = Instant::now();
        let deadline = begun + self.options.deadline;
        let asking = Asking { session: self, question, deadline };
        let (endpoint, said) = asking.all().await;
        let (yes, text) = match said {
            Said::Yes(text) => (true, text),
            Said::No(text) | Said::Silence(text) => (false, text),
        };
        Answered { question, endpoint, yes, text, elapsed: begun.elapsed() }
    }
}

/// A question on its way.
struct Asking<'a> {
    session: &'a Session,
    question: Question,
    deadline: Instant,
}

impl Asking<'_> {
    async fn all(&self) -> (Option<Endpoint>, Said) {
        match &self.session.target.topology {
            Topology::Server(endpoint) => self.any(std::slice::from_ref(endpoint)).await,
            Topology::Cluster(seeds) => self.any(seeds).await,
            Topology::Sentinel { .. } => match self.primary().await {
                Some(primary) => self.any(&[primary]).await,
                None => {
                    (None, Said::Silence("no primary is named by most of the sentinels".to_owned()))
                }
            },
        }
    }

    /// Returns the primary that most sentinels name.
    async fn primary(&self) -> Option<Endpoint> {
        Sentinels::of(self.session, self.deadline)?.look().await.primary
    }

    /// Returns what the first that says yes has said, and does not wait for others then; or else
    /// what one has said that says anything.
    async fn any(&self, endpoints: &[Endpoint]) -> (Option<Endpoint>, Said) {
        let looks = endpoints.iter().map(async |endpoint| (endpoint, self.look(endpoint).await));
        let mut looks: FuturesUnordered<_> = looks.collect();
        let mut other = (None, Said::Silence("there is no address".to_owned()));
        while let Some((endpoint, said)) = looks.next().await {
            match (&said, &other) {
                (Said::Yes(_), _) => return (Some(endpoint.clone()), said),
                (Said::No(_), (_, Said::Silence(_))) | (_, (None, _)) => {
                    other = (Some(endpoint.clone()), said);
                }
                _ => {}
            }
        }
        other
    }

    async fn look(&self, endpoint: &Endpoint) -> Said {
        let Session { target, connections, .. } = self.session;
        let questions: &[&[&[u8]]] = match self.question {
            Question::Live => &[&[b"PING"]],
            Question::Startup => &[&[b"PING"], &[b"INFO"]],
            Question::Ready | Question::ReadyForReads => {
                &[&[b"PING"], &[b"INFO"], &[b"CLUSTER", b"INFO"]]
            }
        };
        match connections.ask(endpoint, target, questions, self.deadline).await {
            Ok(Asked { connection, exchange, .. }) => {
                connections.keep(endpoint, connection);
                match self.question {
                    Question::Live => live(&exchange),
                    question => started(&exchange, question),
                }
            }
            Err(failure) if self.question == Question::Live => unheard(&failure),
            Err(failure) => Said::Silence(with_causes(&failure)),
        }
    }
}

/// What a server says to a question, and why.
enum Said {
    Yes(String),
    No(String),
    /// It does not answer.
    Silence(String),
}

fn live(exchange: &Exchange) -> Said {
    if let Some(refusal) = exchange.refused_greeting() {
        return Said::Yes(refusal.to_string());
    }
    match (exchange.answers.first().or(exchange.first_answer()), &exchange.failure) {
        (Some(answer), _) => Said::Yes(words(answer)),
        (None, Some(failure)) => unheard(failure),
        (None, None) => Said::Silence("it answered nothing".to_owned()),
    }
}

/// Returns what it says about being alive that a server was not heard. One that shows a certificate,
/// or wants one, is there; to restart it would make neither any better.
fn unheard(failure: &Failure) -> Said {
    let words = with_causes(failure);
    match failure.kind {
        FailureKind::Certificate(_) => Said::Yes(words),
        _ => Said::Silence(words),
    }
}

/// Returns what a server said, for people.
fn words(answer: &Answer) -> String {
    match answer.refusal() {
        Some(refusal) => refusal.to_string(),
        None => answer.text().unwrap_or("an answer").escape_debug().to_string(),
    }
}

fn started(exchange: &Exchange, question: Question) -> Said {
    let ping = exchange.answers.first();
    let info = exchange.answers.get(1).and_then(Answer::text).map(Info::parse);
    let info = info.unwrap_or_default();
    if info.get("loading") == Some("1") {
        let share = info.get("loading_loaded_perc").unwrap_or("?");
        let left = info.get("loading_eta_seconds").unwrap_or("?");
        return Said::No(format!("{share} % loaded, {left} s to go"));
    }
    if let Some(refusal) = exchange.refused_greeting().or(ping.and_then(Answer::refusal)) {
        let will_do = match question {
            Question::Live => true,
            Question::Ready => false,
            Question::ReadyForReads => refusal.code == "MISCONF",
            // Whether it has started does not depend on what it thinks of us.
            Question::Startup => refusal.code != "LOADING",
        };
        return if will_do { Said::Yes } else { Said::No }(refusal.to_string());
    }
    if let Some(failure) = &exchange.failure {
        return Said::Silence(with_causes(failure));
    }
    if ping.and_then(Answer::text) != Some("PONG") {
        return Said::No("its answer to PING is not PONG".to_owned());
    }
    let replica = info.get("role") == Some("slave");
    if question != Question::Startup && replica && info.get("master_link_status") != Some("up") {
        return Said::No("it is not connected to its primary".to_owned());
    }
    let cluster = exchange.answers.get(2).and_then(Answer::text).map(Info::parse);
    let state = cluster.as_ref().and_then(|cluster| cluster.get("cluster_state"));
    if info.get("cluster_enabled") == Some("1") && state.is_some_and(|state| state != "ok") {
        return Said::No("its cluster is down".to_owned());
    }
    let loaded = question == Question::Startup;
    Said::Yes(if loaded { "its data is loaded" } else { "ready" }.to_owned())
}
