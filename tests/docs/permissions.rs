//! The ACL users of the guides, taken word by word: what a guide is about works with them.

use std::path::Path;

use cachectl_testkit::{Cachectl, Server};

use crate::page::Page;

/// Creates the user of this name as a page describes it, and returns `cachectl` as that user.
fn user(page: &str, name: &str, server: &Server) -> Cachectl {
    let text = Page::read(Path::new(page)).text;
    let start = format!("ACL SETUSER {name} on >… ");
    let at = text.find(&start).unwrap_or_else(|| panic!("{page} has no user `{name}`"));
    let mut lines = text[at..].lines();
    let first = lines.next().unwrap_or_default();
    // The following lines are indented.
    let more = lines.take_while(|line| line.starts_with("    "));
    let line = [first].into_iter().chain(more).collect::<Vec<_>>().join(" ");
    let words: Vec<_> = line.split_whitespace().map(|word| word.replace(">…", ">pw")).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    server.command(&words);
    let cachectl = Cachectl::new(env!("CARGO_BIN_EXE_cachectl")).server(server);
    cachectl.env("CACHECTL_USER", name).env("CACHECTL_PASSWORD", "pw")
}

#[track_caller]
fn works(cachectl: &Cachectl, arguments: &[&str]) {
    drop(cachectl.args(arguments).run().assert_code(0));
}

#[test]
fn the_user_of_the_migration_guide_migrates_and_goes_back() {
    let server = Server::start().with_keys("doc_state_*", 50);
    server.command(&["PEXPIRE", "doc_state_1", "10000000"]);
    let before = server.digest();
    let cachectl = user("docs/guides/migrate.md", "migrator", &server);
    let rule = ["migrate", "--rule", "doc_state_{id} => doc:state:{id}"];
    works(&cachectl, &[&rule[..], &["--dry-run"]].concat());
    works(&cachectl, &[&rule[..], &["--yes"]].concat());
    assert_eq!(server.number(&["EXISTS", "doc:state:1", "doc_state_1"]), 1);
    works(&cachectl, &["migrate", "verify"]);
    works(&cachectl, &["migrate", "rollback", "--yes"]);
    assert_eq!(server.digest(), before);
}

#[test]
fn the_users_of_the_backup_guide_back_up_and_restore() {
    let server = Server::start().with_keys("user:*", 50);
    server.command(&["PEXPIRE", "user:1", "10000000"]);
    let page = "docs/guides/backup.md";
    let cachectl = user(page, "backup", &server);
    works(&cachectl, &["backup", "-o", "keys.rdb"]);
    let target = Server::start();
    let restoring = user(page, "restore", &target);
    let file = cachectl.directory().join("keys.rdb").display().to_string();
    works(&restoring, &["restore", &file, "--dry-run"]);
    works(&restoring, &["restore", &file, "--yes"]);
    assert_eq!(target.digest(), server.digest());
}
