//! A terminal whose last columns stay free.

use std::io;

use console::Term;
use indicatif::TermLike;

/// How many columns stay free.
///
/// Bars are filled up with spaces to the end of the line, and terminals write the `^C` that is typed
/// behind that. It would begin another line, and then a bar is removed from that one alone.
const FREE: u16 = 3;

/// Stderr without its last columns.
#[derive(Debug)]
pub(super) struct Margin(Term);

impl Margin {
    pub(super) fn of_stderr() -> Self {
        Self(Term::buffered_stderr())
    }

    /// Returns how wide a line may be.
    pub(super) fn columns() -> usize {
        usize::from(TermLike::width(&Self::of_stderr()))
    }
}

impl TermLike for Margin {
    fn width(&self) -> u16 {
        TermLike::width(&self.0).saturating_sub(FREE).max(1)
    }

    fn height(&self) -> u16 {
        TermLike::height(&self.0)
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_left(n)
    }

    fn write_line(&self, s: &str) -> io::Result<()> {
        self.0.write_line(s)
    }

    fn write_str(&self, s: &str) -> io::Result<()> {
        self.0.write_str(s)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}
