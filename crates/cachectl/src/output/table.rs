//! Columns of text that line up.

use std::io::{self, Write};

use super::{clip::in_the_middle, plain::Line};

/// How few columns a cell is cut to.
const LEAST: usize = 12;

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
    shrinking: [bool; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// Begins one whose first row names the columns.
    pub(crate) fn new(head: [(&str, Edge); N]) -> Self {
        let names = head.map(|(name, _)| name.to_owned());
        Self { edges: head.map(|(_, edge)| edge), shrinking: [false; N], rows: vec![names] }
    }

    /// Begins one of text whose columns need no names.
    pub(crate) fn without_head() -> Self {
        Self { edges: [Edge::Left; N], shrinking: [false; N], rows: Vec::new() }
    }

    /// Cuts the cells of some columns where the lines are too wide.
    pub(crate) fn shrinking(self, columns: [usize; 2]) -> Self {
        let shrinking = std::array::from_fn(|column| columns.contains(&column));
        Self { shrinking, ..self }
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
        let widths = self.fitted(self.widths(), super::columns().saturating_sub(columns(first)));
        for (index, row) in self.rows.iter().enumerate() {
            let mut line = if index == 0 { first } else { rest }.to_owned();
            for ((cell, width), edge) in row.iter().zip(widths).zip(self.edges) {
                let cell = in_the_middle(cell, width);
                let padding = " ".repeat(width.saturating_sub(columns(&cell)));
                match edge {
                    Edge::Left => line.extend([&*cell, &padding, "  "]),
                    Edge::Right => line.extend([padding.as_str(), &*cell, "  "]),
                }
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// Takes columns away from the widest of those that shrink, until a line has room.
    fn fitted(&self, mut widths: [usize; N], room: usize) -> [usize; N] {
        loop {
            let line = widths.iter().sum::<usize>() + 2 * N.saturating_sub(1);
            let shrinking = widths.iter_mut().zip(self.shrinking);
            let shrinking = shrinking.filter_map(|(width, shrinks)| shrinks.then_some(width));
            match shrinking.max().filter(|widest| **widest > LEAST) {
                Some(widest) if line > room => *widest -= 1,
                Some(_) | None => return widths,
            }
        }
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

    #[test]
    fn wide_columns_are_cut_until_the_lines_fit() {
        let mut table = Table::new([("a", Edge::Left), ("b", Edge::Left), ("n", Edge::Right)]);
        table.row(["x".repeat(300), "y".repeat(20), "1,000".to_owned()]);
        let mut text = Vec::new();
        table.shrinking([0, 1]).write("  ", &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.lines().all(|line| columns(line) <= crate::output::columns()), "{text}");
        assert!(text.contains("xxx…xxx") && text.contains("1,000"), "{text}");
    }
}
