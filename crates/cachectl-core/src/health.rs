//! Tells how a deployment is, within a deadline.
//!
//! One connection to every server and at most two exchanges over it; whatever has arrived when the
//! time is over is judged, and what has not is unknown. Nothing fails: a server that cannot be
//! reached is what was to be found out.

pub mod catalogue;
mod check;
mod judge;
pub mod probes;
pub mod range;
pub mod report;
mod sample;
pub mod thresholds;

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::time;

use self::{
    catalogue::{CERTIFICATE, CLUSTER, REACH, SLOTS},
    check::{Before, Known},
    judge::Judge,
    sample::{AGAIN, QUESTIONS, Said, Sample},
};
pub use self::{
    range::Range,
    report::{Finding, NodeReport, Report, Status},
    thresholds::{Limits, Profile, Thresholds},
};
use crate::{
    server::{
        identity::Info,
        probe::{Answer, Certificate, Failure, Probe},
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
            Topology::Server(endpoint) => vec![self.node(endpoint).await],
            Topology::Cluster(seeds) => join_all(seeds.iter().map(|seed| self.node(seed))).await,
            Topology::Sentinel { sentinels, .. } => {
                join_all(sentinels.iter().map(|sentinel| self.node(sentinel))).await
            }
        }
    }

    /// Looks at one data server.
    async fn node(&self, endpoint: &Endpoint) -> NodeReport {
        let mut judge = Judge::new(&self.options.thresholds);
        let mut probe = match Probe::open(endpoint, self.target, self.deadline).await {
            Ok(probe) => probe,
            Err(failure) => {
                judge.state(REACH, Status::Critical, told(&failure));
                // One that has run out is why there is no connection.
                if let Some(found) = &failure.certificate {
                    certificate(found, &mut judge);
                }
                return node(endpoint, None, judge);
            }
        };
        if let Some(found) = probe.certificate() {
            certificate(found, &mut judge);
        }
        let timings = probe.timings();
        let connecting = timings.resolve + timings.connect + timings.tls;
        let first = Sample::read(probe.exchange(QUESTIONS, self.deadline).await, connecting);
        reach(&first, &mut judge);
        let again = self.again(&mut probe, &first).await;
        let (now, before) = match &again {
            Some((again, seconds)) => (again, Some(Before { sample: &first, seconds: *seconds })),
            None => (&first, None),
        };
        if now.info.yes().is_some() {
            let known = Known { now, before, profile: self.options.profile };
            check::all(&known, &mut judge);
            cluster(now, &mut judge);
        }
        node(endpoint, now.info.yes(), judge)
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

/// Returns what went wrong, and what was behind it.
pub(crate) fn told(failure: &Failure) -> String {
    let first: &dyn std::error::Error = failure;
    let causes = std::iter::successors(Some(first), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn certificate(certificate: &Certificate, judge: &mut Judge<'_>) {
    let left = certificate.not_after.saturating_sub(jiff::Timestamp::now().as_millisecond());
    #[expect(clippy::cast_precision_loss, reason = "seconds need no more precision")]
    let left = left as f64 / 1000.0;
    let days = left / 86_400.0;
    let text =
        if left < 0.0 { "it has run out".to_owned() } else { format!("valid for {days:.1} days") };
    judge.value(CERTIFICATE, left, text);
}

/// Judges whether and how fast the server answered.
fn reach(sample: &Sample, judge: &mut Judge<'_>) {
    if let Some(refusal) = &sample.login {
        judge.state(REACH, Status::Critical, refusal.to_string());
        return;
    }
    match (&sample.ping, &sample.failure) {
        (Said::Yes(()), _) => {
            let millis = sample.latency.unwrap_or_default().as_secs_f64() * 1000.0;
            judge.value(REACH, millis, format!("answered in {millis:.1} ms"));
        }
        (Said::No(refusal), _) => {
            judge.state(REACH, Status::Critical, refusal.to_string());
        }
        (Said::Nothing, Some(failure)) => {
            judge.state(REACH, Status::Critical, told(failure));
        }
        (Said::Nothing, None) => {
            judge.state(REACH, Status::Critical, "it answered nothing");
        }
    }
}

fn cluster(sample: &Sample, judge: &mut Judge<'_>) {
    if sample.get("cluster_enabled") != Some("1") {
        return;
    }
    let Some(info) = sample.cluster.yes() else {
        judge.unsaid(CLUSTER, &sample.cluster);
        return;
    };
    match info.get("cluster_state") {
        Some("ok") => judge.state(CLUSTER, Status::Ok, "the cluster serves"),
        state => {
            let state = state.unwrap_or("not known");
            judge.state(CLUSTER, Status::Critical, format!("the state of the cluster is {state}"));
        }
    }
    if let Some(served) = info.number("cluster_slots_ok") {
        #[expect(clippy::cast_precision_loss, reason = "there are 16,384 slots")]
        let missing = 16_384_u64.saturating_sub(served) as f64;
        judge.value(SLOTS, missing, format!("{missing} slots are not served"));
    }
}

fn node(endpoint: &Endpoint, info: Option<&Info>, judge: Judge<'_>) -> NodeReport {
    let get = |name: &str| info.and_then(|info| info.get(name));
    let version = match get("valkey_version") {
        Some(version) => Some(format!("valkey {version}")),
        None => get("redis_version").map(|version| format!("redis {version}")),
    };
    let role = get("role").map(|role| if role == "master" { "primary" } else { "replica" });
    let status = judge.findings.iter().map(|finding| finding.status).max();
    NodeReport {
        endpoint: endpoint.clone(),
        version,
        role: role.map(str::to_owned),
        status: status.unwrap_or(Status::Unknown),
        findings: judge.findings,
    }
}
