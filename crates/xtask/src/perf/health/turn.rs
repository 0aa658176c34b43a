//! One turn of a contender: a process after the other, from its start to its end.

use std::process::{Command, Stdio};
use std::time::Instant;

use cachectl_testkit::Server;
use serde::Serialize;

use super::contender::Contender;
use crate::failure::Failure;
use crate::perf::bystander;
use crate::perf::cpu::Used;
use crate::perf::spread::Spread;
use crate::perf::workplace::Workplace;

/// The largest exit code of a plugin that has run to its end.
const WORST: i32 = 3;

/// What some runs in a row took.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Turn {
    /// From before the start to after the end of each.
    pub(super) milliseconds: Vec<f64>,
    /// CPU time of one, on average.
    pub(super) cpu_ms: Option<f64>,
    /// The server's CPU time for one, on average.
    pub(super) server_cpu_ms: f64,
    /// The part of all CPUs that everything else on the machine used meanwhile.
    pub(super) others: Option<f64>,
}

impl Turn {
    pub(super) fn median(&self) -> f64 {
        Spread::of(self.milliseconds.iter().copied()).map_or(f64::NAN, |it| it.median)
    }
}

/// Runs a contender so many times.
pub(super) fn take(
    contender: &Contender,
    server: &Server,
    workplace: &Workplace,
    runs: u32,
) -> Result<Turn, Failure> {
    let mut command = contender.command(workplace);
    let ((milliseconds, used), load) = bystander::watch(server, || {
        let before = Used::now();
        let times = (0..runs).map(|_| time(&mut command)).collect::<Result<Vec<_>, _>>()?;
        let used = before.zip(Used::now()).map(|(before, after)| after.children_since(before));
        Ok((times, used))
    })?;
    let each = |seconds: f64| seconds * 1e3 / f64::from(runs);
    Ok(Turn {
        milliseconds,
        cpu_ms: used.map(|used| each(used.as_secs_f64())),
        server_cpu_ms: each(load.server_cpu),
        others: load.others,
    })
}

/// Runs a program once and returns how many milliseconds that took.
pub(super) fn time(command: &mut Command) -> Result<f64, Failure> {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let begun = Instant::now();
    let status = command.status().map_err(Failure::other)?;
    let taken = begun.elapsed().as_secs_f64() * 1e3;
    // Whoever has to wait for a CPU may find the server slow, and has run to its end all the same.
    if status.code().is_none_or(|code| code > WORST) {
        let program = command.get_program().display();
        return Err(Failure::other(format!("`{program}` ended with {status}")));
    }
    Ok(taken)
}
