//! How fast counters grow: over a window, from run to run, and while watching.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::Stdio,
    time::Duration,
};

use cachectl_testkit::{Cachectl, Server, cli::Output, server::Signal, wait};
use serde_json::Value;

use super::{as_user, formats, good, patiently};
use crate::{cachectl, ends_with, json};

/// Lets the server's clock of whole seconds move on, which rates from run to run are told by.
fn a_second_passes(server: &Server) {
    let uptime = || server.info("server").get("uptime_in_seconds").cloned();
    let before = uptime();
    wait::until("the server is a second older", || uptime() != before);
}

/// Reads a key that is there, and keys that are not.
fn read(server: &Server, hits: usize, misses: usize) {
    server.command(&["SET", "here", "1"]);
    (0..hits).for_each(|_| drop(server.command(&["GET", "here"])));
    (0..misses).for_each(|_| drop(server.command(&["GET", "nowhere"])));
}

fn entry<'a>(document: &'a Value, check: &str) -> &'a Value {
    document.pointer(&format!("/checks/redis:{check}/0")).unwrap_or(&Value::Null)
}

fn with_state(cachectl: &Cachectl) -> Output {
    patiently(cachectl, &["--state", "state.json", "-o", "json"])
}

#[test]
fn the_hit_ratio_is_that_since_the_run_before_and_not_of_a_lifetime() {
    let server = good();
    let cachectl = as_user(&server, "default", "secret");
    read(&server, 9_900, 100);
    let first = json(with_state(&cachectl).assert_code(0).stdout());
    assert!(entry(&first, "hit_ratio").is_null(), "{first}");
    read(&server, 200, 1_800);
    a_second_passes(&server);
    let second = json(with_state(&cachectl).assert_code(2).stdout());
    let ratio = entry(&second, "hit_ratio");
    assert_eq!((&ratio["observedValue"], &ratio["state"]), (&10.0.into(), &"critical".into()));
    assert_eq!(entry(&second, "evictions")["observedValue"], 0.0);
}

#[test]
fn a_server_that_was_started_anew_is_not_compared() {
    let server = good();
    let cachectl = as_user(&server, "default", "secret");
    read(&server, 2_000, 0);
    drop(with_state(&cachectl).assert_code(0));
    server.restart();
    read(&server, 0, 3_000);
    a_second_passes(&server);
    let run = with_state(&cachectl);
    assert!(entry(&json(run.stdout()), "hit_ratio").is_null(), "{run}");
}

#[test]
fn a_file_that_is_no_state_stays_as_it_is_and_an_empty_one_is_begun_anew() {
    let server = good();
    let cachectl = as_user(&server, "default", "secret");
    let path = cachectl.directory().join("state.json");
    for foreign in ["root:x:0:0", "{\"schema\":\"cachectl.health.state/99\",\"servers\":{}}"] {
        fs::write(&path, foreign).unwrap();
        let run = with_state(&cachectl).assert_code(65);
        assert!(run.stderr().contains("`state.json` is no state of health checks"), "{run}");
        drop(patiently(&cachectl, &["--state", "state.json", "-o", "nagios"]).assert_code(3));
        assert_eq!(fs::read_to_string(&path).unwrap(), foreign);
    }
    fs::write(&path, [0; 64]).unwrap();
    drop(with_state(&cachectl).assert_code(0));
    drop(with_state(&cachectl).assert_code(0));
    let state = fs::read_to_string(&path).unwrap();
    assert_eq!(json(&state)["schema"], "cachectl.health.state/1");
    assert!(!state.contains("secret"), "{state}");
    drop(patiently(&cachectl, &["--state", "none/state.json"]).assert_code(73));
}

#[test]
fn performance_data_of_the_run_before_will_do() {
    let server = good();
    let cachectl = as_user(&server, "default", "secret");
    let run = |data: &str| patiently(&cachectl, &["-o", "nagios", "--prev", data]);
    let first = run("").assert_code(0);
    assert!(!first.stdout().contains("'hit_ratio'="), "{first}");
    let data = first.stdout().lines().next().unwrap().split_once(" | ").unwrap().1;
    assert!(data.contains("'keyspace_hits_total'=0c"), "{data}");
    read(&server, 1_500, 500);
    a_second_passes(&server);
    // Nagios takes the quotes away.
    let second = run(&data.replace('\'', "")).assert_code(1);
    assert!(second.stdout().contains("'hit_ratio'=75%;80:;50:;0;100"), "{second}");
    // Every run finds in the one before what it needs.
    for name in ["rejected_connections", "evictions"] {
        let mut data = data.to_owned();
        for _ in 0..3 {
            a_second_passes(&server);
            let next = run(&data);
            assert!(next.stdout().contains(&format!("'{name}'=0")), "{next}");
            data = next.stdout().lines().next().unwrap().split_once(" | ").unwrap().1.to_owned();
        }
    }
}

