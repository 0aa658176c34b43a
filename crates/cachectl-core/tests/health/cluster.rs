//! Clusters: slots, and who would take over.

use std::time::Duration;

use cachectl_core::{
    health::{
        self, Options, Status,
        catalogue::{CLUSTER, CLUSTER_REPLICAS, EVICTIONS, PFAIL, REACH, SLOTS, WRITE},
        probes::{self, Question},
    },
    server::target::{Target, Topology},
    values::endpoint::Endpoint,
};
use cachectl_testkit::{Cluster, Server, wait};
use tokio::runtime::Runtime;

use super::{finding, findings, look, patient, status, target};

#[test]
fn a_cluster_node_tells_whether_all_slots_are_served() {
    let cluster = Cluster::start();
    let report = look(&cluster.primary(0).url(), &patient());
    assert_eq!(finding(&report, CLUSTER).status, Status::Ok);
    assert_eq!(report.nodes.len(), cluster.primaries().len() + cluster.replicas().len());
    cluster.primary(0).command(&["CLUSTER", "DELSLOTS", "0"]);
    let report = look(&cluster.primary(0).url(), &patient());
    assert_eq!(finding(&report, SLOTS).status, Status::Critical);
}

#[test]
fn slots_that_nobody_serves_are_named() {
    let cluster = Cluster::start();
    let node = cluster.primary(0);
    assert_eq!(finding(&look(&node.url(), &patient()), SLOTS).text, "all slots are served");
    node.command(&["CLUSTER", "DELSLOTS", "7", "100", "101", "102"]);
    let report = look(&node.url(), &patient());
    let slots = finding(&report, SLOTS);
    assert_eq!((slots.status, slots.value), (Status::Critical, Some(4.0)));
    assert_eq!(slots.text, "slots 7, 100-102 are not served");
}

#[test]
fn slots_of_a_primary_that_dies_are_not_served() {
    let cluster = Cluster::start();
    let url = cluster.primary(0).url();
    cluster.primary(2).kill();
    wait::until("the others agree", || status(&url, SLOTS) == Some(Status::Critical));
    let report = look(&url, &patient());
    assert_eq!(finding(&report, SLOTS).text, "slots 10923-16383 are not served");
}

#[test]
fn slots_that_one_node_alone_cannot_reach_are_suspected() {
    let cluster = Cluster::start();
    let url = cluster.primary(0).url();
    assert_eq!(status(&url, PFAIL), Some(Status::Ok));
    // The one that is left is not enough to agree that they have failed.
    cluster.primary(1).kill();
    cluster.primary(2).kill();
    wait::until("it does not reach them", || status(&url, PFAIL) == Some(Status::Warning));
    assert_eq!(status(&url, SLOTS), Some(Status::Ok));
}

#[test]
fn a_primary_without_a_replica_says_so_once() {
    let cluster = Cluster::start_with(&Server::builder(), 1);
    let look = || look(&cluster.primary(0).url(), &patient());
    let of = |report: &health::Report| {
        let all = findings(report, CLUSTER_REPLICAS);
        all.iter().map(|finding| finding.status).collect::<Vec<_>>()
    };
    assert_eq!(of(&look()), [Status::Ok; 3]);
    cluster.replicas()[0].kill();
    wait::until("its primary knows", || {
        finding(&look(), CLUSTER_REPLICAS).status == Status::Warning
    });
    let mut all = of(&look());
    all.sort_unstable();
    assert_eq!(all, [Status::Ok, Status::Ok, Status::Warning]);
}

#[test]
fn a_slot_that_is_moving_does_not_make_its_server_refuse_writes() {
    let cluster = Cluster::start();
    cluster.begin_move(0, 1);
    let report = look(&cluster.primary(0).url(), &Options { write: true, ..patient() });
    let written: Vec<_> = findings(&report, WRITE).iter().map(|finding| finding.status).collect();
    assert_eq!(written, [Status::Unknown, Status::Ok, Status::Ok], "{report:#?}");
}

#[test]
fn a_window_that_is_longer_than_the_deadline_leaves_time_for_all_nodes() {
    let cluster = Cluster::start();
    let (deadline, window) = (Duration::from_secs(2), Some(Duration::from_millis(2_100)));
    let report = look(&cluster.primary(0).url(), &Options { deadline, window, ..patient() });
    let rates: Vec<_> =
        findings(&report, EVICTIONS).into_iter().map(|finding| finding.value).collect();
    assert_eq!(rates, [Some(0.0); 3], "{report:#?}");
}

#[test]
fn a_node_that_hangs_is_critical_once_and_leaves_time_for_those_that_nobody_named() {
    let cluster = Cluster::start();
    let endpoint = |number| {
        let address = format!("127.0.0.1:{}", cluster.primary(number).port());
        Endpoint::parse(&address, 6_379).unwrap()
    };
    let topology = Topology::Cluster(vec![endpoint(0), endpoint(1)]);
    let target = Target { topology, ..target("localhost") };
    cluster.primary(0).stop_process();
    let options = Options { deadline: Duration::from_secs(2), ..patient() };
    let runtime = Runtime::new().unwrap();
    let report = runtime.block_on(health::run(&target, &options));
    let alive = runtime.block_on(probes::ask(&target, Question::Live, Duration::from_secs(20)));
    assert!(alive.yes && alive.elapsed < Duration::from_secs(10), "{alive:?}");
    let reached: Vec<_> = report
        .nodes
        .iter()
        .flat_map(|node| node.findings.iter().map(move |finding| (&node.endpoint, finding)))
        .filter(|(_, finding)| finding.check.id == REACH.id)
        .map(|(endpoint, finding)| (endpoint.clone(), finding.status))
        .collect();
    let (hangs, well) = (Status::Critical, Status::Ok);
    let expected = [(endpoint(0), hangs), (endpoint(1), well), (endpoint(2), well)];
    assert_eq!(reached, expected, "{report:#?}");
    cluster.primary(0).continue_process();
}
