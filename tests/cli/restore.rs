//! Restores, into servers of any version.

mod damaged;
mod foreseen;
mod policies;
mod refused;

use std::{fs, path::PathBuf, time::Duration};

use cachectl_testkit::{
    Cachectl, Cluster, EveryEncoding, Keyspace, Proxy, Server, locate::Release, server::Signal,
    wait,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::{anywhere, cachectl, ends_with, has_advanced, json, with};

/// Returns a server with four keys in two databases, the binary for an empty one, and the file
/// that the former saved.
fn small() -> (Server, Server, Cachectl, PathBuf) {
    let server = Server::builder().release(Release::Redis70).start();
    server.command(&["SET", "user:1", "one"]);
    server.command(&["HSET", "user:2", "field", "value"]);
    server.command(&["PEXPIREAT", "user:2", "4000000000000"]);
    server.command(&["RPUSH", "queue", "a", "b"]);
    Keyspace::new(1).keys("other:{}", 1).in_db(3).load(&server);
    let file = server.save();
    let other = Server::builder().release(Release::Redis70).start();
    let cachectl = cachectl().server(&other);
    let copy = cachectl.directory().join("keys.rdb");
    fs::copy(file, &copy).unwrap();
    (server, other, cachectl, copy)
}

#[test]
fn a_dry_run_shows_what_would_be_restored_and_writes_nothing() {
    let (_server, other, cachectl, _) = small();
    other.command(&["SET", "user:1", "in the way"]);
    other.command(&["CONFIG", "RESETSTAT"]);
    let before = (other.digest(), other.write_counters());
    let dry_run = |flags: &[&str]| {
        let run = anywhere(cachectl.args(["restore", "keys.rdb", "--dry-run"]));
        with(run, flags).run()
    };
    assert_snapshot!(dry_run(&[]), @"
    refused; would have restored 4 keys
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER], db0 and db3
    in the file 4 keys: 4 to restore
      types      string 2, list 1, hash 1
      databases  db0 3, db3 1
      method     copied unchanged 4
      expiry     kept: keys expire when they would have
      samples    user:1     db0, string, no expiry
                 other:0    db3, string, no expiry
                 user:2     db0, hash, expires in [TIME]
                 queue      db0, list, no expiry

    conflicts: 1 name is taken, and nothing is restored
      user:1 in db0

    refused:
      - 1 name is taken
    --- stderr
    error: 1 name is taken

    hint: `--on-conflict skip` leaves the keys on the server alone, `replace` loses them, and `--map '* => restored:*'` restores beside them
    [exit status: 77]
    ");
    assert_snapshot!(dry_run(&["--on-conflict", "replace", "--db", "0"]), @"
    would restore 3 keys
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER], db0
    in the file 4 keys: 3 to restore, 1 left out
      types      string 1, list 1, hash 1
      databases  db0 3
      method     copied unchanged 3
      expiry     kept: keys expire when they would have
      samples    user:1    string, no expiry
                 user:2    hash, expires in [TIME]
                 queue     list, no expiry

    conflicts: 1 name is taken, and WHAT IS THERE IS LOST
      user:1 in db0
    ");
    assert_eq!((other.digest(), other.write_counters()), before);
}

#[test]
fn a_dry_run_of_some_keys_or_of_none_is_about_these() {
    let (_server, _other, cachectl, _) = small();
    let dry_run = |flags: &[&str]| {
        let run = anywhere(cachectl.args(["restore", "keys.rdb", "--dry-run"]));
        with(run, flags).run()
    };
    let nothing = ["--match", "nothing", "--allow-empty", "--expect", "0"];
    assert_snapshot!(dry_run(&nothing), @"
    nothing to restore
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER]
    in the file 4 keys: 0 to restore, 4 left out

         glob     matched
         nothing        0

    warnings:
      - no key fits the glob `nothing`
    ");
    assert_snapshot!(dry_run(&["--match", "queue", "--expect", "2"]), @"
    would restore 1 key
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER], db0
    in the file 4 keys: 1 to restore, 3 left out
      types      list 1
      databases  db0 1
      method     copied unchanged 1
      expiry     kept: keys expire when they would have
      samples    queue    list, no expiry

         glob   matched
         queue        1
    --- stderr
    error: 2 keys expected, and there is 1 key

    hint: look again with `--dry-run`
    [exit status: 77]
    ");
}

#[test]
fn what_is_restored_is_what_was_saved() {
    let (server, other, cachectl, _) = small();
    let run = anywhere(cachectl.args(["restore", "keys.rdb", "--yes"]));
    assert_snapshot!(run.run(), @"
    restored 4 of 4 keys in [TIME]
      method     copied unchanged 4
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER], db0 and db3
    in the file 4 keys: 4 to restore
    --- stderr
    4 of 4 keys in keys.rdb to restore
    ");
    assert_eq!(other.digest(), server.digest());
}

#[test]
fn the_report_is_the_same_for_programs() {
    let (_server, _other, cachectl, _) = small();
    let restore = |flag: &str| {
        let run = cachectl.args(["restore", "keys.rdb", "-o", "json", "-q", flag]);
        json(run.run().assert_success().stdout())
    };
    let preview = restore("--dry-run");
    assert_eq!(preview["schema"], "cachectl.restore.preview/1");
    assert_eq!((&preview["entries"], &preview["selected"]), (&json!(4), &json!(4)));
    assert_eq!(preview["by_database"], json!({ "0": 3, "3": 1 }));
    assert_eq!(preview["roads"], json!({ "as_it_is": 4, "retagged": 0, "rewritten": 0 }));
    let restored = restore("--yes");
    assert_eq!(restored["schema"], "cachectl.restore/1");
    assert_eq!(restored["preview"]["selected"], 4);
    assert_eq!(restored["restore"]["restored"], 4);
    assert_eq!(restored["restore"]["roads"], preview["roads"]);
    assert_eq!(restored["restore"]["outcome"], "clean");
    assert_eq!(restored["restore"]["stopped"], Value::Null);
}

#[test]
fn every_encoding_of_one_release_goes_into_an_older_and_a_newer_one() {
    let server = Server::builder().release(Release::Redis70).start();
    EveryEncoding::new(1).load(&server);
    let file = server.save();
    let roads = |release: Release| {
        let other = Server::builder().release(release).start();
        let cachectl = cachectl().server(&other);
        let restore = cachectl.args(["restore", "--yes", "-q"]).arg(&file).run().assert_success();
        other.portable_snapshot().assert_equals(&server.portable_snapshot());
        let line = restore.stdout().lines().find(|line| line.starts_with("  method ")).unwrap();
        line.to_owned()
    };
    let newer = roads(Release::Valkey91);
    assert!(newer.contains("copied unchanged") && !newer.contains("rewritten"), "{newer}");
    let older = roads(Release::Redis62);
    assert!(older.contains("under another version ") && older.contains("rewritten "), "{older}");
}

#[test]
fn what_a_server_cannot_have_is_listed_with_its_reason() {
    let server = Server::builder().release(Release::Valkey91).start();
    server.command(&["HSET", "dying", "field", "value"]);
    server.command(&["HPEXPIREAT", "dying", "4000000000000", "FIELDS", "1", "field"]);
    server.command(&["SET", "plain", "1"]);
    let file = server.save();
    let older = Server::builder().release(Release::Redis62).start();
    let restore = cachectl().server(&older).args(["restore", "--yes", "-q"]).arg(file);
    let run = restore.run().assert_code(1);
    assert!(run.stdout().starts_with("restored 1 of 2 keys in "), "{run}");
    let list = "unsupported: 1 key that the server cannot have\n  dying in db0: ";
    assert!(run.stdout().contains(list), "{run}");
    assert_eq!(older.number(&["EXISTS", "dying", "plain"]), 1);
}

#[test]
fn an_interrupted_restore_is_carried_on() {
    let server = Server::start();
    Keyspace::new(1).keys("user:{}", 40_000).load(&server);
    let file = server.save();
    let other = Server::start();
    let cachectl = cachectl().server(&other);
    let slow = ["restore", "--yes", "--rate", "2000", "--progress", "json"];
    let running = cachectl.args(slow).arg(&file).spawn();
    has_advanced(&running, "restore");
    running.signal(Signal::Interrupt);
    let run = running.wait(Duration::from_secs(30)).assert_code(130);
    assert!(run.stdout().contains(" not tried yet"), "{run}");
    assert!(run.stderr().contains("`--on-conflict skip` carries on"), "{run}");
    assert!((1..40_000).contains(&other.number(&["DBSIZE"])));
    ends_with(0, cachectl.args(["restore", "--yes", "--on-conflict", "skip"]).arg(&file));
    assert_eq!(other.digest(), server.digest());
}

#[test]
fn a_server_that_hangs_before_anything_is_written_does_not_hold_up_the_end() {
    #[track_caller]
    fn case(event: &str) {
        let server = Server::start();
        Keyspace::new(1).keys("user:{}", 40_000).load(&server);
        let file = server.save();
        let other = Server::start();
        // On the way everything takes so long that asking about all names takes seconds.
        let proxy = Proxy::start(&other);
        proxy.delay(Duration::from_millis(100));
        let cachectl = cachectl().url(proxy.url());
        let restore = ["restore", "--yes", "--progress", "json"];
        let running = cachectl.args(restore).arg(&file).spawn();
        let event = format!(r#""phase":"check","event":"{event}""#);
        wait::until(&event, || running.stderr_so_far().contains(&event));
        other.stop_process();
        running.signal(Signal::Interrupt);
        let run = running.wait(Duration::from_secs(10)).assert_code(130);
        assert_eq!(run.stdout(), "", "{run}");
        other.continue_process();
        assert_eq!(other.number(&["DBSIZE"]), 0);
    }

    case("advanced");
    case("finished");
}

#[test]
fn keys_go_to_the_nodes_of_a_cluster_that_serve_them() {
    let server = Server::start();
    Keyspace::new(1).keys("user:{}", 300).load(&server);
    let file = server.save();
    let cluster = Cluster::start();
    let cachectl = cachectl().url(cluster.url());
    let run = cachectl.args(["restore", "--yes"]).arg(file).run().assert_success();
    assert!(run.stdout().starts_with("restored 300 of 300 keys in "), "{run}");
    assert_eq!(cluster.digest(), server.digest());
}
