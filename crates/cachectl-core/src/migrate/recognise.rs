//! Recognises the servers that a plan was made for, and how much of it they have seen.

mod lane;

pub(super) use self::lane::{Ground, Station, counters, inspect};
use super::{Error, plan_file::SealedPlan, store::Course};
use crate::{
    server::{deployment::Deployment, identity::Identity},
    values::endpoint::Endpoint,
};

/// Checks that the servers can be those of a course, as far as it was begun or not.
///
/// # Errors
///
/// Fails if they cannot, or if its journals cannot be read.
pub(super) fn recognise_course(deployment: &Deployment, course: &Course) -> Result<(), Error> {
    if course.is_begun()? {
        same_keyspace(deployment, &course.plan)
    } else {
        recognise(deployment, &course.plan)
    }
}

/// Checks that the servers are those that the plan was made for, before anything of it is done.
///
/// They must not even have been restarted: what was planned may not be there any more. Once
/// something was done, [`inspect`] finds out how much of it a server has.
pub(super) fn recognise(deployment: &Deployment, plan: &SealedPlan) -> Result<(), Error> {
    let manifest = &plan.manifest;
    same_keyspace(deployment, plan)?;
    if manifest.cluster {
        return recognise_cluster(deployment, plan);
    }
    let (Some(node), Some(lane)) = (deployment.primaries().first(), manifest.lanes.first()) else {
        return Err(other_server(deployment, plan));
    };
    let same_address = node.endpoint().to_string() == lane.endpoint;
    match (node.identity.continues(&lane.identity), same_address) {
        (true, true) => Ok(()),
        // Connection numbers of two servers may look like one; only run ids prove a process.
        (true, false) if is_process(&node.identity, &lane.identity) => Ok(()),
        (false, true) => Err(restarted(node.endpoint())),
        _ => Err(other_server(deployment, plan)),
    }
}

/// Checks that the deployment has the shape and the database that the plan was made for.
pub(super) fn same_keyspace(deployment: &Deployment, plan: &SealedPlan) -> Result<(), Error> {
    let manifest = &plan.manifest;
    if deployment.is_cluster() != manifest.cluster || deployment.target().db != manifest.db {
        return Err(other_server(deployment, plan));
    }
    Ok(())
}

/// Returns whether both are one process, for certain.
fn is_process(now: &Identity, then: &Identity) -> bool {
    now.run_id.is_some() && now.run_id == then.run_id
}

fn restarted(endpoint: &Endpoint) -> Error {
    Error::Restarted { endpoint: endpoint.clone() }
}

fn recognise_cluster(deployment: &Deployment, plan: &SealedPlan) -> Result<(), Error> {
    let lanes = &plan.manifest.lanes;
    let nodes = deployment.primaries();
    let lane_of = |id: &Option<String>| lanes.iter().find(|lane| lane.cluster_id == *id);
    if nodes.iter().all(|node| lane_of(&node.cluster_id).is_none()) {
        return Err(other_server(deployment, plan));
    }
    for (index, node) in nodes.iter().enumerate() {
        let lane = lane_of(&node.cluster_id);
        let lane = lane.filter(|lane| lane.slots == deployment.slots(index));
        let lane = lane.ok_or(Error::SlotsMoved)?;
        if !node.identity.continues(&lane.identity) {
            return Err(restarted(node.endpoint()));
        }
    }
    Ok(())
}

pub(super) fn other_server(deployment: &Deployment, plan: &SealedPlan) -> Error {
    let planned = plan.manifest.lanes.iter().map(|lane| lane.endpoint.clone());
    let found = deployment.primaries().iter().map(|node| node.endpoint().to_string());
    Error::OtherServer {
        planned: place(planned, plan.manifest.cluster, plan.manifest.db),
        found: place(found, deployment.is_cluster(), deployment.target().db),
    }
}

/// Names servers by everything that may tell them from others.
fn place(addresses: impl Iterator<Item = String>, is_cluster: bool, database: i64) -> String {
    let kind = if is_cluster { "the cluster " } else { "" };
    format!("{kind}{} database {database}", addresses.collect::<Vec<_>>().join(", "))
}
