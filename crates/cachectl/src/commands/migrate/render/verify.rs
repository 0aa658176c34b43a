//! How verifying came out, as text.

use std::io::{self, Write};

use cachectl_core::migrate::{
    options::Level,
    report::{ValuesReport, VerifyReport},
};

use super::{apply::not_renamed, words};
use crate::output::{
    clip::Name,
    count::{Count, Number, Share, Span},
    list::{counted, listed},
    render::Render,
};

impl Render for VerifyReport {
    const SCHEMA: &'static str = "cachectl.migrate.verify/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        write(self, out)?;
        // Where it follows on the report of a run, that has said so.
        counted(&not_renamed(&self.accounts), out)
    }
}

/// Writes it.
pub(super) fn write(report: &VerifyReport, out: &mut dyn Write) -> io::Result<()> {
    let looked = match report.level {
        Level::Accounts => {
            format!("checked the accounts of {}", Count(report.accounts.planned, "key"))
        }
        Level::Keys | Level::Sample | Level::Values => {
            format!("verified {} in {}", Count(report.checked, "key"), Span(report.elapsed))
        }
    };
    let all_renamed = not_renamed(&report.accounts).iter().all(|(count, _)| *count == 0);
    match report.mismatches.count {
        0 if report.accounts.is_nothing_done() => {
            let planned = Count(report.accounts.planned, "planned key");
            writeln!(out, "{looked}: none of {planned} was renamed")?;
        }
        0 if all_renamed => writeln!(out, "{looked}: all as planned")?,
        0 => writeln!(out, "{looked}: as planned, and others were not renamed")?,
        count => writeln!(out, "{looked}: {} as planned", are_not(count))?,
    }
    if let Some(values) = &report.values {
        compared(values, report.checked, out)?;
    }
    if report.expired > 0 {
        writeln!(out, "  {} expired since, as planned", Number(report.expired))?;
    }
    if report.delayed > 0 {
        let delayed = Number(report.delayed);
        writeln!(
            out,
            "  {delayed} expire up to a second earlier or later, because their slots moved"
        )?;
    }
    listed(&report.mismatches, out, |mismatch| {
        format!(
            "{} -> {}: {}",
            Name(&mismatch.from),
            Name(&mismatch.to),
            words::difference(mismatch.difference)
        )
    })
}

/// Writes how many values were compared. A sample that holds them all proves as much as they do.
fn compared(values: &ValuesReport, keys: u64, out: &mut dyn Write) -> io::Result<()> {
    let compared = Count(values.compared, "value");
    match values.bound.filter(|_| values.compared < keys) {
        Some(bound) => writeln!(
            out,
            "  compared {compared}, a random sample: with a confidence of 95 % fewer than {} of all \
             differ",
            Share(bound)
        )?,
        None => writeln!(out, "  compared {compared} with those that were kept")?,
    }
    if values.changed > 0 {
        writeln!(out, "  {} changed by clients since, or may have been", Number(values.changed))?;
    }
    Ok(())
}

fn are_not(count: u64) -> String {
    let verb = if count == 1 { "is" } else { "are" };
    format!("{} {verb} not", Number(count))
}
