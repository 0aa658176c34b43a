//! Advice about migrations that gave up.

mod recovery;

use std::path::Path;

use cachectl_core::{
    files::Distrust,
    migrate::{
        Error,
        report::{Direction, Neighbour, Refusal, State},
    },
    steps::{rdb_file::FileError, value_writer::WriteError},
};

use crate::output::shell;

use super::{Situation, bug, file, going_on, one, server};

/// The commands that renaming needs, for a user who may not rename.
const RENAMING: &str = "+renamenx +unlink +multi +exec +discard";

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
        Error::ReservedName { .. } => one(
            "keys named `cachectl:{…}:…` are of a migration or of a restore: choose other names",
        ),
        Error::WasRefused { .. } => one("make the plan again, with what was refused put right"),
        Error::OtherServer { planned, found } => one(&another_place(planned, found)),
        Error::Restarted { .. } | Error::SlotsMoved => {
            one("keys may have changed meanwhile: make the plan again")
        }
        Error::NotAPlan { .. } | Error::Damaged { .. } => one("make the plan again"),
        Error::NoMigration { .. }
        | Error::UnknownMigration { .. }
        | Error::NoneHere { .. }
        | Error::AmbiguousMigration { .. }
        | Error::HalfWay(_)
        | Error::NotForgotten { .. }
        | Error::BadSettings { .. }
        | Error::Locked { .. }
        | Error::Untrusted(_)
        | Error::RolledBack { .. }
        | Error::AlreadyBegun { .. } => which(error, situation),
        Error::PrimaryLost { .. }
        | Error::Stalled { .. }
        | Error::Undone { .. }
        | Error::Ahead { .. }
        | Error::MarkerGone { .. }
        | Error::SlotsMoving
        | Error::BegunElsewhere { .. }
        | Error::OtherData(_)
        | Error::JournalBehind { .. }
        | Error::Journal(_)
        | Error::PlanMissing { .. } => recovery::of(error, situation),
        Error::Keep(error) => kept(error),
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
        | Error::SnapshotRepeats { .. }
        | Error::Stopped => Vec::new(),
        Error::Bug(_) => bug(),
    }
}

/// Returns what can be done where another migration is meant, or is in the way.
fn which(error: &Error, situation: &Situation) -> Vec<String> {
    match error {
        Error::NoMigration { .. } => {
            one("`--state-dir` says where migrations are kept, and there may be another place")
        }
        Error::UnknownMigration { .. } | Error::NoneHere { .. } => {
            one(&format!("{} shows all of them", situation.command("migrate list")))
        }
        Error::AmbiguousMigration { .. } => one("give more of the id"),
        Error::HalfWay(neighbours) => {
            [half_way(neighbours, situation), one(&beside(neighbours))].concat()
        }
        Error::NotForgotten { id } => not_forgotten(id, situation),
        Error::BadSettings { .. } => {
            one("remove it, and say with flags how the migration is to go on")
        }
        Error::Locked { id } => one(&shows_how_far(id, situation)),
        Error::Untrusted(distrust) => one(&untrusted(distrust)),
        Error::RolledBack { id } => {
            let command = situation.command(&format!("migrate rollback {id}"));
            one(&format!("{command} carries on with that; renaming again takes a new plan"))
        }
        Error::AlreadyBegun { id } => {
            one(&format!("{}; renaming again takes a new plan", shows_how_far(id, situation)))
        }
        // No other error is about this.
        _ => Vec::new(),
    }
}

/// Returns what leads to the place that a plan was made for.
fn another_place(planned: &str, found: &str) -> String {
    let parts = |place: &str| {
        let (address, database) = place.rsplit_once(" database ")?;
        Some((address.to_owned(), database.to_owned()))
    };
    match (parts(planned), parts(found)) {
        (Some((planned, database)), Some((found, _))) if planned == found => {
            format!("`--db {database}` chooses the database that the plan was made for")
        }
        _ => "give the address and the database that the plan was made for".to_owned(),
    }
}

