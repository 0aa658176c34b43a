//! Everything that servers say about themselves, for a monitoring system that asks again and again.
//!
//! A scrape is two exchanges with each server over a connection that stays: the look of the health
//! check, and then what only metrics need, each within the deadline. Nothing is asked whose cost
//! grows with the number of keys.

use std::time::Instant;

use futures_util::future::join_all;

use super::{
    NodeReport, Options, Report, Session,
    catalogue::{CLUSTER, REACH},
    connections::Asked,
    metrics::{
        self, Names, Sample,
        tell::{self, Told, Watchers},
    },
    sentinels,
};
use crate::server::{
    identity::Info,
    probe::Answer,
    target::{Target, Topology},
};

/// A deployment that is scraped again and again.
#[derive(Debug)]
pub struct Scraper {
    session: Session,
    names: Names,
}

/// What came of one scrape.
#[derive(Clone, Debug)]
pub struct Scrape {
    /// What was found about the servers.
    pub report: Report,
    /// What each of them said, in the order of the report; nothing of what is no server.
    pub nodes: Vec<Vec<Sample>>,
    /// How many samples were left out, because there were too many of their family.
    pub left_out: u64,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Topic {
    Info,
    Limits,
    Threads,
    Slowlog,
    Spikes,
    Latencies,
    Cluster,
    Primaries,
    Replicas,
    Sentinels,
}

/// What a data server's user needs besides what the checks need, in the words of ACL rules.
pub const ACL: [&str; 1] = ["+latency|histogram"];
/// What a sentinel's user needs besides.
pub const SENTINEL_ACL: [&str; 4] =
    ["+info", "+sentinel|masters", "+sentinel|replicas", "+sentinel|sentinels"];

/// What is asked of every data server before the rest.
const OF_DATA: [Topic; 4] = [Topic::Limits, Topic::Threads, Topic::Slowlog, Topic::Spikes];

impl Scraper {
    /// Takes note of what to scrape, and connects to nothing yet.
    #[must_use]
    pub fn new(target: Target, options: Options, names: Names) -> Self {
        Self { session: Session::new(target, options), names }
    }

    /// Asks every server.
    pub async fn scrape(&self) -> Scrape {
        let report = self.session.look().await;
        // One that hangs has used up the time of the first exchange, and others have more to tell.
        let deadline = Instant::now() + self.session.options.deadline;
        let told = report.nodes.iter().map(|node| self.node(node, deadline));
        let nodes = join_all(told).await;
        let samples = |told: Option<&Told>| told.map(|told| tell::samples(told, self.names));
        let found = nodes.iter().map(|told| samples(told.as_ref()).unwrap_or_default());
        let mut left_out = 0;
        let nodes = found.map(|found| {
            left_out += found.left_out;
            found.samples
        });
        let mut nodes: Vec<_> = nodes.collect();
        left_out += metrics::limit(&mut nodes);
        Scrape { report, nodes, left_out }
    }

    /// Returns how many connections have been opened so far.
    #[must_use]
    pub fn connections_opened(&self) -> u64 {
        self.session.connections_opened()
    }

    async fn node(&self, node: &NodeReport, deadline: Instant) -> Option<Told> {
        // An application is asked over its own protocol, and has told all it has.
        if node.is_application() {
            return None;
        }
        let has_answered =
            node.findings.iter().any(|it| it.check.id == REACH.id && it.value.is_some());
        let mut told = Told { up: has_answered, ..Told::default() };
        // Who has said nothing is not asked twice within one deadline.
        if !has_answered && node.version.is_none() {
            return Some(told);
        }
        let target = self.target(node);
        let topics = topics(node, self.primary_name());
        let name = self.primary_name().unwrap_or_default();
        let commands: Vec<Vec<&[u8]>> = topics.iter().map(|topic| topic.words(name)).collect();
        let commands: Vec<&[&[u8]]> = commands.iter().map(Vec::as_slice).collect();
        let connections = &self.session.connections;
        let asked = connections.ask(&node.endpoint, &target, &commands, deadline).await;
        if let Ok(Asked { connection, exchange, .. }) = asked {
            for (topic, answer) in topics.iter().zip(exchange.answers) {
                self.take(*topic, answer, &mut told);
            }
            connections.keep(&node.endpoint, connection);
        }
        told.up |= told.info.is_some();
        Some(told)
    }

