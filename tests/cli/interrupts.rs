//! Migrations that are stopped, and that are watched meanwhile.

use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use cachectl_testkit::{Cachectl, Keyspace, Server, cli::Running, server::Signal, wait};
use insta::assert_snapshot;

use crate::{anywhere, cachectl, ends_with, has_advanced, json};

/// Returns a server with many keys, and the binary for it.
fn large() -> (Server, Cachectl) {
    let server = Server::start();
    Keyspace::new(1).keys("user:*", 40_000).load(&server);
    let cachectl = cachectl().server(&server);
    (server, cachectl)
}

/// Starts to rename them so slowly that it takes 20 s, and returns when it has renamed some.
fn half_way(cachectl: &Cachectl) -> Running {
    let slow = ["migrate", "--rule", "user:* => person:*", "--yes", "--rate", "2000"];
    let running = cachectl.args(slow).arg("--progress").arg("json").spawn();
    has_advanced(&running, "apply");
    running
}

#[test]
fn an_interrupted_migration_says_how_to_carry_on() {
    let (server, cachectl) = large();
    let before = server.digest();
    let running = half_way(&cachectl);
    running.signal(Signal::Interrupt);
    let run = running.wait(Duration::from_secs(30)).assert_code(130);
    assert!(run.stderr().contains("stopping at the next safe point"), "{run}");
    assert!(run.stderr().contains(&format!("`cachectl --url {} migrate resume", server.url())));
    assert!(run.stdout().contains("not tried yet"), "{run}");
    let status = cachectl.args(["migrate", "status", "-o", "json"]).run();
    assert_eq!(json(status.stdout())["state"], "partial");
    ends_with(0, cachectl.args(["migrate", "resume"]));
    assert_eq!(server.number(&["EXISTS", "person:39999", "user:39999"]), 1);
    ends_with(0, cachectl.args(["migrate", "rollback", "-y"]));
    assert_eq!(server.digest(), before);
}

#[test]
fn a_migration_that_runs_is_locked_and_can_be_watched() {
    let (_server, cachectl) = large();
    let running = half_way(&cachectl);
    assert_snapshot!(anywhere(cachectl.args(["migrate", "resume"])).run(), @"
    --- stderr
    error: another process is at work on migration `[ID]`

    hint: `cachectl --url unix://[TMP]/s migrate status [ID]` shows how far it is
    [exit status: 77]
    ");
    let status = json(cachectl.args(["migrate", "status", "-o", "json"]).run().stdout());
    assert_eq!(status["running"], true);
    running.signal(Signal::Terminate);
    let run = running.wait(Duration::from_secs(30)).assert_code(143);
    assert!(run.stderr().contains("migrate resume"), "{run}");
}

#[test]
fn a_second_signal_does_not_wait_for_a_server_that_hangs() {
    let (server, cachectl) = large();
    let running = half_way(&cachectl);
    server.stop_process();
    running.signal(Signal::Interrupt);
    let stopping = "stopping at the next safe point";
    wait::until(stopping, || running.stderr_so_far().contains(stopping));
    running.signal(Signal::Interrupt);
    let run = running.wait(Duration::from_secs(10)).assert_code(130);
    assert_eq!(run.stdout(), "", "{run}");
    assert!(run.stderr().contains("migrate resume "), "{run}");
    assert!(!run.stderr().contains('\u{1b}'), "what is no terminal has no cursor: {run}");
    server.continue_process();
    ends_with(0, cachectl.args(["migrate", "resume"]));
    assert_eq!(server.number(&["EXISTS", "person:39999", "user:39999"]), 1);
}

/// Returns whether a process has asked to hear of `SIGTERM`.
fn hears_of_terminations(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
    u64::from_str_radix(caught.trim(), 16).unwrap() & 1 << (15 - 1) != 0
}

/// Runs a command whose standard input stays open and says nothing, ends it by a signal once it is
/// ready, and returns how it ended.
fn ended_while_it_waits(
    cachectl: &Cachectl,
    arguments: &[&str],
    is_ready: fn(u32) -> bool,
) -> (std::process::ExitStatus, String) {
    let mut command = cachectl.args(arguments).command();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let started = Instant::now();
    let mut running = command.spawn().unwrap();
    let input = running.stdin.take();
    let pid = running.id().to_string();
    wait::until("it is ready", || is_ready(running.id()));
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let run = running.wait_with_output().unwrap();
    assert!(started.elapsed() < Duration::from_secs(30), "{arguments:?}");
    drop(input);
    (run.status, String::from_utf8_lossy(&run.stderr).into_owned())
}

#[test]
fn nobody_who_holds_standard_input_open_keeps_it_from_ending() {
    let server = Server::start();
    let cachectl = cachectl().server(&server);
    for arguments in [
        &["restore", "-", "--dry-run"][..],
        &["backup", "inspect", "-"],
        &["migrate", "--rules", "/dev/stdin", "--dry-run"],
        &["migrate", "plan", "--rules", "/dev/stdin", "-o", "it.plan"],
    ] {
        let (status, stderr) = ended_while_it_waits(&cachectl, arguments, hears_of_terminations);
        assert_eq!(status.code(), Some(143), "{arguments:?}: {stderr}");
        assert!(stderr.contains("stopped before anything was changed"), "{stderr}");
    }
    let password = ["health", "--password-file", "/dev/stdin"];
    // Passwords are read before signals are heard of, which end the process then.
    let (status, stderr) = ended_while_it_waits(&cachectl, &password, |_| true);
    assert_eq!(status.signal(), Some(15), "{stderr}");
}

#[test]
fn a_password_that_does_not_come_is_waited_for_with_an_end() {
    let cachectl = cachectl().server(&Server::start());
    let mut command = cachectl.args(["health", "--password-file", "/dev/stdin"]).command();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    let input = running.stdin.take();
    let run = running.wait_with_output().unwrap();
    drop(input);
    assert_eq!(run.status.code(), Some(78));
    let stderr = String::from_utf8_lossy(&run.stderr);
    assert!(stderr.contains("nothing came out of it for 10 s"), "{stderr}");
}
