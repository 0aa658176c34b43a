//! Migrations that are stopped, and that are watched meanwhile.

use std::time::Duration;

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
