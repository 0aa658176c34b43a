//! Looks at a deployment again and again, over connections that stay.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use futures_util::future::join_all;
use tokio::{sync::mpsc, time};

use super::{
    Options,
    again::{Again, Further},
    catalogue::MEMORY,
    check::{self, Before, Known},
    connections::{Asked, Connection, Connections},
    halfway,
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
    server::target::{Encryption, Target, Topology},
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

/// A data server that has been asked once.
struct Met<'a> {
    endpoint: &'a Endpoint,
    judge: Judge<'a>,
    /// What it said, and over what; nothing where there is no connection to it.
    answered: Option<(Connection, Sample)>,
}

impl Met<'_> {
    /// Returns every address that it says others have.
    fn names(&self) -> Vec<Endpoint> {
        let sample = self.answered.as_ref().map(|(_, sample)| sample);
        let peers = sample.and_then(|sample| sample.peers.yes());
        let others = peers.into_iter().flat_map(|peers| &peers.others);
        others.flat_map(|node| [&node.endpoint, &node.announced]).flatten().cloned().collect()
    }

    /// Returns what it says of others.
    fn peers(&self) -> Peers {
        let said = self.answered.as_ref().and_then(|(_, sample)| sample.peers.yes());
        said.cloned().unwrap_or_default()
    }
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
        let (tell, told) = mpsc::unbounded_channel();
        let named = endpoints.iter().map(|endpoint| {
            let tell = tell.clone();
            async move {
                let met = self.meet(endpoint).await;
                self.session.target.trust.note(endpoint, met.names());
                // Who listens does so until all have spoken, or has heard enough.
                tell.send(met.peers()).ok();
                drop(tell);
                self.finish(met).await
            }
        });
        let named = join_all(named);
        drop(tell);
        let (mut nodes, others) = tokio::join!(named, self.others(endpoints, told));
        nodes.extend(others);
        nodes
    }

    /// Looks at the nodes that those which are named list.
    ///
    /// It does not wait for any of them to be looked at to the end, and half of the time at most for
    /// one that keeps silent: there has to be time for the others.
    async fn others(
        &self,
        named: &[Endpoint],
        mut told: mpsc::UnboundedReceiver<Peers>,
    ) -> Vec<NodeReport> {
        let half = halfway(self.deadline);
        let mut all = Vec::new();
        while let Ok(Some(peers)) = time::timeout_at(half.into(), told.recv()).await {
            all.push(peers);
        }
        let is_encrypted = matches!(self.session.target.encryption, Encryption::Tls(_));
        let others = all.iter().flat_map(|peers| &peers.others).filter_map(|node| {
            let announced = node.announced.as_ref().filter(|_| is_encrypted);
            let is_named = [&node.endpoint, &node.announced].into_iter().flatten();
            let is_named = is_named.into_iter().any(|endpoint| named.contains(endpoint));
            Some((&node.id, announced.or(node.endpoint.as_ref())?)).filter(|_| !is_named)
        });
        let mut others: BTreeMap<_, _> = others.collect();
        for peers in &all {
            others.remove(&peers.own_id);
        }
        let look = |endpoint| async move { self.finish(self.meet(endpoint).await).await };
        join_all(others.into_values().map(look)).await
    }

    /// Asks one data server for the first time.
    async fn meet<'a>(&'a self, endpoint: &'a Endpoint) -> Met<'a> {
        let Session { target, options, connections, .. } = self.session;
        let mut judge = Judge::new(&options.thresholds);
        judgements::unchecked(target, &mut judge);
        let asked = connections.ask(endpoint, target, QUESTIONS, self.deadline).await;
        let answered = match asked {
            Ok(Asked { connection, exchange, connecting }) => {
                Some((connection, Sample::read(&exchange, connecting)))
            }
            Err(failure) => {
                judgements::unreachable(&failure, &mut judge);
                None
            }
        };
        Met { endpoint, judge, answered }
    }

    /// Asks what is left to be asked, and judges what was said.
    async fn finish(&self, met: Met<'_>) -> NodeReport {
        let Session { options, connections, .. } = self.session;
        let Met { endpoint, mut judge, answered } = met;
        let Some((mut connection, first)) = answered else {
            return NodeReport::of(endpoint, None, judge);
        };
        if let Some(found) = connection.probe.certificate() {
            judgements::certificate(found, &mut judge);
        }
        let mut again = Again::default();
        if first.ping.yes().is_some() {
            let deadline = self.deadline + options.window.unwrap_or_default();
            let probe = &mut connection.probe;
            again = Further { probe, first: &first, options, deadline }.ask().await;
        }
        connections.keep(endpoint, connection);
        self.judge(endpoint, &first, &again, &mut judge);
        NodeReport::of(endpoint, Some(again.sample.as_ref().unwrap_or(&first)), judge)
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
            if matches!(self.session.target.topology, Topology::Cluster(_)) {
                judgements::membership(now, judge);
            }
            host::judge(endpoint, now, judge);
        } else if now.ping.yes().is_some() {
            // Nearly everything else is in INFO; without a word about it, the server would look well.
            judge.unsaid(MEMORY, &now.info);
        }
    }
}
