//! A renamed copy holds what a server holds that was really migrated.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use cachectl_core::{
    migrate::{Options, Snapshot as Source, options::OnConflict},
    vocabulary::outcome::Outcome,
};
use cachectl_testkit::{CheckRdb, EveryEncoding, Keyspace, Release, Server};

use super::{Twins, contents, rename};
use crate::bench::{Bench, rules, rules_on_conflict};

/// Migrates the server, renames in a copy of the snapshot, and compares the two.
#[track_caller]
fn assert_same_contents(origin: &Server, options: &Options) {
    let twins = Twins::of(origin);
    let (_, renamed, copy) = twins.rename(options).unwrap();
    let (migrated, _) = twins.bench.migrate(options);
    assert_eq!(migrated.apply.outcome, Outcome::Clean);

    CheckRdb::beside(twins.server.installation()).assert_accepts(&copy);
    let loaded = Server::builder().rdb(&copy).start();
    contents(&loaded).assert_equals(&contents(&twins.server));
    assert_eq!(renamed.renamed, migrated.plan.totals.renames);
    assert_eq!(renamed.keys, loaded.snapshot().len() as u64);
    assert_eq!(renamed.bytes, fs::metadata(&copy).unwrap().len());
}

/// Keys of every encoding, chains, cycles, and names that are taken.
fn origin() -> Server {
    let server = Server::start();
    EveryEncoding::new(5).load(&server);
    Keyspace::new(61).keys("old:{}", 1_000).keys("new:{}", 100).with_ttl_share(0.3).load(&server);
    Keyspace::new(62).named((0..50).map(|n| format!("k{n}"))).load(&server);
    server
}

#[test]
fn a_copy_holds_what_the_migrated_server_holds() {
    let origin = origin();
    let chain: Vec<String> = (0..50).map(|n| format!("k{n} => k{}", n + 1)).collect();
    let chain: Vec<&str> = chain.iter().map(String::as_str).collect();
    let cycle: Vec<String> = (0..50).map(|n| format!("k{n} => k{}", (n + 1) % 50)).collect();
    let cycle: Vec<&str> = cycle.iter().map(String::as_str).collect();
    let blocked = [&chain[..20], &chain[30..]].concat();

    assert_same_contents(&origin, &rules(&["* => x:*"]));
    assert_same_contents(&origin, &rules(&["old:{n} => fresh:{n}"]));
    assert_same_contents(&origin, &rules(&chain));
    assert_same_contents(&origin, &rules(&cycle));
    for policy in [OnConflict::Skip, OnConflict::Stash, OnConflict::Overwrite] {
        assert_same_contents(&origin, &rules_on_conflict(&["old:{n} => new:{n}"], policy));
        assert_same_contents(&origin, &rules_on_conflict(&blocked, policy));
    }
}

#[test]
fn a_copy_says_what_became_of_the_keys_in_the_way() {
    let twins = Twins::of(&origin());
    let conflicting = |policy| rules_on_conflict(&["old:{n} => new:{n}"], policy);
    let outcome = |policy| {
        let (_, renamed, copy) = twins.rename(&conflicting(policy)).unwrap();
        fs::remove_file(copy).unwrap();
        (renamed.renamed, renamed.stashed, renamed.overwritten)
    };

    assert_eq!(outcome(OnConflict::Skip), (900, 0, 0));
    assert_eq!(outcome(OnConflict::Stash), (1_000, 100, 0));
    assert_eq!(outcome(OnConflict::Overwrite), (1_000, 0, 100));
}

