//! Text that cannot drive the terminal it is shown on.
//!
//! Rules, ids, file names, users and the words of servers are chosen by strangers. All text for
//! people passes through here on its way out, so that no report has to think of it.

use std::fmt::{self, Display, Write as _};

use super::departure;

/// Text of any origin, in which everything but line ends that a terminal would obey is escaped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain<T>(pub(crate) T);

impl<T: Display> Display for Plain<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.0, LineEnds::Kept, f)
    }
}

/// The same on one line: line ends are escaped as well.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<T>(pub(crate) T);

impl<T: Display> Display for Line<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.0, LineEnds::Escaped, f)
    }
}

/// Hides what is secret, and escapes the rest.
fn show(text: &impl Display, line_ends: LineEnds, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let text = text.to_string();
    let text = departure::hidden(&text);
    Escaping { out: f, line_ends }.write_str(&departure::without_orders(&text))
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
        let is_escaped = |c| is_obeyed(c) && (c != '\n' || line_ends == LineEnds::Escaped);
        for part in s.split_inclusive(is_escaped) {
            let last = part.chars().next_back().filter(|c| is_escaped(*c));
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
pub(crate) fn is_obeyed(c: char) -> bool {
    match c {
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
