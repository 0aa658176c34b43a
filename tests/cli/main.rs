//! The binary, seen from outside.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic anywhere")]

mod backup;
mod beside;
mod chaos;
mod config;
mod conflicts;
mod databases;
mod diff;
mod errors;
mod escapes;
mod estimates;
mod health;
mod hints;
mod interrupts;
mod journals;
mod kept;
mod location;
mod losses;
mod migrate;
mod output;
mod peers;
mod previews;
mod restore;
mod secrets;
mod serve;
mod snapshots;
mod terminal;
mod tls;

use cachectl_testkit::{Cachectl, Server, cli::Invocation, cli::Running, wait};

/// Returns the binary in a home of its own.
fn cachectl() -> Cachectl {
    Cachectl::new(env!("CARGO_BIN_EXE_cachectl")).env("USER", "operator").env("HOSTNAME", "desk")
}

/// What differs from run to run and from server to server, beyond what the kit filters.
const FILTERS: [(&str, &str); 8] = [
    (r"NOAUTH [^`]+", "NOAUTH …"),
    (r"(?:redis|valkey) \d+\.\d+\.\d+", "[SERVER]"),
    (r"\n  - idle times:[^\n]*", ""),
    (r"under a second|about \d+ s\b", "[ESTIMATE]"),
    (r"plan [0-9a-f]{12}", "plan [PLAN]"),
    (r"\b\d{8}T\d{9}-[0-9a-f]{4}\b", "[ID]"),
    (r"cachectl:\{\d+\}:stash:[0-9a-f]{8}:", "[STASH]:"),
    (r" \(os error \d+\)", ""),
];

/// Prepares a run whose snapshot is the same on every machine.
fn anywhere(invocation: Invocation) -> Invocation {
    FILTERS.iter().fold(invocation, |run, (from, to)| run.filter(from, to))
}

/// Adds arguments to a run.
fn with(invocation: Invocation, arguments: &[&str]) -> Invocation {
    arguments.iter().fold(invocation, Invocation::arg)
}

/// Runs to the end, of which only the exit code matters.
#[track_caller]
fn ends_with(code: i32, invocation: Invocation) {
    drop(invocation.run().assert_code(code));
}

/// Waits until a run that tells its progress in JSON has advanced in a phase.
#[track_caller]
fn has_advanced(running: &Running, phase: &str) {
    let advanced = format!(r#""phase":"{phase}","event":"advanced""#);
    wait::until(&advanced, || running.stderr_so_far().contains(&advanced));
}

/// Runs a command in a database other than the first one, and returns the number it answers.
fn in_database(server: &Server, database: u32, command: &[&str]) -> i64 {
    let script = format!("redis.call('SELECT', {database}) return redis.call(unpack(ARGV))");
    server.number(&[&["EVAL", &script, "0"], command].concat())
}

/// Reads a JSON document.
#[track_caller]
fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}
