//! What a way back finds undone already.
//!
//! A way back is planned from what was renamed. A server that then comes back with data from before
//! the end of the way forward never had some of it: its keys have their old names, and nothing may be
//! renamed back there. Which ones follows from the journal of the way forward, at the moment that the
//! server's marker tells.

use std::sync::Arc;

use super::recover::settle_lane;
use crate::{
    migrate::{
        Error,
        blocking::blocking,
        ledger::{Ending, Ledger, Moment},
        recognise::inspect,
        recovery::{Operator, Verdict},
        report::{Direction, Listed, Trouble},
        rollback::{drop_overwritten, each_inverse},
        store::Course,
    },
    server::deployment::Deployment,
};

/// The operations of a way back whose keys have their old names already.
#[derive(Clone, Debug, Default)]
pub(super) struct Undone {
    /// The moment of the way forward that it was found for.
    found_for: Option<Moment>,
    /// One for every operation; empty if there is none.
    operations: Arc<[bool]>,
}

impl Undone {
    /// Finds out which operations are undone on the server that the journal goes on with.
    pub(super) async fn update(
        &mut self,
        back: &Course,
        lane: usize,
        ledger: &Ledger,
    ) -> Result<(), Error> {
        let root = ledger.root(ledger.settled());
        let Some(origin) = back.origin(lane).filter(|origin| *origin != root) else {
            *self = Self::default();
            return Ok(());
        };
        if self.found_for == Some(root) {
            return Ok(());
        }
        let forward = back.forward()?;
        let operations = blocking(move || undone(&forward, lane, origin, root)).await?;
        *self = Self { found_for: Some(root), operations: operations.into() };
        Ok(())
    }

    /// Says of operations that are undone already that they are done.
    pub(super) fn endings(&self, first: u64, mut endings: Vec<Ending>) -> Vec<Ending> {
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let undone = self.operations.iter().skip(first);
        for (ending, undone) in endings.iter_mut().zip(undone) {
            if *undone && ending.is_unsettled() {
                *ending = Ending::Renamed;
            }
        }
        endings
    }
}

/// Makes sure that the journal of the way forward says what the server has of it, where it is at
/// another moment than when the way back was planned.
pub(super) async fn settle(
    deployment: &Deployment,
    back: &Course,
    lane: usize,
    ledger: &Ledger,
    operator: Operator,
) -> Result<Listed<Trouble>, Error> {
    let mut unclear = Listed::default();
    let ground = inspect(deployment, back, lane, ledger, operator).await?;
    let shown = ground.stations.iter().filter_map(|station| station.shown.moment());
    let origin = back.origin(lane);
    let forward = shown.filter(|moment| moment.direction == Direction::Forward);
    let has_lost = forward.max().is_some_and(|moment| Some(moment) != origin);
    if has_lost && ground.verdict == Verdict::Continue || ground.verdict == Verdict::StartOver {
        let forward = back.forward()?;
        let mut ledger = forward.ledger(lane)?;
        let settling = (lane, &mut ledger);
        settle_lane(deployment, &forward, settling, operator, &mut unclear).await?;
        // A server that came back may have them again.
        drop_overwritten(deployment, &forward, &[ledger]).await?;
    }
    Ok(unclear)
}

fn undone(forward: &Course, lane: usize, origin: Moment, now: Moment) -> Result<Vec<bool>, Error> {
    let planned = forward.ledger(lane)?.at(origin)?;
    let now = forward.ledger(lane)?.at(now)?;
    let mut operations = Vec::new();
    each_inverse(forward, &planned, |inverse| {
        let ending = now.endings(inverse.number, 1)?.pop();
        operations.push(ending != Some(Ending::Renamed));
        Ok(())
    })?;
    Ok(operations)
}
