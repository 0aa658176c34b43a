//! Plans on snapshots, and renamed copies of them, beside what happens on real servers.

mod copies;
mod faults;
mod interruptions;
mod model;
mod reports;
mod unusual;

use std::path::{Path, PathBuf};

use cachectl_core::{
    migrate::{
        self, Error, Options, RenamedSnapshot, Snapshot as Source,
        report::{PlanReport, RenameReport},
    },
    vocabulary::control::Control,
};
use cachectl_testkit::{Server, Snapshot};
use serde_json::Value;

use crate::bench::Bench;

/// A server and a snapshot that hold the same keys.
struct Twins {
    server: Server,
    bench: Bench,
    source: Source,
}

impl Twins {
    /// Starts a server from what another one has saved.
    #[track_caller]
    fn of(origin: &Server) -> Self {
        let file = origin.save();
        let server = Server::builder().binary(origin.installation().path()).rdb(&file).start();
        let bench = Bench::new(&server.url());
        let kept = bench.path("snapshot.rdb");
        std::fs::copy(file, &kept).unwrap();
        Self { server, bench, source: Source::new(kept) }
    }

    fn plan(&self, options: &Options) -> Result<PlanReport, Error> {
        plan(&self.bench, &self.source, options)
    }

    /// Renames in a copy, and returns where that is.
    fn rename(&self, options: &Options) -> Result<(PlanReport, RenameReport, PathBuf), Error> {
        let copy = self.bench.path("renamed.rdb");
        let (plan, renamed) = rename(&self.bench, &self.source, &copy, options)?;
        Ok((plan, renamed, copy))
    }

    /// Compares the reports of both.
    #[track_caller]
    fn assert_same_report(&self, options: &Options) {
        let (live, _) = self.bench.plan(options).unwrap();
        let read = self.plan(options).unwrap();
        assert_eq!(comparable(&read), comparable(&live));
    }
}

fn plan(bench: &Bench, source: &Source, options: &Options) -> Result<PlanReport, Error> {
    let (workspace, control) = (tempfile::tempdir().unwrap(), Control::unattended());
    let planning = migrate::plan_snapshot(source, options, workspace.path(), &control);
    let planned = bench.runtime.block_on(planning);
    assert_empty(workspace.path());
    planned
}

fn rename(
    bench: &Bench,
    source: &Source,
    copy: &Path,
    options: &Options,
) -> Result<(PlanReport, RenameReport), Error> {
    let (workspace, control) = (tempfile::tempdir().unwrap(), Control::unattended());
    let target = RenamedSnapshot::new(copy);
    let renaming = migrate::rename_snapshot(source, &target, options, workspace.path(), &control);
    let renamed = bench.runtime.block_on(renaming);
    assert_empty(workspace.path());
    renamed
}

#[track_caller]
fn assert_empty(directory: &Path) {
    assert_eq!(std::fs::read_dir(directory).unwrap().count(), 0, "something is left behind");
}

/// A report without what only a server can say, or only a file, or only that one plan.
fn comparable(report: &PlanReport) -> Value {
    let mut report = serde_json::to_value(report).unwrap();
    for name in ["servers", "snapshot", "plan", "estimated_seconds"] {
        report.as_object_mut().unwrap().remove(name);
    }
    let conflicts = report.pointer_mut("/conflicts/list").and_then(Value::as_array_mut).unwrap();
    for stash in conflicts.iter_mut().filter_map(|conflict| conflict.get_mut("stash")) {
        if let Some(name) = stash.as_str() {
            *stash = without_nonce(name.as_bytes()).escape_ascii().to_string().into();
        }
    }
    if report.get("caveats").unwrap().to_string().contains("expiry_precision") {
        forget_moments(&mut report);
    }
    report
}

/// Forgets when keys expire: old servers tell it to a few milliseconds.
fn forget_moments(report: &mut Value) {
    match report {
        Value::Object(fields) => {
            fields.retain(|name, _| name != "at");
            fields.values_mut().for_each(forget_moments);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_moments),
        _ => {}
    }
}

/// The name of a stashed key without the part that is another one in every plan.
fn without_nonce(name: &[u8]) -> Vec<u8> {
    const MARK: &[u8] = b":stash:";
    let marked = name.windows(MARK.len()).position(|window| window == MARK);
    let place = marked.filter(|_| name.starts_with(b"cachectl:{")).map(|at| at + MARK.len());
    let Some((head, tail)) = place.map(|at| name.split_at(at)) else {
        return name.to_vec();
    };
    [head, tail.split_at(8).1].concat()
}

/// What a server holds, with the names of stashed keys as they would be in every plan.
#[track_caller]
fn contents(server: &Server) -> Snapshot {
    server.snapshot().renamed(|key| Some(without_nonce(key)))
}

#[test]
fn names_of_stashed_keys_lose_their_nonce_and_others_stay() {
    assert_eq!(without_nonce(b"cachectl:{12}:stash:0123abcd:a:b"), b"cachectl:{12}:stash::a:b");
    assert_eq!(without_nonce(b"a:stash:b"), b"a:stash:b");
}
