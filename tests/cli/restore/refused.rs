//! Restores that are refused.

use std::fs;

use cachectl_testkit::Server;
use insta::assert_snapshot;

use super::small;
use crate::{anywhere, cachectl, ends_with, with};

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
    error: invalid value 'stash' for '--on-conflict <POLICY>': unknown policy `stash`; use abort, skip or replace

    For more information, try '--help'.
    [exit status: 64]
    ");
    assert_snapshot!(restore(&["keys.rdb", "--ttl", "soon"]), @"
    --- stderr
    error: invalid value 'soon' for '--ttl <POLICY>': unknown policy `soon`; use keep, drop or shift

    For more information, try '--help'.
    [exit status: 64]
    ");
    assert_snapshot!(restore(&["keys.rdb", "-y", "--into-db", "4"]), @"
    --- stderr
    error: could not connect to `127.0.0.1:[PORT]`
      caused by: the connection was refused

    hint: is a server running there?
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
