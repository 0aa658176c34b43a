//! Migrations that are planned on an RDB file, without a server.

use std::fs;

use cachectl_testkit::{Cachectl, CheckRdb, Keyspace, Server, locate::Release};
use insta::assert_snapshot;

use crate::{anywhere, cachectl, ends_with, json, with};

const RULE: [&str; 3] = ["migrate", "--rule", "user:* => u:*"];

/// Returns a server, a copy of its snapshot as `dump.rdb`, and the binary, which has no server.
fn small() -> (Server, Cachectl) {
    let server = Server::builder().release(Release::Redis70).start().with_keys("user:*", 3);
    server.command(&["SET", "u:1", "in the way"]);
    Keyspace::new(1).keys("user:{}", 1).in_db(2).load(&server);
    let cachectl = cachectl().url("redis://127.0.0.1:1");
    fs::copy(server.save(), cachectl.directory().join("dump.rdb")).unwrap();
    (server, cachectl)
}

#[test]
fn the_plan_on_a_snapshot_is_the_one_that_its_server_gets() {
    let (server, cachectl) = small();
    let flags = ["--on-conflict", "stash", "--dry-run", "-o", "json"];
    let offline = with(cachectl.args(RULE), &flags).arg("--rdb").arg("dump.rdb").run();
    let online = with(crate::cachectl().server(&server).args(RULE), &flags).run();
    let mut offline = json(offline.assert_success().stdout());
    let mut online = json(online.assert_success().stdout());
    assert_eq!(offline["snapshot"]["keys"], 4);
    for report in [&mut offline, &mut online] {
        // What only one of the two knows, and the random part of the names for what is moved aside.
        for field in ["plan", "servers", "snapshot", "estimated_seconds", "caveats"] {
            report.as_object_mut().unwrap().remove(field);
        }
        report["conflicts"]["list"][0]["stash"].take();
    }
    assert_eq!(offline, online);
}

