//! Values that are kept before keys are renamed, and what they are good for.

use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use cachectl_core::{
    backup,
    migrate::{
        self, Error, Keep, Migration, Options,
        options::{Level, OnConflict, Pacing},
        report::{Difference, VerifyReport},
    },
    steps::{rdb_file::RdbSource, selection::Selection},
    vocabulary::{control::Control, error_kind::ErrorKind, outcome::Outcome},
};
use cachectl_testkit::{CheckRdb, Server, keyspace::EveryEncoding, locate::Release};

use crate::bench::{Bench, rules};

fn begin(bench: &Bench, options: &Options, keep: &Keep) -> Migration {
    let (_, plan) = bench.plan(options).unwrap();
    try_begin(bench, &plan, keep).unwrap()
}

fn try_begin(bench: &Bench, plan: &Path, keep: &Keep) -> Result<Migration, Error> {
    let (store, deployment) = (bench.store(), bench.deployment());
    bench.runtime.block_on(store.begin_keeping(&deployment, plan, "a test", keep))
}

fn verify(bench: &Bench, migration: &Migration, level: Level) -> VerifyReport {
    let control = Control::unattended();
    let deployment = bench.deployment();
    let verifying = migrate::verify(&deployment, migration, level, &control);
    bench.runtime.block_on(verifying).unwrap()
}

#[test]
fn the_backup_holds_every_key_under_its_old_name_and_proves_every_value() {
    for release in [Release::Redis70, Release::Valkey91] {
        let server = Server::builder().release(release).start();
        EveryEncoding::new(5).load(&server);
        for (from, to) in [("one", "two"), ("two", "one"), ("a", "b"), ("b", "c")] {
            server.command(&["SET", &format!("swap:{from}"), &format!("{from} and {to}")]);
        }
        let before = server.snapshot();
        let bench = Bench::new(&server.url());
        let options = rules(&[
            "swap:one => swap:two",
            "swap:two => swap:one",
            "swap:a => swap:b",
            "swap:b => swap:c",
            "* => moved:*",
        ]);
        let path = bench.path("backup.rdb");
        let migration = begin(&bench, &options, &Keep::Everything(Some(path.clone())));
        let applied = bench.apply(&migration).unwrap();
        let kept = applied.kept.unwrap();
        assert_eq!(kept.keys, Some(applied.accounts.renamed));
        CheckRdb::of(release).assert_accepts(&path);
        let loaded = Server::builder().release(release).rdb(&path).start();
        let old = loaded.snapshot();
        for (name, entry) in before.entries().iter().filter(|((db, _), _)| *db == 0) {
            assert_eq!(old.entries().get(name), Some(entry), "{}", name.1.escape_ascii());
        }
        let report = verify(&bench, &migration, Level::Values);
        assert_eq!(report.outcome, Outcome::Clean, "{report:?}");
        assert_eq!(report.values.unwrap().compared, applied.accounts.renamed);
        bench.rollback(&migration);
        let report = verify(&bench, &migration, Level::Values);
        assert_eq!(report.values.unwrap().compared, applied.accounts.renamed);
        assert_eq!(report.outcome, Outcome::Clean, "{report:?}");
        server.snapshot().assert_equals(&before);
    }
}

#[test]
fn what_is_written_down_replaces_no_file_of_others() {
    let server = Server::start().with_keys("user:*", 5);
    let before = server.digest();
    let bench = Bench::new(&server.url());
    let migration = begin(&bench, &rules(&["user:* => u:*"]), &Keep::Everything(None));
    let directory = bench.path("migrations").join(migration.id());
    let state = directory.join("kept.json");
    let good = fs::read_to_string(&state).unwrap();
    let precious = bench.path("precious");
    fs::write(&precious, "precious").unwrap();
    let link = bench.path("link");
    symlink(&precious, &link).unwrap();
    let planted = |path: &Path, kind: ErrorKind| {
        let path = serde_json::to_string(path).unwrap();
        fs::write(&state, good.replace("\"backup.rdb\"", &path)).unwrap();
        assert_eq!(bench.apply(&migration).unwrap_err().kind(), kind, "{path}");
    };
    planted(&precious, ErrorKind::Refused);
    planted(&link, ErrorKind::Refused);
    planted(Path::new("../../precious"), ErrorKind::Data);
    planted(Path::new("plan"), ErrorKind::Data);
    fs::write(&state, &good).unwrap();
    symlink(&precious, directory.join("backup.rdb")).unwrap();
    assert!(bench.apply(&migration).is_err());
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
    assert_eq!(server.digest(), before);
    fs::remove_file(directory.join("backup.rdb")).unwrap();
    assert_eq!(bench.apply(&migration).unwrap().kept.unwrap().keys, Some(5));
}

