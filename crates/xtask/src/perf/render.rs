//! The report as Markdown that is also readable as it is.

use std::iter;

use super::latency::Latency;
use super::machine::Machine;
use super::report::{LargeRun, Latencies, Report, Run, spread};
use super::spread::Spread;
use super::target::{Target, targets};

/// Writes the whole report.
pub(super) fn markdown(report: &Report) -> String {
    [
        circumstances(report),
        contenders(report),
        latencies(report),
        memory(report),
        table(&["target", "limit", "measured", ""], targets(report).iter().map(target).collect()),
    ]
    .join("\n\n")
}

fn circumstances(report: &Report) -> String {
    let Report { date, keys, versions, python, .. } = report;
    let rounds = &report.rounds;
    let count = rounds.cachectl.len();
    let missing = report.no_python.as_deref().unwrap_or("no reason given");
    let python = python.as_ref().map_or_else(
        || format!("no Python with redis-py, and none could be made: {missing}"),
        |it| format!("Python {}, redis-py {} with {}", it.version, it.redis_py, it.parser),
    );
    let percent = |others: Option<Spread>| {
        cell(
            others.map(|Spread { median, min, max }| Spread {
                median: median * 100.0,
                min: min * 100.0,
                max: max * 100.0,
            }),
            0,
            " %",
        )
    };
    let watched = Spread::of(report.latencies.iter().filter_map(|round| round.others));
    let lines = [
        format!("- {date}, {} string keys of 100 B, {count} rounds", grouped(*keys)),
        format!("- {}", machine(&report.machine)),
        format!("- {}, cachectl {}, rustc {}", versions.server, versions.cachectl, versions.rustc),
        format!("- {python}"),
        format!("- the floor was sent by {}", report.sender),
        format!(
            "- everything else on the machine used {} of its CPUs, and {} while latency was measured",
            percent(rounds.others()),
            percent(watched),
        ),
    ];
    lines.into_iter().chain(slowdowns(report)).collect::<Vec<_>>().join("\n")
}

/// Says that cachectl was gentle, if it was: its figures are then not what it could do.
fn slowdowns(report: &Report) -> Option<String> {
    let counts = report.rounds.cachectl.iter().filter_map(|run| Some(run.phases?.slowdowns));
    let total = counts.sum::<f64>();
    (total > 0.0).then(|| format!("- slowdowns of cachectl, for the sake of others: {total:.0}"))
}

fn machine(machine: &Machine) -> String {
    let memory = machine.memory_gib.map_or_else(String::new, |gib| format!("{gib:.0} GiB, "));
    let sync = machine.sync_ms.map_or_else(String::new, |it| {
        format!(", a disk that takes {:.2} ms to sync 4 KiB", it.median)
    });
    format!("{}, {} cores, {memory}{}{sync}", machine.cpu, machine.cores, machine.system)
}

fn contenders(report: &Report) -> String {
    let rounds = &report.rounds;
    let row = |name: &str, runs: &[Run]| {
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
    };
    let phase = |name: &str, figure: fn(&Run) -> Option<f64>| {
        let ratio = rounds.ratio(&rounds.cachectl, figure);
        let wall = cell(spread(&rounds.cachectl, figure), 2, " s");
        let nothing = String::new;
        vec![name.to_owned(), wall, cell(ratio, 2, " ×"), nothing(), nothing(), nothing()]
    };
    let mut rows = vec![row("floor", &rounds.floor)];
    if !rounds.python.is_empty() {
        rows.push(row("Python script", &rounds.python));
    }
    rows.extend([
        row("cachectl migrate", &rounds.cachectl),
        phase("… plan", |run| Some(run.phases?.plan)),
        phase("… apply", |run| Some(run.phases?.apply)),
        phase("… verify", |run| Some(run.phases?.verify)),
    ]);
    let heads = ["", "wall time", "against the floor", "server CPU", "client CPU", "peak memory"];
    table(&heads, rows)
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
    let usual = vec![grouped(report.keys), peak(usual.map(|it| it.median))];
    let large =
        report.large.iter().map(|LargeRun { keys, run }| vec![grouped(*keys), peak(run.peak_mib)]);
    table(&["cachectl, keys", "peak memory"], iter::once(usual).chain(large).collect())
}

fn target(target: &Target) -> Vec<String> {
    let Target { name, unit, figure, limit, verdict } = target;
    let value = |value: &Option<f64>| {
        value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}{unit}"))
    };
    let limit = format!("≤ {}", value(limit));
    vec![(*name).to_owned(), limit, value(figure), verdict.to_string()]
}

/// Writes the median, and the ends if there is more than one measurement.
fn cell(spread: Option<Spread>, decimals: usize, unit: &str) -> String {
    let Some(Spread { median, min, max }) = spread else {
        return "–".to_owned();
    };
    if min.total_cmp(&max).is_eq() {
        return format!("{median:.decimals$}{unit}");
    }
    format!("{median:.decimals$}{unit} ({min:.decimals$}–{max:.decimals$})")
}

/// Writes a number with commas between thousands.
fn grouped(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let lead = digits.len() % 3;
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 3 == lead {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Writes a table whose columns are as wide as what is in them.
fn table(heads: &[&str], rows: Vec<Vec<String>>) -> String {
    let heads: Vec<String> = heads.iter().map(|&head| head.to_owned()).collect();
    let lines: Vec<Vec<String>> = iter::once(heads).chain(rows).collect();
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = lines.iter().filter_map(|line| line.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let line = |cells: &Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        format!("| {} |", padded.collect::<Vec<_>>().join(" | "))
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
    let mut text = lines.iter().map(line);
    let head = text.next().unwrap_or_default();
    let rule = format!("|{}|", rule.join("|"));
    [head, rule].into_iter().chain(text).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Spread, cell, grouped, table};

    #[test]
    fn tables_are_aligned() {
        let rows = vec![vec!["é".to_owned(), "12".to_owned()]];
        assert_eq!(table(&["", "n"], rows), "|   | n  |\n|---|----|\n| é | 12 |");
    }

    #[test]
    fn numbers_are_grouped_from_the_right() {
        #[track_caller]
        fn case(number: u32, expected: &str) {
            assert_eq!(grouped(number), expected);
        }

        case(0, "0");
        case(999, "999");
        case(1_000, "1,000");
        case(65_536, "65,536");
        case(1_000_000, "1,000,000");
    }

    #[test]
    fn one_measurement_has_no_spread() {
        assert_eq!(cell(Spread::of([1.0]), 1, " s"), "1.0 s");
        assert_eq!(cell(Spread::of([1.0, 2.0]), 1, " s"), "1.5 s (1.0–2.0)");
        assert_eq!(cell(None, 1, " s"), "–");
    }
}
