//! Running a program under a clean environment, with a shell in place of the binary.

use std::time::Duration;

use cachectl_testkit::server::Signal;
use cachectl_testkit::{Cachectl, Server, wait};

fn shell() -> Cachectl {
    Cachectl::new("/bin/sh")
}

#[test]
fn the_snapshot_is_stdout_then_stderr_then_the_status() {
    let output = shell().args(["-c", "echo result; echo warning >&2; exit 3"]).run();
    insta::assert_snapshot!(output, @r"
    result
    --- stderr
    warning
    [exit status: 3]
    ");
    assert_eq!(output.code(), Some(3));
    assert_eq!(output.stdout(), "result\n");
}

#[test]
fn success_without_a_word_on_stderr_is_only_the_result() {
    let output = shell().args(["-c", "echo fine"]).run().assert_success();
    insta::assert_snapshot!(output, @"fine");
}

#[test]
fn the_environment_is_always_the_same() {
    let output = shell().args(["-c", "env | grep -v '^_=' | grep -v '^PWD=' | sort; pwd"]).run();
    insta::assert_snapshot!(output, @r"
    CACHECTL_STATE_DIR=[TMP]/state
    COLUMNS=100
    HOME=[TMP]/home
    LANG=C.UTF-8
    PATH=/usr/bin:/bin
    TERM=dumb
    TMPDIR=[TMP]/tmp
    TZ=UTC
    XDG_CACHE_HOME=[TMP]/home/.cache
    XDG_CONFIG_HOME=[TMP]/home/.config
    XDG_DATA_HOME=[TMP]/home/.local/share
    XDG_RUNTIME_DIR=[TMP]/run
    XDG_STATE_HOME=[TMP]/home/.local/state
    [TMP]
    ");
}

#[test]
fn the_server_is_named_by_a_flag_in_front() {
    let server = Server::start();
    let cachectl = Cachectl::new("/bin/echo").server(&server);
    insta::assert_snapshot!(cachectl.args(["migrate", "--yes"]).run(), @"--url unix://[TMP]/s migrate --yes");
    let line = cachectl.args(["migrate", "--rule", "a_{id} => b:{id}"]).command_line();
    assert!(line.ends_with("/s migrate --rule 'a_{id} => b:{id}'"), "{line}");
}

#[test]
fn runs_share_a_state_directory() {
    let cachectl = shell();
    let written =
        cachectl.args(["-c", "mkdir -p $CACHECTL_STATE_DIR && echo 1 > $CACHECTL_STATE_DIR/x"]);
    let _ended = written.run().assert_success();
    let read = cachectl.args(["-c", "cat $CACHECTL_STATE_DIR/x"]).run();
    assert_eq!(read.stdout(), "1\n");
    assert!(cachectl.state_directory().join("x").exists());
}

#[test]
fn input_is_fed_and_otherwise_empty() {
    assert_eq!(shell().args(["-c", "cat"]).stdin("yes\n").run().stdout(), "yes\n");
    assert_eq!(shell().args(["-c", "cat"]).run().stdout(), "");
}

#[test]
fn a_running_binary_takes_signals() {
    let script = "trap 'echo drained; exit 130' INT; echo ready; while :; do sleep 0.01; done";
    let running = shell().args(["-c", script]).spawn();
    wait::until("it is ready", || running.stdout_so_far().contains("ready"));
    running.signal(Signal::Interrupt);
    insta::assert_snapshot!(running.wait(Duration::from_secs(10)), @r"
    ready
    drained
    [exit status: 130]
    ");
}

#[test]
fn a_running_binary_can_be_killed() {
    let running = shell().args(["-c", "echo begun; exec sleep 60"]).spawn();
    wait::until("it has begun", || running.stdout_so_far().contains("begun"));
    insta::assert_snapshot!(running.kill(), @r"
    begun
    [signal: 9]
    ");
}

#[test]
#[should_panic(expected = "still running after")]
fn a_run_that_takes_too_long_fails() {
    let _output = shell().args(["-c", "exec sleep 60"]).limit(Duration::from_millis(50)).run();
}
