//! Several migrations on the same servers: which one is meant, and what they know of each other.

use std::{fs, time::Duration};

use cachectl_testkit::{Cachectl, Cluster, Keyspace, Replicated, Server, server::Signal};
use insta::assert_snapshot;
use serde_json::Value;

use crate::{anywhere, cachectl, ends_with, has_advanced, json, with};

const OLD: [&str; 2] = ["--rule", "user:* => person:*"];
const OTHER: [&str; 2] = ["--rule", "job:* => task:*"];

/// No server is there.
const NOBODY: &str = "unix:///nonexistent/socket";

/// Returns a server with two kinds of keys, and the binary for it.
fn two_kinds() -> (Server, Cachectl) {
    let server = Server::start();
    Keyspace::new(1).keys("user:{}", 5_000).keys("job:{}", 20).load(&server);
    let cachectl = cachectl().server(&server);
    (server, cachectl)
}

/// Kills a migration of the users half-way, and returns its id.
fn killed(cachectl: &Cachectl) -> String {
    let slow = ["migrate", "--yes", "--rate", "500", "--progress", "json"];
    let running = with(cachectl.args(slow), &OLD).spawn();
    has_advanced(&running, "apply");
    drop(running.kill());
    let status = status(cachectl, &[]);
    assert_eq!(status.get("state").unwrap(), "partial");
    status.get("migration").unwrap().as_str().unwrap().to_owned()
}

fn status(cachectl: &Cachectl, arguments: &[&str]) -> Value {
    let run = with(cachectl.args(["migrate", "status", "-o", "json"]), arguments).run();
    json(run.assert_success().stdout())
}

/// Returns the id of the newest migration.
pub(crate) fn newest(cachectl: &Cachectl) -> String {
    let run = cachectl.args(["migrate", "list", "-o", "json"]).run().assert_success();
    let list = json(run.stdout());
    let newest = list.get("migrations").unwrap().as_array().unwrap().last().unwrap();
    newest.get("migration").unwrap().as_str().unwrap().to_owned()
}

