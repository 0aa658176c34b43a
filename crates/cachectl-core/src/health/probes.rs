//! The three questions of Kubernetes.
//!
//! A probe that fails has a server restarted, or no more clients sent to it; so each asks no more
//! than what that would cure.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::{
    server::{
        identity::Info,
        probe::{Answer, Exchange, Probe},
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
    /// May clients be sent there? It answers PING, has loaded its data, and is a primary or
    /// connected to one.
    Ready,
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

/// Asks one server.
pub async fn ask(target: &Target, question: Question, within: Duration) -> Answered {
    let begun = Instant::now();
    let endpoint = match &target.topology {
        Topology::Server(endpoint) => Some(endpoint),
        Topology::Sentinel { sentinels: seeds, .. } | Topology::Cluster(seeds) => seeds.first(),
    };
    let (yes, text) = match endpoint {
        None => (false, "there is no address".to_owned()),
        Some(endpoint) => look(endpoint, target, question, begun + within).await,
    };
    Answered { question, endpoint: endpoint.cloned(), yes, text, elapsed: begun.elapsed() }
}

async fn look(
    endpoint: &Endpoint,
    target: &Target,
    question: Question,
    deadline: Instant,
) -> (bool, String) {
    let mut probe = match Probe::open(endpoint, target, deadline).await {
        Ok(probe) => probe,
        Err(failure) => return (false, with_causes(&failure)),
    };
    match question {
        Question::Live => live(&probe.exchange(&[&[b"PING"]], deadline).await),
        Question::Ready | Question::Startup => {
            let exchange = probe.exchange(&[&[b"PING"], &[b"INFO"]], deadline).await;
            started(&exchange, question)
        }
    }
}

fn live(exchange: &Exchange) -> (bool, String) {
    match (exchange.first_answer(), &exchange.failure) {
        (Some(answer), _) => (true, said(answer)),
        (None, Some(failure)) => (false, with_causes(failure)),
        (None, None) => (false, "it answered nothing".to_owned()),
    }
}

/// Returns what a server said, for people.
fn said(answer: &Answer) -> String {
    match answer.refusal() {
        Some(refusal) => refusal.to_string(),
        None => answer.text().unwrap_or("an answer").escape_debug().to_string(),
    }
}

fn started(exchange: &Exchange, question: Question) -> (bool, String) {
    let Some(ping) = exchange.answers.first() else {
        return live(exchange);
    };
    let info = exchange.answers.get(1).and_then(Answer::text).map(Info::parse);
    let info = info.unwrap_or_default();
    if info.get("loading") == Some("1") {
        let share = info.get("loading_loaded_perc").unwrap_or("?");
        let left = info.get("loading_eta_seconds").unwrap_or("?");
        return (false, format!("{share} % loaded, {left} s to go"));
    }
    if let Some(refusal) = ping.refusal() {
        // Whether it has started does not depend on what it thinks of us.
        let loading = refusal.code == "LOADING";
        return (question == Question::Startup && !loading, refusal.to_string());
    }
    let replica = info.get("role") == Some("slave");
    if question == Question::Ready && replica && info.get("master_link_status") != Some("up") {
        return (false, "it is not connected to its primary".to_owned());
    }
    (true, "ready".to_owned())
}
