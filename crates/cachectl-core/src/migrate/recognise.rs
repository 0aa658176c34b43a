//! Recognises the servers that a plan was made for.

use super::{Error, ledger::Session, plan_file::SealedPlan};
use crate::server::{deployment::Deployment, identity::Identity, node::Node};

/// How far a plan has come.
#[derive(Clone, Debug)]
pub(super) enum Progress {
    /// Nothing of it was ever sent to a server.
    None,
    /// Something may have been, at last in this session.
    Some(Option<Session>),
}

/// Checks that the servers are those that the plan was made for.
///
/// Before anything was done they must not even have been restarted: what was planned may not be
/// there any more. Later a restart or a failover is what the journal is for, and it is enough that
/// one thing still tells that these are the same servers.
///
/// What is known of a server is what the plan says and, once there is progress, what the last
/// session wrote down: a failover may have come between them.
///
/// | same process | same address | progress | verdict |
/// |---|---|---|---|
/// | yes | yes | any | good |
/// | by its run id | no | any | good: it is reached by another name |
/// | no | yes | none | restarted |
/// | no | yes | some | good |
/// | no | no | some | good if it was a replica of the planned server |
/// | otherwise | | | another server |
pub(super) fn recognise(
    deployment: &Deployment,
    plan: &SealedPlan,
    progress: Progress,
) -> Result<(), Error> {
    let manifest = &plan.manifest;
    if deployment.is_cluster() != manifest.cluster || deployment.target().db != manifest.db {
        return Err(other_server(deployment, plan));
    }
    if manifest.cluster {
        return recognise_cluster(deployment, plan, &progress);
    }
    let (Some(node), Some(lane)) = (deployment.primaries().first(), manifest.lanes.first()) else {
        return Err(other_server(deployment, plan));
    };
    let planned = Session { endpoint: lane.endpoint.clone(), identity: lane.identity.clone() };
    let (last, begun) = match progress {
        Progress::None => (None, false),
        Progress::Some(last) => (last, true),
    };
    if last.is_some_and(|last| is_known(node, &last, begun)) || is_known(node, &planned, begun) {
        return Ok(());
    }
    if node.endpoint().to_string() == lane.endpoint {
        return Err(Error::Restarted { endpoint: node.endpoint().clone() });
    }
    Err(other_server(deployment, plan))
}

fn is_known(node: &Node, known: &Session, begun: bool) -> bool {
    let same_process = node.identity.continues(&known.identity);
    let same_address = node.endpoint().to_string() == known.endpoint;
    match (same_process, same_address) {
        (true, true) => true,
        // Connection numbers of two servers may look like one; only run ids prove a process.
        (true, false) if has_run_id_of(&node.identity, &known.identity) => true,
        (false, true) => begun,
        (_, false) => begun && node.identity.descends_from(&known.identity),
    }
}

fn has_run_id_of(now: &Identity, then: &Identity) -> bool {
    now.run_id.is_some() && now.run_id == then.run_id
}

fn recognise_cluster(
    deployment: &Deployment,
    plan: &SealedPlan,
    progress: &Progress,
) -> Result<(), Error> {
    let lanes = &plan.manifest.lanes;
    let nodes = deployment.primaries();
    let lane_of = |id: &Option<String>| lanes.iter().find(|lane| lane.cluster_id == *id);
    if nodes.iter().all(|node| lane_of(&node.cluster_id).is_none()) {
        return Err(other_server(deployment, plan));
    }
    if matches!(progress, Progress::Some(_)) {
        return Ok(());
    }
    for (index, node) in nodes.iter().enumerate() {
        let lane = lane_of(&node.cluster_id);
        let lane = lane.filter(|lane| lane.slots == deployment.slots(index));
        let lane = lane.ok_or(Error::SlotsMoved)?;
        if !node.identity.continues(&lane.identity) {
            return Err(Error::Restarted { endpoint: node.endpoint().clone() });
        }
    }
    Ok(())
}

pub(super) fn other_server(deployment: &Deployment, plan: &SealedPlan) -> Error {
    let planned = plan.manifest.lanes.iter().map(|lane| lane.endpoint.clone());
    let found = deployment.primaries().iter().map(|node| node.endpoint().to_string());
    Error::OtherServer {
        planned: planned.collect::<Vec<_>>().join(", "),
        found: found.collect::<Vec<_>>().join(", "),
    }
}
