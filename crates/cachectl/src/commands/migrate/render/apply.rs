//! How renaming came out, as text.

use std::io::{self, Write};

use cachectl_core::migrate::{
    VanishedReport,
    report::{Accounts, ApplyReport, Direction, Neighbour, Trouble},
};

use super::{super::sealed::Sealed, words};
use crate::output::{
    clip::Name,
    count::{Bytes, Count, Number, Span},
    list::{counted, listed, slowdowns},
};

/// Writes it. `beside` are the migrations that were at work on the same servers since the plan was made.
pub(super) fn write(
    report: &ApplyReport,
    beside: &[Neighbour],
    out: &mut dyn Write,
) -> io::Result<()> {
    let accounts = &report.accounts;
    let done = match report.direction {
        Direction::Forward => "renamed",
        Direction::Back => "renamed back",
    };
    writeln!(
        out,
        "{done} {} of {} in {} (migration {})",
        Number(accounts.renamed),
        Count(accounts.planned, "key"),
        Span(report.elapsed),
        report.migration
    )?;
    if report.before.renamed > 0 {
        let before = Number(report.before.renamed);
        let now = Count(report.handled, "operation");
        writeln!(out, "  {before} of them before this run, which did {now}")?;
    }
    if let Some((kept, keys)) = report.kept.as_ref().and_then(|kept| Some((kept, kept.keys?))) {
        let sample = if kept.sampled { ", a random sample," } else { "" };
        let (values, bytes) = (Count(keys, "value"), Bytes(kept.bytes));
        writeln!(out, "  kept {values}{sample} in {} ({bytes})", kept.path.display())?;
    }
    let gone = "gone meanwhile: expired, evicted, deleted, or renamed by somebody else";
    counted(&[(accounts.vanished, gone)], out)?;
    counted(&not_renamed(accounts), out)?;
    if report.accounts.vanished > 0 {
        for neighbour in beside {
            let (renamed, planned) = (Number(neighbour.renamed), Number(neighbour.planned));
            writeln!(
                out,
                "  since the plan was made, migration {} was at work {}: {renamed} of its {planned} \
                 keys have their new names",
                neighbour.migration,
                neighbour.place()
            )?;
        }
    }
    slowdowns(report.slowdowns, out)?;
    listed(&report.troubles, out, |it| trouble(report.direction, it))
}

fn trouble(direction: Direction, trouble: &Trouble) -> String {
    let reason = words::trouble(direction, &trouble.reason);
    format!("{} -> {}: {reason}", Name(&trouble.from), Name(&trouble.to))
}

/// Writes what was put back from the backup.
pub(super) fn write_vanished(report: &VanishedReport, out: &mut dyn Write) -> io::Result<()> {
    if report.unfinished {
        return writeln!(
            out,
            "nothing to put back: the backup was broken off, and no key is renamed before it is whole"
        );
    }
    writeln!(
        out,
        "put back {} of {} in the backup in {}",
        Number(report.restored),
        Count(report.looked, "key"),
        Span(report.elapsed)
    )?;
    let notes = [(report.present, "are there"), (report.expired, "expired since")];
    counted(&notes, out)?;
    listed(&report.troubles, out, |it| trouble(Direction::Back, it))
}

/// Returns how many keys have not the name that they were to get although they are there, and why.
pub(super) fn not_renamed(accounts: &Accounts) -> [(u64, &'static str); 4] {
    [
        (accounts.conflicts, "not renamed: the target name exists"),
        (accounts.failed, "refused by the server"),
        (accounts.unclear, "renamed or gone: an answer was lost, and nothing tells"),
        (accounts.left, "not tried yet"),
    ]
}

/// Writes where the keys went that were in the way.
pub(super) fn write_stashes(plan: &Sealed, out: &mut dyn Write) -> io::Result<()> {
    let stashes = plan.stashes();
    if stashes.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nmoved aside: {} in the way", Count(plan.conflicts(), "key"))?;
    for (name, stash) in &stashes {
        writeln!(out, "  {name} -> {stash}")?;
    }
    match plan.conflicts().saturating_sub(stashes.len() as u64) {
        0 => Ok(()),
        more => writeln!(out, "  … and {} more", Number(more)),
    }
}
