//! The health check against real servers, well and ill.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper of a test fails the test"
)]

mod cluster;
mod host;
mod latency;
mod memory;
mod metrics;
mod persistence;
mod reach;
mod releases;
mod replication;
mod safety;
mod sentinels;
mod sessions;
mod traffic;

use std::time::Duration;

use cachectl_core::{
    health::{
        self, Finding, Limits, Options, Profile, Report, Status, Thresholds,
        catalogue::{self, Check},
        probes::{self, Question},
    },
    server::target::Target,
    values::endpoint::ConnectionUrl,
};
use tokio::runtime::Runtime;

fn target(url: &str) -> Target {
    Target::from_url(ConnectionUrl::parse(url).unwrap())
}

fn look(url: &str, options: &Options) -> Report {
    Runtime::new().unwrap().block_on(health::run(&target(url), options))
}

fn ask(url: &str, question: Question) -> probes::Answered {
    let within = Duration::from_millis(900);
    Runtime::new().unwrap().block_on(probes::ask(&target(url), question, within))
}

/// Returns everything that was found by a check, in the order of the nodes.
fn findings<'a>(report: &'a Report, check: &Check) -> Vec<&'a Finding> {
    let all = report.nodes.iter().flat_map(|node| &node.findings);
    all.filter(|finding| finding.check.id == check.id).collect()
}

#[track_caller]
fn finding<'a>(report: &'a Report, check: &Check) -> &'a Finding {
    let first = findings(report, check).first().copied();
    first.unwrap_or_else(|| panic!("nothing about {} in {report:#?}", check.id))
}

/// Looks at a server and returns how good something is, if there is a word about it.
fn status(url: &str, check: &Check) -> Option<Status> {
    findings(&look(url, &patient()), check).first().map(|finding| finding.status)
}

/// Options by which a slow machine is no finding.
fn patient() -> Options {
    patient_as(Profile::Cache)
}

fn patient_as(profile: Profile) -> Options {
    let deadline = Duration::from_secs(5);
    let thresholds = Thresholds::of(profile);
    let mut options = Options { deadline, profile, thresholds, ..Options::default() };
    let seconds = |seconds: f64| Some(health::Range::up_to(seconds * 1000.0));
    let limits = Limits { warning: seconds(5.0), critical: seconds(5.0) };
    options.thresholds.set(catalogue::REACH, limits);
    options.thresholds.set(catalogue::LATENCY, limits);
    options
}
