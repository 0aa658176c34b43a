//! Advice about migrations that stopped half-way, or whose server or files are not what they were.

use cachectl_core::migrate::{
    Error,
    journal::JournalError,
    report::{Direction, Doubt, Evidence},
};

use crate::hints::{Situation, one};

/// Returns what can be done about it.
pub(super) fn of(error: &Error, situation: &Situation) -> Vec<String> {
    match error {
        Error::PrimaryLost { id, direction, .. }
        | Error::Stalled { id, direction, .. }
        | Error::Undone { id, direction, .. }
        | Error::MarkerGone { id, direction } => one(&carries_on(id, *direction, situation)),
        Error::Ahead { id, is_whole: true, .. } => one(&carries_on(id, Direction::Back, situation)),
        Error::Ahead { id, is_whole: false, .. } => {
            let command = situation.command(&format!("migrate rollback {id}"));
            one(&format!(
                "bring back the servers with what was rolled back on them, and {command} carries \
                 on; for the rest a new plan turns the rules around"
            ))
        }
        Error::SlotsMoving => one("wait until the cluster has moved them, and resume"),
        Error::BegunElsewhere { .. } => {
            one("resume it or roll it back where it was begun; renaming again takes a new plan")
        }
        Error::OtherData(evidence) => other_data(evidence, situation),
        Error::JournalBehind { .. } => one(
            "put the directory of the migration back from a copy that is not older than the last \
             run: nothing was written",
        ),
        Error::Journal(JournalError::Unknown { .. }) => {
            one("another release wrote it: use the one that the migration was begun with")
        }
        Error::Journal(_) | Error::PlanMissing { .. } => one(
            "put the directory of the migration back from a copy that is not older than the last \
             run; without one, only a new plan helps",
        ),
        // No other error is about this.
        _ => Vec::new(),
    }
}

fn carries_on(id: &str, direction: Direction, situation: &Situation) -> String {
    let step = match direction {
        Direction::Forward => "resume",
        Direction::Back => "rollback",
    };
    let command = situation.command(&format!("migrate {step} {id}"));
    format!("{command} carries on, and loses nothing")
}

/// What the operator can do about a server that may not have the data of the migration.
fn other_data(evidence: &Evidence, situation: &Situation) -> Vec<String> {
    let id = &evidence.migration;
    let resume = situation.command(&format!("migrate resume {id}"));
    let right = match evidence.direction {
        Direction::Forward => resume,
        Direction::Back => situation.command(&format!("migrate rollback {id}")),
    };
    let again = situation.command(&format!("migrate resume {id} --server-lost-everything"));
    let close = situation.command(&format!("migrate rollback {id} --server-lost-everything"));
    let start_over = match evidence.direction {
        Direction::Forward => format!("{again} starts over, {close} closes the migration"),
        Direction::Back => format!("{close} closes the migration"),
    };
    match evidence.doubt {
        Doubt::OtherAddress => vec![format!(
            "give the address of the server that did the work, and {right} carries on"
        )],
        Doubt::Swapped => vec![format!("swap the databases back, and {right} carries on")],
        Doubt::Contradicted => vec![format!(
            "bring back the data that it had when the migration was at work on it, and {right} carries \
             on; without them, only a backup tells which key belongs where"
        )],
        Doubt::Expired => vec![format!(
            "nothing shows any more whether the names were swapped: compare some keys by hand. If it \
             has nothing of the migration: {start_over}"
        )],
        Doubt::Split => vec!["bring back the server with the newer data, and resume".to_owned()],
        Doubt::NoMarker
        | Doubt::Flushed
        | Doubt::Replaced
        | Doubt::MarkerGone
        | Doubt::Unmarked => {
            vec![
                format!("if it is the wrong server: reach the right one, and {right} carries on"),
                format!(
                    "if it is the right one, and has nothing of the migration (emptied, or restored \
                     from before): {start_over}"
                ),
            ]
        }
    }
}
