//! Restores, into servers of any version.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use cachectl_testkit::{
    Cachectl, Cluster, EveryEncoding, Keyspace, Server, locate::Release, server::Signal, wait,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::{anywhere, cachectl, ends_with, json, with};

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
    refused; otherwise it would restore 4 keys
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER]
    in the file 4 keys: 4 to restore
      types      string 2, list 1, hash 1
      databases  db0 3, db3 1
      roads      as it is 4
      expiry     kept: keys expire when they would have

    conflicts: 1 name is taken, and nothing is restored
      user:1 in db0

    refused:
      - 1 name is taken
    --- stderr
    error: 1 name is taken

    hint: `--on-conflict skip` leaves the keys on the server alone, `replace` loses them, and `--map 'user:* => restored:user:*'` restores beside them
    [exit status: 77]
    ");
    assert_snapshot!(dry_run(&["--on-conflict", "replace", "--db", "0"]), @"
    would restore 3 keys
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER]
    in the file 4 keys: 3 to restore, 1 left out
      types      string 1, list 1, hash 1
      databases  db0 3
      roads      as it is 3
      expiry     kept: keys expire when they would have

    conflicts: 1 name is taken, and WHAT IS THERE IS LOST
      user:1 in db0
    ");
    assert_snapshot!(dry_run(&["--match", "nothing", "--expect", "0"]), @"
    nothing to restore
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER]
    in the file 4 keys: 0 to restore, 4 left out
    ");
    assert_snapshot!(dry_run(&["--match", "queue", "--expect", "2"]), @"
    would restore 1 key
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER]
    in the file 4 keys: 1 to restore, 3 left out
      types      list 1
      databases  db0 1
      roads      as it is 1
      expiry     kept: keys expire when they would have
    --- stderr
    error: 2 keys expected, and there is 1 key

    hint: look again with `--dry-run`
    [exit status: 77]
    ");
    assert_eq!((other.digest(), other.write_counters()), before);
}

#[test]
fn what_is_restored_is_what_was_saved() {
    let (server, other, cachectl, _) = small();
    let run = anywhere(cachectl.args(["restore", "keys.rdb", "--yes"]));
    assert_snapshot!(run.run(), @"
    restored 4 of 4 keys in [TIME]
      roads      as it is 4
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER]
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
        let line = restore.stdout().lines().find(|line| line.starts_with("  roads ")).unwrap();
        line.to_owned()
    };
    let newer = roads(Release::Valkey91);
    assert!(newer.contains("as it is") && !newer.contains("rewritten"), "{newer}");
    let older = roads(Release::Redis62);
    assert!(older.contains("re-tagged ") && older.contains("rewritten "), "{older}");
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
fn a_name_that_is_taken_is_left_alone_unless_it_is_to_be_replaced() {
    let (server, other, cachectl, _) = small();
    other.command(&["SET", "user:1", "in the way"]);
    let restore = |flags: &[&str]| {
        with(anywhere(cachectl.args(["restore", "keys.rdb", "--yes"])), flags).run()
    };
    assert_snapshot!(restore(&[]), @"
    refused; otherwise it would restore 4 keys
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER]
    in the file 4 keys: 4 to restore
      types      string 2, list 1, hash 1
      databases  db0 3, db3 1
      roads      as it is 4
      expiry     kept: keys expire when they would have

    conflicts: 1 name is taken, and nothing is restored
      user:1 in db0

    refused:
      - 1 name is taken
    --- stderr
    error: 1 name is taken

    hint: `--on-conflict skip` leaves the keys on the server alone, `replace` loses them, and `--map 'user:* => restored:user:*'` restores beside them
    [exit status: 77]
    ");
    assert_eq!(other.number(&["DBSIZE"]), 1);
    assert_snapshot!(restore(&["--on-conflict", "skip"]), @"
    restored 3 of 4 keys in [TIME]
      roads      as it is 3
      1 left out, because their names are taken
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER]
    in the file 4 keys: 4 to restore
    --- stderr
    4 of 4 keys in keys.rdb to restore
    ");
    assert_eq!(other.text(&["GET", "user:1"]), "in the way");
    assert_snapshot!(restore(&["--on-conflict", "replace", "--match", "user:1"]), @"
    restored 1 of 1 key in [TIME]
      roads      as it is 1
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER]
    in the file 4 keys: 1 to restore, 3 left out

    conflicts: 1 name is taken, and WHAT IS THERE IS LOST
      user:1 in db0
    --- stderr
    1 of 4 keys in keys.rdb to restore
    ");
    assert_eq!(other.digest(), server.digest());
}

