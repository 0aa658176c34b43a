//! Looks at pairs once more when a lane is through.
//!
//! Operations that could not be done are tried again: what was in the way may be gone. So are those
//! whose key was not there: somebody may have written it again. If the work was ever broken off,
//! every pair is looked at, and a key that has its old name although it was renamed is renamed
//! again: a writer may have put it there while nobody was at work. Where a name is shared by several
//! operations nothing is renamed, because one cannot tell whose key it is.

use std::{collections::BTreeSet, sync::atomic::Ordering};

use super::{
    Shared, doubt,
    lane::{LaneEnd, LaneRun},
    recover,
};
use crate::{
    migrate::{
        Error,
        ledger::{Ending, Entry, Ledger, Tally},
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
pub(super) async fn converge(run: &mut LaneRun<'_>, ledger: &mut Ledger) -> Result<LaneEnd, Error> {
    let shared = run.shared;
    let broken_off = ledger.was_broken_off();
    let passed_on = passed_on(shared, ledger)?;
    for entry in ledger.entries().to_vec() {
        if shared.control.is_cancelled() {
            return Ok(LaneEnd::Interrupted);
        }
        let unsettled = entry
            .tally
            .is_some_and(|tally| tally.has_troubles() || tally.vanished + tally.unclear > 0);
        if broken_off || unsettled || ledger.is_in_doubt(entry.first()) {
            window(run, ledger, &entry, (broken_off, &passed_on)).await?;
        }
    }
    Ok(LaneEnd::Finished)
}

async fn window(
    run: &mut LaneRun<'_>,
    ledger: &mut Ledger,
    entry: &Entry,
    (broken_off, passed_on): (bool, &BTreeSet<Vec<u8>>),
) -> Result<(), Error> {
    let shared = run.shared;
    let window = recover::read(&shared.course.plan, entry)?;
    let mut endings = ledger.endings(window.first, window.len())?;
    if broken_off && shared.course.plan.manifest.on_conflict == OnConflict::Overwrite {
        // A server that came back may have them again.
        run.drop_overwritten(ledger, &window, &endings).await?;
    }
    let returned = return_set_aside(run, &window, &mut endings).await?;
    let stragglers = stragglers(&run.deployment, &window, &endings).await?;
    for index in &stragglers {
        if let Some(ending) = endings.get_mut(*index) {
            *ending = Ending::Open;
        }
    }
    if returned || !stragglers.is_empty() {
        // On the disk, so that what becomes of them now is looked for after a break.
        run.reopen_operations(ledger, &window, &endings).await?;
    }
    if endings.iter().any(|ending| ending.is_unsettled()) {
        let kept = keep_passed_on(&window, &mut endings, passed_on);
        let endings = run.redo(ledger, &window, endings, &kept).await?;
        note_taken(shared, &window, &endings);
    }
    let looked = shared.looked.fetch_add(u64::from(entry.count), Ordering::Relaxed);
    shared.control.tell(Phase::Converge, Event::Advanced(looked + u64::from(entry.count)));
    Ok(())
}

/// Gives keys their names back that were put out of the way for others that were gone, where those
/// names are free by now. Returns whether there were such keys.
async fn return_set_aside(
    run: &LaneRun<'_>,
    window: &Window,
    endings: &mut [Ending],
) -> Result<bool, Error> {
    let nonce = &run.shared.course.plan.manifest.nonce;
    let mut returned = false;
    for (index, operation) in free_again(&run.deployment, window, endings).await? {
        let Some(own) = window.own_name(nonce, operation) else { continue };
        if presence::count(&run.deployment, &[&own]).await? > 0 {
            let settled = doubt::put_back(&run.deployment, nonce, window, index).await?;
            if let Some(ending) = endings.get_mut(index) {
                returned |= settled.ending != *ending;
                *ending = settled.ending;
            }
        }
    }
    Ok(returned)
}

/// Returns the old names of operations that could not be done and that other keys have got since.
///
/// In a chain a key waits for the name of another. If that other one could not be renamed and is
/// gone since, whoever has its name now is not the key that was meant.
fn passed_on(shared: &Shared<'_>, ledger: &Ledger) -> Result<BTreeSet<Vec<u8>>, Error> {
    let mut waiting = BTreeSet::new();
    let troubled = |entry: &&Entry| entry.tally.is_some_and(Tally::has_troubles);
    for entry in ledger.entries().iter().filter(troubled) {
        let window = recover::read(&shared.course.plan, entry)?;
        let endings = ledger.endings(window.first, window.len())?;
        let operations = window.operations.iter().zip(endings);
        let troubled = operations.filter(|(it, ending)| it.links.reused && ending.is_unsettled());
        waiting.extend(troubled.map(|(it, _)| window.from(it).to_vec()));
    }
    let mut passed_on = BTreeSet::new();
    let entries = if waiting.is_empty() { &[][..] } else { ledger.entries() };
    for entry in entries {
        let window = recover::read(&shared.course.plan, entry)?;
        let endings = ledger.endings(window.first, window.len())?;
        let operations = window.operations.iter().zip(endings);
        let done =
            operations.filter(|(it, ending)| it.links.refilled && *ending == Ending::Renamed);
        let names = done.map(|(it, _)| window.to(it)).filter(|name| waiting.contains(*name));
        passed_on.extend(names.map(<[u8]>::to_vec));
    }
    Ok(passed_on)
}

/// Takes operations out whose old name other keys have got, and returns how they ended.
fn keep_passed_on(
    window: &Window,
    endings: &mut [Ending],
    passed_on: &BTreeSet<Vec<u8>>,
) -> Vec<(usize, Ending)> {
    let mut kept = Vec::new();
    for (index, (it, ending)) in window.operations.iter().zip(endings).enumerate() {
        if ending.is_unsettled() && passed_on.contains(window.from(it)) {
            kept.push((index, *ending));
            // Nothing is sent for what is settled.
            *ending = Ending::Vanished;
        }
    }
    kept
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
        Ending::Vanished | Ending::Unclear => !operation.links.reused,
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
            !there || **ending != Ending::Renamed
        });
        stragglers.extend(undone.map(|(((index, _), _), _)| *index));
    }
    // Somebody has looked at them, and there is nothing left to be told.
    let cleared = free_again(deployment, window, endings).await?;
    stragglers.extend(cleared.into_iter().map(|(index, _)| index));
    stragglers.sort_unstable();
    stragglers.dedup();
    Ok(stragglers)
}

/// Returns the operations of which nothing told what became of them, and whose new names are free by
/// now.
async fn free_again<'w>(
    deployment: &Deployment,
    window: &'w Window,
    endings: &[Ending],
) -> Result<Vec<(usize, &'w Operation)>, Error> {
    let unclear = (0..).zip(window.operations.iter().zip(endings));
    let unclear: Vec<(usize, &Operation)> = unclear
        .filter(|(_, (_, ending))| **ending == Ending::Unclear)
        .map(|(index, (operation, _))| (index, operation))
        .collect();
    let to: Vec<&[u8]> = unclear.iter().map(|(_, operation)| window.to(operation)).collect();
    let there = presence::present(deployment, &to).await?;
    let free = unclear.into_iter().zip(there).filter(|(_, there)| !there);
    Ok(free.map(|(operation, _)| operation).collect())
}
