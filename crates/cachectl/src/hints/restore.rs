//! Advice about restores that gave up, or did not do everything.

use cachectl_core::{
    restore::{Error, Refusal, Report},
    server::Error as ServerError,
    vocabulary::outcome::Outcome,
};

use crate::output::{clip::Name, count::Number};

use super::{Situation, bug, file, one, server, unfit::unfit};

/// Returns what can be done about it.
pub(super) fn of(error: &Error, situation: &Situation) -> Vec<String> {
    match error {
        Error::Server(ServerError::ClusterDb { db }) => one(&other_databases(db)),
        Error::Server(ServerError::NoSuchDb { db, .. }) => one(&other_databases(db)),
        Error::Server(error) => server::of(error, situation).into_iter().collect(),
        Error::File(error) => file::rdb(error),
        Error::NoTime => one("without that, `--ttl` can only be `keep` or `drop`"),
        Error::Refused { refusal: Refusal::Conflicts { .. } } => one(
            "`--on-conflict skip` leaves the keys on the server alone, `replace` loses them, and \
             `--map '* => restored:*'` restores beside them",
        ),
        Error::Refused { refusal: Refusal::Libraries { .. } } => one(
            "`--on-conflict skip` leaves those on the server alone, `replace` loads ours in their \
             place; without `--functions` none is loaded",
        ),
        Error::Refused { refusal: Refusal::NoFunctions { .. } } => {
            one("leave out `--functions`: functions came with Redis 7.0")
        }
        Error::Refused { refusal: Refusal::Unfit { parts } } => unfit(parts),
        Error::Refused { refusal: Refusal::Repeated { .. } } => {
            one("no server loads such a file; `--match` selects keys that it has once")
        }
        Error::Refused { refusal: Refusal::Collisions { .. } } => {
            one("capture more of the old name so that targets differ, or restore the \
             databases one by one with `--db`; no server loads a file with a key in it twice")
        }
        Error::Temporary { .. } => one(&file::no_room_for_temporary_files()),
        Error::Bug(_) => bug(),
        Error::Stopped => Vec::new(),
    }
}

fn other_databases(db: &dyn std::fmt::Display) -> String {
    format!("`--into-db 0` puts all keys into database 0, and `--db` leaves out those of {db}")
}

/// Returns what can be done after keys were restored.
pub(crate) fn after_restoring(report: &Report, situation: &Situation) -> Vec<String> {
    let refused = report.counts.failed.list.first().map(|failure| failure.reason.as_str());
    let refused = refused.or(report.stopped.as_deref());
    let allowed = refused.and_then(|words| server::allowing_by_words(words, &situation.user));
    let carry_on = match report.outcome {
        Outcome::Incomplete if report.in_doubt.count > 0 => Some(after_a_loss(report)),
        Outcome::Incomplete if report.stopped.is_some() => Some(
            "once that is put right, the same command with `--on-conflict skip` carries on"
                .to_owned(),
        ),
        Outcome::Incomplete | Outcome::Interrupted => {
            Some("the same command with `--on-conflict skip` carries on".to_owned())
        }
        Outcome::Clean | Outcome::Findings => None,
    };
    allowed.into_iter().chain(carry_on).collect()
}

/// Returns what can be done after a server was lost that keys were on their way to. To send them
/// again is not it: one of them may have ended the server.
fn after_a_loss(report: &Report) -> String {
    let Some(first) = report.in_doubt.list.first() else {
        return String::new();
    };
    let key = Name(&first.key);
    if first.reason.contains("damaged") {
        return format!(
            "the value of `{key}` may have ended the server: the same command with \
             `--check-values --on-conflict skip` leaves damaged values out and carries on"
        );
    }
    let others = match report.in_doubt.count {
        1 => String::new(),
        keys => format!(" and {} more", Number(keys - 1)),
    };
    format!(
        "look into the server's log: it was lost while it was given `{key}`{others}; if none of \
         that ended it, the same command with `--on-conflict skip` carries on"
    )
}
