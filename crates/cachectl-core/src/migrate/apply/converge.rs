//! Looks at every pair once more when a lane is through.
//!
//! Operations that could not be done are tried again: what was in the way may be gone. If the work
//! was ever broken off, every pair is looked at, and a key that has its old name although it was
//! renamed is renamed again: a server that was restarted or failed over can have undone what it
//! acknowledged, without a trace that [`super::recover`] could read. Where a name is shared by
//! several operations nothing is renamed, because one cannot tell whose key it is.

use std::sync::atomic::Ordering;

use super::{Shared, execute::execute_again, recover};
use crate::{
    migrate::{
        Error,
        ledger::{Ending, Ledger, Tally},
        plan_file::{Operation, Window},
        presence,
        report::TroubleReason,
    },
    vocabulary::progress::{Event, Phase},
};

/// How many pairs are looked at together.
const CHUNK: usize = 2_048;

/// Looks at every pair of a lane once more.
pub(super) async fn converge(shared: &Shared<'_>, ledger: &mut Ledger) -> Result<(), Error> {
    let broken_off = ledger.was_broken_off();
    for entry in ledger.entries().to_vec() {
        if shared.control.is_cancelled() {
            break;
        }
        if !broken_off && !entry.tally.is_some_and(Tally::has_troubles) {
            continue;
        }
        let window = recover::read(&shared.course.plan, &entry)?;
        let mut endings = ledger.endings(window.first, window.len())?;
        let stragglers = stragglers(shared, &window, &endings).await?;
        for index in &stragglers {
            if let Some(ending) = endings.get_mut(*index) {
                *ending = Ending::Open;
            }
        }
        if endings.iter().any(|ending| ending.is_unsettled()) {
            let executed = execute_again(shared, ledger, &window, endings).await?;
            note_taken(shared, &window, &executed.endings);
            executed.failure.map_or(Ok(()), Err)?;
        }
        let looked = shared.looked.fetch_add(u64::from(entry.count), Ordering::Relaxed);
        let looked = looked + u64::from(entry.count);
        shared.control.tell(Phase::Converge, Event::Advanced(looked));
    }
    Ok(())
}

fn note_taken(shared: &Shared<'_>, window: &Window, endings: &[Ending]) {
    for (operation, ending) in window.operations.iter().zip(endings) {
        if *ending == Ending::NameTaken {
            shared.note_trouble(window, operation, TroubleReason::NameTaken);
        }
    }
}

/// Returns the operations that were done and are undone.
async fn stragglers(
    shared: &Shared<'_>,
    window: &Window,
    endings: &[Ending],
) -> Result<Vec<usize>, Error> {
    let deployment = shared.servers.deployment();
    let done = |(_, (operation, ending)): &(usize, (&Operation, &Ending))| {
        **ending == Ending::Renamed && operation.links.none()
    };
    let done: Vec<(usize, &Operation)> = window
        .operations
        .iter()
        .zip(endings)
        .enumerate()
        .filter(done)
        .map(|(index, (operation, _))| (index, operation))
        .collect();
    let mut stragglers = Vec::new();
    for chunk in done.chunks(CHUNK) {
        let from: Vec<&[u8]> = chunk.iter().map(|(_, it)| window.from(it)).collect();
        // Almost always no old name is there, and that is all there is to ask.
        if presence::count(&deployment, &from).await? == 0 {
            continue;
        }
        let from = presence::present(&deployment, &from).await?;
        let back: Vec<_> = chunk.iter().zip(from).filter(|(_, there)| *there).collect();
        let to: Vec<&[u8]> = back.iter().map(|((_, it), _)| window.to(it)).collect();
        let to = presence::present(&deployment, &to).await?;
        let undone = back.iter().zip(to).filter(|(_, there)| !there);
        stragglers.extend(undone.map(|(((index, _), _), _)| *index));
    }
    Ok(stragglers)
}
