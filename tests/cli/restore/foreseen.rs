//! What a dry run foresees: it counts what the run counts, and refuses what fits no key.

use std::fs;

use cachectl_testkit::{Server, cli::Output, locate::Release};
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::small;
use crate::{anywhere, cachectl, json, with};

#[test]
fn a_rule_or_a_glob_that_fits_no_key_is_refused_and_nothing_is_written() {
    let (_server, other, cachectl, _) = small();
    other.command(&["SET", "user:1", "live"]);
    let before = (other.digest(), other.write_counters());
    let restore = |flags: &[&str]| {
        with(cachectl.args(["restore", "keys.rdb", "--on-conflict", "replace"]), flags).run()
    };
    let refuses = |flags: &[&str], expected: &str| {
        for mode in ["--yes", "--dry-run"] {
            let run = restore(&[flags, &[mode]].concat()).assert_code(77);
            assert!(run.stderr().starts_with(&format!("error: {expected}\n")), "{run}");
            assert!(run.stdout().contains(&format!("refused:\n  - {expected}\n")), "{run}");
            assert!(run.stderr().contains("`--allow-empty` goes on without"), "{run}");
        }
    };
    refuses(&["--map", "usr:* => old:*"], "no key fits the rule `usr:* => old:*`");
    refuses(
        &["--map", "user:* => a:*", "--map", "x:* => b:*", "--map", "y:* => c:*"],
        "no key fits the rule `x:* => b:*`; 1 more fits none either",
    );
    refuses(&["--match", "user:"], "no key fits the glob `user:`");
    refuses(&["--match", "user:*", "--match", "usr:*"], "no key fits the glob `usr:*`");
    refuses(&["--type", "stream"], "no key is selected");
    refuses(&["--match", "queue", "--type", "hash"], "no key fits the glob `queue`");
    refuses(&["--db", "0", "--db", "7"], "no key of database 7 is selected");
    fs::write(
        cachectl.directory().join("rules.yaml"),
        "version: 1\nrules: [{ prefix: 'user:', to: 'u:' }, { prefix: 'usr:', to: 'v:' }]\n",
    )
    .unwrap();
    let file = restore(&["--rules", "rules.yaml", "--yes"]).assert_code(77);
    assert!(file.stderr().contains("error: no key fits the rule `"), "{file}");
    assert_eq!((other.digest(), other.write_counters()), before);
    let allowed = restore(&["--map", "usr:* => old:*", "--allow-empty", "--yes"]).assert_code(0);
    assert!(allowed.stderr().contains("warning: no key fits the rule `usr:* => old:*`"));
    assert_eq!(other.text(&["GET", "user:1"]), "one");
}

