//! Journals that are missing or damaged after a kill, as every command meets them.

use std::{fs, path::PathBuf};

use cachectl_testkit::{Cachectl, Keyspace, Server};
use insta::assert_snapshot;

use crate::{anywhere, cachectl, ends_with, has_advanced};

/// A migration whose process was killed in the middle of a window.
struct Killed {
    server: Server,
    cachectl: Cachectl,
    directory: PathBuf,
}

impl Killed {
    fn new() -> Self {
        let server = Server::start();
        Keyspace::new(1).keys("user:*", 10_000).load(&server);
        let cachectl = cachectl().server(&server);
        let slow = ["migrate", "--rule", "user:* => person:*", "--yes", "--rate", "4000"];
        let running = cachectl.args(slow).arg("--progress").arg("json").spawn();
        has_advanced(&running, "apply");
        drop(running.kill());
        let migrations = cachectl.state_directory().join("migrations");
        let mut found = fs::read_dir(migrations).unwrap().map(|entry| entry.unwrap().path());
        let directory = found.find(|path| path.is_dir()).unwrap();
        Self { server, cachectl, directory }
    }

    /// Makes sure that every command that needs a journal ends with 65 and changes nothing.
    #[track_caller]
    fn every_command_refuses(&self) {
        let before = self.server.digest();
        for command in [
            &["status"][..],
            &["list"],
            &["resume", "--yes"],
            &["verify"],
            &["rollback", "--dry-run"],
            &["rollback", "--yes"],
        ] {
            ends_with(65, self.cachectl.args([&["migrate"], command].concat()));
        }
        assert_eq!(self.server.digest(), before);
    }
}

#[test]
fn a_missing_or_damaged_journal_is_an_error_of_every_command() {
    let killed = Killed::new();
    let keys = killed.server.data_size();
    let status = || anywhere(killed.cachectl.args(["migrate", "status"])).run();
    let journal = killed.directory.join("journal-0");
    let beside = killed.directory.join("journal-0.synced");
    let bytes = fs::read(&journal).unwrap();

    fs::rename(&journal, killed.directory.join("elsewhere")).unwrap();
    killed.every_command_refuses();
    assert_snapshot!(status(), @"
    --- stderr
    error: the journal `[TMP]/state/migrations/[ID]/journal-0` is missing

    hint: put the directory of the migration back from a copy that is not older than the last run; without one, only a new plan helps
    [exit status: 65]
    ");
    fs::write(&journal, &bytes[..bytes.len() - 1]).unwrap();
    killed.every_command_refuses();
    assert!(status().stderr().contains(" bytes of it were on disk"), "{}", status());
    // A bit of the length of the first record.
    let mut flipped = bytes.clone();
    flipped[65] ^= 1;
    fs::write(&journal, flipped).unwrap();
    killed.every_command_refuses();
    assert_snapshot!(status(), @"
    --- stderr
    error: the journal `[TMP]/state/migrations/[ID]/journal-0` is damaged at byte 64

    hint: put the directory of the migration back from a copy that is not older than the last run; without one, only a new plan helps
    [exit status: 65]
    ");
    fs::write(&journal, &bytes).unwrap();
    fs::rename(&beside, killed.directory.join("elsewhere")).unwrap();
    killed.every_command_refuses();
    fs::rename(killed.directory.join("elsewhere"), &beside).unwrap();

    ends_with(0, killed.cachectl.args(["migrate", "rollback", "--yes"]));
    let back = killed.server.command(&["EVAL", "return #redis.call('KEYS', 'user:*')", "0"]);
    assert_eq!(back, cachectl_testkit::Value::Int(keys));
}

#[test]
fn what_is_damaged_can_be_forgotten_on_purpose() {
    let killed = Killed::new();
    let before = killed.server.digest();
    let id = killed.directory.file_name().unwrap().to_str().unwrap().to_owned();
    let forget = |arguments: &[&str]| {
        anywhere(killed.cachectl.args([&["migrate", "forget", &id], arguments].concat()))
            .filter(r"\([\d.]+ KiB\)", "([SIZE])")
            .filter(r"\d+ bytes of it", "[N] bytes of it")
            .run()
    };
    fs::write(killed.directory.join("journal-0"), "nothing").unwrap();

    assert_snapshot!(forget(&["--yes"]), @"
    --- stderr
    error: migration `[ID]` is damaged, and nothing tells which names its keys have
      caused by: the journal `[TMP]/state/migrations/[ID]/journal-0` ends at byte 7, but [N] bytes of it were on disk

    hint: put the files back, if there is a copy of them
    hint: `cachectl --url unix://[TMP]/s migrate forget [ID] --files-only --yes` removes them all the same
    [exit status: 65]
    ");
    assert_eq!(forget(&["--dry-run"]).code(), Some(65));
    assert_eq!(forget(&["--files-only"]).code(), Some(77), "nobody agreed to that");
    assert_snapshot!(forget(&["--files-only", "--yes", "--dry-run"]), @"
    would remove 6 files of migration [ID] ([SIZE])
      it is damaged: nothing tells which names its keys have
    ");
    assert!(killed.directory.exists());
    assert_snapshot!(forget(&["--files-only", "--yes"]), @"
    removed 6 files of migration [ID] ([SIZE])
      it is damaged: nothing tells which names its keys have
    ");
    assert!(!killed.directory.exists());
    assert_eq!(killed.server.digest(), before);
}

/// Nothing but the keys themselves is left of a migration.
#[test]
fn without_the_state_directory_the_rest_is_planned_anew() {
    let killed = Killed::new();
    let keys = killed.server.data_size();
    fs::remove_dir_all(killed.cachectl.state_directory()).unwrap();

    ends_with(64, killed.cachectl.args(["migrate", "resume", "--yes"]));
    ends_with(64, killed.cachectl.args(["migrate", "rollback", "--yes"]));
    let rest = ["migrate", "--rule", "user:* => person:*", "--yes"];
    ends_with(0, killed.cachectl.args(rest));

    let named = |pattern: &str| {
        let count = format!("return #redis.call('KEYS', '{pattern}')");
        killed.server.number(&["EVAL", &count, "0"])
    };
    assert_eq!((named("user:*"), named("person:*")), (0, keys));
}
