//! Where a file can be restored to, and what is in the way.

use std::collections::BTreeSet;

use cachectl_core::{
    backup, restore,
    restore::{OnConflict, Ttl},
    values::{rule::Rule, rule_set::RuleSet},
    vocabulary::{error_kind::ErrorKind, outcome::Outcome},
};
use cachectl_testkit::{
    Cluster, Keyspace, Server, Snapshot, keyspace::EveryEncoding, locate::Release,
};

use crate::bench::Bench;

/// Returns the keys that a server cannot have, by the report.
fn lost(report: &restore::Report) -> BTreeSet<(u32, Vec<u8>)> {
    let lost = report.counts.unsupported.list.iter();
    lost.map(|lost| (u32::try_from(lost.database).unwrap(), lost.key.as_bytes().to_vec())).collect()
}

/// Returns whether values go as they are, and whether some have to be rewritten.
fn expected_roads(from: Release, to: Release) -> (bool, bool) {
    use Release::{Redis62, Redis70};
    match (from, to) {
        // The newer server knows all encodings of the older one.
        _ if from <= to => (true, false),
        (_, Redis62 | Redis70) => (false, true),
        // Only the version differs, but for hashes with fields that expire.
        _ => (false, false),
    }
}

fn assert_holds(server: &Server, expected: &Snapshot, lost: &BTreeSet<(u32, Vec<u8>)>) {
    let found = server.portable_snapshot();
    for (name, entry) in expected.entries() {
        let shown = name.1.escape_ascii();
        match found.entries().get(name) {
            None => assert!(lost.contains(name), "`{shown}` is missing"),
            Some(found) => assert_eq!(found, entry, "`{shown}`"),
        }
    }
    assert_eq!(found.len() + lost.len(), expected.len());
}

#[test]
fn every_release_takes_the_backup_of_every_other() {
    for from in Release::ALL {
        let bench = Bench::new();
        let source = Server::builder().release(from).start();
        EveryEncoding::new(11).load(&source);
        let expected = source.portable_snapshot();
        let path = bench.path("backup.rdb");
        bench.backup(&source.url(), &backup::Options::new(&path));
        for to in Release::ALL {
            let server = Server::builder().release(to).start();
            let report = bench.restore(&server.url(), &restore::Options::new(&path));
            let lost = lost(&report);
            let roads = report.counts.roads;
            assert_eq!((roads.as_it_is > 0, roads.rewritten > 0), expected_roads(from, to));
            assert_eq!(report.left + report.counts.failed.count, 0, "{from} -> {to}: {report:?}");
            assert_eq!(report.counts.ended(), expected.len() as u64);
            assert_holds(&server, &expected, &lost);
        }
    }
}

/// Fills a server and backs it up into `backup.rdb`.
fn backed_up(bench: &Bench, fill: impl FnOnce(&Server)) -> (Snapshot, restore::Options) {
    let server = Server::start();
    fill(&server);
    let path = bench.path("backup.rdb");
    bench.backup(&server.url(), &backup::Options::new(&path));
    (server.snapshot(), restore::Options::new(path))
}

#[test]
fn a_name_that_is_taken_stops_everything_is_skipped_or_replaced() {
    let bench = Bench::new();
    let (expected, options) = backed_up(&bench, |server| {
        Keyspace::new(1).keys("user:{}", 1_000).load(server);
    });
    let server = Server::start();
    server.command(&["SET", "user:7", "mine"]);
    let before = server.snapshot();
    let preview = bench.check(&server.url(), &options);
    assert_eq!(preview.refusals, [restore::Refusal::Conflicts { keys: 1 }]);
    assert_eq!(preview.taken.list.first().unwrap().key.as_bytes(), b"user:7");
    let error = bench.try_run(&server.url(), &options, &preview).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    server.snapshot().assert_equals(&before);

    let skip = restore::Options { on_conflict: OnConflict::Skip, ..options.clone() };
    let report = bench.restore(&server.url(), &skip);
    assert_eq!((report.counts.restored, report.counts.skipped), (999, 1));
    assert_eq!(report.outcome, Outcome::Clean);
    assert_eq!(server.text(&["GET", "user:7"]), "mine");

    let replace = restore::Options { on_conflict: OnConflict::Replace, ..options };
    let report = bench.restore(&server.url(), &replace);
    assert_eq!(report.counts.restored, 1_000);
    server.snapshot().assert_equals(&expected);
}