#[test]
fn a_dry_run_shows_what_each_rule_and_glob_fits_and_where_names_go() {
    let (_server, other, cachectl, _) = small();
    other.command(&["SET", "old:1", "in the way"]);
    let flags = ["--map", "user:* => old:*", "--match", "user:*", "--match", "queue"];
    let restore = cachectl.args(["restore", "keys.rdb", "--dry-run", "--on-conflict", "skip"]);
    let restore = with(restore, &flags);
    assert_snapshot!(anywhere(restore.clone()).run(), @"
    would restore 2 keys
    from keys.rdb, RDB version 10, written [MOMENT]
    to [TMP]/s, [SERVER], db0
    in the file 4 keys: 2 to restore, 1 skipped, 1 left out
      types      list 1, hash 1
      databases  db0 2
      method     copied unchanged 2
      expiry     kept: keys expire when they would have

         glob    matched
         user:*        2
         queue         1

         rule                       matched  to restore  skipped
      1  user:* => old:*                  2           1        1
         (no rule: the name stays)        1           1        0

    rule 1: user:* => old:*
      samples    user:2  -> old:2  hash, expires in [TIME]

    no rule:
      samples    queue    list, no expiry

    conflicts: 1 name is taken, and what is there stays
      old:1 in db0
    ");
    let preview = json(restore.arg("-o").arg("json").run().assert_success().stdout());
    let numbers = ["selected", "restores", "skipped"].map(|field| preview[field].clone());
    assert_eq!(numbers, [json!(3), json!(2), json!(1)]);
    assert_eq!(preview["rules"][0]["rule"], "user:* => old:*");
    assert_eq!(preview["rules"][0]["matched"], 2);
    assert_eq!(preview["rules"][0]["samples"][0]["to"], "old:2");
    assert_eq!(preview["unmapped"]["samples"][0]["from"], "queue");
    assert_eq!(preview["globs"][1], json!({ "glob": "queue", "matched": 1 }));
    assert_eq!(preview["databases"], json!([0]));
}

/// Returns the counts of a preview or a report, by what becomes of the keys.
fn counts(report: &Value, restored: &str) -> Vec<Value> {
    let places = [restored, "skipped", "unsupported/count", "roads"];
    let at = |place: &str| report.pointer(&format!("/{place}")).unwrap().clone();
    places.into_iter().map(at).collect()
}

#[test]
fn the_preview_counts_what_the_run_counts() {
    let (_server, other, cachectl, _) = small();
    other.command(&["SET", "user:1", "in the way"]);
    let restore = |flags: &[&str]| {
        let run = cachectl.args(["restore", "keys.rdb", "--on-conflict", "skip", "-o", "json"]);
        with(run, flags).run().assert_success()
    };
    let preview = json(restore(&["--dry-run", "--expect", "3"]).stdout());
    let restored = restore(&["--yes", "--expect", "3"]);
    let note = "3 of 4 keys in keys.rdb to restore, 1 skipped";
    assert!(restored.stderr().starts_with(note), "{restored}");
    let restored = json(restored.stdout());
    assert_eq!(counts(&preview, "restores"), counts(&restored["restore"], "restored"));

    // By now everything is there, and the answer is that there is nothing to do.
    let again = cachectl.args(["restore", "keys.rdb", "--on-conflict", "skip"]);
    let dry = with(again.clone(), &["--dry-run"]).run().assert_success();
    assert!(dry.stdout().starts_with("nothing to restore\n"), "{dry}");
    assert!(dry.stdout().contains("in the file 4 keys: 0 to restore, 4 skipped\n"), "{dry}");
    let run = with(again, &["--yes"]).run().assert_success();
    assert_eq!(run.stdout(), dry.stdout());
    assert_eq!(json(restore(&["--yes"]).stdout())["restore"], Value::Null);
}

#[test]
fn what_the_server_cannot_take_is_foreseen() {
    let server = Server::builder().release(Release::Valkey91).start();
    server.command(&["HSET", "dying", "field", "value"]);
    server.command(&["HPEXPIREAT", "dying", "4000000000000", "FIELDS", "1", "field"]);
    server.command(&["HSET", "plain", "field", "value"]);
    server.command(&["SET", "text", "1"]);
    let file = server.save();
    let older = Server::builder().release(Release::Redis62).start();
    let restore = |flags: &[&str]| -> Output {
        let run = cachectl().server(&older).args(["restore"]).arg(&file);
        with(run, flags).run().assert_code(1)
    };
    let dry = restore(&["--dry-run"]);
    assert!(dry.stdout().starts_with("would restore 2 keys\n"), "{dry}");
    assert!(dry.stdout().contains("in the file 3 keys: 2 to restore, 1 unsupported\n"), "{dry}");
    assert!(dry.stdout().contains("  method     under another version 1, rewritten 1\n"), "{dry}");
    let named = "unsupported: 1 key that the server cannot have\n  \
                 dying in db0: the server's hashes have no fields that expire\n";
    assert!(dry.stdout().contains(named), "{dry}");
    let preview = json(restore(&["--dry-run", "-o", "json"]).stdout());
    assert_eq!(preview["outcome"], "findings");
    let restored = json(restore(&["--yes", "-o", "json"]).stdout());
    assert_eq!(counts(&preview, "restores"), counts(&restored["restore"], "restored"));
    assert_eq!(preview["unsupported"], restored["restore"]["unsupported"]);
    // What is there is not lost to a value that the server cannot have.
    older.command(&["SET", "dying", "live"]);
    let dry = restore(&["--dry-run", "--on-conflict", "replace", "--match", "dying"]);
    assert!(!dry.stdout().contains("LOST"), "{dry}");
    drop(restore(&["--yes", "--on-conflict", "replace", "--match", "dying"]));
    assert_eq!(older.text(&["GET", "dying"]), "live");
}
