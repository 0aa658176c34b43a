//! Entrances for fuzz targets to the files of a migration, which are read with others in mind who
//! may have written to them.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::{
    Error,
    ledger::{Ledger, Records, Way, journal_path},
    plan_file::{MAGIC, SealedPlan, Window},
    report::{Accounts, Direction},
};
use crate::migrate::journal::{Journal, Owner};

/// The lane that the journals of fuzz targets are of.
const OWNER: Owner = Owner { plan: [0; 32], lane: 0 };

/// Puts what every plan begins and ends with around some bytes: a seal is no secret.
#[must_use]
pub fn seal(body: &[u8]) -> Vec<u8> {
    let mut plan = [MAGIC, body].concat();
    let seal = Sha256::digest(&plan);
    plan.extend_from_slice(&seal);
    plan
}

/// Opens a plan, and reads all operations of all its lanes; returns how many there are.
///
/// # Errors
///
/// Fails where a migration by this plan would.
pub fn read_plan(path: &Path) -> Result<usize, Error> {
    let plan = SealedPlan::open(path)?;
    let mut operations = 0;
    for lane in 0..plan.manifest.lanes.len() {
        let mut reader = plan.lane(lane)?;
        let mut room = Window::default();
        while let Some(window) = reader.window(room)? {
            for operation in &window.operations {
                operations += 1;
                window.own_name(&plan.manifest.nonce, operation);
            }
            room = window;
        }
    }
    Ok(operations)
}

/// Makes a journal of these records, each of which begins with its tag.
///
/// # Errors
///
/// Fails if the files cannot be written.
pub fn write_journal<'a>(
    directory: &Path,
    records: impl Iterator<Item = &'a [u8]>,
) -> Result<(), Error> {
    let path = journal_path(directory, OWNER);
    Journal::create(&path, OWNER)?;
    let mut journal = Journal::open(&path, OWNER, |_, _, _| Some(()))?;
    for record in records {
        if let Some((tag, payload)) = record.split_first() {
            journal.append(*tag, payload)?;
        }
    }
    Ok(journal.sync()?)
}

/// Reads the journal that is in a directory as `status` does, and then as `resume` does.
///
/// # Errors
///
/// Fails where they would.
pub fn read_journal(directory: &Path, direction: Direction) -> Result<Accounts, Error> {
    let mut accounts = Accounts::default();
    let way = Way { direction, given_up: 0 };
    Records::read(directory, way, OWNER)?.add_to(&mut accounts);
    let ledger = Ledger::open(directory, way, OWNER)?;
    for entry in ledger.entries() {
        ledger.endings(entry.first(), entry.count as usize)?;
    }
    Ok(accounts)
}
