//! Tells how a deployment is, within a deadline.
//!
//! One connection to every server and at most two exchanges over it; whatever has arrived when the
//! time is over is judged, and what has not is unknown. Nothing fails: a server that cannot be
//! reached is what was to be found out.

pub mod catalogue;
mod check;
mod judge;
mod judgements;
mod peers;
pub mod probes;
pub mod range;
pub mod report;
mod sample;
mod sentinels;
pub mod thresholds;

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use tokio::time;

use self::{
    catalogue::MEMORY,
    check::{Before, Known},
    judge::Judge,
    peers::Peers,
    sample::{AGAIN, QUESTIONS, Said, Sample},
    sentinels::{Sentinels, Watched},
};
pub use self::{
    range::Range,
    report::{Finding, NodeReport, Report, Status},
    thresholds::{Limits, Profile, Thresholds},
};
use crate::{
    server::{
        identity::Info,
        probe::{Answer, Probe},
        target::{Target, Topology},
    },
    values::endpoint::Endpoint,
};

/// How to look, and what is normal.
#[derive(Clone, Debug)]
pub struct Options {
    /// Everything has to be answered within this time, from name look-up to the last byte; a
    /// window comes on top.
    pub deadline: Duration,
    /// How long to wait between two looks, to tell how fast counters grow.
    pub window: Option<Duration>,
    /// What the keys are for.
    pub profile: Profile,
    /// When values are alarming.
    pub thresholds: Thresholds,
}

impl Default for Options {
    fn default() -> Self {
        let profile = Profile::default();
        Self {
            // Below the second that Kubernetes gives a probe by default.
            deadline: Duration::from_millis(900),
            window: None,
            profile,
            thresholds: Thresholds::of(profile),
        }
    }
}

/// Looks at every server of a deployment.
pub async fn run(target: &Target, options: &Options) -> Report {
    let begun = Instant::now();
    let deadline = begun + options.deadline;
    let looking = Looking { target, options, deadline };
    let nodes = looking.all().await;
    let status = nodes.iter().map(|node| node.status).max().unwrap_or(Status::Unknown);
    Report { status, time: jiff::Timestamp::now().to_string(), nodes, elapsed: begun.elapsed() }
}

struct Looking<'a> {
    target: &'a Target,
    options: &'a Options,
    deadline: Instant,
}

impl Looking<'_> {
    async fn all(&self) -> Vec<NodeReport> {
        match &self.target.topology {
            Topology::Server(endpoint) => self.nodes(std::slice::from_ref(endpoint)).await,
            Topology::Cluster(seeds) => self.nodes(seeds).await,
            Topology::Sentinel { sentinels, primary_name, login } => {
                let sentinels = Sentinels {
                    endpoints: sentinels,
                    primary_name,
                    login,
                    thresholds: &self.options.thresholds,
                    deadline: self.deadline,
                };
                let Watched { mut reports, primary } = sentinels.look(self.target).await;
                if let Some(primary) = primary {
                    reports.extend(self.nodes(&[primary]).await);
                }
                reports
            }
        }
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
        let mut judge = Judge::new(&self.options.thresholds);
        let mut probe = match Probe::open(endpoint, self.target, self.deadline).await {
            Ok(probe) => probe,
            Err(failure) => {
                judgements::unreachable(&failure, &mut judge);
                return (NodeReport::of(endpoint, None, None, judge), Peers::default());
            }
        };
        if let Some(found) = probe.certificate() {
            judgements::certificate(found, &mut judge);
        }
        let connecting = probe.timings().total();
        let first = Sample::read(&probe.exchange(QUESTIONS, self.deadline).await, connecting);
        judgements::reach(&first, &mut judge);
        let again = self.again(&mut probe, &first).await;
        let (now, before) = match &again {
            Some((again, seconds)) => (again, Some(Before { sample: &first, seconds: *seconds })),
            None => (&first, None),
        };
        if now.info.yes().is_some() {
            let known = Known { now, before, profile: self.options.profile };
            check::all(&known, &mut judge);
            judgements::cluster(now, &mut judge);
        } else if now.ping.yes().is_some() {
            // Nearly everything else is in INFO; without a word about it, the server would look well.
            judge.unsaid(MEMORY, &now.info);
        }
        let report = NodeReport::of(endpoint, now.version(), now.role(), judge);
        (report, now.peers.yes().cloned().unwrap_or_default())
    }

    /// Looks once more after the window, if there is one and the server has answered.
    async fn again(&self, probe: &mut Probe, first: &Sample) -> Option<(Sample, f64)> {
        let window = self.options.window?;
        first.info.yes()?;
        let begun = Instant::now();
        time::sleep(window).await;
        let exchange = probe.exchange(AGAIN, self.deadline + window).await;
        let seconds = begun.elapsed().as_secs_f64();
        let info = exchange.answers.first()?.text().map(Info::parse)?;
        let slowlog = exchange.answers.get(1).and_then(Answer::integer);
        let slowlog = slowlog.map_or_else(|| first.slowlog.clone(), Said::Yes);
        Some((Sample { info: Said::Yes(info), slowlog, ..first.clone() }, seconds))
    }
}
