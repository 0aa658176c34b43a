//! Finds out what became of operations whose answers nobody saw.
//!
//! Three things may have happened since the journal was written last.
//!
//! * **This program ended or lost its connection.** The window that has an intent and no ending
//!   may be done, in part or in whole. Its operations share no name, so each can be judged alone by
//!   what is under its two names, and sent again. Before that, the old connection is fenced off.
//! * **The server was restarted, or another one took over.** What it has now is the result of a
//!   prefix of the operations: logs and replicas keep the order. Windows that ended may be undone.
//!   The journal is walked backwards until an operation is found that still holds; everything after
//!   it is done once more, in order.
//! * **Both.** The window without an ending is part of what is walked over.

use crate::{
    migrate::{
        Error,
        ledger::{Ending, Entry, Ledger, Session},
        plan_file::{Kind, Operation, SealedPlan, Window, operation::stash_name},
        presence,
        store::Course,
    },
    server::{deployment::Deployment, node::Node},
    steps::fence,
};

/// Makes a journal agree with the server, and writes down that we work from now on.
pub(super) async fn take_over(
    deployment: &Deployment,
    course: &Course,
    lane: usize,
    ledger: &mut Ledger,
) -> Result<(), Error> {
    let node = node_of(deployment, course, lane)?;
    // From 7.2 on, renaming then leaves the idle time of a key as it is. Elsewhere it is refused.
    node.connection.ask("CLIENT", &[b"NO-TOUCH", b"ON"]).await?;
    if let Some(session) = ledger.session() {
        let before = &session.identity;
        if node.identity.continues(before) {
            if node.identity.connection_id != before.connection_id {
                fence::raise(&node.connection, before.connection_id).await?;
            }
        } else if let Some(to) = lost_from(deployment, &course.plan, ledger).await? {
            ledger.rewind(to)?;
        }
    }
    let session =
        Session { endpoint: node.endpoint().to_string(), identity: node.identity.clone() };
    if ledger.session() == Some(&session) {
        return Ok(());
    }
    ledger.begin_session(&session)
}

/// Returns the primary that a lane belongs to: the one that serves its slots now.
pub(super) fn node_of<'a>(
    deployment: &'a Deployment,
    course: &Course,
    lane: usize,
) -> Result<&'a Node, Error> {
    let planned = course.plan.manifest.lanes.get(lane);
    let first = planned.and_then(|lane| lane.slots.first()).map(|(first, _)| *first);
    let nodes = deployment.primaries().iter().enumerate();
    let serves = |index: usize| match first {
        None => true,
        Some(slot) => {
            deployment.slots(index).iter().any(|(from, to)| (*from..=*to).contains(&slot))
        }
    };
    let mut serving = nodes.filter(|(index, _)| serves(*index)).map(|(_, node)| node);
    serving.next().ok_or(Error::SlotsMoved)
}

/// Returns the number of the first operation that the server has lost, `None` if it has none.
async fn lost_from(
    deployment: &Deployment,
    plan: &SealedPlan,
    ledger: &Ledger,
) -> Result<Option<u64>, Error> {
    let mut lost = None;
    for entry in ledger.entries().iter().rev().filter(|entry| entry.tally.is_some()) {
        let window = read(plan, entry)?;
        let endings = ledger.endings(window.first, window.len())?;
        let evidence = evidence(deployment, &window, &endings).await?;
        let undone = evidence.iter().position(|evidence| *evidence == Evidence::Undone);
        lost = undone.map(|index| window.first + index as u64).or(lost);
        let before = evidence.get(..undone.unwrap_or(evidence.len())).unwrap_or_default();
        if before.contains(&Evidence::Holds) {
            break;
        }
    }
    Ok(lost)
}

/// What the server's state says about an operation that once ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Evidence {
    /// The key has its new name.
    Holds,
    /// The key has its old name.
    Undone,
    /// It cannot be told: the key is gone, or there are two.
    None,
}

async fn evidence(
    deployment: &Deployment,
    window: &Window,
    endings: &[Ending],
) -> Result<Vec<Evidence>, Error> {
    let names = |of: fn(&Window, usize) -> Option<&[u8]>| -> Vec<&[u8]> {
        (0..window.len()).map(|index| of(window, index).unwrap_or_default()).collect()
    };
    let from = names(|window, index| Some(window.from(window.operations.get(index)?)));
    let to = names(|window, index| Some(window.to(window.operations.get(index)?)));
    let from = presence::present(deployment, &from).await?;
    let to = presence::present(deployment, &to).await?;
    let judged =
        endings.iter().zip(from.into_iter().zip(to)).map(|(ending, names)| match (ending, names) {
            (Ending::Renamed, (false, true)) => Evidence::Holds,
            (Ending::Renamed, (true, false)) => Evidence::Undone,
            _ => Evidence::None,
        });
    Ok(judged.collect())
}

/// Reads a window that has an intent.
pub(super) fn read(plan: &SealedPlan, entry: &Entry) -> Result<Window, Error> {
    let mut reader = plan.lane_from(entry.place)?;
    let window = reader.bounded_window(Window::default(), entry.count as usize)?;
    Ok(window.unwrap_or_default())
}

/// Gives every window that has an intent an ending, without renaming anything: what is not done is
/// left open. Afterwards the journal says what is ours, and nothing of it changes any more.
pub(in crate::migrate) async fn settle(
    deployment: &Deployment,
    course: &Course,
) -> Result<Vec<Ledger>, Error> {
    let mut ledgers = Vec::new();
    for lane in 0..course.plan.manifest.lanes.len() {
        let mut ledger = course.ledger(lane)?;
        take_over(deployment, course, lane, &mut ledger).await?;
        for entry in ledger.entries().to_vec() {
            if entry.is_open() {
                let window = read(&course.plan, &entry)?;
                let known = ledger.endings(window.first, window.len())?;
                let found = done(deployment, &course.plan.manifest.nonce, &window).await?;
                let endings = known.into_iter().zip(found).map(|(known, done)| match known {
                    Ending::Open if done => Ending::Renamed,
                    known => known,
                });
                ledger.end(&window, &endings.collect::<Vec<_>>())?;
            }
        }
        ledger.sync()?;
        ledgers.push(ledger);
    }
    Ok(ledgers)
}

/// Tells of every operation of a window whether it was done, as far as the server's state shows.
async fn done(deployment: &Deployment, nonce: &str, window: &Window) -> Result<Vec<bool>, Error> {
    let evidence = evidence(deployment, window, &vec![Ending::Renamed; window.len()]).await?;
    // The key with the new name is ours only if the one that was in the way is in its stash.
    let is_stash = |operation: &&Operation| operation.kind == Kind::Stash;
    let names = window.operations.iter().filter(is_stash);
    let names: Vec<Vec<u8>> = names.map(|it| stash_name(nonce, window.to(it))).collect();
    let names: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
    let mut filled = presence::present(deployment, &names).await?.into_iter();
    let judged = window.operations.iter().zip(evidence).map(|(operation, evidence)| {
        let ours = operation.kind != Kind::Stash || filled.next().unwrap_or_default();
        evidence == Evidence::Holds && ours
    });
    Ok(judged.collect())
}