/// Returns what can be done about migrations that are half-way.
pub(crate) fn half_way(neighbours: &[Neighbour], situation: &Situation) -> Vec<String> {
    let advice = |neighbour: &Neighbour| {
        let id = &neighbour.migration;
        match (neighbour.running, neighbour.state) {
            (true, _) => one(&shows_how_far(id, situation)),
            (false, State::Partial) => going_on(id, Direction::Forward, situation),
            (false, State::RollingBack) => going_on(id, Direction::Back, situation),
            (false, State::Applied | State::RolledBack) => Vec::new(),
        }
    };
    neighbours.iter().flat_map(advice).collect()
}

/// Returns what can be done with a migration whose files are damaged.
pub(super) fn unknown(id: &str, situation: &Situation) -> Vec<String> {
    let forget = situation.command(&format!("migrate forget {id} --files-only --yes"));
    vec![
        "put the files back, if there is a copy of them".to_owned(),
        format!("{forget} removes them all the same"),
    ]
}

fn not_forgotten(id: &str, situation: &Situation) -> Vec<String> {
    let forget = situation.command(&format!("migrate forget {id} --yes"));
    let forget = format!("{forget} removes its files all the same");
    [going_on(id, Direction::Forward, situation), one(&forget)].concat()
}

fn shows_how_far(id: &str, situation: &Situation) -> String {
    format!("{} shows how far it is", situation.command(&format!("migrate status {id}")))
}

fn beside(neighbours: &[Neighbour]) -> String {
    let flags = neighbours.iter().map(|neighbour| format!("--beside {}", neighbour.migration));
    let flags = flags.collect::<Vec<_>>().join(" ");
    format!("`{flags}` goes on all the same, for keys that the other one does not rename")
}

/// Returns what can be done where servers cannot be asked to forget a migration.
pub(super) fn unforgotten(mut hints: Vec<String>) -> Vec<String> {
    hints.push(
        "`--files-only` removes the files alone; what a server knows of the migration expires by \
         itself after 30 days, unless its last run was killed"
            .to_owned(),
    );
    hints
}

fn full_or_forbidden(path: &Path) -> String {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = parent.unwrap_or(Path::new("."));
    format!(
        "check free space and permissions in `{}`; `--state-dir` chooses another place",
        directory.display()
    )
}

fn refused(refusal: &Refusal, situation: &Situation) -> Option<String> {
    let advice = match refusal {
        Refusal::Conflicts { .. } => {
            "`--on-conflict skip` leaves those keys alone, `stash` moves what is in the way aside, \
             `overwrite` loses it"
        }
        Refusal::Collisions { .. } => "capture more of the old name so that targets differ",
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

/// Returns what can be done about values that are to be kept.
fn kept(error: &WriteError) -> Vec<String> {
    match error {
        WriteError::File(FileError::Exists { .. }) => one(
            "move it away: it was not there when the migration began, or is what a killed run left",
        ),
        error => file::written(error),
    }
}

/// Returns what can be done about state that others have their hands on.
fn untrusted(distrust: &Distrust) -> String {
    match distrust {
        Distrust::Foreign { .. } => {
            "run it as that user, or choose another place with `--state-dir`".to_owned()
        }
        Distrust::Writable { path } | Distrust::Readable { path } => format!(
            "look at what is in it, then `chmod 700 {}`; or choose another place with `--state-dir`",
            shell::path(path)
        ),
        Distrust::Link { .. } => {
            "look at who made it, and remove it; or choose another place with `--state-dir`"
                .to_owned()
        }
    }
}

fn no_backup(id: &str, situation: &Situation) -> String {
    let command = situation.command(&format!("migrate rollback {id}"));
    format!(
        "`migrate --backup` keeps all values, before the first key is renamed; {command} gives the keys \
         that are there their old names"
    )
}
