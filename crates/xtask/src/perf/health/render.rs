//! The report about the check.

use super::report::{Report, Throttled, Turns, targets};
use crate::perf::markdown::{self, cell, grouped, share, table};
use crate::perf::spread::Spread;

/// Writes the whole report.
pub(super) fn report(report: &Report) -> String {
    let mut parts = vec![circumstances(report), contenders(report)];
    parts.extend(throttled(report));
    parts.push(markdown::targets(&targets(report)));
    parts.join("\n\n")
}

fn circumstances(report: &Report) -> String {
    let setting = &report.setting;
    let versions = &setting.versions;
    let rounds = report.turns.first().map_or(0, |turns| turns.turns.len());
    let unknown = || "of an unknown version".to_owned();
    let plugin = setting.check_redis.as_ref().map_or_else(
        || "check_redis is not installed".to_owned(),
        |version| format!("check_redis {version}"),
    );
    let leftovers = &report.leftovers;
    let mut lines = vec![
        format!("- {}, {rounds} rounds of {} runs each", setting.date, setting.runs),
        format!("- {}", setting.machine.described()),
        format!(
            "- {}, cachectl {}, rustc {}, redis-cli {}, {plugin}",
            versions.server,
            versions.cachectl,
            versions.rustc,
            setting.cli.clone().unwrap_or_else(unknown),
        ),
        format!("- everything else on the machine used {} of its CPUs", share(report.others())),
        format!(
            "- after {} runs of each, {} processes were left over",
            grouped(leftovers.runs),
            leftovers.processes,
        ),
    ];
    if let Throttled::NotPossible { reason } = &report.throttled {
        lines.push(format!("- how long it takes with little CPU could not be shown: {reason}"));
    }
    lines.join("\n")
}

fn contenders(report: &Report) -> String {
    let row = |(turns, peak): (&Turns, &Option<f64>)| {
        let each = |figure: fn(&super::turn::Turn) -> Option<f64>| {
            Spread::of(turns.turns.iter().filter_map(figure))
        };
        let one = |value: Option<f64>| value.and_then(|value| Spread::of([value]));
        vec![
            turns.name.to_owned(),
            cell(turns.medians(), 2, " ms"),
            cell(one(turns.percentile(99)), 2, " ms"),
            cell(report.floor().and_then(|floor| turns.against(floor)), 2, " ×"),
            cell(each(|turn| turn.cpu_ms), 1, " ms"),
            cell(each(|turn| Some(turn.server_cpu_ms)), 2, " ms"),
            cell(one(*peak), 1, " MiB"),
        ]
    };
    let heads = ["", "median", "p99", "against redis-cli ping", "CPU", "server CPU", "peak memory"];
    table(&heads, report.turns.iter().zip(&report.peak_mib).map(row).collect())
}

fn throttled(report: &Report) -> Option<String> {
    let Throttled::Measured { percent, milliseconds } = &report.throttled else {
        return None;
    };
    let row = |(turns, times): (&Turns, &Vec<f64>)| {
        vec![turns.name.to_owned(), cell(Spread::of(times.iter().copied()), 0, " ms")]
    };
    let head = format!("with {percent} % of one CPU");
    let rows = report.turns.iter().zip(milliseconds).map(row).collect();
    Some(table(&[&head, "from start to exit"], rows))
}
