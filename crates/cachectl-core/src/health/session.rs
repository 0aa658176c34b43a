//! Looks at a deployment again and again, over connections that stay.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use futures_util::future::join_all;

use super::{
    Options,
    again::{Again, Further},
    catalogue::MEMORY,
    check::{self, Before, Known},
    connections::{Asked, Connections},
    history::{Counters, History},
    host,
    judge::Judge,
    judgements,
    peers::Peers,
    report::{NodeReport, Report, Status},
    sample::{QUESTIONS, Sample},
    sentinels::{self, Sentinels, Watched},
};
use crate::{
    server::target::{Target, Topology},
    values::endpoint::Endpoint,
};

/// A deployment that is looked at again and again.
///
/// Connections are kept from one look to the next, and so are counters: without a window, how fast
/// they grow is told from the look before.
#[derive(Debug)]
pub struct Session {
    pub(super) target: Target,
    pub(super) options: Options,
    pub(super) connections: Connections,
    history: Mutex<History>,
}

impl Session {
    /// Takes note of what to look at, and connects to nothing yet.
    #[must_use]
    pub fn new(target: Target, options: Options) -> Self {
        let (connections, history) = (Connections::default(), Mutex::default());
        Self { target, options, connections, history }
    }

    /// Takes the counters of an earlier look for those of the last one.
    pub fn remember(&self, history: History) {
        *self.history() = history;
    }

    /// Looks at every server.
    pub async fn look(&self) -> Report {
        // What is read from files is no time of the servers.
        drop(self.connections.tls(&self.target));
        let begun = Instant::now();
        let looking = Looking { session: self, deadline: begun + self.options.deadline };
        let (mut nodes, application) = tokio::join!(looking.all(), looking.application());
        nodes.extend(application);
        let status = nodes.iter().map(|node| node.status).max().unwrap_or(Status::Unknown);
        let now = jiff::Timestamp::now();
        let time = now.round(jiff::Unit::Millisecond).unwrap_or(now).to_string();
        let report = Report { status, time, nodes, elapsed: begun.elapsed() };
        self.history().0.extend(report.history().0);
        report
    }

    /// Returns how many connections have been opened so far.
    #[must_use]
    pub fn connections_opened(&self) -> u64 {
        self.connections.opened()
    }

    fn history(&self) -> std::sync::MutexGuard<'_, History> {
        // Nothing that is done under the lock can leave it half done.
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counted(&self, endpoint: &Endpoint) -> Option<Counters> {
        self.history().0.get(&endpoint.to_string()).cloned()
    }
}

struct Looking<'a> {
    session: &'a Session,
    deadline: Instant,
}

impl Looking<'_> {
    async fn all(&self) -> Vec<NodeReport> {
        match &self.session.target.topology {
            Topology::Server(endpoint) => self.nodes(std::slice::from_ref(endpoint)).await,
            Topology::Cluster(seeds) => self.nodes(seeds).await,
            Topology::Sentinel { .. } => self.watched().await,
        }
    }

    /// Looks at sentinels, and at the primary that they name.
    async fn watched(&self) -> Vec<NodeReport> {
        let Some(sentinels) = Sentinels::of(self.session, self.deadline) else {
            return Vec::new();
        };
        let Watched { mut reports, primary } = sentinels.look().await;
        if let Some(primary) = primary {
            let mut nodes = self.nodes(&[primary]).await;
            nodes.iter_mut().for_each(sentinels::check_role);
            reports.extend(nodes);
        }
        reports
    }

    /// Asks the application that exports how it fares with the servers.
    async fn application(&self) -> Option<NodeReport> {
        let Options { thresholds, window, application, .. } = &self.session.options;
        let application = application.as_ref()?;
        let counted = self.session.counted(&application.endpoint());
        let until = (self.deadline, *window);
        Some(application.look(Judge::new(thresholds), until, counted).await)
    }

    /// Looks at data servers, and at all others of the clusters that they are nodes of.
    async fn nodes(&self, endpoints: &[Endpoint]) -> Vec<NodeReport> {
        let looked = join_all(endpoints.iter().map(|endpoint| self.node(endpoint))).await;
        let mut others = BTreeMap::new();
        for (_, peers) in &looked {
            others.extend(peers.others.iter().cloned());
        }
        for (_, peers) in &looked {
            others.remove(&peers.own_id);
        }
        let others = join_all(others.values().map(|endpoint| self.node(endpoint))).await;
        looked.into_iter().chain(others).map(|(report, _)| report).collect()
    }

    /// Looks at one data server; tells what it says of others.
    async fn node(&self, endpoint: &Endpoint) -> (NodeReport, Peers) {
        let Session { target, options, connections, .. } = self.session;
        let mut judge = Judge::new(&options.thresholds);
        let asked = connections.ask(endpoint, target, QUESTIONS, self.deadline).await;
        let Asked { mut connection, exchange, connecting } = match asked {
            Ok(asked) => asked,
            Err(failure) => {
                judgements::unreachable(&failure, &mut judge);
                return (NodeReport::of(endpoint, None, judge), Peers::default());
            }
        };
        if let Some(found) = connection.probe.certificate() {
            judgements::certificate(found, &mut judge);
        }
        let first = Sample::read(&exchange, connecting);
        let mut again = Again::default();
        if first.ping.yes().is_some() {
            let deadline = self.deadline + options.window.unwrap_or_default();
            let probe = &mut connection.probe;
            again = Further { probe, first: &first, options, deadline }.ask().await;
        }
        connections.keep(endpoint, connection);
        self.judge(endpoint, &first, &again, &mut judge);
        let peers = first.peers.yes().cloned().unwrap_or_default();
        (NodeReport::of(endpoint, Some(again.sample.as_ref().unwrap_or(&first)), judge), peers)
    }

    /// Judges what a server said.
    fn judge(&self, endpoint: &Endpoint, first: &Sample, again: &Again, judge: &mut Judge<'_>) {
        match &again.failure {
            Some(failure) => judgements::unreachable(failure, judge),
            None => judgements::reach(first, judge),
        }
        if first.ping.yes().is_some() {
            judgements::latency(&again.pings, judge);
        }
        if let Some((write, answers)) = &again.written {
            write.judge(answers, judge);
        }
        let now = again.sample.as_ref().unwrap_or(first);
        if now.info.yes().is_some() {
            let counters = Counters::of(now);
            let before = match &again.sample {
                Some(_) => Some(Counters::of(first)),
                None => self.session.counted(endpoint),
            };
            let restarted = before.as_ref().map(|before| counters.restarted_since(before));
            let before = before.as_ref().and_then(|before| Before::of(before, &counters));
            let (counters, profile) = (&counters, self.session.options.profile);
            check::all(&Known { now, counters, before, restarted, profile }, judge);
            host::judge(endpoint, now, judge);
        } else if now.ping.yes().is_some() {
            // Nearly everything else is in INFO; without a word about it, the server would look well.
            judge.unsaid(MEMORY, &now.info);
        }
    }
}
