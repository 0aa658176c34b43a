//! Backups of nothing.

use std::fs;

use cachectl_testkit::{Cachectl, Server};
use insta::assert_snapshot;

use super::{files, small};
use crate::{anywhere, ends_with, json, with};

/// Backs up into `keys.rdb`.
fn backup(cachectl: &Cachectl, flags: &[&str]) -> cachectl_testkit::cli::Output {
    with(anywhere(cachectl.args(["backup", "-o", "keys.rdb"])), flags).run()
}

#[test]
fn a_backup_of_nothing_replaces_no_file() {
    let (server, cachectl) = small();
    drop(backup(&cachectl, &[]).assert_success());
    let path = cachectl.directory().join("keys.rdb");
    let good = fs::read(&path).unwrap();
    assert_snapshot!(backup(&cachectl, &["--force", "--match", "usr:*"]), @"
    --- stderr
    error: no key fits the glob `usr:*`

    hint: a glob fits a whole name: `user:*`, not `user:`; `--allow-empty` goes on without
    [exit status: 77]
    ");
    for flags in [["--type", "stream"], ["--db", "7"]] {
        drop(backup(&cachectl, &[&["--force"], flags.as_slice()].concat()).assert_code(77));
    }
    server.command(&["FLUSHALL"]);
    assert_snapshot!(backup(&cachectl, &["--force"]), @"
    --- stderr
    error: no key was found, and a backup of nothing would replace `keys.rdb`

    hint: the file stays as it is; is this the right server? `--allow-empty` replaces it all the same
    [exit status: 77]
    ");
    assert_eq!(fs::read(&path).unwrap(), good);
    assert_eq!(files(&cachectl), ["keys.rdb"]);
    let allowed = backup(&cachectl, &["--force", "--allow-empty"]).assert_success();
    assert!(allowed.stdout().starts_with("backed up 0 keys to keys.rdb in "), "{allowed}");
    assert_ne!(fs::read(&path).unwrap(), good);
}

#[test]
fn flags_that_select_no_key_make_no_file() {
    let (_server, cachectl) = small();
    for flags in [["--match", "usr:*"], ["--type", "stream"], ["--db", "7"]] {
        drop(backup(&cachectl, &flags).assert_code(77));
        assert_eq!(files(&cachectl), [""; 0]);
    }
    let allowed = backup(&cachectl, &["--match", "usr:*", "--allow-empty"]).assert_success();
    assert_eq!(files(&cachectl), ["keys.rdb"]);
    assert!(allowed.stderr().contains("warning: no key fits the glob `usr:*`\n"), "{allowed}");
    assert!(allowed.stderr().contains("warning: the backup has no key\n"), "{allowed}");
}

#[test]
fn an_empty_server_has_an_empty_backup_and_a_glob_that_fits_nothing_is_told() {
    let server = Server::start();
    let cachectl = crate::cachectl().server(&server);
    let empty = backup(&cachectl, &[]).assert_success();
    assert!(empty.stderr().contains("warning: the backup has no key"), "{empty}");
    server.command(&["SET", "user:1", "one"]);
    let flags = ["--force", "--match", "user:*", "--match", "usr:*"];
    let partial = backup(&cachectl, &flags).assert_success();
    assert!(partial.stderr().contains("warning: no key fits the glob `usr:*`\n"), "{partial}");
    let partial = with(cachectl.args(["backup", "-o", "keys.rdb", "--output", "json"]), &flags);
    let partial = json(partial.run().assert_success().stdout());
    assert_eq!(partial["unfit"], serde_json::json!([{ "glob": "usr:*" }]));
}

#[test]
fn the_hint_restores_from_a_backup_of_the_database_that_the_address_names() {
    let (server, _) = small();
    let cachectl = crate::cachectl().url(server.url_of_db(3));
    let run = backup(&cachectl, &[]).assert_success();
    assert!(
        run.stderr().contains(" restore keys.rdb --db 3 --on-conflict skip --dry-run` tries"),
        "{run}"
    );
    let restore = ["restore", "keys.rdb", "--db", "3", "--on-conflict", "skip", "--dry-run"];
    ends_with(0, cachectl.args(restore));
}
