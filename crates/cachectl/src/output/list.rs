//! Lists for people: the first entries, and how many there are besides.

use std::{
    fmt::Display,
    io::{self, Write},
};

use cachectl_core::vocabulary::listed::Listed;

use super::count::Number;

/// How many entries of a list are printed for people.
const SHOWN: usize = 20;

/// Writes the first entries of a list, and how many there are besides.
pub(crate) fn listed<T>(
    listed: &Listed<T>,
    out: &mut dyn Write,
    line: impl Fn(&T) -> String,
) -> io::Result<()> {
    for entry in listed.list.iter().take(SHOWN) {
        writeln!(out, "  {}", line(entry))?;
    }
    let more = listed.count.saturating_sub(SHOWN as u64);
    let in_json = listed.list.len() as u64;
    match more {
        0 => Ok(()),
        _ if in_json == listed.count => {
            writeln!(out, "  … and {} more: `-o json` lists them", Number(more))
        }
        _ => writeln!(
            out,
            "  … and {} more: `-o json` lists the first {}",
            Number(more),
            Number(in_json)
        ),
    }
}

/// Writes lines under a title, which is left out where there are none.
pub(crate) fn bullets<T: Display>(
    title: &str,
    lines: impl ExactSizeIterator<Item = T>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if lines.len() > 0 {
        writeln!(out, "\n{title}:")?;
    }
    for line in lines {
        writeln!(out, "  - {line}")?;
    }
    Ok(())
}
