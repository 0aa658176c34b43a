//! The report about migrations.

use std::iter;

use super::latency::Latency;
use super::markdown::{self, cell, grouped, share, table};
use super::report::{LargeRun, Latencies, Report, Rounds, Run, spread};
use super::spread::Spread;
use super::target::targets;

/// Writes the whole report.
pub(super) fn report(report: &Report) -> String {
    [
        circumstances(report),
        contenders(report),
        latencies(report),
        memory(report),
        markdown::targets(&targets(report)),
    ]
    .join("\n\n")
}

fn circumstances(report: &Report) -> String {
    let rounds = &report.rounds;
    let what = format!("string keys of 100 B, {} rounds", rounds.cachectl.len());
    let watched = Spread::of(report.latencies.iter().filter_map(|round| round.others));
    let others = format!(
        "- everything else on the machine used {} of its CPUs, {} while latency was measured",
        share(rounds.others()),
        share(watched),
    );
    let lines = report.setting.lines(&what).into_iter().chain([others]).chain(slowdowns(report));
    lines.collect::<Vec<_>>().join("\n")
}

/// Says that cachectl was gentle, if it was: its figures are then not what it could do.
fn slowdowns(report: &Report) -> Option<String> {
    let counts = report.rounds.cachectl.iter().filter_map(|run| Some(run.phases?.slowdowns));
    let total = counts.sum::<f64>();
    (total > 0.0).then(|| format!("- slowdowns of cachectl, for the sake of others: {total:.0}"))
}

/// What a table of contenders has in its columns.
pub(super) const HEADS: [&str; 6] =
    ["", "wall time", "against the floor", "server CPU", "client CPU", "peak memory"];

/// Returns the rows of the contenders; what is measured goes by `name`.
pub(super) fn rows(rounds: &Rounds, name: &str) -> Vec<Vec<String>> {
    let mut rows = vec![row(rounds, "floor", &rounds.floor)];
    if !rounds.python.is_empty() {
        rows.push(row(rounds, "Python script", &rounds.python));
    }
    rows.push(row(rounds, name, &rounds.cachectl));
    rows
}

fn row(rounds: &Rounds, name: &str, runs: &[Run]) -> Vec<String> {
    let time = |figure: fn(&Run) -> Option<f64>| cell(spread(runs, figure), 2, " s");
    let ratio = rounds.ratio(runs, |run| Some(run.wall));
    vec![
        name.to_owned(),
        time(|run| Some(run.wall)),
        cell(ratio, 2, " ×"),
        time(|run| Some(run.server_cpu)),
        time(|run| run.client_cpu),
        cell(spread(runs, |run| run.peak_mib), 1, " MiB"),
    ]
}

/// Returns the rows of the phases of some runs of cachectl.
fn phases(rounds: &Rounds, runs: &[Run]) -> [Vec<String>; 3] {
    let phase = |name: &str, figure: fn(&Run) -> Option<f64>| {
        let ratio = rounds.ratio(runs, figure);
        let wall = cell(spread(runs, figure), 2, " s");
        let nothing = String::new;
        vec![name.to_owned(), wall, cell(ratio, 2, " ×"), nothing(), nothing(), nothing()]
    };
    [
        phase("… plan", |run| Some(run.phases?.plan)),
        phase("… apply", |run| Some(run.phases?.apply)),
        phase("… verify", |run| Some(run.phases?.verify)),
    ]
}

fn contenders(report: &Report) -> String {
    let rounds = &report.rounds;
    let mut rows = rows(rounds, "cachectl migrate");
    rows.extend(phases(rounds, &rounds.cachectl));
    if !rounds.earlier.is_empty() {
        rows.push(row(rounds, "earlier release", &rounds.earlier));
        rows.extend(phases(rounds, &rounds.earlier));
    }
    table(&HEADS, rows)
}

fn latencies(report: &Report) -> String {
    let row = |state: &str, latency: fn(&Latencies) -> Latency| {
        let time = |figure: fn(Latency) -> Option<f64>| {
            let rounds = report.latencies.iter().filter_map(|round| figure(latency(round)));
            cell(Spread::of(rounds), 2, " ms")
        };
        let answers = report.latencies.iter().map(|round| latency(round).answers).sum::<u64>();
        vec![
            state.to_owned(),
            time(|it| Some(it.p50)),
            time(|it| Some(it.p99)),
            time(|it| Some(it.p999)),
            time(|it| Some(it.max)),
            time(|it| it.served_p99),
            grouped(answers),
        ]
    };
    let rows = vec![
        row("idle", |round| round.idle),
        row("floor", |round| round.floor),
        row("cachectl migrate", |round| round.cachectl),
        row("… plan", |round| round.plan),
        row("… apply", |round| round.apply),
        row("… verify", |round| round.verify),
    ];
    let served = "p99, while it had a CPU";
    table(&["another client, while", "p50", "p99", "p99.9", "max", served, "answers"], rows)
}

fn memory(report: &Report) -> String {
    let peak = |peak: Option<f64>| cell(peak.and_then(|mib| Spread::of([mib])), 1, " MiB");
    let usual = spread(&report.rounds.cachectl, |run| run.peak_mib);
    let usual = vec![grouped(report.setting.keys), peak(usual.map(|it| it.median))];
    let large =
        report.large.iter().map(|LargeRun { keys, run }| vec![grouped(*keys), peak(run.peak_mib)]);
    table(&["cachectl, keys", "peak memory"], iter::once(usual).chain(large).collect())
}
