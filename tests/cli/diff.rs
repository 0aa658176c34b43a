//! Comparisons, of files and of servers.

use std::{fs, time::Duration};

use cachectl_testkit::{
    Cachectl, EveryEncoding, Keyspace, Server, locate::Release, server::Signal,
};
use insta::assert_snapshot;
use serde_json::json;

use crate::{anywhere, cachectl, ends_with, has_advanced, json, with};

/// Returns a server with six keys, and the binary for it, with a backup of them.
fn small() -> (Server, Cachectl) {
    let server = Server::builder().release(Release::Redis70).start();
    server.command(&["SET", "user:1", "one"]);
    server.command(&["SET", "user:2", "two", "PXAT", "4000000000000"]);
    server.command(&["HSET", "user:3", "field", "value"]);
    server.command(&["RPUSH", "queue", "a", "b"]);
    server.command(&["SET", "gone", "soon"]);
    Keyspace::new(1).keys("other:{}", 1).in_db(3).load(&server);
    let cachectl = cachectl().server(&server);
    ends_with(0, cachectl.args(["backup", "-o", "keys.rdb", "-q"]));
    (server, cachectl)
}

/// Changes one thing of each kind.
fn change(server: &Server) {
    server.command(&["SET", "user:1", "1"]);
    server.command(&["PERSIST", "user:2"]);
    server.command(&["DEL", "user:3"]);
    server.command(&["SET", "user:3", "text"]);
    server.command(&["DEL", "gone"]);
    server.command(&["SET", "new", "1"]);
}

/// Returns a run whose list is in order: servers and files have none.
fn sorted(text: &str) -> String {
    let (head, list) = text.split_once("\n\n").unwrap();
    let (list, rest) = list.split_once("\n---").unwrap_or((list, ""));
    let mut lines: Vec<&str> = list.lines().collect();
    lines.sort_unstable();
    format!("{head}\n\n{}\n---{rest}", lines.join("\n"))
}