#[test]
fn a_name_that_is_taken_after_the_check_is_a_conflict_and_keeps_its_value() {
    let bench = Bench::new();
    let (_, options) = backed_up(&bench, |server| {
        Keyspace::new(1).keys("user:{}", 100).load(server);
    });
    let server = Server::start();
    let preview = bench.check(&server.url(), &options);
    server.command(&["SET", "user:7", "mine"]);
    let report = bench.try_run(&server.url(), &options, &preview).unwrap();
    assert_eq!(report.outcome, Outcome::Findings);
    assert_eq!(report.counts.conflicts.list.first().unwrap().key.as_bytes(), b"user:7");
    assert_eq!((report.counts.restored, report.left), (99, 0));
    assert_eq!(server.text(&["GET", "user:7"]), "mine");
}

#[test]
fn rewritten_values_keep_to_the_policy_too() {
    let bench = Bench::new();
    let source = Server::builder().release(Release::Redis70).start();
    for number in 0..20 {
        source.command(&["HSET", &format!("hash:{number}"), "field", "new"]);
    }
    source.command(&["PEXPIRE", "hash:3", "100000000"]);
    let path = bench.path("backup.rdb");
    bench.backup(&source.url(), &backup::Options::new(&path));
    let server = Server::builder().release(Release::Redis62).start();
    server.command(&["SET", "hash:3", "mine"]);
    let options = restore::Options::new(path);
    let skip = restore::Options { on_conflict: OnConflict::Skip, ..options.clone() };
    let report = bench.restore(&server.url(), &skip);
    assert_eq!((report.counts.roads.rewritten, report.counts.skipped), (19, 1));
    assert_eq!(server.text(&["GET", "hash:3"]), "mine");
    let replace = restore::Options { on_conflict: OnConflict::Replace, ..options };
    assert_eq!(bench.restore(&server.url(), &replace).counts.roads.rewritten, 20);
    server.portable_snapshot().assert_equals(&source.portable_snapshot());
}

#[test]
fn times_to_live_are_kept_dropped_or_shifted() {
    let bench = Bench::new();
    let (_, options) = backed_up(&bench, |server| {
        server.command(&["SET", "for-ever", "x"]);
        server.command(&["SET", "long", "x", "PX", "100000000"]);
        server.command(&["SET", "short", "x", "PX", "900"]);
    });
    let ends = jiff::Timestamp::now().as_millisecond() + 900;
    cachectl_testkit::wait::until("the short key is over its time", || {
        jiff::Timestamp::now().as_millisecond() > ends
    });
    let restored = |ttl: Ttl| {
        let server = Server::start();
        let report = bench.restore(&server.url(), &restore::Options { ttl, ..options.clone() });
        assert_eq!(report.outcome, Outcome::Clean);
        let expiry = |key: &str| server.snapshot().get(key).map(|entry| entry.expires_at);
        (expiry("for-ever"), expiry("long"), expiry("short"))
    };
    let (for_ever, long, short) = restored(Ttl::Keep);
    assert_eq!((for_ever, short), (Some(None), None));
    let kept = long.unwrap().unwrap();
    assert_eq!(restored(Ttl::Drop), (Some(None), Some(None), Some(None)));
    let (for_ever, long, _) = restored(Ttl::Shift);
    let shift = long.unwrap().unwrap() - kept;
    assert_eq!(for_ever, Some(None));
    // The file says to the second when it was written.
    assert!((0..600_000).contains(&shift), "{shift}");
}

