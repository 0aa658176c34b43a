//! Clusters: slots, and who would take over.

use cachectl_core::health::{
    Status,
    catalogue::{CLUSTER, CLUSTER_REPLICAS, PFAIL, SLOTS},
};
use cachectl_testkit::{Cluster, Server, wait};

use super::{finding, findings, look, patient, status};

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
    let of = |report: &cachectl_core::health::Report| {
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
