//! The keys of which nothing tells what became of them.

use super::{
    Error,
    apply::read,
    ledger::{Ending, Ledger},
    plan_file::{Operation, Window},
    presence,
    report::{Accounts, Listed, Trouble, TroubleReason},
    store::Course,
};
use crate::{server::deployment::Deployment, values::key::Key};

/// Lists them, as the journals of a course say, and where what was in their way lies.
///
/// They are listed by every step: whoever missed one report still has to look at them.
pub(super) async fn list(
    deployment: &Deployment,
    course: &Course,
) -> Result<Listed<Trouble>, Error> {
    let mut unclear = Listed::default();
    for lane in 0..course.plan.manifest.lanes.len() {
        let mut accounts = Accounts::default();
        course.records(lane)?.add_to(&mut accounts);
        if accounts.unclear > 0 {
            list_lane(deployment, course, &course.ledger(lane)?, &mut unclear).await?;
        }
    }
    Ok(unclear)
}

async fn list_lane(
    deployment: &Deployment,
    course: &Course,
    ledger: &Ledger,
    unclear: &mut Listed<Trouble>,
) -> Result<(), Error> {
    let entries = ledger.entries().iter();
    for entry in entries.filter(|entry| entry.tally.is_some_and(|tally| tally.unclear > 0)) {
        let window = read(&course.plan, entry)?;
        let endings = ledger.endings(window.first, window.len())?;
        let operations = window.operations.iter().zip(endings);
        let operations = operations.filter(|(_, ending)| *ending == Ending::Unclear);
        let operations: Vec<&Operation> = operations.map(|(operation, _)| operation).collect();
        let nonce = &course.plan.manifest.nonce;
        let reasons = reasons(deployment, nonce, &window, &operations).await;
        for (operation, reason) in operations.into_iter().zip(reasons) {
            // A list without a file cannot fail.
            drop(unclear.note(|| Trouble::of(&window, operation, reason)));
        }
    }
    Ok(())
}

/// Tells of each operation where the key is that was in the way, if it has a name of ours.
async fn reasons(
    deployment: &Deployment,
    nonce: &str,
    window: &Window,
    operations: &[&Operation],
) -> Vec<TroubleReason> {
    let own: Vec<Vec<u8>> =
        operations.iter().map(|it| window.own_name(nonce, it).unwrap_or_default()).collect();
    let names: Vec<&[u8]> = own.iter().map(Vec::as_slice).collect();
    // A server that cannot be asked now must not cost the list.
    let there = presence::present(deployment, &names).await;
    let there = there.unwrap_or_else(|_| vec![false; names.len()]);
    let reason = |(own, there): (Vec<u8>, bool)| {
        if there && !own.is_empty() {
            TroubleReason::SetAside { name: Key::from(&*own) }
        } else {
            TroubleReason::Unclear
        }
    };
    own.into_iter().zip(there).map(reason).collect()
}