#[test]
fn a_dry_run_names_the_file() {
    let (_server, cachectl) = small();
    let run = anywhere(with(cachectl.args(RULE), &["--rdb", "dump.rdb", "--on-conflict", "skip"]));
    let run = run.filter(r"RDB version \d+", "RDB version [N]").run().assert_success();
    let head: Vec<String> = run.to_string().lines().take(3).map(str::to_owned).collect();
    assert_snapshot!(head.join("\n"), @"
    would rename 2 keys
    in dump.rdb, RDB version [N], written by [SERVER] at [MOMENT], db0 with 4 keys
    looked at 3 keys: 3 matched, 1 skipped
    ");
    ends_with(77, with(cachectl.args(RULE), &["--rdb", "dump.rdb"]));
    ends_with(0, with(cachectl.args(RULE), &["--rdb", "dump.rdb", "--db", "2", "--expect", "1"]));
    ends_with(77, with(cachectl.args(RULE), &["--rdb", "dump.rdb", "--db", "2", "--expect", "2"]));
    let migrations = cachectl.state_directory().join("migrations");
    assert_eq!(fs::read_dir(migrations).unwrap().count(), 0, "something is left behind");
}

#[test]
fn keys_are_renamed_in_a_copy() {
    let (_server, cachectl) = small();
    let copy = ["--rdb", "dump.rdb", "--on-conflict", "overwrite", "--output-rdb", "new.rdb"];
    let run = anywhere(with(cachectl.args(RULE), &copy));
    let run = run.filter(r"\d+ bytes", "[SIZE]").filter(r"RDB version \d+", "RDB version [N]");
    assert_snapshot!(run.run(), @"
    renamed 3 of 4 keys in new.rdb in [TIME]
      file       [SIZE]
      1 in the way, LOST

    in dump.rdb, RDB version [N], written by [SERVER] at [MOMENT], db0 with 4 keys
         rule           matched  planned  skipped
      1  user:* => u:*        3        3        0

    conflicts: 1 new name is taken, and the KEYS IN THE WAY ARE LOST
      user:1 (hash, no expiry) -> u:1 (string, no expiry)

    warnings:
      - 1 key WILL BE LOST, because the policy is to overwrite
    ");
    let path = cachectl.directory().join("new.rdb");
    CheckRdb::of(Release::Redis70).assert_accepts(&path);
    let loaded = Server::builder().release(Release::Redis70).rdb(&path).start();
    assert_eq!(loaded.number(&["EXISTS", "u:0", "u:1", "u:2", "user:0"]), 3);
    assert_ne!(loaded.text(&["TYPE", "u:1"]), "none");
    assert_snapshot!(with(cachectl.args(RULE), &copy).run(), @"
    --- stderr
    error: `new.rdb` is there already

    hint: choose another name, or remove the file first
    [exit status: 73]
    ");
}

#[test]
fn a_plan_that_is_refused_writes_no_copy() {
    let (_server, cachectl) = small();
    let copy = ["--rdb", "dump.rdb", "--output-rdb", "new.rdb", "-o", "json"];
    let run = with(cachectl.args(RULE), &copy).run().assert_code(77);
    let report = json(run.stdout());
    assert_eq!(report["schema"], "cachectl.migrate.snapshot/1");
    assert_eq!(report["plan"]["refusals"][0]["id"], "conflicts");
    assert_eq!(report["rename"], serde_json::Value::Null);
    assert!(!cachectl.directory().join("new.rdb").exists());
}

#[test]
fn a_copy_is_written_only_if_as_many_keys_are_renamed_as_expected() {
    let (_server, cachectl) = small();
    let rules = "version: 1\nrules: [{ match: 'user:*', to: 'u:*' }]\nexpect: 2\n";
    fs::write(cachectl.directory().join("rules.yaml"), rules).unwrap();
    let copy = ["migrate", "--rdb", "dump.rdb", "--output-rdb", "new.rdb"];
    let migrate = |flags: &[&str]| with(cachectl.args(copy), flags);
    let overwrite = ["--rule", RULE[2], "--on-conflict", "overwrite"];
    assert_snapshot!(with(migrate(&overwrite), &["--expect", "2"]).run(), @"
    --- stderr
    error: 2 keys expected, and there are 3 keys

    hint: look again with `--dry-run`
    [exit status: 77]
    ");
    ends_with(77, migrate(&["--rules", "rules.yaml", "--on-conflict", "overwrite"]));
    let refused = migrate(&["--rules", "rules.yaml", "-o", "json"]).run().assert_code(77);
    assert_eq!(json(refused.stdout())["plan"]["refusals"][0]["id"], "conflicts");
    assert!(!cachectl.directory().join("new.rdb").exists());
    ends_with(0, with(migrate(&overwrite), &["--expect", "3"]));
    assert!(cachectl.directory().join("new.rdb").exists());
}

#[test]
fn flags_that_are_for_servers_are_refused_beside_a_file() {
    let (_server, cachectl) = small();
    let run = |flags: &[&str]| with(anywhere(cachectl.args(RULE)), flags).run();
    assert_snapshot!(run(&["--rdb", "dump.rdb", "--backup"]), @"
    --- stderr
    error: the argument '--rdb <FILE.rdb>' cannot be used with '--backup[=<FILE.rdb>]'

    Usage: cachectl migrate --rule <OLD => NEW> --rdb <FILE.rdb>

    For more information, try '--help'.
    [exit status: 64]
    ");
    assert_snapshot!(run(&["--output-rdb", "new.rdb"]), @"
    --- stderr
    error: the following required arguments were not provided:
      --rdb <FILE.rdb>

    Usage: cachectl migrate --rdb <FILE.rdb> --rule <OLD => NEW> --output-rdb <FILE.rdb>

    For more information, try '--help'.
    [exit status: 64]
    ");
    assert_snapshot!(run(&["--rdb", "nowhere.rdb"]), @"
    --- stderr
    error: could not read `nowhere.rdb`
      caused by: No such file or directory
    [exit status: 65]
    ");
}