#[test]
fn keys_get_other_names_and_go_to_another_database() {
    let (_server, other, cachectl, _) = small();
    let restore = |flags: &[&str]| with(cachectl.args(["restore", "keys.rdb", "--yes"]), flags);
    ends_with(0, restore(&["--map", "user:* => old:user:*", "--match", "user:*"]));
    assert_eq!(other.number(&["EXISTS", "old:user:1", "old:user:2"]), 2);
    ends_with(0, restore(&["--db", "3", "--into-db", "1"]));
    let run = restore(&["--db", "0", "--into-db", "5", "-o", "json"]).run().assert_success();
    assert_eq!(json(run.stdout())["preview"]["by_database"], json!({ "5": 3 }));
    fs::write(
        cachectl.directory().join("rules.yaml"),
        "version: 1\nrules: [{ prefix: 'user:', to: 'file:' }]\n",
    )
    .unwrap();
    ends_with(0, restore(&["--rules", "rules.yaml", "--match", "user:1"]));
    assert_eq!(other.text(&["GET", "file:1"]), "one");
    let both = restore(&["--map", r"regex:^use(r):\d$ => $1", "--match", "user:*"]);
    // A snapshot has no order, so that either of the two keys comes last.
    let both = anywhere(both).filter(r"user:\d in db0", "user:[N] in db0");
    assert_snapshot!(both.run(), @"
    refused; otherwise it would restore 2 keys
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER]
    in the file 4 keys: 2 to restore, 2 left out
      types      string 1, hash 1
      databases  db0 2
      roads      as it is 2
      expiry     kept: keys expire when they would have

    collisions: 1 name that several keys of the file would get
      user:[N] in db0 -> r

    refused:
      - two keys of the file would get one name
    --- stderr
    error: two keys of the file would get one name

    hint: keep the names apart: take one more part of the old name over, or restore the databases one by one with `--db`
    [exit status: 77]
    ");
}

