//! Operators and other programs that do not wait for the end.

use std::{fs, sync::Mutex};

use cachectl_core::{
    migrate::{self, Error, RenamedSnapshot},
    vocabulary::{
        control::Control,
        progress::{Event, Observer, Phase},
    },
};
use cachectl_testkit::{Keyspace, Server};
use tokio_util::sync::CancellationToken;

use super::{Twins, assert_empty};
use crate::bench::rules;

/// Calls back on every event, and remembers which phases began.
struct Watcher<F> {
    begun: Mutex<Vec<Phase>>,
    on_event: F,
}

impl<F: Fn(Phase, Event<'_>) + Send + Sync> Observer for Watcher<F> {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        if matches!(event, Event::Started(_)) {
            self.begun.lock().unwrap().push(phase);
        }
        (self.on_event)(phase, event);
    }
}

fn twins() -> Twins {
    let server = Server::start();
    Keyspace::new(81).keys("old:{}", 40_000).load(&server);
    Twins::of(&server)
}

#[test]
fn a_file_that_another_one_replaces_meanwhile_is_read_to_its_end() {
    let twins = twins();
    let path = twins.source.file.name();
    let (workspace, copy) = (tempfile::tempdir().unwrap(), twins.bench.path("copy.rdb"));
    let other = twins.bench.path("other.rdb");
    fs::write(&other, "a server has saved something else").unwrap();
    let replace = |phase, event: Event<'_>| {
        if (phase, event) == (Phase::Plan, Event::Finished) {
            fs::rename(&other, path).unwrap();
        }
    };
    let watcher = Watcher { begun: Mutex::default(), on_event: replace };
    let control = Control::new(&watcher, CancellationToken::new());
    let (options, target) = (rules(&["old:* => new:*"]), RenamedSnapshot::new(&copy));
    let renaming =
        migrate::rename_snapshot(&twins.source, &target, &options, workspace.path(), &control);

    let (_, renamed) = twins.bench.runtime.block_on(renaming).unwrap();

    assert_eq!(renamed.renamed, 40_000);
    assert_eq!(*watcher.begun.lock().unwrap(), [Phase::Scan, Phase::Plan, Phase::Apply]);
    let loaded = Server::builder().rdb(&copy).start();
    assert_eq!(loaded.number(&["DBSIZE"]), 40_000);
    assert_eq!(loaded.number(&["EXISTS", "new:0", "new:39999"]), 2);
}

#[test]
fn stopping_in_any_phase_leaves_nothing_behind() {
    let twins = twins();
    for phase in [Phase::Scan, Phase::Plan, Phase::Apply] {
        let (workspace, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let token = CancellationToken::new();
        let stop = |now, event: Event<'_>| {
            if now == phase && matches!(event, Event::Started(_)) {
                token.cancel();
            }
        };
        let watcher = Watcher { begun: Mutex::default(), on_event: stop };
        let control = Control::new(&watcher, token.clone());
        let target = RenamedSnapshot::new(copies.path().join("copy.rdb"));
        let options = rules(&["old:* => new:*"]);
        let renaming =
            migrate::rename_snapshot(&twins.source, &target, &options, workspace.path(), &control);

        let stopped = twins.bench.runtime.block_on(renaming).unwrap_err();

        assert!(matches!(stopped, Error::Stopped), "{phase:?}: {stopped:?}");
        assert_empty(workspace.path());
        assert_empty(copies.path());
    }
}