#[test]
fn what_is_equal_is_said_so() {
    let (_server, cachectl) = small();
    assert_snapshot!(anywhere(cachectl.args(["diff", "keys.rdb"])).run(), @"
    no differences: 6 keys are equal in [TIME]
      A  keys.rdb, RDB 10: 6 keys
      B  [TMP]/s databases 0, 3, [SERVER]: 6 keys
    ");
    let twice = crate::cachectl().args(["diff"]);
    let path = cachectl.directory().join("keys.rdb");
    let run = twice.arg(&path).arg(&path).run().assert_success();
    assert!(run.stdout().starts_with("no differences: 6 keys are equal in "), "{run}");
}

#[test]
fn every_kind_of_difference_is_listed() {
    let (server, cachectl) = small();
    change(&server);
    let diff = anywhere(cachectl.args(["diff", "keys.rdb", "-", "--rounds", "0"]));
    let diff = diff.filter(r"expires in \d+ d \d+ h", "expires in [TIME]").run();
    assert_snapshot!(sorted(&diff.to_string()), @"
    5 keys differ, 2 keys are equal in [TIME]
      A  keys.rdb, RDB 10: 6 keys
      B  [TMP]/s databases 0, 3, [SERVER]: 6 keys
      missing in B 1, only in B 1, another type 1, another value 1, another expiry 1

      another expiry: user:2 (string, expires in [TIME] in A, no expiry in B)
      another type: user:3 (hash in A, string in B)
      another value: user:1 (string, no expiry)
      missing in B: gone (string, no expiry)
      only in B: new (string, no expiry)
    --- stderr
    hint: `cachectl --url unix://[TMP]/s restore keys.rdb --on-conflict skip --dry-run` tries to put back what is missing
    [exit status: 1]
    ");
    assert_eq!(diff.code(), Some(1));
    let diff = cachectl.args(["diff", "keys.rdb", "--rounds", "0", "-o", "json", "-q"]).run();
    let report = json(diff.assert_code(1).stdout());
    assert_eq!(report["schema"], "cachectl.diff/1");
    let kinds = json!({ "missing": 1, "extra": 1, "type": 1, "value": 1, "expiry": 1 });
    assert_eq!(report["by_kind"], kinds);
    assert_eq!(report["differences"]["count"], 5);
}

#[test]
fn flags_choose_what_is_compared() {
    #[track_caller]
    fn case(cachectl: &Cachectl, flags: &[&str], expected: u64) {
        let diff = cachectl.args(["diff", "keys.rdb", "--rounds", "0", "-o", "json", "-q"]);
        let report = json(with(diff, flags).run().stdout());
        assert_eq!(report["differences"]["count"], expected, "{flags:?}");
    }

    let (server, cachectl) = small();
    change(&server);
    case(&cachectl, &[], 5);
    case(&cachectl, &["--match", "user:*"], 3);
    case(&cachectl, &["--match", "gone", "--match", "new"], 2);
    case(&cachectl, &["--type", "hash"], 1);
    case(&cachectl, &["--db", "3"], 0);
    case(&cachectl, &["--db", "0"], 5);
    case(&cachectl, &["--ignore-ttl"], 4);
    case(&cachectl, &["--rate", "100000", "--batch", "16", "--max-latency", "1s"], 5);
    server.command(&["PEXPIREAT", "user:2", "4000000001000"]);
    case(&cachectl, &["--match", "user:2"], 1);
    case(&cachectl, &["--match", "user:2", "--ttl-tolerance", "1s"], 0);
    case(&cachectl, &["--match", "user:2", "--ttl-tolerance", "999ms"], 1);
}

#[test]
fn rules_say_which_name_became_which() {
    let (server, cachectl) = small();
    let rules = "version: 1\nrules: [{ match: 'user:{id}', to: 'u:{id}' }]\n";
    fs::write(cachectl.directory().join("rules.yaml"), rules).unwrap();
    ends_with(0, cachectl.args(["migrate", "--rules", "rules.yaml", "--yes"]));
    ends_with(1, cachectl.args(["diff", "keys.rdb", "--rounds", "0"]));
    ends_with(0, cachectl.args(["diff", "keys.rdb", "--rules", "rules.yaml"]));
    ends_with(0, cachectl.args(["diff", "keys.rdb", "--map", "user:* => u:*"]));
    server.command(&["DEL", "u:1"]);
    let diff = ["diff", "keys.rdb", "--map", "user:* => u:*", "--rounds", "0"];
    let run = cachectl.args(diff).run().assert_code(1);
    assert!(run.stdout().contains("missing in B: user:1 -> u:1 (string, no expiry)"), "{run}");
}

#[test]
fn what_fits_no_key_is_no_comparison() {
    let (server, cachectl) = small();
    let diff = |flags: &[&str]| {
        with(anywhere(cachectl.args(["diff", "keys.rdb", "--rounds", "0"])), flags).run()
    };
    assert_snapshot!(diff(&["--map", "usr:* => u:*"]), @"
    --- stderr
    error: no key fits the rule `usr:* => u:*`

    hint: rules are about the names of side A, the first one; `--allow-empty` compares without
    [exit status: 77]
    ");
    let refuses = |flags: &[&str], expected: &str| {
        let run = diff(flags).assert_code(77);
        assert!(run.stderr().starts_with(&format!("error: {expected}\n")), "{run}");
        assert_eq!(run.stdout(), "");
    };
    refuses(&["--match", "usr:*"], "no key fits the glob `usr:*`");
    refuses(&["--match", "user:*", "--match", "usr:*"], "no key fits the glob `usr:*`");
    refuses(&["--type", "stream"], "no key is selected");
    refuses(&["--match", "queue", "--type", "hash"], "no key is selected");
    refuses(&["--db", "7"], "no key of database 7 is selected");
    // The rules are written for the old names, and here the old names are on side B.
    ends_with(0, cachectl.args(["migrate", "--rule", "user:* => u:*", "--yes"]));
    let swapped = cachectl.args(["diff", "-", "keys.rdb", "--map", "user:* => u:*"]);
    ends_with(77, swapped);
    let allowed = diff(&["--map", "usr:* => u:*", "--allow-empty"]).assert_code(1);
    assert!(allowed.stderr().contains("warning: no key fits the rule `usr:* => u:*`"), "{allowed}");
    // A key that only side B has is one all the same.
    server.command(&["SET", "new", "1"]);
    drop(diff(&["--match", "new"]).assert_code(1));
}

#[test]
fn two_empty_sides_are_equal_and_said_to_be_empty() {
    let (one, other) = (Server::start(), Server::start());
    let run = cachectl().args(["diff", &one.url(), &other.url()]).run().assert_success();
    assert!(run.stdout().starts_with("nothing to compare: neither side has a key\n"), "{run}");
}

#[test]
fn the_database_that_an_address_names_is_shown_and_is_in_the_hint() {
    let (_server, cachectl) = small();
    let other = Server::start();
    let url = other.url_of_db(3);
    let path = cachectl.directory().join("keys.rdb");
    let diff = crate::cachectl().args(["diff", "--rounds", "0"]).arg(&path).arg(&url);
    let run = diff.run().assert_code(1);
    assert!(run.stdout().contains(" database 3, redis "), "{run}");
    assert!(run.stderr().contains(" --db 3 --on-conflict skip --dry-run` tries"), "{run}");
}

#[test]
fn sides_are_files_urls_and_contexts() {
    let (server, _) = small();
    let newer = Server::builder().release(Release::Valkey91).start();
    EveryEncoding::new(1).load(&server);
    let cachectl = cachectl();
    let config = format!(
        "default_context: old\ncontexts:\n  old: {{ url: '{}' }}\n  new: {{ url: '{}' }}\n",
        server.url(),
        newer.url()
    );
    fs::write(cachectl.directory().join("cachectl.yaml"), config).unwrap();
    ends_with(0, cachectl.args(["backup", "-o", "keys.rdb"]));
    ends_with(0, cachectl.args(["-C", "new", "restore", "keys.rdb", "--yes"]));
    ends_with(0, cachectl.args(["diff", "context:old", "context:new"]));
    ends_with(0, cachectl.args(["diff", "old", &newer.url()]));
    ends_with(0, cachectl.args(["diff", "new"]));
    ends_with(0, cachectl.args(["-C", "new", "diff", "keys.rdb"]));
    ends_with(0, cachectl.args(["diff", "keys.rdb", "new"]));
    newer.command(&["SET", "user:1", "1"]);
    ends_with(1, cachectl.args(["diff", "-", "new", "--rounds", "0"]));
    ends_with(0, cachectl.args(["diff", "-", "keys.rdb"]));
}

const PROD: &str = "contexts: { prod: { url: 'redis://127.0.0.1:1' } }\n";

#[test]
fn sides_that_make_no_sense_are_refused_before_the_first_connection() {
    let home = cachectl();
    fs::write(home.directory().join("cachectl.yaml"), PROD).unwrap();
    let (_server, other) = small();
    fs::copy(other.directory().join("keys.rdb"), home.directory().join("keys.rdb")).unwrap();
    let diff = |sides: &[&str]| with(anywhere(home.args(["diff"])), sides).run();
    assert_snapshot!(diff(&["keys.rdb", "localhost:6379"]), @"
    --- stderr
    error: `localhost:6379` is neither a file, nor a URL, nor `context:NAME`, nor `-`

    hint: a server is written with its scheme: `redis://localhost:6379`
    [exit status: 64]
    ");
    assert_snapshot!(diff(&["keys.rdb", "prdo"]), @"
    --- stderr
    error: `prdo` is neither a file, nor a URL, nor `context:NAME`, nor `-`

    hint: did you mean `context:prod`?
    [exit status: 64]
    ");
    assert_snapshot!(diff(&["keys.rdb", "context:prdo"]), @"
    --- stderr
    error: there is no context `prdo` in `cachectl.yaml`

    hint: did you mean `prod`?
    [exit status: 78]
    ");
    assert_snapshot!(diff(&["-", "-"]), @"
    --- stderr
    error: both sides are the server that every other command would speak to

    hint: for instance `cachectl diff dump.rdb`, or `cachectl diff old.rdb -`
    [exit status: 64]
    ");
    assert_snapshot!(diff(&["keys.rdb", "http://:s3cret@h"]), @"
    --- stderr
    error: side B is no usable URL: unknown scheme `http`; use redis, rediss, valkey, valkeys or unix
    [exit status: 64]
    ");
    assert_snapshot!(diff(&["keys.rdb", "context:prod", "--url", "redis://h"]), @"
    --- stderr
    error: `--url` names a server, and neither side is `-`

    hint: leave it out, or write `-` for that server
    [exit status: 64]
    ");
    assert_snapshot!(diff(&["keys.rdb", "--ignore-ttl", "--ttl-tolerance", "1s"]), @"
    --- stderr
    error: the argument '--ignore-ttl' cannot be used with '--ttl-tolerance <TIME>'

    Usage: cachectl diff --ignore-ttl <A> [B]

    For more information, try '--help'.
    [exit status: 64]
    ");
}

#[test]
fn a_name_that_is_a_file_and_a_context_is_refused() {
    let home = cachectl();
    fs::write(home.directory().join("cachectl.yaml"), PROD).unwrap();
    fs::write(home.directory().join("prod"), "").unwrap();
    assert_snapshot!(home.args(["diff", "prod"]).run(), @"
    --- stderr
    error: `prod` is a file, and a context as well

    hint: `./prod` is the file, `context:prod` the context
    [exit status: 64]
    ");
}

#[test]
fn a_password_in_a_side_is_warned_of_and_never_printed() {
    let server = Server::builder().acl_user("blind on >s3cret ~* +@all -scan").start();
    let (_server, home) = small();
    let file = home.directory().join("keys.rdb");
    let url = server.url_as("blind", "s3cret");
    let diff = cachectl().args(["diff"]).arg(&file);
    for run in [diff.clone().arg(&url), diff.arg("-").arg("--url").arg(&url)] {
        let run = run.run().assert_code(77);
        let warning = "warning: the password in the URL shows up";
        assert_eq!(run.stderr().matches(warning).count(), 1, "{run}");
        assert!(run.stderr().contains("error: could not read side B"), "{run}");
        assert!(run.stderr().contains("hint: this allows it: `ACL SETUSER blind +scan`"), "{run}");
        assert!(!run.stderr().contains("s3cret"), "{run}");
    }
}

#[test]
fn what_is_missing_comes_with_the_way_to_put_it_back() {
    let (server, cachectl) = small();
    server.command(&["DEL", "queue"]);
    let diff = ["diff", "keys.rdb", "--rounds", "0"];
    let run = anywhere(cachectl.args(diff)).run().assert_code(1);
    let hint = "restore keys.rdb --on-conflict skip --dry-run` tries to put back what is missing";
    assert!(run.stderr().contains(hint), "{run}");
    ends_with(0, cachectl.args(["restore", "keys.rdb", "--on-conflict", "skip", "--yes"]));
    ends_with(0, cachectl.args(diff));
}

#[test]
fn an_interrupted_comparison_says_so() {
    let server = Server::start();
    Keyspace::new(1).keys("user:{}", 40_000).load(&server);
    let file = server.save();
    let cachectl = cachectl().server(&server);
    let slow = cachectl.args(["diff", "--rate", "2000", "--progress", "json"]).arg(&file);
    let running = slow.spawn();
    has_advanced(&running, "compare");
    running.signal(Signal::Interrupt);
    let run = running.wait(Duration::from_secs(30)).assert_code(130);
    assert!(run.stderr().contains("error: stopped before anything was changed"), "{run}");
}