#[test]
fn other_databases_functions_and_the_writer_go_over_and_replication_does_not() {
    let server = Server::builder().release(Release::Redis70).start();
    for db in ["0", "2", "7"] {
        server.command(&["SELECT", db]);
        server.command(&["MSET", "old:1", db, "new:2", db]);
        server.command(&["SET", "old:expiring", db, "PXAT", "4000000000000"]);
    }
    server.command(&["SELECT", "0"]);
    let code = "#!lua name=mine\nredis.register_function('f', function() return 'yes' end)";
    server.command(&["FUNCTION", "LOAD", code]);
    let bench = Bench::new(&server.url());
    let source = Source { db: 2, ..Source::new(server.save()) };
    let copy = bench.path("renamed.rdb");

    let (plan, renamed) = rename(&bench, &source, &copy, &rules(&["old:* => young:*"])).unwrap();

    assert_eq!((plan.totals.renames, renamed.renamed, renamed.keys), (2, 2, 9));
    assert_eq!(renamed.functions, 1);
    let loaded = Server::builder().release(Release::Redis70).rdb(&copy).start();
    assert_eq!(loaded.text(&["FCALL", "f", "0"]), "yes");
    let names = |db: &str| {
        loaded.command(&["SELECT", db]);
        ["old:1", "young:1", "old:expiring", "young:expiring", "new:2"]
            .map(|name| loaded.number(&["EXISTS", name]))
    };
    assert_eq!(names("0"), [1, 0, 1, 0, 1]);
    assert_eq!(names("2"), [0, 1, 0, 1, 1]);
    assert_eq!(names("7"), [1, 0, 1, 0, 1]);
    let bytes = fs::read(&copy).unwrap();
    let has = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    assert!(has(b"redis-ver") && has(b"ctime"));
    assert!(!has(b"repl-id") && !has(b"repl-offset"), "replicas would go on with other keys");
}

#[test]
fn a_copy_is_for_its_owner_alone_and_may_replace_what_it_was_made_from() {
    use cachectl_core::migrate::{self, Existing, RenamedSnapshot};

    let twins = Twins::of(&origin());
    let options = rules(&["old:{n} => fresh:{n}"]);
    let path = twins.source.file.name();
    let target = RenamedSnapshot { existing: Existing::Replace, ..RenamedSnapshot::new(path) };
    let (workspace, control) =
        (tempfile::tempdir().unwrap(), cachectl_core::vocabulary::control::Control::unattended());
    let renaming =
        migrate::rename_snapshot(&twins.source, &target, &options, workspace.path(), &control);

    let (plan, _) = twins.bench.runtime.block_on(renaming).unwrap();

    assert_eq!(plan.totals.renames, 1_000);
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(twins.plan(&options).unwrap().totals.matched, 0);
    assert_alone(path);
}

#[track_caller]
fn assert_alone(path: &Path) {
    let beside = fs::read_dir(path.parent().unwrap()).unwrap();
    let partial = beside
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains("partial"));
    assert_eq!(partial.count(), 0, "a partial file is left behind");
}

#[test]
fn a_compressed_copy_of_a_file_of_another_release_is_loaded_by_that() {
    for release in Release::ALL {
        let server = Server::builder().release(release).start();
        EveryEncoding::new(6).load(&server);
        let before = server.snapshot();
        let bench = Bench::new(&server.url());
        let source = Source::new(server.save());
        let (plain, zst) = (bench.path("renamed.rdb"), bench.path("renamed.rdb.zst"));
        let options = rules(&["* => x:*"]);

        rename(&bench, &source, &plain, &options).unwrap();
        rename(&bench, &source, &zst, &options).unwrap();

        CheckRdb::of(release).assert_accepts(&plain);
        let mut unpacked = Vec::new();
        let packed = fs::File::open(&zst).unwrap();
        zstd::stream::copy_decode(packed, &mut unpacked).unwrap();
        assert_eq!(unpacked, fs::read(&plain).unwrap());
        let loaded = Server::builder().release(release).rdb(&plain).start();
        let mut expected = before.clone();
        expected = expected.renamed(|key| Some([b"x:", key].concat()));
        let others = |snapshot: &cachectl_testkit::Snapshot, zero: bool| {
            let entries = snapshot.entries().iter().filter(move |((db, _), _)| (*db == 0) == zero);
            entries.map(|(name, entry)| (name.clone(), entry.clone())).collect::<Vec<_>>()
        };
        let found = loaded.snapshot();
        assert_eq!(others(&found, true), others(&expected, true), "{release:?}");
        assert_eq!(others(&found, false), others(&before, false), "{release:?}");
    }
}
