//! What becomes of names, databases and times to live.

use std::{fs, path::Path};

use cachectl_testkit::{Cluster, Server, locate::Release};
use insta::assert_snapshot;
use serde_json::json;

use super::small;
use crate::{anywhere, cachectl, ends_with, json, with};

#[test]
fn a_name_that_is_taken_is_left_alone_unless_it_is_to_be_replaced() {
    let (server, other, cachectl, _) = small();
    other.command(&["SET", "user:1", "in the way"]);
    let restore = |flags: &[&str]| {
        with(anywhere(cachectl.args(["restore", "keys.rdb", "--yes"])), flags).run()
    };
    assert_snapshot!(restore(&[]), @"
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
    assert_eq!(other.number(&["DBSIZE"]), 1);
    assert_snapshot!(restore(&["--on-conflict", "skip"]), @"
    restored 3 of 4 keys in [TIME]
      method     copied unchanged 3
      1 left out, because their names are taken
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER], db0 and db3
    in the file 4 keys: 3 to restore, 1 skipped
    --- stderr
    3 of 4 keys in keys.rdb to restore, 1 skipped
    ");
    assert_eq!(other.text(&["GET", "user:1"]), "in the way");
    assert_snapshot!(restore(&["--on-conflict", "replace", "--match", "user:1"]), @"
    restored 1 of 1 key in [TIME]
      method     copied unchanged 1
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER], db0
    in the file 4 keys: 1 to restore, 3 left out

    conflicts: 1 name is taken, and WHAT IS THERE IS LOST
      user:1 in db0
    --- stderr
    1 of 4 keys in keys.rdb to restore, 3 left out
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
    assert_snapshot!(both.run(), @r"
    refused; would have restored 2 keys
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER], db0
    in the file 4 keys: 2 to restore, 2 left out
      types      string 1, hash 1
      databases  db0 2
      method     copied unchanged 2
      expiry     kept: keys expire when they would have

         glob    matched
         user:*        2

         rule                     matched  to restore  skipped
      1  regex:^use(r):\d$ => $1        2           2        0

    rule 1: regex:^use(r):\d$ => $1
      samples    user:1  -> r  string, no expiry
                 user:2  -> r  hash, expires in [TIME]

    collisions: 1 name that several keys of the file would get
      user:[N] in db0 -> r

    refused:
      - two keys of the file would get one name
    --- stderr
    error: two keys of the file would get one name

    hint: capture more of the old name so that targets differ, or restore the databases one by one with `--db`; no server loads a file with a key in it twice
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