#[test]
fn the_server_need_not_have_the_databases_of_the_file() {
    let (_server, _other, _home, file) = small();
    let home = cachectl();
    let narrow = Server::builder().config("databases", "2").start();
    let restore = |flags: &[&str]| {
        with(anywhere(home.args(["--url", &narrow.url(), "restore", "--yes"])), flags).arg(&file)
    };
    assert_snapshot!(restore(&[]).run(), @"
    --- stderr
    error: `[TMP]/s` has no database 3

    hint: `--into-db 0` puts all keys into database 0, and `--db` leaves out those of 3
    [exit status: 78]
    ");
    ends_with(0, restore(&["--db", "3", "--into-db", "1"]));
    ends_with(0, restore(&["--db", "0"]));
    assert_eq!(narrow.number(&["DBSIZE"]), 3);
    let cluster = Cluster::start();
    let restore = |flags: &[&str]| {
        with(anywhere(home.args(["--url", &cluster.url(), "restore", "--yes"])), flags).arg(&file)
    };
    let run = restore(&[]).run().assert_code(78);
    assert!(run.stderr().contains("hint: `--into-db 0` puts all keys into database 0"), "{run}");
    ends_with(0, restore(&["--into-db", "0"]));
}

#[test]
fn times_to_live_are_kept_dropped_or_shifted() {
    let server = Server::builder().release(Release::Redis70).start();
    // It is in the file although its time is over, as it can be on any server.
    server.command(&["DEBUG", "SET-ACTIVE-EXPIRE", "0"]);
    server.command(&["SET", "short", "1", "PX", "1"]);
    server.command(&["SET", "long", "1", "PXAT", "4000000000000"]);
    let restore = |file: &Path, ttl: &str| {
        let other = Server::builder().release(Release::Redis70).start();
        let run = cachectl().server(&other);
        let run = run.args(["restore", "--yes", "--ttl", ttl]).arg(file).run().assert_success();
        (other, run)
    };
    let file = server.save();
    let (kept, run) = restore(&file, "keep");
    assert!(run.stdout().contains("in the file 2 keys: 1 to restore, 1 expired"), "{run}");
    assert_eq!(kept.number(&["EXISTS", "short"]), 0);
    assert_eq!(kept.number(&["PEXPIRETIME", "long"]), 4_000_000_000_000);
    let (dropped, _) = restore(&file, "drop");
    assert_eq!(dropped.number(&["PTTL", "long"]), -1);
    assert_eq!(dropped.number(&["PTTL", "short"]), -1);
    let (shifted, _) = restore(&file, "shift");
    assert!(shifted.number(&["PEXPIRETIME", "long"]) >= 4_000_000_000_000);
}

#[test]
fn what_makes_no_sense_is_refused_before_the_first_connection() {
    let (_server, _other, _home, file) = small();
    let cachectl = cachectl();
    fs::copy(file, cachectl.directory().join("keys.rdb")).unwrap();
    let rules = "version: 1\nselect: { types: [hash] }\nrules: [{ match: 'a:*', to: 'b:*' }]\n";
    fs::write(cachectl.directory().join("rules.yaml"), rules).unwrap();
    let restore = |flags: &[&str]| {
        let run = cachectl.args(["--url", "redis://127.0.0.1:1/4", "restore"]);
        with(anywhere(run), flags).run()
    };
    assert_snapshot!(restore(&["keys.rdb", "--yes"]), @"
    --- stderr
    error: the address names database 4, and the keys of a file have databases of their own

    hint: `--into-db 4` puts all keys there, `--db 4` takes only those that were there
    [exit status: 64]
    ");
    assert_snapshot!(restore(&["nowhere.rdb", "--yes", "--into-db", "4"]), @"
    --- stderr
    error: could not read `nowhere.rdb`
      caused by: No such file or directory
    [exit status: 65]
    ");
    assert_snapshot!(restore(&["keys.rdb", "--db", "4"]), @"
    --- stderr
    error: `restore` asks before it writes, and there is no terminal to ask on

    hint: look first with `--dry-run`, then pass `--yes`; `--expect N` guards it
    [exit status: 77]
    ");
    assert_snapshot!(restore(&["keys.rdb", "--into-db", "0", "--rules", "rules.yaml"]), @"
    --- stderr
    error: `rules.yaml` selects keys, which flags do here

    hint: take `select` out of the file, or give it a file without
    [exit status: 64]
    ");
    assert_snapshot!(restore(&["keys.rdb", "--into-db", "0", "--map", "a:{x => b"]), @r"
    --- stderr
    error: the rule does not parse: `{` has no `}`; `\{` stands for the sign itself (left side, column 3)
      a:{x => b
        ^
    [exit status: 64]
    ");
    assert_snapshot!(restore(&["keys.rdb", "--on-conflict", "stash"]), @"
    --- stderr
    error: invalid value 'stash' for '--on-conflict <POLICY>': `stash` is none of abort, skip, replace

    For more information, try '--help'.
    [exit status: 64]
    ");
    assert_snapshot!(restore(&["keys.rdb", "--ttl", "soon"]), @"
    --- stderr
    error: invalid value 'soon' for '--ttl <POLICY>': `soon` is none of keep, drop, shift

    For more information, try '--help'.
    [exit status: 64]
    ");
    assert_snapshot!(restore(&["keys.rdb", "-y", "--into-db", "4"]), @"
    --- stderr
    error: could not connect to `127.0.0.1:[PORT]`
      caused by: Connection refused

    hint: is a server running there? One with TLS needs `rediss://`
    [exit status: 69]
    ");
}

#[test]
fn a_protected_context_wants_more_than_yes() {
    let (_server, other, cachectl, _) = small();
    let config = format!("contexts: {{ prod: {{ url: '{}', protected: true }} }}\n", other.url());
    fs::write(cachectl.directory().join("cachectl.yaml"), config).unwrap();
    let restore = cachectl.args(["restore", "keys.rdb", "--yes"]);
    let run = restore.clone().run().assert_code(77);
    assert!(run.stderr().contains("the context `prod` is protected"), "{run}");
    assert_eq!(other.number(&["DBSIZE"]), 0);
    ends_with(77, restore.clone().arg("--expect").arg("3"));
    assert_eq!(other.number(&["DBSIZE"]), 0);
    ends_with(0, restore.arg("--expect").arg("4"));
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
    let advanced = r#""phase":"restore","event":"advanced""#;
    wait::until(advanced, || running.stderr_so_far().contains(advanced));
    running.signal(Signal::Interrupt);
    let run = running.wait(Duration::from_secs(30)).assert_code(130);
    assert!(run.stdout().contains(" not tried yet"), "{run}");
    assert!(run.stderr().contains("`--on-conflict skip` carries on"), "{run}");
    assert!((1..40_000).contains(&other.number(&["DBSIZE"])));
    ends_with(0, cachectl.args(["restore", "--yes", "--on-conflict", "skip"]).arg(&file));
    assert_eq!(other.digest(), server.digest());
}

#[test]
fn a_command_that_is_denied_comes_with_the_acl_line_that_allows_it() {
    let (_server, _other, _home, file) = small();
    let server = Server::builder()
        .acl_user("mute on >s3cret ~* +@all -restore")
        .acl_user("blind on >s3cret ~* +@all -exists")
        .start();
    let restore = |user: &str| {
        let run = cachectl().args(["restore", "--yes", "--db", "0"]).arg(&file);
        run.env("REDIS_URL", server.url_as(user, "s3cret")).run()
    };
    let mute = restore("mute").assert_code(75);
    assert!(mute.stdout().contains("failed: 3 keys that the server refused"), "{mute}");
    assert!(mute.stderr().contains("`ACL SETUSER mute +restore`"), "{mute}");
    let blind = restore("blind").assert_code(77);
    assert!(blind.stderr().contains("`ACL SETUSER blind +exists`"), "{blind}");
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

#[test]
fn a_damaged_file_is_refused_before_anything_is_written() {
    let (_server, other, cachectl, file) = small();
    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&file, bytes).unwrap();
    let run = cachectl.args(["restore", "keys.rdb", "--yes"]).run().assert_code(65);
    assert!(run.stderr().contains("the checksum is "), "{run}");
    assert_eq!(other.number(&["DBSIZE"]), 0);
}
