//! Advice about migrations that gave up.

use std::path::Path;

use cachectl_core::migrate::{
    Error,
    report::{Direction, Refusal},
};

use super::{Situation, file, one, server};

/// The commands that renaming needs, for a user who may not rename.
const RENAMING: &str = "+rename +renamenx +multi +exec +discard +watch +unwatch";

/// Returns what can be done about it.
pub(super) fn of(error: &Error, situation: &Situation) -> Vec<String> {
    match error {
        Error::Server(error) => server::of(error, situation).into_iter().collect(),
        Error::Refused(plan) => {
            plan.refusals.iter().filter_map(|refusal| refused(refusal, situation)).collect()
        }
        Error::NoPermission { acl, .. } => {
            one(&format!("this allows it: `ACL SETUSER {} {acl}`", situation.user))
        }
        Error::WasRefused { .. } => one("make the plan again, with what was refused put right"),
        Error::OtherServer { .. } => one("give the address that the plan was made for"),
        Error::Restarted { .. } | Error::SlotsMoved => {
            one("keys may have changed meanwhile: make the plan again")
        }
        Error::NotAPlan { .. } | Error::Damaged { .. } => one("make the plan again"),
        Error::NoMigration { .. } => {
            one("`--state-dir` says where migrations are kept, and there may be another place")
        }
        Error::UnknownMigration { .. } => {
            one(&format!("{} shows all of them", situation.command("migrate list")))
        }
        Error::Locked { id } => {
            let command = situation.command(&format!("migrate status {id}"));
            one(&format!("{command} shows how far it is"))
        }
        Error::RolledBack { id } => {
            let command = situation.command(&format!("migrate rollback {id}"));
            one(&format!("{command} carries on with that; renaming again takes a new plan"))
        }
        Error::AlreadyBegun { id } => {
            let command = situation.command(&format!("migrate status {id}"));
            one(&format!("{command} shows how far it is; renaming again takes a new plan"))
        }
        Error::PrimaryLost { id, direction, .. } | Error::Stalled { id, direction, .. } => {
            one(&carries_on(id, *direction, situation))
        }
        Error::Keep(error) => file::written(error),
        Error::NotRolledBack { id } => {
            let command = situation.command(&format!("migrate rollback {id} --from-backup"));
            one(&format!("{command} carries on with both"))
        }
        Error::NoBackup { id } => one(&no_backup(id, situation)),
        Error::NothingKept { .. } => one(
            "`migrate --backup` keeps all values and `--verify=2` a sample, before the first key is \
             renamed",
        ),
        Error::SnapshotChanged { .. } => one("take a copy of it that nobody writes to"),
        Error::File { path, action: "create" | "write" | "copy the plan to", .. } => {
            one(&full_or_forbidden(path))
        }
        Error::File { .. }
        | Error::Rule(_)
        | Error::Rules(_)
        | Error::JournalDamaged { .. }
        | Error::SnapshotRepeats { .. }
        | Error::Stopped => Vec::new(),
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

fn full_or_forbidden(path: &Path) -> String {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = parent.unwrap_or(Path::new("."));
    format!(
        "is there room in `{}`, and is it ours? `--state-dir` chooses another place",
        directory.display()
    )
}

fn refused(refusal: &Refusal, situation: &Situation) -> Option<String> {
    let advice = match refusal {
        Refusal::Conflicts { .. } => {
            "`--on-conflict skip` leaves those keys alone, `stash` moves what is in the way aside, \
             `overwrite` loses it"
        }
        Refusal::Collisions { .. } => {
            "keep the names apart: take one more part of the old name over"
        }
        Refusal::CrossSlot { .. } => {
            "in a cluster a key keeps its slot: use a hash tag such as `\\{{id}\\}`, or leave \
             those keys out with `--exclude`"
        }
        Refusal::Permission { refusal, .. } if !refusal.contains("NOPERM") => {
            "plan again when the server takes writes"
        }
        Refusal::Permission { .. } => {
            return Some(format!(
                "this allows the commands: `ACL SETUSER {} {RENAMING}`; the old and the new names \
                 need patterns such as `~user:*` besides",
                situation.user
            ));
        }
        Refusal::Assertion { .. } => return None,
    };
    Some(advice.to_owned())
}

fn no_backup(id: &str, situation: &Situation) -> String {
    let command = situation.command(&format!("migrate rollback {id}"));
    format!(
        "`migrate --backup` keeps all values, before the first key is renamed; {command} gives the keys \
         that are there their old names"
    )
}
