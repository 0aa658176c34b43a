//! Finds servers that have more of the way forward than a way back was planned to take back.
//!
//! A way back is planned from what the servers had when it began. Those may have been copies that
//! lagged behind, and the ones with the rest may come back. What they have besides would keep its new
//! names, and a plan that begins in the middle of a chain or a cycle does not fit at all.

use crate::{
    migrate::{
        Error,
        blocking::blocking,
        ledger::{Ending, Entry, Ledger, Moment},
        recognise::inspect,
        recovery::{Operator, Verdict},
        report::Direction,
        store::Course,
    },
    server::deployment::Deployment,
};

/// What the servers of a way back have of the way forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::migrate) enum Had {
    /// No more than was planned to be taken back.
    AsPlanned,
    /// More, and nothing was taken back on any of them: the way back has to be planned anew.
    More(Moment),
    /// More on some of them, and on others something was taken back.
    MoreInPart(Moment),
}

impl Had {
    /// Fails if there is more than the way back takes back.
    pub(in crate::migrate) fn check(&self, back: &Course) -> Result<(), Error> {
        match self {
            Self::AsPlanned => Ok(()),
            Self::More(has) | Self::MoreInPart(has) => {
                let is_whole = matches!(self, Self::More(_));
                Err(Error::Ahead { id: back.id.clone(), has: has.to_string(), is_whole })
            }
        }
    }
}

/// Asks the servers. Writes nothing.
pub(in crate::migrate) async fn look(deployment: &Deployment, back: &Course) -> Result<Had, Error> {
    let (mut most, mut is_begun) = (None, false);
    for lane in 0..back.plan.manifest.lanes.len() {
        let ledger = back.ledger(lane)?;
        let ground = inspect(deployment, back, lane, &ledger, Operator::Silent).await?;
        if ground.verdict != Verdict::Continue {
            // Whoever goes on finds out what that means.
            continue;
        }
        let shown = ground.stations.iter().filter_map(|station| station.shown.moment());
        let (forward, begun): (Vec<Moment>, Vec<Moment>) =
            shown.partition(|moment| moment.direction == Direction::Forward);
        is_begun |= !begun.is_empty();
        for moment in forward {
            if has_more(back, lane, moment).await? {
                most = most.max(Some(moment));
            }
        }
    }
    Ok(match (most, is_begun) {
        (None, _) => Had::AsPlanned,
        (Some(moment), false) => Had::More(moment),
        (Some(moment), true) => Had::MoreInPart(moment),
    })
}

/// Returns whether a server that has come to `now` has renamed keys that it had not renamed at the
/// moment from which the way back was planned.
async fn has_more(back: &Course, lane: usize, now: Moment) -> Result<bool, Error> {
    let Some(origin) = back.origin(lane).filter(|origin| *origin != now) else {
        return Ok(false);
    };
    let forward = back.forward()?;
    blocking(move || {
        let planned = forward.ledger(lane)?.at(origin)?;
        let now = forward.ledger(lane)?.at(now)?;
        for entry in now.entries() {
            if renamed_more(&planned, &now, entry)? {
                return Ok(true);
            }
        }
        Ok(false)
    })
    .await
}

/// Returns whether a key of a window may be renamed now, and was not.
fn renamed_more(planned: &Ledger, now: &Ledger, entry: &Entry) -> Result<bool, Error> {
    let (first, count) = (entry.first(), entry.count as usize);
    let (planned, endings) = (planned.endings(first, count)?, now.endings(first, count)?);
    let is_in_doubt = now.is_in_doubt(first);
    let mut pairs = endings.into_iter().zip(planned);
    Ok(pairs.any(|(now, planned)| {
        planned != Ending::Renamed && (is_in_doubt || now == Ending::Renamed)
    }))
}
