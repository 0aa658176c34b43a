//! Columns of text that line up.

use std::io::{self, Write};

use super::plain::Line;

/// At which edge the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// Text stands at the left one.
    Left,
    /// Numbers stand at the right one.
    Right,
}

/// Rows of cells.
#[derive(Debug)]
pub(crate) struct Table<const N: usize> {
    edges: [Edge; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// Begins one whose first row names the columns.
    pub(crate) fn new(head: [(&str, Edge); N]) -> Self {
        let names = head.map(|(name, _)| name.to_owned());
        Self { edges: head.map(|(_, edge)| edge), rows: vec![names] }
    }

    /// Begins one of text whose columns need no names.
    pub(crate) fn without_head() -> Self {
        Self { edges: [Edge::Left; N], rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: [String; N]) {
        // Before they are measured: what is escaped is wider.
        self.rows.push(cells.map(|cell| Line(cell).to_string()));
    }

    /// Writes the rows, each after `indent`.
    pub(crate) fn write(&self, indent: &str, out: &mut dyn Write) -> io::Result<()> {
        self.write_beside(indent, indent, out)
    }

    /// Writes the first row after `first`, and the others after `rest`.
    pub(crate) fn write_beside(
        &self,
        first: &str,
        rest: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let widths = self.widths();
        for (index, row) in self.rows.iter().enumerate() {
            let mut line = if index == 0 { first } else { rest }.to_owned();
            for ((cell, width), edge) in row.iter().zip(widths).zip(self.edges) {
                let padding = " ".repeat(width - columns(cell));
                match edge {
                    Edge::Left => line.extend([cell.as_str(), &padding, "  "]),
                    Edge::Right => line.extend([padding.as_str(), cell, "  "]),
                }
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn widths(&self) -> [usize; N] {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = columns(cell).max(*width);
            }
        }
        widths
    }
}

fn columns(text: &str) -> usize {
    console::measure_text_width(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_lines_up_at_the_left_and_numbers_at_the_right() {
        let mut table = Table::new([("rule", Edge::Left), ("matched", Edge::Right)]);
        table.row(["a => b".to_owned(), "1,000".to_owned()]);
        table.row(["long => longer".to_owned(), "7".to_owned()]);
        let mut text = Vec::new();
        table.write("  ", &mut text).unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "  rule            matched\n  a => b            1,000\n  long => longer        7\n"
        );
    }
}
