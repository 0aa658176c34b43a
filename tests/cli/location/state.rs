//! State directories that others may have had their hands on.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use cachectl_testkit::{Cachectl, Server};
use insta::assert_snapshot;

use super::{give_away, mode, set_mode};
use crate::{anywhere, cachectl, ends_with};

const MIGRATE: [&str; 4] = ["migrate", "--rule", "user:* => u:*", "--yes"];

/// Returns a server and a migration on it that has come to its end.
fn migrated() -> (Server, Cachectl, PathBuf) {
    let server = Server::start().with_keys("user:*", 5);
    let cachectl = cachectl().server(&server);
    drop(cachectl.args(MIGRATE).arg("--verify=2").run().assert_success());
    let migrations = fs::read_dir(cachectl.state_directory().join("migrations")).unwrap();
    let mut migrations = migrations.map(|entry| entry.unwrap().path());
    let directory = migrations.find(|path| path.is_dir()).unwrap();
    (server, cachectl, directory)
}

/// Every command that reads the files of a migration.
const READERS: [&[&str]; 4] = [
    &["migrate", "status"],
    &["migrate", "verify"],
    &["migrate", "rollback", "--yes"],
    &["migrate", "resume", "--yes"],
];

#[test]
fn no_link_in_a_state_directory_is_followed() {
    let (server, cachectl, directory) = migrated();
    let before = server.digest();
    let precious = cachectl.directory().join("precious");
    fs::write(&precious, "precious").unwrap();
    let names = ["journal-0", "journal-0.synced", "lock", "plan", "kept.json", "settings.json"];
    for name in names.into_iter().chain(["migration.json", "sample.rdb"]) {
        let (path, aside) = (directory.join(name), cachectl.directory().join("aside"));
        for leads_to in [&precious, &aside] {
            fs::rename(&path, &aside).unwrap();
            symlink(leads_to, &path).unwrap();
            for command in READERS {
                let run = cachectl.args(command).run();
                assert_ne!(run.code(), Some(0), "{name}: {run}");
                assert!(format!("{run}").contains("is a symbolic link"), "{name}: {run}");
            }
            fs::remove_file(&path).unwrap();
            fs::rename(&aside, &path).unwrap();
        }
    }
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
    assert_eq!(server.digest(), before);
    ends_with(0, cachectl.args(["migrate", "rollback", "--yes"]));
}

#[test]
fn the_lock_of_a_planted_link_creates_and_truncates_nothing() {
    let server = Server::start().with_keys("user:*", 5);
    let cachectl = cachectl().server(&server);
    let migrations = cachectl.state_directory().join("migrations");
    fs::create_dir_all(&migrations).unwrap();
    set_mode(&migrations, 0o700);
    set_mode(&cachectl.state_directory(), 0o700);
    let precious = cachectl.directory().join("precious");
    for exists in [true, false] {
        if exists {
            fs::write(&precious, "precious").unwrap();
        }
        symlink(&precious, migrations.join("lock")).unwrap();
        let run = cachectl.args(MIGRATE).run();
        assert_ne!(run.code(), Some(0), "{run}");
        assert!(run.stderr().contains("it is a symbolic link"), "{run}");
        assert_eq!(fs::read_to_string(&precious).ok().as_deref(), exists.then_some("precious"));
        fs::remove_file(migrations.join("lock")).unwrap();
        drop(fs::remove_file(&precious));
    }
    assert_eq!(server.number(&["EXISTS", "user:0"]), 1);
}

#[test]
fn the_directory_of_a_stranger_is_refused() {
    #[track_caller]
    fn case(spoil: impl Fn(&Path), expected: &str) {
        let (server, cachectl, directory) = migrated();
        let before = server.digest();
        spoil(&directory);
        let new = cachectl.args(["migrate", "--rule", "u:* => v:*", "--yes"]);
        for command in READERS.map(|command| cachectl.args(command)).into_iter().chain([new]) {
            let run = command.run();
            assert_ne!(run.code(), Some(0), "{run}");
            assert!(format!("{run}").contains(expected), "{run}");
        }
        assert_eq!(server.digest(), before);
    }

    let theirs = "belongs to user 65534";
    case(|migration| give_away(migration.ancestors().nth(2).unwrap()), theirs);
    case(|migration| give_away(migration.parent().unwrap()), theirs);
    let open = "can be written to by other users";
    case(|migration| set_mode(migration.ancestors().nth(2).unwrap(), 0o777), open);
    case(|migration| set_mode(migration.parent().unwrap(), 0o777), open);
}

#[test]
fn the_files_of_a_stranger_are_refused() {
    let (server, cachectl, directory) = migrated();
    let before = server.digest();
    give_away(&directory.join("kept.json"));
    for command in READERS {
        let run = cachectl.args(command).run();
        assert_ne!(run.code(), Some(0), "{run}");
        assert!(format!("{run}").contains("kept.json` belongs to user 65534"), "{run}");
    }
    assert_eq!(server.digest(), before);
}

#[test]
fn a_refusal_says_what_to_do() {
    let (_server, cachectl, _) = migrated();
    set_mode(&cachectl.state_directory(), 0o777);
    assert_snapshot!(anywhere(cachectl.args(["migrate", "status"])).run(), @"
    --- stderr
    error: `[TMP]/state` can be written to by other users

    hint: look at what is in it, then `chmod 700 [TMP]/state`; or choose another place with `--state-dir`
    [exit status: 77]
    ");
}

#[test]
fn what_others_could_only_read_is_hidden_from_them() {
    let (_server, cachectl, directory) = migrated();
    let migrations = directory.parent().unwrap();
    set_mode(&directory, 0o755);
    set_mode(migrations, 0o755);
    ends_with(0, cachectl.args(["migrate", "status"]));
    assert_eq!((mode(&directory), mode(migrations)), (0o700, 0o700));
}

#[test]
fn a_state_directory_that_was_moved_has_its_values_with_it() {
    let (server, cachectl, directory) = migrated();
    let kept = fs::read_to_string(directory.join("kept.json")).unwrap();
    assert!(kept.contains(r#""path": "sample.rdb""#), "a name, and no path: {kept}");
    let moved = cachectl.directory().join("moved");
    fs::rename(cachectl.state_directory(), &moved).unwrap();
    let verify = cachectl.args(["migrate", "verify", "--level", "2", "--state-dir", "moved"]);
    let verify = verify.run().assert_success();
    assert!(verify.stdout().contains("compared 5 values"), "{verify}");
    drop(server);
}
