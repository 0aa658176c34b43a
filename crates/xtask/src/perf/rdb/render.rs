//! The report about backups.

use super::report::{Large, Report, targets};
use crate::perf::markdown::{self, cell, grouped, share, table};
use crate::perf::render::{HEADS, rows};
use crate::perf::report::{Run, spread};
use crate::perf::spread::Spread;

/// Writes the whole report.
pub(super) fn report(report: &Report) -> String {
    let Report { backup, restore, .. } = report;
    [
        circumstances(report),
        table(&HEADS, rows(backup, "cachectl backup")),
        table(&HEADS, rows(restore, "cachectl restore")),
        reading(report),
        memory(report),
        markdown::targets(&targets(report)),
    ]
    .join("\n\n")
}

fn circumstances(report: &Report) -> String {
    let Report { backup, restore, backup_mib, .. } = report;
    let rounds = backup.cachectl.len();
    let what = format!("string keys of 100 B, every tenth of which expires, {rounds} rounds");
    let mut lines = report.setting.lines(&what);
    lines.push(format!("- the backup has {backup_mib:.0} MiB"));
    lines.push(format!(
        "- everything else used {} of the CPUs during backups, {} during restores",
        share(backup.others()),
        share(restore.others()),
    ));
    lines.join("\n")
}

fn reading(report: &Report) -> String {
    let keys = f64::from(report.setting.keys);
    let row = |name: &str, runs: &[Run]| {
        let speed = spread(runs, |run| Some(keys / run.wall / 1e6));
        vec![
            name.to_owned(),
            cell(spread(runs, |run| Some(run.wall)), 2, " s"),
            cell(speed, 2, " million/s"),
            cell(spread(runs, |run| run.client_cpu), 2, " s"),
            cell(spread(runs, |run| run.peak_mib), 1, " MiB"),
        ]
    };
    let rows = vec![
        row("as stored", &report.reading.raw),
        row("decoded", &report.reading.decode),
        row("decoded and digested", &report.reading.digest),
    ];
    table(&["reading the backup", "wall time", "entries", "CPU", "peak memory"], rows)
}

fn memory(report: &Report) -> String {
    let peak = |peak: Option<f64>| cell(peak.and_then(|mib| Spread::of([mib])), 1, " MiB");
    let usual = |runs: &[Run]| peak(spread(runs, |run| run.peak_mib).map(|it| it.median));
    let mut rows = vec![vec![
        grouped(report.setting.keys),
        usual(&report.backup.cachectl),
        usual(&report.restore.cachectl),
        usual(&report.reading.raw),
    ]];
    rows.extend(report.large.iter().map(|Large { keys, backup, restore, reading }| {
        let [backup, restore, reading] = [backup, restore, reading].map(|run| peak(run.peak_mib));
        vec![grouped(*keys), backup, restore, reading]
    }));
    table(&["peak memory, keys", "backup", "restore", "reading"], rows)
}