    fn take(&self, topic: Topic, answer: Answer, told: &mut Told) {
        if answer.refusal().is_some() {
            return;
        }
        let info = |answer: &Answer| answer.text().map(Info::parse);
        match topic {
            Topic::Info => told.info = info(&answer),
            Topic::Limits | Topic::Threads => told.add_settings(&answer),
            Topic::Slowlog => told.slowlog = answer.integer(),
            Topic::Spikes => told.spikes = Some(answer),
            Topic::Latencies => told.latencies = Some(answer),
            Topic::Cluster => told.cluster = info(&answer),
            Topic::Primaries => told.primaries = Some(answer),
            Topic::Replicas => self.watchers(told, |it| it.replicas = Some(answer)),
            Topic::Sentinels => self.watchers(told, |it| it.sentinels = Some(answer)),
        }
    }

    fn watchers(&self, told: &mut Told, take: impl FnOnce(&mut Watchers)) {
        let name = self.primary_name().unwrap_or_default().to_owned();
        take(told.watchers.get_or_insert(Watchers { name, ..Watchers::default() }));
    }

    /// The login and the database are those of the data servers.
    fn target(&self, node: &NodeReport) -> Target {
        let target = self.session.target.clone();
        match (&self.session.target.topology, node.role.as_deref()) {
            (Topology::Sentinel { login, .. }, Some(sentinels::ROLE)) => {
                Target { login: login.clone(), db: 0, ..target }
            }
            _ => target,
        }
    }

    fn primary_name(&self) -> Option<&str> {
        match &self.session.target.topology {
            Topology::Sentinel { primary_name, .. } => Some(primary_name),
            Topology::Server(_) | Topology::Cluster(_) => None,
        }
    }
}

/// A sentinel tells its version, and no role. A server that tells neither may not be asked.
fn is_sentinel(node: &NodeReport) -> bool {
    match node.role.as_deref() {
        Some(role) => role == sentinels::ROLE,
        None => node.version.is_some(),
    }
}

fn topics(node: &NodeReport, primary_name: Option<&str>) -> Vec<Topic> {
    match (is_sentinel(node), primary_name) {
        (true, Some(_)) => {
            return vec![Topic::Info, Topic::Primaries, Topic::Replicas, Topic::Sentinels];
        }
        // Without a name there is nothing to ask who else watches.
        (true, None) => return vec![Topic::Info, Topic::Primaries],
        (false, _) => {}
    }
    let mut topics = OF_DATA.to_vec();
    if has_latencies(node.version.as_deref().unwrap_or_default()) {
        topics.push(Topic::Latencies);
    }
    // Without a cluster there is no such check.
    if node.findings.iter().any(|finding| finding.check.id == CLUSTER.id) {
        topics.push(Topic::Cluster);
    }
    // At the end, so that it knows of every command that there is a distribution of.
    topics.push(Topic::Info);
    topics
}

/// Distributions of latencies are there from Redis 7.0 on, and in every Valkey.
fn has_latencies(version: &str) -> bool {
    let number = version.rsplit(' ').next().unwrap_or_default();
    let major = number.split('.').next().and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= 7)
}

impl Topic {
    fn words(self, primary_name: &str) -> Vec<&[u8]> {
        match self {
            Self::Info => vec![b"INFO", b"all"],
            Self::Limits => vec![b"CONFIG", b"GET", b"max*"],
            Self::Threads => vec![b"CONFIG", b"GET", b"io-threads"],
            Self::Slowlog => vec![b"SLOWLOG", b"LEN"],
            Self::Spikes => vec![b"LATENCY", b"LATEST"],
            Self::Latencies => vec![b"LATENCY", b"HISTOGRAM"],
            Self::Cluster => vec![b"CLUSTER", b"INFO"],
            Self::Primaries => vec![b"SENTINEL", b"MASTERS"],
            Self::Replicas => vec![b"SENTINEL", b"REPLICAS", primary_name.as_bytes()],
            Self::Sentinels => vec![b"SENTINEL", b"SENTINELS", primary_name.as_bytes()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_are_asked_only_of_those_who_have_them() {
        #[track_caller]
        fn case(version: &str, expected: bool) {
            assert_eq!(has_latencies(version), expected, "{version}");
        }

        case("redis 6.2.14", false);
        case("redis 7.0.15", true);
        case("valkey 8.1.8", true);
        case("redis 10.0.0", true);
        case("", false);
    }
}
