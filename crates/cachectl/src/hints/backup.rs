//! Advice about backups that gave up.

use cachectl_core::backup::Error;

use super::{Situation, bug, file, one, server, unfit::unfit};

/// Returns what can be done about it.
pub(super) fn of(error: &Error, situation: &Situation) -> Vec<String> {
    match error {
        Error::Server(error) => server::of(error, situation).into_iter().collect(),
        Error::Write(error) => file::written(error),
        Error::SlotsMoved => one("run it again when the cluster is at rest"),
        Error::Bug(_) => bug(),
        Error::Unfit { parts } => unfit(parts),
        Error::Emptying { .. } => one(
            "the file stays as it is; is this the right server? `--allow-empty` replaces it all the \
             same",
        ),
        Error::Stopped => one("no file is left, and one that was there before is as it was"),
    }
}
