//! Files that are written where others can write as well.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use cachectl_testkit::{Cachectl, Server};

use super::{mode, set_mode};
use crate::cachectl;

/// Returns a server, and a sticky directory as `/tmp` is one.
fn scene() -> (Server, Cachectl, PathBuf) {
    let server = Server::start().with_keys("user:*", 3);
    let cachectl = cachectl().server(&server);
    let shared = cachectl.directory().join("shared");
    fs::create_dir(&shared).unwrap();
    set_mode(&shared, 0o1777);
    (server, cachectl, shared)
}

/// Runs a command with a umask that hides nothing.
fn openly(cachectl: &Cachectl, arguments: &[&str]) -> Output {
    let run = cachectl.args(arguments).command();
    let mut shell = Command::new("sh");
    shell.args(["-c", "umask 0; exec \"$0\" \"$@\""]).arg(run.get_program()).args(run.get_args());
    shell.env_clear().current_dir(cachectl.directory());
    shell.envs(run.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.output().unwrap()
}

/// Every command that writes a file, and the mode that it has then.
const WRITERS: [(&[&str], u32); 6] = [
    (&["health", "--textfile"], 0o644),
    (&["health", "--state"], 0o600),
    (&["backup", "-o"], 0o600),
    (&["migrate", "plan", "--rule", "user:* => u:*", "-o"], 0o600),
    (&["migrate", "--rule", "user:* => u:*", "--rdb", "some.rdb", "--output-rdb"], 0o600),
    (&["config", "init"], 0o600),
];

#[test]
fn modes_do_not_depend_on_the_umask() {
    let (_server, cachectl, shared) = scene();
    assert!(openly(&cachectl, &["backup", "-o", "some.rdb"]).status.success());
    for (number, (command, expected)) in WRITERS.into_iter().enumerate() {
        let path = shared.join(format!("file-{number}"));
        let arguments = [command, &[path.to_str().unwrap()]].concat();
        let run = openly(&cachectl, &arguments);
        assert!(path.is_file(), "{command:?}: {run:?}");
        assert_eq!(mode(&path), expected, "{command:?}");
    }
    let names = fs::read_dir(&shared).unwrap().count();
    assert_eq!(names, WRITERS.len(), "nothing is left beside them");
}

#[test]
fn a_link_that_somebody_planted_is_neither_followed_nor_replaced() {
    let (_server, cachectl, shared) = scene();
    assert!(openly(&cachectl, &["backup", "-o", "some.rdb"]).status.success());
    let precious = cachectl.directory().join("precious");
    fs::write(&precious, "precious").unwrap();
    let missing = cachectl.directory().join("missing");
    for leads_to in [&precious, &missing] {
        for (command, _) in WRITERS {
            assert_untouched(&cachectl, command, &shared.join("link"), leads_to);
        }
        for command in [&["backup", "--force", "-o"][..], &["man"]] {
            let link = shared.join(if command == ["man"] { "cachectl.1" } else { "link" });
            assert_untouched(&cachectl, command, &link, leads_to);
        }
    }
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
    assert!(!missing.exists());
}

#[track_caller]
fn assert_untouched(cachectl: &Cachectl, command: &[&str], link: &Path, leads_to: &Path) {
    drop(fs::remove_file(link));
    symlink(leads_to, link).unwrap();
    let named = if command == ["man"] { link.parent().unwrap() } else { link };
    let run = openly(cachectl, &[command, &[named.to_str().unwrap()]].concat());
    assert!(!run.status.success(), "{command:?}: {run:?}");
    assert!(fs::symlink_metadata(link).unwrap().is_symlink(), "{command:?}");
    fs::remove_file(link).unwrap();
}
