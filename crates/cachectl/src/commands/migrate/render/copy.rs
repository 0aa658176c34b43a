//! A copy of a file in which keys were renamed, as text.

use std::io::{self, Write};

use cachectl_core::migrate::report::RenameReport;

use crate::output::{
    count::{Bytes, Count, Number, Span},
    list::counted,
};

/// Writes it.
pub(super) fn write(report: &RenameReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "renamed {} of {} in {} in {}",
        Number(report.renamed),
        Count(report.keys, "key"),
        report.path.display(),
        Span(report.elapsed)
    )?;
    writeln!(out, "  file       {}", Bytes(report.bytes))?;
    let notes = [
        (report.stashed, "in the way, moved aside"),
        (report.overwritten, "in the way, LOST"),
        (report.expired, "expired, left out"),
    ];
    counted(&notes, out)?;
    if report.functions > 0 {
        writeln!(out, "  functions  {}, taken over", Number(report.functions))?;
    }
    for (module, bytes) in &report.module_data {
        writeln!(out, "  left out   {} that {module} stored beside the keys", Bytes(*bytes))?;
    }
    Ok(())
}
