//! Looks at pairs once more when a lane is through.
//!
//! Operations that could not be done are tried again: what was in the way may be gone. So are those
//! whose key was not there: somebody may have written it again. If the work was ever broken off,
//! every pair is looked at, and a key that has its old name although it was renamed is renamed
//! again: a writer may have put it there while nobody was at work. Where a name is shared by several
//! operations nothing is renamed, because one cannot tell whose key it is.

use std::sync::atomic::Ordering;

use super::{Shared, lane::LaneRun, recover};
use crate::{
    migrate::{
        Error,
        ledger::{Ending, Entry, Ledger},
        options::OnConflict,
        plan_file::{Operation, Window},
        presence,
        report::TroubleReason,
    },
    server::deployment::Deployment,
    vocabulary::progress::{Event, Phase},
};

/// How many pairs are looked at together.
const CHUNK: usize = 2_048;

/// Looks at the pairs of a lane once more.
pub(super) async fn converge(run: &mut LaneRun<'_>, ledger: &mut Ledger) -> Result<(), Error> {
    let shared = run.shared;
    let broken_off = ledger.was_broken_off();
    for entry in ledger.entries().to_vec() {
        if shared.control.is_cancelled() {
            break;
        }
        let unsettled = entry.tally.is_some_and(|tally| tally.has_troubles() || tally.vanished > 0);
        if broken_off || unsettled || ledger.is_in_doubt(entry.first()) {
            window(run, ledger, &entry, broken_off).await?;
        }
    }
    Ok(())
}

async fn window(
    run: &mut LaneRun<'_>,
    ledger: &mut Ledger,
    entry: &Entry,
    broken_off: bool,
) -> Result<(), Error> {
    let shared = run.shared;
    let window = recover::read(&shared.course.plan, entry)?;
    let mut endings = ledger.endings(window.first, window.len())?;
    if broken_off && shared.course.plan.manifest.on_conflict == OnConflict::Overwrite {
        // A server that came back may have them again.
        run.drop_overwritten(ledger, &window, &endings).await?;
    }
    for index in stragglers(&run.deployment, &window, &endings).await? {
        if let Some(ending) = endings.get_mut(index) {
            *ending = Ending::Open;
        }
    }
    if endings.iter().any(|ending| ending.is_unsettled()) {
        let endings = run.redo(ledger, &window, endings).await?;
        note_taken(shared, &window, &endings);
    }
    let looked = shared.looked.fetch_add(u64::from(entry.count), Ordering::Relaxed);
    shared.control.tell(Phase::Converge, Event::Advanced(looked + u64::from(entry.count)));
    Ok(())
}

fn note_taken(shared: &Shared<'_>, window: &Window, endings: &[Ending]) {
    for (operation, ending) in window.operations.iter().zip(endings) {
        if *ending == Ending::NameTaken {
            shared.note_trouble(window, operation, TroubleReason::NameTaken);
        }
    }
}

/// Returns the operations whose key has its old name, though it was renamed or was not there.
async fn stragglers(
    deployment: &Deployment,
    window: &Window,
    endings: &[Ending],
) -> Result<Vec<usize>, Error> {
    let settled = |(_, (operation, ending)): &(usize, (&Operation, &Ending))| match ending {
        Ending::Renamed => operation.links.none(),
        // Nobody else got the old name, so whoever has it now is to be renamed.
        Ending::Vanished => !operation.links.reused,
        Ending::Open | Ending::NameTaken | Ending::Refused => false,
    };
    let settled: Vec<(usize, (&Operation, &Ending))> =
        window.operations.iter().zip(endings).enumerate().filter(settled).collect();
    let mut stragglers = Vec::new();
    for chunk in settled.chunks(CHUNK) {
        let from: Vec<&[u8]> = chunk.iter().map(|(_, (it, _))| window.from(it)).collect();
        // Almost always no old name is there, and that is all there is to ask.
        if presence::count(deployment, &from).await? == 0 {
            continue;
        }
        let from = presence::present(deployment, &from).await?;
        let back: Vec<_> = chunk.iter().zip(from).filter(|(_, there)| *there).collect();
        let to: Vec<&[u8]> = back.iter().map(|((_, (it, _)), _)| window.to(it)).collect();
        let to = presence::present(deployment, &to).await?;
        let undone = back.iter().zip(to).filter(|(((_, (_, ending)), _), there)| {
            // A key that was not there is tried in any case: only the server knows who was first.
            !there || **ending == Ending::Vanished
        });
        stragglers.extend(undone.map(|(((index, _), _), _)| *index));
    }
    Ok(stragglers)
}
