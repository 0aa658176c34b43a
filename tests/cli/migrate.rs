//! Migrations, from the command line to the keys and back.

use std::fs;

use cachectl_testkit::{Cachectl, Cluster, Keyspace, Server};
use insta::assert_snapshot;
use serde_json::Value;

use crate::{anywhere, cachectl, ends_with, json, with};

/// Returns a server with two keys to rename and one in the way, and the binary for it.
fn small() -> (Server, Cachectl) {
    let server = Server::start();
    server.command(&["SET", "doc_state_1", "one"]);
    server.command(&["HSET", "job.7", "field", "value"]);
    server.command(&["PEXPIRE", "job.7", "10000000"]);
    server.command(&["RPUSH", "other", "left alone"]);
    let cachectl = cachectl().server(&server);
    (server, cachectl)
}

const RULES: [&str; 4] =
    ["--rule", "doc_state_{id} => doc:state:{id}", "--rule", "job.{id:digits} => job:{id}"];

#[test]
fn a_dry_run_shows_the_plan_and_writes_nothing() {
    let (server, cachectl) = small();
    server.command(&["CONFIG", "RESETSTAT"]);
    let before = (server.digest(), server.write_counters());
    let run = anywhere(cachectl.args(["migrate", "--dry-run"]));
    let run = with(run, &RULES).run();
    assert_snapshot!(run, @"
    would rename 2 keys, in [ESTIMATE] (plan [PLAN])
    on [TMP]/s database 0, [SERVER], 3 keys
    looked at 3 keys: 2 matched

         rule                              matched  to rename  skipped
      1  doc_state_{id} => doc:state:{id}        1          1        0
      2  job.{id:digits} => job:{id}             1          1        0

    rule 1: doc_state_{id} => doc:state:{id}
      types    string 1
      expiry   none 1
      samples  doc_state_1  -> doc:state:1  string, no expiry

    rule 2: job.{id:digits} => job:{id}
      types    hash 1
      expiry   under a day 1
      samples  job.7  -> job:7  hash, expires in [TIME]

    limits of this run:
      - all keys at once: while it runs, some have their old names and some the new ones
      - writers that still use an old name: they create it again, beside the new one
      - that the last renames survive a crash of the server or a failover: `resume` finds out
    ");
    assert_eq!((server.digest(), server.write_counters()), before);
    let left = fs::read_dir(cachectl.state_directory().join("migrations")).unwrap();
    assert_eq!(left.count(), 0, "the draft is still there");
}

#[test]
fn a_dry_run_as_json_has_all_of_it() {
    let (_server, cachectl) = small();
    let run =
        cachectl.args(["migrate-keys", "--dry-run", "-o", "json"]).arg("--rule").arg(RULES[1]);
    let plan = json(run.run().assert_success().stdout());
    assert_eq!(plan["schema"], "cachectl.migrate.plan/1");
    assert_eq!(plan["totals"]["renames"], 1);
    assert_eq!(plan["rules"][0]["samples"][0]["to"], "doc:state:1");
    assert_eq!(plan["refusals"], Value::Array(Vec::new()));
}

#[test]
fn a_migration_renames_verifies_and_can_be_rolled_back() {
    let (server, cachectl) = small();
    let before = server.digest();
    let migrate = anywhere(cachectl.args(["migrate", "--yes"]));
    let migrate = with(migrate, &RULES);
    assert_snapshot!(migrate.clone().run(), @"
    renamed 2 of 2 keys in [TIME] (migration [ID])
    verified 2 keys in [TIME]: all as planned

    on [TMP]/s database 0, [SERVER], 3 keys
         rule                              matched  planned  skipped
      1  doc_state_{id} => doc:state:{id}        1        1        0
      2  job.{id:digits} => job:{id}             1        1        0
    --- stderr
    plan [PLAN]: 2 of 3 keys to rename, in [ESTIMATE]
    hint: `cachectl --url unix://[TMP]/s migrate rollback [ID]` undoes it
    ");
    assert_eq!(server.text(&["GET", "doc:state:1"]), "one");
    assert_eq!(server.number(&["EXISTS", "doc_state_1", "job.7"]), 0);
    assert_snapshot!(anywhere(cachectl.args(["migrate", "status"])).run(), @"
    migration [ID]: applied
      begun    [MOMENT] by operator@desk
      servers  [TMP]/s database 0
      rule     doc_state_{id} => doc:state:{id}
      rule     job.{id:digits} => job:{id}
      pace     no limit, batches of 128, latency up to [TIME]; verify level 1
      keys     2 keys planned, 2 renamed
    ");
    assert_snapshot!(anywhere(cachectl.args(["migrate", "verify"])).run(), @"verified 2 keys in [TIME]: all as planned");
    assert_snapshot!(migrate.run(), @"
    nothing to rename (plan [PLAN])
    on [TMP]/s database 0, [SERVER], 4 keys
    looked at 3 keys: 0 matched

         rule                              matched  to rename  skipped
      1  doc_state_{id} => doc:state:{id}        0          0        0
      2  job.{id:digits} => job:{id}             0          0        0

    warnings:
      - `doc_state_{id} => doc:state:{id}` matches no key
      - `job.{id:digits} => job:{id}` matches no key
    ");
    assert_snapshot!(anywhere(cachectl.args(["migrate", "rollback", "--dry-run"])).run(), @"would give 2 keys of migration [ID] the old name back");
    assert_snapshot!(anywhere(cachectl.args(["migrate", "rollback", "--yes"])).run(), @"renamed back 2 of 2 keys in [TIME] (migration [ID])");
    assert_eq!(server.digest(), before);
    assert_snapshot!(anywhere(cachectl.args(["migrate", "list"])).run(), @"
    migration                begun                 state        renamed  planned  by             db  server
    [ID]  [MOMENT]  rolled back        2        2  operator@desk   0  [TMP]/s
    ");
}

#[test]
fn a_migration_as_json_is_one_document() {
    let (_server, cachectl) = small();
    let run = cachectl.args(["migrate", "--yes", "-o", "json", "--rule", RULES[1]]).run();
    let whole = json(run.assert_success().stdout());
    assert_eq!(whole["schema"], "cachectl.migrate/1");
    assert_eq!(whole["plan"]["totals"]["renames"], 1);
    assert_eq!(whole["apply"]["accounts"]["renamed"], 1);
    assert_eq!(whole["verify"]["mismatches"]["count"], 0);
    let lines = cachectl.args(["migrate", "list", "-o", "jsonl"]).run().assert_success();
    assert_eq!(json(lines.stdout())["schema"], "cachectl.migrate.status/1");
}

#[test]
fn nothing_is_changed_without_consent() {
    let (server, cachectl) = small();
    let before = server.digest();
    assert_snapshot!(cachectl.args(["migrate", "--rule", RULES[1]]).run(), @"
    --- stderr
    error: `migrate` asks before it writes, and there is no terminal to ask on

    hint: look first with `--dry-run`, then pass `--yes`; `--expect N` guards it
    [exit status: 77]
    ");
    let expecting = |keys: &str| {
        cachectl.args(["migrate", "--yes", "--expect", keys, "--rule", RULES[1], "-q"]).run()
    };
    assert_snapshot!(expecting("2"), @"
    --- stderr
    error: 2 keys expected, and there is 1 key

    hint: look again with `--dry-run`
    [exit status: 77]
    ");
    assert_eq!(server.digest(), before);
    assert!(cachectl.args(["migrate", "list"]).run().stdout().contains("no migrations"));
    assert_eq!(expecting("1").code(), Some(0));
}

#[test]
fn nothing_to_rename_is_not_what_was_expected() {
    let (server, cachectl) = small();
    let before = server.digest();
    let expecting = |keys: &str| {
        anywhere(cachectl.args(["migrate", "--yes", "--rule", "no:* => n:*", "--expect", keys]))
    };
    let run = expecting("5").run().assert_code(77);
    assert!(run.stdout().starts_with("nothing to rename"), "{run}");
    assert!(run.stderr().starts_with("error: 5 keys expected, and there are 0 keys\n"), "{run}");
    ends_with(0, expecting("0"));
    assert_eq!(server.digest(), before);
}

#[test]
fn a_protected_context_wants_more_than_yes() {
    let (server, cachectl) = small();
    let before = server.digest();
    let config = format!("contexts: {{ prod: {{ url: '{}', protected: true }} }}\n", server.url());
    fs::write(cachectl.directory().join("cachectl.yaml"), config).unwrap();
    // The fixture passes `--url`, which is no way around the context with the same address.
    let yes = cachectl.args(["migrate", "--rule", RULES[1], "--yes"]);
    assert_snapshot!(yes.clone().run(), @"
    --- stderr
    error: the context `prod` is protected, and `--yes` alone is not enough for it

    hint: pass `--expect N` besides, with the number of keys that a dry run gives
    [exit status: 77]
    ");
    assert_eq!(server.digest(), before);
    ends_with(0, yes.arg("--expect").arg("1"));
    let rollback = cachectl.args(["migrate", "rollback", "--yes"]);
    ends_with(77, rollback.clone());
    ends_with(0, rollback.arg("--expect").arg("1"));
    assert_eq!(server.digest(), before);
}

#[test]
fn a_plan_is_made_today_and_applied_tonight() {
    let (server, cachectl) = small();
    server.command(&["RPUSH", "doc:state:1", "in the way"]);
    let plan = ["migrate", "plan", "--rule", RULES[1], "--on-conflict", "stash", "-o", "a plan"];
    let run = cachectl.args(plan).run().assert_success();
    assert!(run.stdout().starts_with("would rename 1 key, "), "{run}");
    assert!(run.stderr().contains("migrate apply 'a plan'` applies it"), "{run}");
    assert_snapshot!(cachectl.args(plan).run(), @"
    --- stderr
    error: `a plan` is there already

    hint: choose another name, or remove the file first
    [exit status: 73]
    ");
    let apply = anywhere(cachectl.args(["migrate", "apply", "a plan", "--yes"]));
    assert_snapshot!(apply.run(), @"
    renamed 1 of 1 key in [TIME] (migration [ID])
    verified 1 key in [TIME]: all as planned

    moved aside: 1 key in the way
      doc:state:1 -> [STASH]:doc:state:1
    --- stderr
    hint: `cachectl --url unix://[TMP]/s migrate rollback [ID]` undoes it
    ");
    assert_eq!(server.text(&["GET", "doc:state:1"]), "one");
}

#[test]
fn a_plan_that_was_refused_cannot_be_applied() {
    let (server, cachectl) = small();
    server.command(&["RPUSH", "doc:state:1", "in the way"]);
    let plan = ["migrate", "plan", "--rule", RULES[1], "-o", "p", "--output", "json"];
    let run = cachectl.args(plan).run().assert_code(77);
    assert_eq!(json(run.stdout())["refusals"][0]["id"], "conflicts");
    assert_snapshot!(anywhere(cachectl.args(["migrate", "apply", "p", "--yes"])).run(), @"
    --- stderr
    error: the plan was refused when it was made: conflicts

    hint: make the plan again, with what was refused put right
    [exit status: 77]
    ");
}

#[test]
fn a_rules_file_can_hold_the_whole_migration() {
    let server = Server::start().with_keys("user:*", 20);
    server.command(&["SET", "user:7:lock", "held"]);
    let cachectl = cachectl().server(&server);
    let rules = "\
version: 1
select: { exclude: ['*:lock'] }
rules:
  - { match: 'user:*', to: 'user:v2:*' }
rate: 100000
expect: 20
assert: { matched: 10..30, conflicts: 0 }
";
    fs::write(cachectl.directory().join("rules.yaml"), rules).unwrap();
    let migrate = ["migrate", "--rules", "rules.yaml", "--yes"];
    ends_with(0, cachectl.args(migrate));
    assert_eq!(server.number(&["EXISTS", "user:7:lock", "user:v2:0", "user:0"]), 2);
    // The new names match the rule, and are too many by now.
    let again = rules.replace("10..30", "0..10");
    fs::write(cachectl.directory().join("rules.yaml"), again).unwrap();
    let run = cachectl.args(migrate).run().assert_code(77);
    assert!(run.stdout().contains("the assertion `matched: 0..10` does not hold"), "{run}");
}

#[test]
fn hostile_names_do_not_reach_the_terminal() {
    let server = Server::start();
    server.command(&[&b"SET"[..], b"a:\x1b[31m\n\xff", b"1"]);
    server.command(&[&b"SET"[..], &[&b"a:"[..], &vec![b'x'; 100_000]].concat(), b"1"]);
    let run = cachectl().server(&server).args(["migrate", "--rule", "a:* => b:*", "--dry-run"]);
    let run = run.run().assert_success();
    assert!(run.stdout().contains(r"a:\x1b[31m\n\xff"), "{run}");
    assert!(run.stdout().contains("(97.7 KiB)"), "{run}");
    assert!(run.stdout().lines().all(|line| line.len() < 250), "{run}");
}

#[test]
fn in_a_cluster_keys_that_would_change_their_slot_are_refused() {
    let cluster = Cluster::start();
    Keyspace::new(1).keys("user:{}", 30).load(&cluster);
    let cachectl = cachectl().url(cluster.url());
    let run = cachectl.args(["migrate", "--rule", "user:{id} => person:{id}", "--yes"]).run();
    let run = run.assert_code(77);
    assert!(run.stdout().contains("across slots: "), "{run}");
    assert!(run.stderr().contains("hint: in a cluster a key keeps its slot"), "{run}");
    let tagged = ["migrate", "--rule", r"user:{id} => person:\{user:{id}\}", "--yes"];
    let run = cachectl.args(tagged).run().assert_success();
    assert!(run.stdout().contains("renamed 30 of 30 keys"), "{run}");
    let refused = cachectl.args(["migrate", "list", "--db", "1"]).run();
    assert_eq!(refused.code(), Some(0));
    let other_db = cachectl.args(["migrate", "--rule", "a:* => b:*", "--dry-run", "--db", "1"]);
    let run = other_db.run();
    assert!(run.stderr().contains("leave out `--db`"), "{run}");
}
