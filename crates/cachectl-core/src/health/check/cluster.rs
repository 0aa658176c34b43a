//! The cluster, as one of its nodes sees it.

use super::Known;
use crate::health::{
    catalogue::{CLUSTER, CLUSTER_REPLICAS, PFAIL, SLOTS},
    judge::Judge,
    nodes::Unserved,
    peers::Peers,
    report::Status,
};
use crate::server::cluster::MOST_NODES;

pub(super) fn judge(known: &Known<'_>, judge: &mut Judge<'_>) {
    let now = known.now;
    if now.get("cluster_enabled") != Some("1") {
        return;
    }
    state(known, judge);
    match now.peers.yes() {
        Some(Peers { excess: Some(listed), .. }) => {
            judge.state(SLOTS, Status::Critical, too_many(*listed));
        }
        Some(peers) => {
            let unserved = Unserved::among(&peers.nodes);
            judge.value(SLOTS, count(unserved.count()), unserved.to_string());
            replicas(peers, judge);
        }
        None => judge.unsaid(SLOTS, &now.peers),
    }
}

/// What it lists is no cluster, and nothing in it is believed or looked at.
fn too_many(listed: usize) -> String {
    format!("it lists {listed} nodes, and at most {MOST_NODES} are looked at")
}

fn state(known: &Known<'_>, judge: &mut Judge<'_>) {
    let Some(info) = known.now.cluster.yes() else {
        judge.unsaid(CLUSTER, &known.now.cluster);
        return;
    };
    match info.get("cluster_state") {
        Some("ok") => judge.state(CLUSTER, Status::Ok, "the cluster serves"),
        state => {
            let state = state.unwrap_or("not known");
            judge.state(CLUSTER, Status::Critical, format!("the state of the cluster is {state}"));
        }
    }
    if let Some(slots) = info.get("cluster_slots_pfail").and_then(|slots| slots.parse().ok()) {
        let text = if slots > 0.0 {
            format!("it cannot reach the nodes of {slots} slots")
        } else {
            "it reaches all nodes that have slots".to_owned()
        };
        judge.value(PFAIL, slots, text);
    }
}

/// Only about the node itself, so that a cluster of many nodes does not say it many times.
fn replicas(peers: &Peers, judge: &mut Judge<'_>) {
    let own = &peers.own_id;
    if !peers.nodes.iter().any(|node| node.id == *own && node.is("master") && node.has_slots()) {
        return;
    }
    let of_us = peers.nodes.iter().filter(|node| node.primary.as_ref() == Some(own));
    let healthy = of_us.filter(|node| !node.is("fail")).count();
    let text = match healthy {
        0 => "no replica follows it".to_owned(),
        1 => "1 replica follows it".to_owned(),
        more => format!("{more} replicas follow it"),
    };
    judge.value(CLUSTER_REPLICAS, count(healthy), text);
}

fn count(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
