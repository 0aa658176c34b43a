//! Text that cannot drive the terminal it is shown on.
//!
//! Rules, ids, file names, users and the words of servers are chosen by strangers. All text for
//! people passes through here on its way out, so that no report has to think of it.

use std::fmt::{self, Display, Write as _};

/// Text of any origin, in which everything but line ends that a terminal would obey is escaped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain<T>(pub(crate) T);

impl<T: Display> Display for Plain<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping { out: f, line_ends: LineEnds::Kept }, "{}", self.0)
    }
}

/// The same on one line: line ends are escaped as well.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<T>(pub(crate) T);

impl<T: Display> Display for Line<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping { out: f, line_ends: LineEnds::Escaped }, "{}", self.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineEnds {
    Kept,
    Escaped,
}

/// Escapes what is written through it.
struct Escaping<'a, 'b> {
    out: &'a mut fmt::Formatter<'b>,
    line_ends: LineEnds,
}

impl fmt::Write for Escaping<'_, '_> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        let line_ends = self.line_ends;
        for part in s.split_inclusive(|c| is_obeyed(c, line_ends)) {
            let last = part.chars().next_back().filter(|c| is_obeyed(*c, line_ends));
            let Some(c) = last else {
                self.out.write_str(part)?;
                continue;
            };
            self.out.write_str(part.strip_suffix(c).unwrap_or_default())?;
            match u8::try_from(c).ok().filter(u8::is_ascii) {
                Some(byte) => write!(self.out, "{}", byte.escape_ascii())?,
                None => write!(self.out, "{}", c.escape_unicode())?,
            }
        }
        Ok(())
    }
}

/// Returns whether a terminal would do something else with a character than show it.
fn is_obeyed(c: char, line_ends: LineEnds) -> bool {
    match c {
        '\n' => line_ends == LineEnds::Escaped,
        // These end a line, or turn the direction of the text around.
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            true
        }
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        #[track_caller]
        fn case(text: &str, expected: &str, on_one_line: &str) {
            assert_eq!(Plain(text).to_string(), expected);
            assert_eq!(Line(text).to_string(), on_one_line);
        }

        case("plain", "plain", "plain");
        case("grün 日本 😀", "grün 日本 😀", "grün 日本 😀");
        case("\x1b[31mX\x07", "\\x1b[31mX\\x07", "\\x1b[31mX\\x07");
        case("a\nb\rc\td", "a\nb\\rc\\td", "a\\nb\\rc\\td");
        case("\u{9b}31m\u{7f}", "\\u{9b}31m\\x7f", "\\u{9b}31m\\x7f");
        case("\u{202e}x\u{2028}", "\\u{202e}x\\u{2028}", "\\u{202e}x\\u{2028}");
        case("", "", "");
    }
}