#[test]
fn a_sample_bounds_the_share_of_values_that_can_differ() {
    let server = Server::start().with_keys("old:{}", 30_000);
    let bench = Bench::new(&server.url());
    let migration = begin(&bench, &rules(&["old:* => new:*"]), &Keep::Sample);
    let applied = bench.apply(&migration).unwrap();
    let kept = applied.kept.unwrap();
    let keys = kept.keys.unwrap();
    // Ten thousand of thirty, give or take six times the standard deviation of 82.
    assert!(kept.sampled && (9_500..10_500).contains(&keys), "{keys}");
    let report = verify(&bench, &migration, Level::Sample);
    let values = report.values.unwrap();
    assert_eq!((values.compared, report.outcome), (keys, Outcome::Clean));
    let bound = values.bound.unwrap();
    assert!((0.000_28..0.000_32).contains(&bound), "{bound}");
    let control = Control::unattended();
    let deployment = bench.deployment();
    let all = migrate::verify(&deployment, &migration, Level::Values, &control);
    let error = bench.runtime.block_on(all).unwrap_err();
    assert!(matches!(error, Error::NothingKept { .. }), "{error:?}");
}

#[test]
fn a_value_that_differs_is_damage_only_if_nobody_used_the_key() {
    for (release, certain) in [(Release::Redis70, false), (Release::Valkey91, true)] {
        let server = Server::builder().release(release).start().with_keys("old:{}", 200);
        server.command(&["SET", "old:damaged", "right"]);
        let bench = Bench::new(&server.url());
        let options = rules(&["old:* => new:*"]);
        let migration = begin(&bench, &options, &Keep::Everything(None));
        bench.apply(&migration).unwrap();
        assert_eq!(verify(&bench, &migration, Level::Values).outcome, Outcome::Clean);
        // A value that comes with an idle time looks as if nobody had used it since.
        server.command(&["SET", "other", "wrong"]);
        let cachectl_testkit::Value::BulkString(dump) = server.command(&["DUMP", "other"]) else {
            panic!("no dump");
        };
        server.command(&["DEL", "other"]);
        let restore: [&[u8]; 7] =
            [b"RESTORE", b"new:damaged", b"0", &dump, b"REPLACE", b"IDLETIME", b"100000"];
        server.command(&restore);
        let report = verify(&bench, &migration, Level::Values);
        assert_eq!((report.outcome, report.mismatches.count), (Outcome::Findings, 1));
        let mismatch = report.mismatches.list.first().unwrap();
        assert_eq!(mismatch.difference, Difference::Value { certain }, "{release}");
    }
}

#[test]
fn what_a_client_writes_is_no_damage() {
    let server = Server::builder().release(Release::Valkey91).start().with_keys("old:{}", 200);
    server.command(&["SET", "old:counter", "0"]);
    server.command(&["SET", "old:written-once", "before"]);
    let bench = Bench::new(&server.url());
    let migration = begin(&bench, &rules(&["old:* => new:*"]), &Keep::Everything(None));
    bench.apply(&migration).unwrap();
    server.command(&["SET", "new:written-once", "after"]);
    let report = while_counting(&server, || verify(&bench, &migration, Level::Values));
    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.mismatches);
    assert_eq!(report.values.unwrap().changed, 2);
}

#[test]
fn a_value_that_goes_on_changing_is_being_written_on_any_server() {
    let server = Server::builder().release(Release::Redis70).start().with_keys("old:{}", 200);
    server.command(&["SET", "old:counter", "0"]);
    let bench = Bench::new(&server.url());
    let migration = begin(&bench, &rules(&["old:* => new:*"]), &Keep::Everything(None));
    bench.apply(&migration).unwrap();
    let report = while_counting(&server, || verify(&bench, &migration, Level::Values));
    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.mismatches);
    assert_eq!(report.values.unwrap().changed, 1);
}

