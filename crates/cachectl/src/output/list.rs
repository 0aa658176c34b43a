//! Lists for people: the first entries, and how many there are besides.

use std::{
    fmt::Display,
    io::{self, Write},
};

use cachectl_core::vocabulary::listed::Listed;

use super::count::{Count, Number};

/// How many entries of a list are printed for people.
pub(crate) const SHOWN: usize = 20;

/// Writes the first entries of a list, and how many there are besides.
pub(crate) fn listed<T>(
    listed: &Listed<T>,
    out: &mut dyn Write,
    line: impl Fn(&T) -> String,
) -> io::Result<()> {
    let in_json = listed.list.len() as u64;
    if in_json == listed.count {
        return listed_in_full(listed, out, line);
    }
    write(listed, &format!("the first {}", Number(in_json)), out, line)
}

/// The same for a list of which the rest is in a file, so that JSON has all of it.
pub(crate) fn listed_in_full<T>(
    listed: &Listed<T>,
    out: &mut dyn Write,
    line: impl Fn(&T) -> String,
) -> io::Result<()> {
    write(listed, "them", out, line)
}

fn write<T>(
    listed: &Listed<T>,
    in_json: &str,
    out: &mut dyn Write,
    line: impl Fn(&T) -> String,
) -> io::Result<()> {
    for entry in listed.list.iter().take(SHOWN) {
        writeln!(out, "  {}", line(entry))?;
    }
    match listed.count.saturating_sub(SHOWN as u64) {
        0 => Ok(()),
        more => writeln!(out, "  … and {} more: `-o json` lists {in_json}", Number(more)),
    }
}

/// Writes what is counted, with the words for it, those counts left out that are zero.
pub(crate) fn counted(counts: &[(u64, &str)], out: &mut dyn Write) -> io::Result<()> {
    for (count, what) in counts.iter().filter(|(count, _)| *count > 0) {
        writeln!(out, "  {} {what}", Number(*count))?;
    }
    Ok(())
}

/// Writes how many times an operation slowed down, if it did.
pub(crate) fn slowdowns(count: u64, out: &mut dyn Write) -> io::Result<()> {
    match count {
        0 => Ok(()),
        _ => writeln!(out, "  slowed down {}, to keep the server quick", Count(count, "time")),
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
        wrapped("  - ", &line.to_string(), out)?;
    }
    Ok(())
}

/// Writes text after `first`, in lines that fit, those after the first one below its beginning.
pub(crate) fn wrapped(first: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    let indent = " ".repeat(console::measure_text_width(first));
    let mut line = first.to_owned();
    let mut is_begun = false;
    for word in text.split(' ') {
        let width = console::measure_text_width(&line) + console::measure_text_width(word);
        if is_begun && width >= super::columns() {
            writeln!(out, "{line}")?;
            line.clone_from(&indent);
        } else if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    writeln!(out, "{line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_goes_on_below_its_beginning() {
        let mut text = Vec::new();
        wrapped("  - ", &"word ".repeat(25), &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.lines().all(|line| line.len() <= super::super::columns()), "{text}");
        assert!(text.lines().nth(1).is_some_and(|line| line.starts_with("    word")), "{text}");
    }
}
