//! The markers by which servers tell that a plan is begun, whoever asks.

use crate::{
    migrate::{
        Error,
        ledger::Moment,
        marker::{Claim, Marker, Set},
        plan_file::SealedPlan,
    },
    server::deployment::Deployment,
};

/// Leaves a marker for each lane on its server: whoever has the same plan finds out that it is
/// begun, wherever the files are.
pub(super) async fn claim_all(
    deployment: &Deployment,
    plan: &SealedPlan,
    claim: &Claim,
) -> Result<(), Error> {
    for (lane, planned) in plan.manifest.lanes.iter().enumerate() {
        let slot = planned.slots.first().map_or(0, |(first, _)| *first);
        let marker = Marker::new(&plan.manifest.nonce, lane, slot);
        let Some(node) = deployment.primaries().get(lane) else {
            return Err(Error::SlotsMoved);
        };
        match marker.create(&node.connection, Moment::BEGIN, claim).await? {
            Set::Done => marker.rest(&node.connection).await?,
            // Where it cannot be created, the first session says so and works without.
            Set::Refused(_) | Set::Moving | Set::Absent => {}
            Set::Exists => {
                let Claim { id, by } = marker.claim(node).await?;
                return Err(Error::BegunElsewhere { id, by });
            }
        }
    }
    Ok(())
}

/// Takes back what [`claim_all`] left. What cannot be taken back expires by itself.
pub(in crate::migrate) async fn unclaim(deployment: &Deployment, plan: &SealedPlan, claim: &Claim) {
    for (lane, planned) in plan.manifest.lanes.iter().enumerate() {
        let slot = planned.slots.first().map_or(0, |(first, _)| *first);
        let marker = Marker::new(&plan.manifest.nonce, lane, slot);
        let Some(node) = deployment.serving(slot) else { continue };
        if marker.claim(node).await.is_ok_and(|found| found == *claim) {
            drop(marker.remove(&node.connection).await);
        }
    }
}
