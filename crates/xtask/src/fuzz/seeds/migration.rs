//! What a real migration writes down: its plan, and a journal of each direction.

use std::fs;
use std::path::Path;

use cachectl_testkit::{Cachectl, Server};

use super::Target;
use crate::cargo;
use crate::failure::Failure;

/// A flat rename, and a swap, which takes levels and temporary names.
const RULES: [&str; 3] =
    ["doc_{id} => doc:{id}", "left_{id} => right_{id}", "right_{id} => left_{id}"];

/// What a plan begins and ends with; the target adds both.
const MAGIC: usize = 16;
const SEAL: usize = 32;

/// What the target reads before the bytes of a journal: that they are bytes and no records, and in
/// which direction it leads.
const FORWARD: u8 = 2;
const BACK: u8 = 3;

/// Migrates a few keys and takes them back, and keeps what was written down.
pub(super) fn write() -> Result<(), Failure> {
    let server = Server::builder().try_start()?;
    for name in ["doc_1", "doc_2", "left_1", "right_1"] {
        server.command(&["SET", name, "value"]);
    }
    let cli = Cachectl::new(cargo::release_binary("cachectl")?).server(&server);
    let mut arguments = vec!["migrate", "--yes"];
    for rule in RULES {
        arguments.extend(["--rule", rule]);
    }
    for arguments in [arguments, vec!["migrate", "rollback", "--yes"]] {
        let output = cli.args(arguments).run();
        if output.code() != Some(0) {
            return Err(Failure::other(format!("no migration to take seeds from: {output:?}")));
        }
    }
    let migrations = cli.state_directory().join("migrations");
    for entry in fs::read_dir(migrations).map_err(Failure::other)? {
        let directory = entry.map_err(Failure::other)?.path();
        if directory.is_dir() {
            keep(&directory, "forward", FORWARD)?;
            keep(&directory.join("rollback"), "back", BACK)?;
        }
    }
    Ok(())
}

/// Keeps the plan and the journal of one direction.
fn keep(directory: &Path, name: &str, direction: u8) -> Result<(), Failure> {
    let read = |file: &str| fs::read(directory.join(file)).map_err(Failure::other);
    let plan = read("plan")?;
    let body = plan.get(MAGIC..plan.len().saturating_sub(SEAL)).unwrap_or_default();
    let (journal, beside) = (read("journal-0")?, read("journal-0.synced")?);
    let length = u16::try_from(beside.len()).map_err(Failure::other)?.to_le_bytes();
    let journal = [&[direction], length.as_slice(), &beside, &journal].concat();
    fs::write(Target::Plans.corpus().join(name), body).map_err(Failure::other)?;
    fs::write(Target::Journals.corpus().join(name), journal).map_err(Failure::other)
}