#[test]
fn nothing_new_begins_beside_a_migration_that_is_half_way() {
    let (server, cachectl) = two_kinds();
    let id = killed(&cachectl);
    let before = server.digest();
    let new = with(cachectl.args(["migrate", "--yes"]), &OTHER);
    assert_snapshot!(anywhere(new.clone()).filter(r"journal, \d+ of its", "journal, [N] of its").run(), @"
    --- stderr
    error: migration `[ID]` is half-way on these servers: by its journal, [N] of its 5000 keys have their new names

    hint: `cachectl --url unix://[TMP]/s migrate resume [ID]` carries on
    hint: `cachectl --url unix://[TMP]/s migrate rollback [ID]` goes back
    hint: `--beside [ID]` goes on all the same, for keys that the other one does not rename
    [exit status: 77]
    ");
    for looking in [&["--dry-run"][..], &["plan", "-o", "p"]] {
        let run = with(with(cachectl.args(["migrate"]), looking), &OTHER).run().assert_code(77);
        assert!(run.stderr().contains(&format!("migrate resume {id}` carries on")), "{run}");
    }
    ends_with(64, new.clone().arg("--beside").arg("2000"));
    assert_eq!(server.digest(), before);
    ends_with(0, with(cachectl.args(["migrate", "--dry-run", "--beside", &id[..8]]), &OTHER));
    ends_with(0, new.arg("--beside").arg(&id));
    assert_eq!(server.number(&["EXISTS", "task:0", "job:0"]), 1);
}

#[test]
fn a_plan_made_before_is_not_applied_beside_a_migration_that_is_half_way() {
    let (_server, cachectl) = two_kinds();
    ends_with(0, with(cachectl.args(["migrate", "plan", "-o", "p"]), &OTHER));
    let id = killed(&cachectl);
    let apply = cachectl.args(["migrate", "apply", "p", "--yes"]);
    let run = apply.clone().run().assert_code(77);
    assert!(
        run.stderr().contains(&format!("migration `{id}` is half-way on these servers")),
        "{run}"
    );
    ends_with(0, apply.arg("--beside").arg(&id));
}

#[test]
fn other_servers_and_databases_do_not_stand_in_the_way() {
    let (server, cachectl) = two_kinds();
    killed(&cachectl);
    let other = Server::start();
    other.command(&["SET", "job:0", "there"]);
    for url in [other.url(), server.url_of_db(3)] {
        ends_with(0, with(cachectl.clone().url(url).args(["migrate", "--yes"]), &OTHER));
    }
}

#[test]
fn a_server_that_is_known_by_its_address_alone_is_not_said_to_be_the_same() {
    let (server, cachectl) = two_kinds();
    let id = killed(&cachectl);
    // Without a snapshot it comes back empty, and without a history.
    server.restart();
    server.command(&["SET", "job:0", "there"]);
    let run = with(cachectl.args(["migrate", "--yes"]), &OTHER).run().assert_code(77);
    let text =
        format!("migration `{id}` is half-way at this address, which may be another server by now");
    assert!(run.stderr().contains(&text), "{run}");
    ends_with(0, with(cachectl.args(["migrate", "--yes", "--beside", &id]), &OTHER));
}

#[test]
fn the_migration_that_fits_is_carried_on_with_and_the_others_are_mentioned() {
    let (server, cachectl) = two_kinds();
    let before = server.digest();
    let old = killed(&cachectl);
    ends_with(0, with(cachectl.args(["migrate", "--yes", "--beside", &old]), &OTHER));
    let new = newest(&cachectl);
    let named = format!("migration `{old}` is half-way on these servers");

    for step in ["verify", "status"] {
        let run = cachectl.args(["migrate", step]).run().assert_success();
        assert!(run.stderr().contains(&named), "{run}");
        assert!(run.stderr().contains(&format!("migrate resume {old}` carries on")), "{run}");
    }
    assert_eq!(status(&cachectl, &[])["half_way"][0]["migration"], old.as_str());

    // The newest is rolled back first, and the older one is not forgotten.
    let rollback = ["migrate", "rollback", "--yes", "-o", "json"];
    let run = cachectl.args(rollback).run().assert_success();
    assert_eq!(json(run.stdout())["rollback"]["migration"], new.as_str());
    assert_eq!(json(run.stdout())["half_way"][0]["migration"], old.as_str());
    assert!(run.stderr().contains(&named), "{run}");

    // The newest is rolled back; what is left to resume is the older one.
    let run = cachectl.args(["migrate", "resume", "-o", "json"]).run().assert_success();
    assert_eq!(json(run.stdout())["apply"]["migration"], old.as_str());
    assert_eq!(json(run.stdout())["half_way"], Value::Array(Vec::new()));
    assert_eq!(server.number(&["EXISTS", "user:0", "job:0"]), 1);

    // A rollback that is run again does not take back another migration.
    let run = cachectl.args(rollback).run().assert_success();
    assert_eq!(json(run.stdout())["rollback"]["migration"], new.as_str());
    ends_with(0, cachectl.args(["migrate", "rollback", "--yes", &old]));
    assert_eq!(server.digest(), before);
    let run = cachectl.args(["migrate", "resume"]).run().assert_code(77);
    assert!(run.stderr().contains("is rolled back, or being rolled back"), "{run}");
}

#[test]
fn a_rollback_takes_the_half_way_one_once_the_newest_is_rolled_back() {
    let (server, cachectl) = two_kinds();
    let before = server.digest();
    let old = killed(&cachectl);
    ends_with(0, with(cachectl.args(["migrate", "--yes", "--beside", &old]), &OTHER));
    ends_with(0, cachectl.args(["migrate", "rollback", "--yes"]));
    let run = cachectl.args(["migrate", "rollback", "--yes"]).run().assert_success();
    assert!(run.stdout().contains(&old), "{run}");
    assert_eq!(server.digest(), before);
}

#[test]
fn where_no_migration_fits_it_is_said_what_there_is() {
    let (server, cachectl) = two_kinds();
    ends_with(0, with(cachectl.args(["migrate", "--yes"]), &OTHER));
    let elsewhere = Server::start();
    for step in [&["resume"][..], &["rollback", "--yes"], &["rollback", "--dry-run"], &["verify"]] {
        let other = cachectl.clone().server(&elsewhere);
        let run = with(other.args(["migrate"]), step).run().assert_code(77);
        let there = format!("was begun on {}", server.socket().display());
        assert!(run.stderr().contains("no migration was begun on"), "{run}");
        assert!(run.stderr().contains(&there), "{run}");
        let run = with(cachectl.args(["migrate"]), step).arg("--db").arg("5").run();
        assert!(run.assert_code(77).stderr().contains(", database 5; the newest of all"));
    }
    let run = cachectl.clone().server(&elsewhere).args(["migrate", "status"]).run();
    assert!(run.assert_success().stderr().contains("this is the newest of all"));
}

#[test]
fn of_two_migrations_at_once_the_loser_says_so() {
    let (_server, cachectl) = two_kinds();
    // Both plans are there before one of them begins.
    ends_with(0, with(cachectl.args(["migrate", "plan", "-o", "one"]), &OLD));
    let rule = ["--rule", "user:{id} => person:{id}"];
    ends_with(0, with(cachectl.args(["migrate", "plan", "-o", "two"]), &rule));
    let slow = ["migrate", "apply", "one", "--yes", "--rate", "500", "--progress", "json"];
    let running = cachectl.args(slow).spawn();
    has_advanced(&running, "apply");
    let winner = newest(&cachectl);
    let refused = cachectl.args(["migrate", "apply", "two", "--yes"]).run().assert_code(77);
    let named = format!("migration `{winner}` is at work on these servers");
    assert!(refused.stderr().contains(&named), "{refused}");
    assert!(refused.stderr().contains(&format!("migrate status {winner}`")), "{refused}");
    running.signal(Signal::Terminate);
    drop(running.wait(Duration::from_secs(30)).assert_code(143));
    ends_with(0, cachectl.args(["migrate", "resume", "--rate", "1000000"]));

    let apply = anywhere(cachectl.args(["migrate", "apply", "two", "--yes"]));
    assert_snapshot!(apply.run(), @"
    renamed 0 of 5,000 keys in [TIME] (migration [ID])
      5,000 gone meanwhile: expired, evicted, deleted, or renamed by somebody else
      since the plan was made, migration [ID] was at work on these servers: 5,000 of its 5,000 keys have their new names
    verified 0 keys in [TIME]: none of 5,000 planned keys was renamed
    [exit status: 1]
    ");
    assert!(newest(&cachectl) > winner);
    let run = cachectl.args(["migrate", "verify"]).run().assert_code(1);
    assert!(run.stdout().contains("none of 5,000 planned keys was renamed"), "{run}");
}

#[test]
fn keys_that_another_migration_took_are_not_said_to_have_expired() {
    let (_server, cachectl) = two_kinds();
    let slow = with(cachectl.args(["migrate", "--yes", "--rate", "1000"]), &OLD);
    let running = slow.arg("--progress").arg("json").spawn();
    has_advanced(&running, "apply");
    let first = newest(&cachectl);
    let fast = with(cachectl.args(["migrate", "--yes", "--beside", &first]), &OLD);
    drop(fast.run());
    let second = newest(&cachectl);
    let run = running.wait(Duration::from_secs(60));
    let named = format!("since the plan was made, migration {second} was at work on these servers");
    assert!(run.stdout().contains(&named), "{run}");
}

#[test]
fn nothing_renamed_is_not_as_planned_whoever_took_the_keys() {
    let (server, cachectl) = two_kinds();
    ends_with(0, with(cachectl.args(["migrate", "plan", "-o", "p"]), &OTHER));
    server.command(&["FLUSHALL"]);
    let run = cachectl.args(["migrate", "apply", "p", "--yes", "-o", "json"]).run().assert_code(1);
    let applied = json(run.stdout());
    assert_eq!(applied["apply"]["accounts"]["vanished"], 20);
    assert_eq!(applied["apply"]["outcome"], "findings");
    assert_eq!(applied["verify"]["outcome"], "findings");
    assert_eq!(applied["beside"], Value::Array(Vec::new()));
    ends_with(1, cachectl.args(["migrate", "resume"]));
}

#[test]
fn a_resumed_run_keeps_its_pace_and_its_level() {
    let (_server, cachectl) = two_kinds();
    let slow = ["migrate", "--yes", "--rate", "500", "--max-latency", "50ms", "--batch", "64"];
    let run = with(cachectl.args(slow), &["--verify=0", "--progress", "json"]);
    let running = with(run, &OLD).spawn();
    has_advanced(&running, "apply");
    running.signal(Signal::Terminate);
    drop(running.wait(Duration::from_secs(30)).assert_code(143));
    let settings = |rate: u32, verify: u8| {
        serde_json::json!({
            "rate": rate, "batch": 64, "max_latency_seconds": 0.05, "verify": verify,
        })
    };
    assert_eq!(status(&cachectl, &[])["settings"], settings(500, 0));
    let text = cachectl.args(["migrate", "status"]).run();
    let pace = "pace     at most 500 keys/s, batches of 64, latency up to 50 ms; verify level 0";
    assert!(text.stdout().contains(pace), "{text}");

    // Some 4,500 keys are left, for which 500 a second take 9 s.
    let resumed = cachectl.args(["migrate", "resume", "--progress", "json"]).spawn();
    has_advanced(&resumed, "apply");
    resumed.signal(Signal::Terminate);
    drop(resumed.wait(Duration::from_secs(30)).assert_code(143));
    assert_eq!(status(&cachectl, &[])["settings"], settings(500, 0));

    let flags = ["migrate", "resume", "--rate", "1000000", "--verify=1", "-o", "json"];
    let run = cachectl.args(flags).run().assert_success();
    assert_eq!(json(run.stdout())["verify"]["level"], 1);
    assert_eq!(status(&cachectl, &[])["settings"], settings(1_000_000, 1));
    ends_with(0, cachectl.args(["migrate", "rollback", "--yes", "--rate", "900000"]));
    assert_eq!(status(&cachectl, &[])["settings"], settings(900_000, 1));
}

#[test]
fn a_resumed_run_does_not_count_what_was_done_before() {
    let (_server, cachectl) = two_kinds();
    ends_with(0, with(cachectl.args(["migrate", "--yes"]), &OTHER));
    let run = cachectl.args(["migrate", "resume"]).run().assert_success();
    assert!(
        run.stdout().contains("  20 of them before this run, which did 0 operations\n"),
        "{run}"
    );
    let run = cachectl.args(["migrate", "resume", "-o", "json"]).run().assert_success();
    assert_eq!(json(run.stdout())["apply"]["before"]["renamed"], 20);
    assert_eq!(json(run.stdout())["apply"]["handled"], 0);
}

#[test]
fn a_dry_run_refuses_to_roll_back_what_a_rollback_refuses() {
    let (server, cachectl) = two_kinds();
    ends_with(0, with(cachectl.args(["migrate", "--yes"]), &OTHER));
    let id = newest(&cachectl);
    let directory = cachectl.state_directory().join("migrations").join(&id);
    let both_at = |cachectl: &Cachectl, code: i32, arguments: &[&str]| {
        for mode in ["--dry-run", "--yes"] {
            ends_with(code, with(cachectl.args(["migrate", "rollback", &id, mode]), arguments));
        }
    };
    let both = |code: i32, arguments: &[&str]| both_at(&cachectl, code, arguments);
    let other = Server::start();
    // It has no marker of the migration, and the operator may know better.
    both_at(&cachectl.clone().server(&other), 75, &[]);
    both(77, &["--db", "5"]);
    both(77, &["--expect", "19"]);
    both_at(&cachectl.clone().url(NOBODY), 69, &[]);
    both(64, &["--from-backup"]);

    let lock = fs::File::open(directory.join("lock")).unwrap();
    lock.lock().unwrap();
    both(77, &[]);
    drop(lock);

    let journal = directory.join("journal-0");
    let whole = fs::read(&journal).unwrap();
    let mut damaged = whole.clone();
    damaged[20] ^= 1;
    fs::write(&journal, &damaged).unwrap();
    both(65, &[]);
    fs::write(&journal, &whole).unwrap();

    server.command(&["REPLICAOF", "127.0.0.1", "1"]);
    both(77, &[]);
    server.command(&["REPLICAOF", "NO", "ONE"]);
    ends_with(0, cachectl.args(["migrate", "rollback", "--dry-run"]));
    assert_eq!(server.number(&["EXISTS", "task:0"]), 1);
    ends_with(0, cachectl.args(["migrate", "rollback", "--yes"]));
}

#[test]
fn an_id_that_fits_several_migrations_names_them() {
    let (_server, cachectl) = two_kinds();
    for _ in 0..3 {
        ends_with(0, with(cachectl.args(["migrate", "--yes"]), &OTHER));
        ends_with(0, cachectl.args(["migrate", "rollback", "--yes"]));
    }
    assert_snapshot!(anywhere(cachectl.args(["migrate", "status", "20"])).run(), @"
    --- stderr
    error: `20` fits 3 migrations: `[ID]`, `[ID]`, `[ID]`

    hint: give more of the id
    [exit status: 64]
    ");
    ends_with(0, cachectl.args(["migrate", "status", &newest(&cachectl)]));
}

#[test]
fn a_migration_that_cannot_be_read_does_not_hide_the_others() {
    let (_server, cachectl) = two_kinds();
    ends_with(0, with(cachectl.args(["migrate", "--yes"]), &OTHER));
    let first = newest(&cachectl);
    ends_with(0, cachectl.args(["migrate", "rollback", "--yes"]));
    ends_with(0, with(cachectl.args(["migrate", "--yes"]), &OTHER));
    let second = newest(&cachectl);
    let plan = |id: &str| cachectl.state_directory().join("migrations").join(id).join("plan");
    let whole = fs::read(plan(&second)).unwrap();
    fs::write(plan(&second), b"something else").unwrap();

    let list = cachectl.args(["migrate", "list"]).run().assert_code(65);
    assert!(list.stdout().contains(&first), "{list}");
    assert!(list.stderr().contains(&second), "{list}");
    // It may be the one that is meant.
    for step in ["resume", "verify", "status"] {
        ends_with(65, cachectl.args(["migrate", step]));
    }
    ends_with(65, cachectl.args(["migrate", "rollback", "--yes"]));
    ends_with(0, cachectl.args(["migrate", "status", &first]));
    let run = with(cachectl.args(["migrate", "--dry-run"]), &OTHER).run().assert_success();
    assert!(run.stderr().contains(&format!("warning: migration {second} cannot be read")), "{run}");

    fs::write(plan(&second), whole).unwrap();
    fs::write(plan(&first), b"something else").unwrap();
    ends_with(0, cachectl.args(["migrate", "verify"]));
}

#[test]
fn a_failover_does_not_hide_a_migration_that_is_half_way() {
    let replicated = Replicated::start();
    Keyspace::new(1).keys("user:{}", 5_000).load(replicated.primary());
    let home = cachectl();
    let slow = ["migrate", "--yes", "--rate", "500", "--progress", "json"];
    let primary = home.clone().server(replicated.primary());
    let running = with(primary.args(slow), &OLD).spawn();
    has_advanced(&running, "apply");
    drop(running.kill());
    replicated.wait_until_in_sync();
    replicated.replica().command(&["REPLICAOF", "NO", "ONE"]);
    let replica = home.server(replicated.replica());
    let run = with(replica.args(["migrate", "--dry-run"]), &OTHER).run().assert_code(77);
    assert!(run.stderr().contains("is half-way on these servers"), "{run}");
}

#[test]
fn in_a_cluster_any_node_tells_that_a_migration_is_half_way() {
    let cluster = Cluster::start();
    Keyspace::new(1).keys("user:{}", 5_000).load(&cluster);
    let home = cachectl();
    let at = |node: usize| home.clone().url(cluster.primary(node).url());
    let rule = ["--rule", r"user:{id} => person:\{user:{id}\}"];
    let slow = ["migrate", "--yes", "--rate", "500", "--progress", "json"];
    let running = with(at(0).args(slow), &rule).spawn();
    has_advanced(&running, "apply");
    drop(running.kill());
    let run = with(at(1).args(["migrate", "--dry-run"]), &OTHER).run().assert_code(77);
    assert!(run.stderr().contains("is half-way on these servers"), "{run}");
    ends_with(0, at(2).args(["migrate", "resume", "--rate", "1000000"]));
}

#[test]
fn a_backup_that_is_gone_is_found_out_before_anything_is_renamed_back() {
    let (server, cachectl) = two_kinds();
    ends_with(0, with(cachectl.args(["migrate", "--yes", "--backup=b.rdb"]), &OTHER));
    let before = server.digest();
    fs::remove_file(cachectl.directory().join("b.rdb")).unwrap();
    for mode in ["--dry-run", "--yes"] {
        let run = cachectl.args(["migrate", "rollback", "--from-backup", mode]).run();
        assert!(run.stderr().contains("b.rdb"), "{run}");
        assert_ne!(run.code(), Some(0), "{run}");
    }
    assert_eq!(server.digest(), before);
}

#[test]
fn what_is_over_can_be_forgotten() {
    let (server, cachectl) = two_kinds();
    ends_with(0, with(cachectl.args(["migrate", "--yes", "--backup=b.rdb"]), &OTHER));
    let id = newest(&cachectl);
    let forget = |arguments: &[&str]| with(cachectl.args(["migrate", "forget"]), arguments);
    let other = Server::start();
    let forget_at = |cachectl: Cachectl| cachectl.args(["migrate", "forget", &id, "--yes"]);
    ends_with(77, forget_at(cachectl.clone().server(&other)));
    let gone = forget_at(cachectl.clone().url(NOBODY));
    assert_snapshot!(anywhere(gone).run(), @"
    --- stderr
    error: nothing was removed, because the servers of the migration cannot be asked
      caused by: could not connect to `/nonexistent/socket`
      caused by: No such file or directory

    hint: is a server running, and may we use its socket?
    hint: `--files-only` removes the files alone; what a server knows of the migration expires by itself after 30 days, unless its last run was killed
    [exit status: 69]
    ");
    ends_with(77, forget(&[&id]));
    let before = server.digest();
    let sizes = |run| anywhere(run).filter(r"\([\d.]+ KiB\)", "([SIZE])");
    assert_snapshot!(sizes(forget(&[&id, "--dry-run"])).run(), @"
    would remove 7 files of migration [ID] ([SIZE])
      20 keys keep their new names
      the backup stays: [TMP]/b.rdb
    ");
    ends_with(0, cachectl.args(["migrate", "status", &id]));
    assert_snapshot!(sizes(forget(&[&id[..12], "--yes"])).run(), @"
    removed 7 files of migration [ID] ([SIZE])
      20 keys keep their new names
      the backup stays: [TMP]/b.rdb
    ");
    assert!(cachectl.args(["migrate", "list"]).run().stdout().contains("no migrations"));
    assert!(cachectl.directory().join("b.rdb").exists());
    assert_eq!(server.digest(), before);
    assert_eq!(server.markers(), Vec::<String>::new(), "the server forgets it as well");
    let left = fs::read_dir(cachectl.state_directory().join("migrations")).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["lock"]);
}

#[test]
fn what_is_half_way_is_only_forgotten_on_purpose() {
    let (_server, cachectl) = two_kinds();
    let id = killed(&cachectl);
    let forget = |arguments: &[&str]| with(cachectl.args(["migrate", "forget"]), arguments);
    assert_snapshot!(anywhere(forget(&[&id[..12], "--yes"])).run(), @"
    --- stderr
    error: migration `[ID]` is half-way: without its files its keys can neither be renamed to the end nor back

    hint: `cachectl --url unix://[TMP]/s migrate resume [ID]` carries on
    hint: `cachectl --url unix://[TMP]/s migrate rollback [ID]` goes back
    hint: `cachectl --url unix://[TMP]/s migrate forget [ID] --yes` removes its files all the same
    [exit status: 77]
    ");
    ends_with(77, forget(&[&id[..12], "--dry-run"]));
    let gone = cachectl.clone().url(NOBODY);
    ends_with(0, gone.args(["migrate", "forget", &id, "--yes", "--files-only"]));
    ends_with(0, with(cachectl.args(["migrate", "--yes"]), &OTHER));
}
