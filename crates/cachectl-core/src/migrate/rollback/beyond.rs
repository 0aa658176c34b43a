//! Looks at the pairs that the journal says were never sent.
//!
//! Nothing is renamed back because of what names look like. But a key that has its new name although
//! nobody is known to have renamed it is worth a look: the journal may have been put back from an
//! older copy.

use crate::{
    migrate::{
        Error,
        blocking::blocking,
        ledger::{Entry, Ledger},
        plan_file::{Kind, Operation, Window},
        presence,
        report::{Listed, Trouble, TroubleReason},
        store::Course,
    },
    server::deployment::Deployment,
    values::key::Key,
};

/// How many pairs are looked at together.
const CHUNK: usize = 2_048;

/// Notes the keys of a lane that have their new names and no record of how they got them.
pub(super) async fn look(
    deployment: &Deployment,
    course: &Course,
    (lane, ledger): (usize, &Ledger),
    unrecorded: &mut Listed<Trouble>,
) -> Result<(), Error> {
    let mut reader = match ledger.entries().last() {
        None => course.plan.lane(lane)?,
        Some(Entry { after, .. }) => course.plan.lane_from(*after)?,
    };
    let mut room = Window::default();
    loop {
        let read = blocking(move || {
            let window = reader.window(room)?;
            Ok((reader, window))
        });
        let (next, window) = read.await?;
        reader = next;
        let Some(window) = window else { return Ok(()) };
        let alone: Vec<&Operation> = window
            .operations
            .iter()
            .filter(|it| it.kind == Kind::Rename && it.links.none())
            .collect();
        for pairs in alone.chunks(CHUNK) {
            look_at(deployment, &window, pairs, unrecorded).await?;
        }
        room = window;
    }
}

async fn look_at(
    deployment: &Deployment,
    window: &Window,
    pairs: &[&Operation],
    unrecorded: &mut Listed<Trouble>,
) -> Result<(), Error> {
    let from: Vec<&[u8]> = pairs.iter().map(|it| window.from(it)).collect();
    // Almost always every old name is there, and that is all there is to ask.
    if presence::count(deployment, &from).await? == from.len() {
        return Ok(());
    }
    let to: Vec<&[u8]> = pairs.iter().map(|it| window.to(it)).collect();
    let old = presence::present(deployment, &from).await?;
    let new = presence::present(deployment, &to).await?;
    for ((from, to), names) in from.into_iter().zip(to).zip(old.into_iter().zip(new)) {
        if names == (false, true) {
            let (from, to) = (Key::from(from), Key::from(to));
            // A list without a file cannot fail.
            drop(unrecorded.note(|| Trouble { from, to, reason: TroubleReason::Unrecorded }));
        }
    }
    Ok(())
}