#[test]
fn names_and_databases_can_be_mapped_and_must_not_meet() {
    let bench = Bench::new();
    let (_, options) = backed_up(&bench, |server| {
        server.command(&["SET", "a:1", "one"]);
        server.command(&["SET", "b:1", "other"]);
        let mut batch = cachectl_testkit::Batch::new();
        batch.push(&["SELECT", "3"]).push(&["SET", "c:1", "third"]);
        server.pipeline(&batch);
    });
    let rules = |texts: &[&str]| {
        let rules = texts.iter().map(|text| Rule::parse(text).unwrap()).collect();
        Some(RuleSet::new(rules).unwrap())
    };
    let server = Server::start();
    let mapped =
        restore::Options { rules: rules(&["a:* => x:*"]), into: Some(0), ..options.clone() };
    let report = bench.restore(&server.url(), &mapped);
    assert_eq!(report.counts.restored, 3);
    let names: Vec<_> = server.snapshot().entries().keys().cloned().collect();
    assert_eq!(names, [(0, b"b:1".to_vec()), (0, b"c:1".to_vec()), (0, b"x:1".to_vec())]);

    let server = Server::start();
    let rules = rules(&["a:* => x:*", "b:* => x:*"]);
    let preview = bench.check(&server.url(), &restore::Options { rules, ..options });
    assert_eq!(preview.refusals, [restore::Refusal::Collisions { names: 1 }]);
    assert_eq!(preview.collisions.list.first().unwrap().to.as_bytes(), b"x:1");
}

#[test]
fn a_cluster_gets_every_key_where_it_belongs() {
    let bench = Bench::new();
    let (expected, options) = backed_up(&bench, |server| {
        Keyspace::new(1).keys("user:{}", 3_000).load(server);
    });
    let cluster = Cluster::start();
    let report = bench.restore(&cluster.url(), &options);
    assert_eq!((report.counts.restored, report.outcome), (3_000, Outcome::Clean));
    cluster.snapshot().assert_equals(&expected);
}

#[test]
fn a_server_that_is_full_stops_the_restore_and_the_rest_can_follow() {
    let bench = Bench::new();
    let (expected, options) = backed_up(&bench, |server| {
        let value = "x".repeat(1_000);
        let mut batch = cachectl_testkit::Batch::new();
        for number in 0..20_000 {
            batch.push(&["SET", &format!("user:{number}"), &value]);
        }
        server.pipeline(&batch);
    });
    let server = Server::builder().config("maxmemory", "12mb").start();
    let report = bench.restore(&server.url(), &options);
    assert_eq!(report.outcome, Outcome::Incomplete);
    assert!(report.stopped.as_deref().unwrap().contains("OOM"), "{:?}", report.stopped);
    assert_eq!(report.counts.ended() + report.left, 20_000);
    assert_eq!(report.counts.restored, server.snapshot().len() as u64);
    server.command(&["CONFIG", "SET", "maxmemory", "0"]);
    let skip = restore::Options { on_conflict: OnConflict::Skip, ..options };
    let rest = bench.restore(&server.url(), &skip);
    assert_eq!(rest.counts.restored + report.counts.restored, 20_000);
    server.snapshot().assert_equals(&expected);
}

#[test]
fn a_command_that_is_denied_is_an_answer_and_loses_nothing() {
    let bench = Bench::new();
    let (_, options) = backed_up(&bench, |server| {
        Keyspace::new(1).keys("user:{}", 100).load(server);
    });
    let server = Server::builder().deny_command("RESTORE").start();
    let preview = bench.check(&server.url(), &options);
    let error = bench.try_run(&server.url(), &options, &preview).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    let user = "on >secret ~* +@all -restore";
    let server = Server::builder().acl_user(&format!("limited {user}")).start();
    let report = bench.restore(&server.url_as("limited", "secret"), &options);
    assert_eq!((report.outcome, report.counts.restored), (Outcome::Incomplete, 0));
    let reason = &report.counts.failed.list.first().unwrap().reason;
    assert!(reason.contains("NOPERM"), "{reason}");
}

