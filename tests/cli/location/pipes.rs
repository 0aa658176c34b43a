//! Pipes and devices where a file is meant.

use std::{fs, path::Path, process::Command, time::Duration};

use cachectl_testkit::{Cachectl, Server};

use crate::{cachectl, ends_with, with};

/// Far more than an error at once takes, and far less than a reader of a pipe waits for.
const LIMIT: Duration = Duration::from_secs(60);

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Runs a command with `IT` for a pipe, a device and a directory, each of which it has to refuse.
#[track_caller]
fn refuses(cachectl: &Cachectl, command: &[&str]) {
    for (it, what) in [("pipe", "a pipe"), ("/dev/zero", "a device"), ("folder", "a directory")] {
        let arguments: Vec<String> = command.iter().map(|word| word.replace("IT", it)).collect();
        let run = cachectl.args(arguments).limit(LIMIT).run();
        assert_ne!(run.code(), Some(0), "{it}: {run}");
        let text = format!("{run}");
        let expected = format!("it is {what}, not an ordinary file");
        assert!(text.contains(&expected), "{it}: {run}");
    }
}

fn scene() -> (Server, Cachectl) {
    let server = Server::start().with_keys("user:*", 3);
    let cachectl = cachectl().server(&server);
    pipe(&cachectl.directory().join("pipe"));
    fs::create_dir(cachectl.directory().join("folder")).unwrap();
    (server, cachectl)
}

#[test]
fn configuration_and_secrets_are_ordinary_files() {
    let (_server, cachectl) = scene();
    refuses(&cachectl, &["--config", "IT", "config", "show"]);
    refuses(&cachectl, &["config", "check", "IT"]);
    refuses(&cachectl, &["--password-file", "IT", "backup", "-o", "keys.rdb"]);
    refuses(&cachectl, &["health", "serve", "127.0.0.1:0", "--web-auth-file", "IT"]);
    for name in ["CACHECTL_CONFIG", "CACHECTL_PASSWORD_FILE"] {
        let run = cachectl.args(["backup", "-o", "keys.rdb"]).env(name, "pipe").limit(LIMIT).run();
        assert!(run.assert_code(78).stderr().contains("it is a pipe"), "{name}");
    }
    pipe(&cachectl.directory().join("cachectl.yaml"));
    let run = cachectl.args(["health"]).limit(LIMIT).run().assert_code(78);
    assert!(run.stderr().contains("it is a pipe, not an ordinary file"), "{run}");
}

#[test]
fn certificates_are_ordinary_files() {
    let (_server, cachectl) = scene();
    let server = Server::builder().tls().start();
    let authority = server.certificates().authority.display().to_string();
    let cachectl = cachectl.url(server.url());
    let backup = ["backup", "-o", "keys.rdb"];
    refuses(&cachectl, &[&["--tls-ca", "IT"][..], &backup].concat());
    refuses(&cachectl, &["health", "--deadline", "20s", "--tls-ca", "IT"]);
    let serve = ["health", "serve", "127.0.0.1:0", "--web-tls-cert", "IT", "--web-tls-key", "IT"];
    refuses(&cachectl, &serve);
    let pair = ["--tls-ca", &authority, "--tls-cert", "IT", "--tls-key", "IT"];
    refuses(&cachectl, &[&pair[..], &backup].concat());
}

#[test]
fn rules_plans_and_snapshots_are_ordinary_files() {
    let (_server, cachectl) = scene();
    refuses(&cachectl, &["migrate", "--rules", "IT", "--dry-run"]);
    refuses(&cachectl, &["migrate", "apply", "IT", "--yes"]);
    refuses(&cachectl, &["migrate", "--rule", "a:* => b:*", "--rdb", "IT"]);
    refuses(&cachectl, &["backup", "inspect", "IT"]);
    refuses(&cachectl, &["restore", "IT", "--dry-run"]);
    refuses(&cachectl, &["diff", "IT", "-"]);
}

#[test]
fn outputs_are_ordinary_files() {
    let (_server, cachectl) = scene();
    refuses(&cachectl, &["health", "--textfile", "IT"]);
    refuses(&cachectl, &["health", "--state", "IT"]);
    for command in [
        &["backup", "--force", "-o"][..],
        &["migrate", "plan", "--rule", "user:* => u:*", "-o"],
        &["migrate", "--rule", "user:* => u:*", "--rdb", "some.rdb", "--force", "--output-rdb"],
    ] {
        for it in ["pipe", "/dev/null", "folder"] {
            let run = with(cachectl.args(command), &[it]).limit(LIMIT).run();
            assert!(run.code().is_some_and(|code| code != 0), "{it}: {run}");
            assert!(!cachectl.directory().join(it).is_file(), "{it}: {run}");
        }
    }
}

#[test]
fn what_a_shell_hands_over_is_read() {
    let (_server, cachectl) = scene();
    let rules = "version: 1\nrules: [{ match: 'user:*', to: 'u:*' }]\n";
    let run = cachectl.args(["migrate", "--rules", "/dev/stdin", "--dry-run"]).stdin(rules).run();
    assert!(run.assert_success().stdout().contains("would rename 3"));
    let server = Server::builder().password("word").start();
    let backup = ["--password-file", "/dev/stdin", "backup", "-o", "keys.rdb"];
    ends_with(0, cachectl.url(server.url()).args(backup).stdin("word\n"));
    // A configuration is read more than once, and what a pipe has is there once.
    let file = "contexts: { it: { url: 'redis://127.0.0.1:1' } }\n";
    let run = self::cachectl().args(["--config", "/dev/stdin", "config", "check"]).stdin(file);
    assert!(run.run().assert_code(78).stderr().contains("it is a pipe, not an ordinary file"));
}
