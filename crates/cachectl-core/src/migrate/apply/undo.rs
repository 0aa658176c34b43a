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
        plan_file::{Operation, Window},
        presence,
        recognise::inspect,
        recovery::{Operator, Verdict},
        report::{Direction, Listed, Trouble},
        rollback::{drop_overwritten, each_inverse, look_ahead},
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

    /// Says of operations that are undone already how they ended: the key has its old name, or is
    /// gone.
    pub(super) async fn endings(
        &self,
        deployment: &Deployment,
        window: &Window,
        mut endings: Vec<Ending>,
    ) -> Result<Vec<Ending>, Error> {
        let first = usize::try_from(window.first).unwrap_or(usize::MAX);
        let undone = self.operations.iter().skip(first).copied();
        let undone = undone.zip(&endings).map(|(undone, ending)| undone && ending.is_unsettled());
        let undone = (0..).zip(undone).filter(|(_, undone)| *undone);
        let undone: Vec<(usize, &Operation)> =
            undone.filter_map(|(index, _)| Some((index, window.operations.get(index)?))).collect();
        let names: Vec<&[u8]> = undone.iter().map(|(_, it)| window.to(it)).collect();
        let there = presence::present(deployment, &names).await?;
        for ((index, operation), there) in undone.into_iter().zip(there) {
            if let Some(ending) = endings.get_mut(index) {
                // What counts for nothing leaves nothing behind that could be looked for.
                let is_there = there || !operation.kind.counts();
                *ending = if is_there { Ending::Renamed } else { Ending::Vanished };
            }
        }
        Ok(endings)
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
    let is_elsewhere = forward.max().is_some_and(|moment| Some(moment) != origin);
    if is_elsewhere {
        // One with more may have come back meanwhile.
        look_ahead(deployment, back).await?.check(back)?;
    }
    if is_elsewhere && ground.verdict == Verdict::Continue || ground.verdict == Verdict::StartOver {
        let forward = back.forward()?;
        let mut ledger = forward.ledger(lane)?;
        let settling = (lane, &mut ledger);
        let settling = settle_lane(deployment, &forward, settling, operator, &mut unclear).await;
        settling.map_err(of_the_way_back)?;
        // A server that came back may have them again.
        drop_overwritten(deployment, &forward, &[ledger]).await?;
    }
    Ok(unclear)
}

/// Says of evidence that it is the way back that cannot go on.
fn of_the_way_back(error: Error) -> Error {
    match error {
        Error::OtherData(mut evidence) => {
            evidence.direction = Direction::Back;
            Error::OtherData(evidence)
        }
        error => error,
    }
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