#[test]
fn big_collections_and_long_strings_arrive_on_an_older_server() {
    let bench = Bench::new();
    let source = Server::builder().release(Release::Valkey91);
    let source = source.config("enable-debug-command", "yes").start();
    for command in [
        "'ZADD', 'zset', i, 'member:' .. i",
        "'HSET', 'hash', 'field:' .. i, i",
        "'SADD', 'set', 'member:' .. i",
        "'RPUSH', 'list', i",
    ] {
        for part in 0..10 {
            let (first, last) = (part * 100_000 + 1, (part + 1) * 100_000);
            let script = format!("for i = {first}, {last} do redis.call({command}) end");
            source.command(&["EVAL", &script, "0"]);
        }
    }
    source.command(&["SETRANGE", "string", "104857599", "x"]);
    let path = bench.path("backup.rdb");
    bench.backup(&source.url(), &backup::Options::new(&path));
    let server = Server::builder().release(Release::Redis62).start();
    let report = bench.restore(&server.url(), &restore::Options::new(&path));
    assert_eq!((report.counts.restored, report.outcome), (5, Outcome::Clean), "{report:?}");
    // The servers' own digests: to read five million elements back would take a minute.
    for key in ["zset", "hash", "set", "list", "string"] {
        let digest = |server: &Server| server.command(&["DEBUG", "DIGEST-VALUE", key]);
        assert_eq!(digest(&server), digest(&source), "{key}");
    }
}

#[test]
fn a_damaged_file_stops_before_anything_is_written() {
    let bench = Bench::new();
    let (_, options) = backed_up(&bench, |server| {
        Keyspace::new(1).keys("user:{}", 500).load(server);
    });
    let mut bytes = std::fs::read(options.file.name()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    std::fs::write(options.file.name(), &bytes).unwrap();
    let server = Server::start();
    let error = bench.try_check(&server.url(), &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Data);
    assert!(server.snapshot().is_empty());
}

#[test]
fn a_value_that_would_crash_another_release_goes_by_commands() {
    for from in Release::ALL {
        let bench = Bench::new();
        let source = Server::builder().release(from).start();
        // Releases disagree about how long an element of this size is.
        let element = "x".repeat(16_378);
        source.command(&["RPUSH", "list", "before", &element, "after"]);
        source.command(&["XADD", "stream", "1-1", "field", &element]);
        let path = bench.path("backup.rdb");
        bench.backup(&source.url(), &backup::Options::new(&path));
        for to in Release::ALL {
            let server = Server::builder().release(to).start();
            let report = bench.restore(&server.url(), &restore::Options::new(&path));
            assert_eq!(report.outcome, Outcome::Clean, "{from} -> {to}: {report:?}");
            server.portable_snapshot().assert_equals(&source.portable_snapshot());
        }
    }
}

#[test]
fn a_rewritten_key_has_its_expiry_before_it_has_its_name() {
    let source = Server::builder().release(Release::Valkey81).start();
    source.command(&["SADD", "stays", "a", "b"]);
    source.command(&["SADD", "expires", "a", "b"]);
    source.command(&["PEXPIREAT", "expires", "4000000000000"]);
    let bench = Bench::new();
    let path = bench.path("sets.rdb");
    bench.backup(&source.url(), &backup::Options::new(&path));
    let options = restore::Options::new(path);
    for (denied, key) in [("PERSIST", "stays"), ("PEXPIREAT", "expires")] {
        let builder = Server::builder().release(Release::Redis70).deny_command(denied);
        let server = builder.start();
        let preview = bench.check(&server.url(), &options);
        let report = bench.try_run(&server.url(), &options, &preview).unwrap();
        assert_eq!(report.counts.restored, 1, "{denied}: {report:?}");
        assert_ne!(report.outcome, Outcome::Clean, "{denied}");
        // It would be gone after the time that values have to be finished.
        assert_eq!(server.number(&["EXISTS", key]), 0, "{denied}");
        assert_eq!(server.number(&["DBSIZE"]), 1, "{denied}");
    }
}
