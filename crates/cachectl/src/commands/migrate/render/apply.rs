//! How renaming came out, as text.

use std::io::{self, Write};

use cachectl_core::migrate::report::{ApplyReport, Direction};

use super::{super::sealed::Sealed, words};
use crate::output::{
    clip::Name,
    count::{Count, Number, Span},
    list::listed,
};

/// Writes it.
pub(super) fn write(report: &ApplyReport, out: &mut dyn Write) -> io::Result<()> {
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
    for (count, what) in endings(report) {
        if count > 0 {
            writeln!(out, "  {} {what}", Number(count))?;
        }
    }
    if report.slowdowns > 0 {
        writeln!(
            out,
            "  slowed down {}, to keep the server quick",
            Count(report.slowdowns, "time")
        )?;
    }
    listed(&report.troubles, out, |trouble| {
        format!(
            "{} -> {}: {}",
            Name(&trouble.from),
            Name(&trouble.to),
            words::trouble(&trouble.reason)
        )
    })
}

fn endings(report: &ApplyReport) -> [(u64, &'static str); 4] {
    let accounts = &report.accounts;
    [
        (accounts.vanished, "gone meanwhile: expired, evicted or deleted"),
        (accounts.conflicts, "kept the name, because the other one was taken meanwhile"),
        (accounts.failed, "refused by the server"),
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
