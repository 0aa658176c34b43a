//! Clusters that do not serve everything.

use cachectl_testkit::{Cluster, Server, wait};

use super::{Patient, USELESS};

fn state_is(node: &Server, state: &str) -> bool {
    node.text(&["CLUSTER", "INFO"]).contains(&format!("cluster_state:{state}"))
}

#[test]
fn clusters_that_miss_a_slot_or_a_node_are_critical_and_not_ready() {
    let cluster = Cluster::start();
    let seed = cluster.primary(0);
    seed.command(&["CLUSTER", "DELSLOTS", "0"]);
    wait::until("the cluster is down", || state_is(seed, "fail"));
    Patient::server(seed).is(2, "slot", USELESS);
    Patient::server(seed).about("cluster_state").is(2, "the state of the cluster is fail", USELESS);

    seed.command(&["CLUSTER", "ADDSLOTS", "0"]);
    wait::until("the cluster serves", || state_is(seed, "ok"));
    cluster.primary(2).kill();
    wait::until("the cluster is down", || state_is(seed, "fail"));
    Patient::server(seed).is(2, "the connection was refused", USELESS);
}
