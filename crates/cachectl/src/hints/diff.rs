//! Advice about comparisons.

use std::path::Path;

use cachectl_core::{
    diff::{Error, Kind, Report},
    steps::fit::{Unfit, UnfitParts},
};

use super::{Situation, bug, file, one, only, server, unfit::unfit};
use crate::{commands::diff::BadSide, output::shell, settings::error::shown};

/// Returns what can be done about it.
pub(super) fn of(error: &Error, situation: &Situation) -> Vec<String> {
    match error {
        Error::Server { source, .. } => server::of(source, situation).into_iter().collect(),
        Error::File { source, .. } => file::rdb(source),
        Error::SlotsMoved { .. } => one("run it again when the cluster is at rest"),
        Error::OneName { .. } => {
            one("the rules have to be those by which side A became side B, and keep names apart")
        }
        Error::Unfit { parts } => unfit_for(parts),
        Error::Workspace { .. } => one(&file::no_room_for_temporary_files()),
        Error::Bug(_) => bug(),
        Error::Payload { .. } | Error::Stopped => Vec::new(),
    }
}

fn unfit_for(parts: &UnfitParts) -> Vec<String> {
    match parts.0.first() {
        Some(Unfit::Rule(_)) => one(
            "rules are about the names of side A, the first one; `--allow-empty` compares without",
        ),
        _ => unfit(parts),
    }
}

/// Returns what can be done about a word that names no side.
pub(super) fn side(error: &BadSide) -> Vec<String> {
    match error {
        BadSide::Unknown { name, .. } if looks_like_a_host(name) => {
            let address = if shown(name) == name { name } else { "HOST:PORT" };
            one(&format!("a server is written with its scheme: `redis://{address}`"))
        }
        BadSide::Unknown { name, contexts } => {
            let near = crate::yaml::nearest(name, contexts.iter().map(String::as_str));
            near.into_iter().map(|near| format!("did you mean `context:{near}`?")).collect()
        }
        BadSide::Ambiguous { name } => {
            one(&format!("`./{name}` is the file, `context:{name}` the context"))
        }
        BadSide::Same => one("for instance `cachectl diff dump.rdb`, or `cachectl diff old.rdb -`"),
        BadSide::Unused { .. } => one("leave it out, or write `-` for that server"),
        BadSide::Url { .. } => Vec::new(),
    }
}

fn looks_like_a_host(name: &str) -> bool {
    name.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty() && !host.contains('/') && port.parse::<u16>().is_ok()
    })
}

/// Returns what can be done about a server that lacks keys of a file.
pub(crate) fn after_comparing(
    report: &Report,
    file: &Path,
    (server, database): (&Situation, Option<i64>),
) -> Vec<String> {
    if !report.by_kind.contains_key(&Kind::Missing) {
        return Vec::new();
    }
    let file = shell::path(file);
    let database = only(database);
    let restore = server.command(&format!("restore {file}{database} --on-conflict skip --dry-run"));
    one(&format!("{restore} tries to put back what is missing"))
}
