//! Migrations that keep values, and what that is good for.

use std::{fs, time::Duration};

use cachectl_testkit::{Cachectl, CheckRdb, Proxy, Server, locate::Release, wait};
use insta::assert_snapshot;

use crate::{anywhere, cachectl, ends_with, has_advanced, json, with};

const RULE: [&str; 4] = ["migrate", "--rule", "user:* => u:*", "--yes"];

/// Returns a server with five keys, and the binary for it.
fn small() -> (Server, Cachectl) {
    let server = Server::builder().release(Release::Redis70).start();
    for number in ["1", "2", "3", "4", "5"] {
        server.command(&["SET", &format!("user:{number}"), number]);
    }
    let cachectl = cachectl().server(&server);
    (server, cachectl)
}

#[test]
fn all_values_are_on_disk_before_and_compared_afterwards() {
    let (server, cachectl) = small();
    let before = server.digest();
    let migrate = with(cachectl.args(RULE), &["--backup=before.rdb", "--verify=3"]);
    let migrate = anywhere(migrate).filter(r"\(\d+ bytes\)", "([SIZE])");
    assert_snapshot!(migrate.run(), @"
    renamed 5 of 5 keys in [TIME] (migration [ID])
      kept 5 values in [TMP]/before.rdb ([SIZE])
    verified 5 keys in [TIME]: all as planned
      compared 5 values with those that were kept

    on [TMP]/s database 0, [SERVER], 5 keys
         rule           matched  planned  skipped
      1  user:* => u:*        5        5        0
    --- stderr
    plan [PLAN]: 5 of 5 keys to rename, in [ESTIMATE]
    hint: `cachectl --url unix://[TMP]/s migrate rollback [ID]` undoes it
    ");
    let backup = cachectl.directory().join("before.rdb");
    CheckRdb::of(Release::Redis70).assert_accepts(&backup);
    let loaded = Server::builder().release(Release::Redis70).rdb(&backup).start();
    assert_eq!(loaded.digest(), before, "the keys have their old names in it");
    let verify = cachectl.args(["migrate", "verify", "--level", "3", "-o", "json"]).run();
    assert_eq!(json(verify.assert_success().stdout())["values"]["compared"], 5);
    server.command(&["SET", "u:4", "other"]);
    assert_snapshot!(cachectl.args(["migrate", "verify", "--level", "3"]).run(), @"
    verified 5 keys in [TIME]: 1 is not as planned
      compared 5 values with those that were kept
      user:4 -> u:4: it has another value; the server does not tell whether a client wrote it
    [exit status: 1]
    ");
}

#[test]
fn a_sample_is_kept_where_nothing_else_is_asked_for() {
    let (_server, cachectl) = small();
    let migrate = with(cachectl.args(RULE), &["--verify=2"]).run().assert_success();
    assert!(migrate.stdout().contains("kept 5 values, a random sample, in "), "{migrate}");
    assert!(migrate.stdout().contains("compared 5 values with those"), "{migrate}");
    assert_snapshot!(anywhere(cachectl.args(["migrate", "verify", "--level", "3"])).run(), @"
    --- stderr
    error: no values were kept of migration `[ID]` that its keys could be compared with

    hint: `migrate --backup` keeps all values and `--verify=2` a sample, before the first key is renamed
    [exit status: 64]
    ");
}

#[test]
fn carrying_on_refuses_to_compare_values_that_were_not_kept() {
    #[track_caller]
    fn case(begun: &str, refused: &[&str], accepted: &str) {
        let server = Server::start().with_keys("user:*", 5_000);
        let cachectl = cachectl().server(&server);
        let slow = [begun, "--rate", "1000", "--progress", "json"];
        let running = with(cachectl.args(RULE), &slow).spawn();
        has_advanced(&running, "apply");
        drop(running.kill());
        let half_way = server.digest();
        let resume = |more: &[&str]| with(cachectl.args(["migrate", "resume"]), more);
        for level in refused {
            for more in [&[*level, "--dry-run"][..], &[*level]] {
                let run = resume(more).run().assert_code(64);
                assert_eq!(run.stdout(), "", "{more:?}");
                assert!(run.stderr().contains("error: no values were kept of migration"), "{run}");
                assert_eq!(server.digest(), half_way, "{more:?}");
            }
        }
        // What was refused is not remembered.
        ends_with(0, resume(&["--dry-run"]));
        ends_with(0, resume(&[accepted, "--rate", "100000"]));
        ends_with(0, resume(&[]));
    }

    case("--verify=1", &["--verify=2", "--verify=3"], "--verify=1");
    case("--verify=2", &["--verify=3"], "--verify=2");
    case("--backup", &[], "--verify=3");
}

#[test]
fn comparing_all_values_takes_a_backup() {
    let (server, cachectl) = small();
    let before = server.digest();
    assert_snapshot!(with(cachectl.args(RULE), &["--verify=3"]).run(), @"
    --- stderr
    error: `--verify=3` compares all values with a backup, and none is asked for

    hint: add `--backup`, or take `--verify=2`, which keeps and compares a sample
    [exit status: 64]
    ");
    fs::write(cachectl.directory().join("there.rdb"), "precious").unwrap();
    assert_snapshot!(with(cachectl.args(RULE), &["--backup=there.rdb"]).run(), @"
    --- stderr
    error: `there.rdb` is there already

    hint: choose another name, or remove the file first
    [exit status: 73]
    ");
    assert_eq!(server.digest(), before);
}

#[test]
fn what_was_deleted_since_is_put_back_from_the_backup() {
    let (server, cachectl) = small();
    let before = server.digest();
    ends_with(0, with(cachectl.args(RULE), &["--backup"]));
    server.command(&["DEL", "u:3"]);
    let rollback = cachectl.args(["migrate", "rollback", "--from-backup", "--yes"]);
    assert_snapshot!(anywhere(rollback).run(), @"
    renamed back 4 of 5 keys in [TIME] (migration [ID])
      1 gone meanwhile: expired, evicted, deleted, or renamed by somebody else
    put back 1 of 5 keys in the backup in [TIME]
      4 are there
    ");
    assert_eq!(server.digest(), before);
}

#[test]
fn what_was_overwritten_and_put_back_is_not_taken_for_the_work_of_a_client() {
    let (server, cachectl) = small();
    server.command(&["SET", "u:2", "in the way"]);
    server.command(&["SET", "u:4", "in the way too"]);
    let before = server.digest();
    ends_with(0, with(cachectl.args(RULE), &["--backup", "--on-conflict", "overwrite"]));
    let rollback = cachectl.args(["migrate", "rollback", "--from-backup", "--yes"]);
    let run = rollback.run().assert_success();
    assert!(run.stdout().contains("put back 2 of 7 keys in the backup"), "{run}");
    assert_eq!(server.digest(), before);
    let verify = || anywhere(cachectl.args(["migrate", "verify"])).run();
    assert_snapshot!(verify(), @"verified 5 keys in [TIME]: all as planned");
    // A client that does write under a new name is still found, and so is a loss.
    server.command(&["SET", "u:5", "a client"]);
    server.command(&["DEL", "u:2"]);
    assert_snapshot!(verify(), @"
    verified 5 keys in [TIME]: 2 are not as planned
      u:5 -> user:5: the old name is there again: a writer still uses it
      u:2 -> u:2: it was put back from the backup, and is not there: deleted or evicted since
    [exit status: 1]
    ");
}

#[test]
fn a_backup_that_was_broken_off_leaves_nothing_to_put_back() {
    let server = Server::start().with_keys("user:*", 5_000);
    let before = server.digest();
    // On the way everything takes so long that the values are not all there when it is killed.
    let proxy = Proxy::start(&server);
    proxy.delay(Duration::from_millis(100));
    let cachectl = cachectl().url(proxy.url());
    let running = with(cachectl.args(RULE), &["--backup", "--progress", "json"]).spawn();
    let started = r#""phase":"backup","event":"started""#;
    wait::until(started, || running.stderr_so_far().contains(started));
    drop(running.kill());
    proxy.delay(Duration::ZERO);
    let rollback = cachectl.args(["migrate", "rollback", "--from-backup", "--yes"]);
    let run = rollback.run().assert_success();
    let words = "nothing to put back: the backup was broken off, and no key is renamed before it is \
                 whole\n";
    assert!(run.stdout().ends_with(words), "{run}");
    assert_eq!(server.digest(), before);
}

#[test]
fn without_a_backup_there_is_nothing_to_put_back() {
    let (server, cachectl) = small();
    ends_with(0, cachectl.args(RULE));
    let migrated = server.digest();
    let rollback = cachectl.args(["migrate", "rollback", "--from-backup", "--yes"]);
    let run = rollback.run().assert_code(64);
    assert!(run.stderr().contains(" that keys could be put back from"), "{run}");
    assert!(run.stderr().contains("hint: `migrate --backup` keeps all values"), "{run}");
    assert_eq!(server.digest(), migrated, "nothing was renamed back");
}

#[test]
fn a_rules_file_and_a_plan_can_ask_for_a_backup() {
    let (server, cachectl) = small();
    let rules = "version: 1\nbackup: true\nverify: 3\nrules: [{ match: 'user:*', to: 'u:*' }]\n";
    fs::write(cachectl.directory().join("rules.yaml"), rules).unwrap();
    let run = cachectl.args(["migrate", "--rules", "rules.yaml", "--yes"]).run().assert_success();
    assert!(run.stdout().contains("/backup.rdb ("), "{run}");
    ends_with(0, cachectl.args(["migrate", "rollback", "--yes"]));
    ends_with(0, cachectl.args(["migrate", "plan", "--rule", RULE[2], "-o", "p"]));
    let apply = ["migrate", "apply", "p", "--yes", "--backup=b.rdb", "--verify=3"];
    let run = cachectl.args(apply).run().assert_success();
    assert!(run.stdout().contains("compared 5 values with those"), "{run}");
    assert_eq!(server.number(&["EXISTS", "u:1", "u:5"]), 2);
}