/// Does something while a client counts up without a pause.
fn while_counting<T>(server: &Server, work: impl FnOnce() -> T) -> T {
    let stop = AtomicBool::new(false);
    server.command(&["INCR", "new:counter"]);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                server.command(&["INCR", "new:counter"]);
            }
        });
        let done = work();
        stop.store(true, Ordering::Relaxed);
        done
    })
}

#[test]
fn keys_that_vanished_come_back_from_the_backup_after_the_rollback() {
    let server = Server::start().with_keys("old:{}", 1_000);
    server.command(&["SET", "new:7", "in the way"]);
    server.command(&["SET", "old:short", "x", "PX", "300"]);
    let before = server.snapshot();
    let bench = Bench::new(&server.url());
    let options = Options { on_conflict: OnConflict::Overwrite, ..rules(&["old:* => new:*"]) };
    let migration = begin(&bench, &options, &Keep::Everything(None));
    bench.apply(&migration).unwrap();
    for number in (0..1_000).step_by(10) {
        server.command(&["DEL", &format!("new:{number}")]);
    }
    server.command(&["PEXPIRE", "new:short", "0"]);
    let back = |bench: &Bench| {
        let control = Control::unattended();
        let deployment = bench.deployment();
        let restoring = migrate::restore_vanished(&deployment, &migration, &control);
        bench.runtime.block_on(restoring)
    };
    let error = back(&bench).unwrap_err();
    assert!(matches!(error, Error::NotRolledBack { .. }), "{error:?}");
    bench.rollback(&migration);
    cachectl_testkit::wait::until("the short key is over its time", || {
        cachectl_core::values::ttl::Expiry::At(before.get("old:short").unwrap().expires_at.unwrap())
            .has_passed(jiff::Timestamp::now().as_millisecond())
    });
    let report = back(&bench).unwrap();
    assert_eq!(report.outcome, Outcome::Clean, "{report:?}");
    assert_eq!((report.restored, report.expired), (101, 1));
    server.command(&["DEL", "old:short"]);
    let expected = before.entries().iter().filter(|((_, key), _)| key != b"old:short");
    let found = server.snapshot();
    assert_eq!(found.len(), before.len() - 1);
    for (name, entry) in expected {
        assert_eq!(found.entries().get(name), Some(entry), "{}", name.1.escape_ascii());
    }
    let again = back(&bench).unwrap();
    assert_eq!((again.restored, again.present), (0, 1_001));
}

#[test]
fn a_backup_that_is_broken_off_is_made_again_before_the_first_rename() {
    let server = Server::start().with_keys("old:{}", 5_000);
    let before = server.digest();
    let bench = Bench::new(&server.url());
    let migration = begin(&bench, &rules(&["old:* => new:*"]), &Keep::Everything(None));
    let stop = tokio_util::sync::CancellationToken::new();
    stop.cancel();
    let silent = cachectl_core::vocabulary::progress::Silent;
    let control = Control::new(&silent, stop);
    let error = bench.apply_as(&migration, Pacing::default(), &control).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(server.digest(), before);
    let id = migration.id().to_owned();
    drop(migration);
    let migration = bench.reopen(Some(&id));
    let applied = bench.apply(&migration).unwrap();
    let kept = applied.kept.unwrap();
    assert_eq!((kept.keys, applied.accounts.renamed), (Some(5_000), 5_000));
    let left = fs::read_dir(kept.path.parent().unwrap()).unwrap();
    let partial = left
        .filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().contains("partial"));
    assert_eq!(partial.count(), 0);
    let source = RdbSource::open(&kept.path).unwrap();
    let (everything, workspace) = (Selection::default(), kept.path.parent().unwrap());
    let contents = backup::inspect(source, &everything, workspace, &Control::unattended());
    assert_eq!(contents.unwrap().keys, 5_000);
}

#[test]
fn a_backup_never_replaces_a_file() {
    let server = Server::start().with_keys("old:{}", 10);
    let bench = Bench::new(&server.url());
    let path = bench.path("backup.rdb");
    fs::write(&path, "precious").unwrap();
    let (_, plan) = bench.plan(&rules(&["old:* => new:*"])).unwrap();
    let keep = Keep::Everything(Some(path.clone()));
    let begun = try_begin(&bench, &plan, &keep);
    assert_eq!(begun.unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    assert_eq!(bench.store().list().unwrap().len(), 0);
}
