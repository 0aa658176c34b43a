//! The keys of which nothing tells what became of them.

use super::{
    Error,
    apply::read,
    ledger::Ending,
    report::{Accounts, Listed, Trouble, TroubleReason},
    store::Course,
};

/// Lists them, as the journals of a course say.
///
/// They are listed by every step: whoever missed one report still has to look at them.
pub(super) fn list(course: &Course) -> Result<Listed<Trouble>, Error> {
    let mut unclear = Listed::default();
    for lane in 0..course.plan.manifest.lanes.len() {
        let mut accounts = Accounts::default();
        course.records(lane)?.add_to(&mut accounts);
        if accounts.unclear == 0 {
            continue;
        }
        let ledger = course.ledger(lane)?;
        let entries = ledger.entries().iter();
        for entry in entries.filter(|entry| entry.tally.is_some_and(|tally| tally.unclear > 0)) {
            let window = read(&course.plan, entry)?;
            let endings = ledger.endings(window.first, window.len())?;
            let operations = window.operations.iter().zip(endings);
            for (operation, _) in operations.filter(|(_, ending)| *ending == Ending::Unclear) {
                // A list without a file cannot fail.
                drop(unclear.note(|| Trouble::of(&window, operation, TroubleReason::Unclear)));
            }
        }
    }
    Ok(unclear)
}
