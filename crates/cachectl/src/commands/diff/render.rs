//! Comparisons, as text.

use std::io::{self, Write};

use cachectl_core::diff::{Difference, Found, Kind, Report, SideReport};

use crate::output::{
    clip::Name,
    count::{Count, Number, Span},
    list::{counted, listed_in_full},
    render::Render,
    words::{are, counts, expiry, in_database, in_databases, lag},
};

impl Render for Report {
    const SCHEMA: &'static str = "cachectl.diff/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let differ = self.differences.count;
        let (equal, time) = (are(self.equal, "key"), Span(self.elapsed));
        match differ {
            0 if self.a.keys + self.b.keys == 0 => {
                writeln!(out, "nothing to compare: neither side has a key")?;
            }
            0 => writeln!(out, "no differences: {equal} equal in {time}")?,
            1 => writeln!(out, "1 key differs, {equal} equal in {time}")?,
            _ => writeln!(out, "{} differ, {equal} equal in {time}", Count(differ, "key"))?,
        }
        writeln!(out, "  A  {}", side(&self.a))?;
        writeln!(out, "  B  {}", side(&self.b))?;
        if differ > 0 {
            writeln!(out, "  {}", counts(&self.by_kind, in_words))?;
        }
        notes(self, out)?;
        if differ > 0 {
            writeln!(out)?;
        }
        listed_in_full(&self.differences, out, difference)
    }
}

fn side(side: &SideReport) -> String {
    let absent = [(side.expired, "expired"), (side.empty, "empty")];
    let absent = absent.into_iter().filter(|(keys, _)| *keys > 0);
    let absent = absent.map(|(keys, what)| format!(", {} {what}", Number(keys)));
    let absent = absent.collect::<Vec<_>>().concat();
    let place = match side.databases.as_slice() {
        [] => side.source.to_string(),
        databases => in_databases([&side.source], databases),
    };
    format!("{place}, {}: {}{absent}", side.version, Count(side.keys, "key"))
}

fn notes(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if report.settled > 0 {
        let rounds = Count(u64::from(report.rounds), "round");
        let keys = Count(report.settled, "key");
        writeln!(out, "  {keys} differed at first and no more, after {rounds} of looking again")?;
    }
    let changing = "of the differences changed while they were looked at: a client writes them";
    if report.undecoded > 0 {
        let values = are(report.undecoded, "value");
        writeln!(out, "  {values} not decoded, as of modules: their bytes are equal")?;
    }
    let left = "of the differences were not looked at again: there are too many";
    counted(&[(report.changing, changing), (report.not_revisited, left)], out)
}

fn in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Missing => "missing in B",
        Kind::Extra => "only in B",
        Kind::Type => "another type",
        Kind::Value => "another value",
        Kind::Undecodable => "other bytes",
        Kind::Expiry => "another expiry",
    }
}

fn difference(difference: &Difference) -> String {
    let key = Name(&difference.key);
    let renamed = difference.renamed.as_ref().map(|name| format!(" -> {}", Name(name)));
    let database = match difference.database {
        0 => String::new(),
        number => format!(" in {}", in_database(number)),
    };
    let changing = if difference.changing { ", changing" } else { "" };
    format!(
        "{}: {key}{}{database} ({}){changing}",
        in_words(difference.kind),
        renamed.unwrap_or_default(),
        what(difference)
    )
}

/// Returns what both sides have, as far as it tells them apart.
fn what(difference: &Difference) -> String {
    let facts = |found: &Found| format!("{}, {}", found.key_type, expiry(found.expiry));
    match (&difference.a, &difference.b) {
        (Some(a), Some(b)) => match difference.kind {
            Kind::Type => format!("{} in A, {} in B", a.key_type, b.key_type),
            Kind::Expiry => {
                let in_b = lag(a.expiry, b.expiry).unwrap_or_else(|| expiry(b.expiry));
                format!("{}, {} in A, {in_b} in B", a.key_type, expiry(a.expiry))
            }
            _ => facts(a),
        },
        (Some(found), None) | (None, Some(found)) => facts(found),
        (None, None) => "gone".to_owned(),
    }
}

#[cfg(test)]
mod tests;