#[test]
fn counters_are_told_for_every_check_that_compares_them() {
    let server = good();
    let cachectl = as_user(&server, "default", "secret");
    let told = |check: &str| {
        let run = patiently(&cachectl, &["-o", "nagios", "--check", check]);
        run.stdout().contains("'uptime_in_seconds_total'=")
    };
    for check in ["restarted", "aof_delayed", "slowlog", "evictions"] {
        assert!(told(check), "{check}");
    }
    assert!(!told("memory_limit"));
}

#[test]
fn slow_commands_are_counted_although_the_log_of_them_is_full() {
    let server = Server::builder().config("slowlog-max-len", "2").start();
    let cachectl = cachectl().server(&server);
    let slow = |count: usize| {
        server.command(&["CONFIG", "SET", "slowlog-log-slower-than", "0"]);
        (0..count).for_each(|_| drop(server.command(&["PING"])));
        server.command(&["CONFIG", "SET", "slowlog-log-slower-than", "-1"]);
    };
    slow(9);
    drop(with_state(&cachectl));
    slow(9);
    a_second_passes(&server);
    let document = json(with_state(&cachectl).stdout());
    assert!(entry(&document, "slowlog")["observedValue"].as_f64() > Some(0.0), "{document}");
}

#[test]
fn watching_looks_again_and_again_over_one_connection() {
    let server = Server::start();
    let cachectl = cachectl().server(&server);
    let connections = || server.info("stats")["total_connections_received"].parse::<u64>().unwrap();
    let before = connections();
    let watch = cachectl.args(["health", "--watch=100ms", "--deadline", "20s", "-o", "jsonl"]);
    let running = watch.spawn();
    wait::until("it has looked four times", || running.stdout_so_far().lines().count() > 4);
    running.signal(Signal::Interrupt);
    let run = running.wait(Duration::from_secs(20)).assert_code(130);
    assert_eq!(run.stderr(), "");
    // The last line may have been cut off.
    let lines = || run.stdout().lines().take(4);
    for line in lines() {
        formats::read("json", line);
    }
    let documents: Vec<_> = lines().map(json).collect();
    assert!(entry(&documents[0], "evictions").is_null(), "{run}");
    assert_eq!(entry(&documents[3], "evictions")["observedValue"], 0.0, "{run}");
    // One of it, and one of ours at most for each time that we have asked.
    assert!(connections() <= before + 3, "{} after {before}", connections());
}

#[test]
fn watching_ends_quietly_in_the_middle_of_a_look() {
    let server = Server::start();
    for _ in 0..8 {
        let flags = ["health", "--watch=1ms", "--deadline", "20s", "-o", "jsonl"];
        let running = cachectl().server(&server).args(flags).spawn();
        wait::until("it looks", || !running.stdout_so_far().is_empty());
        server.stop_process();
        running.signal(Signal::Interrupt);
        let run = running.wait(Duration::from_secs(20)).assert_code(130);
        assert_eq!(run.stderr(), "");
        server.continue_process();
    }
}

#[test]
fn watching_keeps_no_state() {
    ends_with(64, cachectl().args(["health", "--watch", "--state", "redis.json"]));
}

#[test]
fn watching_ends_when_nobody_reads_any_more() {
    let server = Server::start();
    let watch = cachectl().server(&server).args(["health", "--watch=50ms", "-o", "jsonl"]);
    let mut child = watch.command().stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    json(&lines.next().unwrap().unwrap());
    drop(lines);
    let mut status = None;
    wait::until("it has ended", || {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn a_format_with_room_for_one_report_cannot_be_watched() {
    for format in ["json", "junit", "github", "prometheus"] {
        ends_with(64, cachectl().args(["health", "--watch", "-o", format]));
    }
}
