//! Text of strangers, kept short.

use std::{
    borrow::Cow,
    fmt::{self, Display},
};

use cachectl_core::values::key::{Key, REPORTED};

use super::{count::Bytes, departure, plain::Line};

/// How many columns a name may take.
const COLUMNS: usize = 60;

/// How much of either end of a long name is searched for secrets.
const SAMPLE: usize = 4096;

/// A key, escaped, and cut in its middle if it is very long. JSON has what the report keeps of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name<'a>(pub(crate) &'a Key);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.as_bytes();
        if bytes.is_empty() {
            return f.pad("(the empty name)");
        }
        // The escaped form of a byte is at least one column wide, so that a longer name cannot fit.
        let whole = (bytes.len() <= COLUMNS).then(|| self.0.to_string());
        if let Some(whole) = whole.filter(|whole| whole.len() <= COLUMNS) {
            return f.pad(&whole);
        }
        // A part of a secret would not be known for one any more.
        let sample = [
            bytes.get(..SAMPLE).unwrap_or(bytes),
            bytes.get(bytes.len().saturating_sub(SAMPLE)..).unwrap_or_default(),
        ];
        let sample = sample.map(|part| Key::from(part).to_string());
        if sample.iter().any(|part| departure::hidden(part) != part.as_str()) {
            return f.pad(&in_the_middle(&sample[0], COLUMNS));
        }
        let length = bytes.len();
        let part = |range| Key::from(bytes.get(range).unwrap_or_default()).to_string();
        let head = part(0..24.min(length));
        if length == REPORTED {
            return f.pad(&format!("{head}… ({} or more)", Bytes(length as u64)));
        }
        let tail = part(length.saturating_sub(10)..length);
        f.pad(&format!("{head}…{tail} ({})", Bytes(length as u64)))
    }
}

/// Cuts text in its middle if it takes more columns than it may.
pub(crate) fn in_the_middle(text: &str, columns: usize) -> Cow<'_, str> {
    if console::measure_text_width(text) <= columns {
        return Cow::Borrowed(text);
    }
    // Half of a secret would not be known for one any more.
    let text = departure::hidden(text);
    let room = columns.saturating_sub(1);
    let head = fitting(text.char_indices().map(|(at, c)| (at + c.len_utf8(), c)), room - room / 3);
    let tail = fitting(text.char_indices().rev(), room / 3);
    let (head, tail) = (head.unwrap_or(0), tail.unwrap_or(text.len()));
    let part = |part: Option<&str>| part.unwrap_or_default().to_owned();
    Cow::Owned(part(text.get(..head)) + "…" + text.get(tail..).unwrap_or_default())
}

/// Returns where the characters end that fit into so many columns.
fn fitting(characters: impl Iterator<Item = (usize, char)>, columns: usize) -> Option<usize> {
    let mut width = 0;
    let fits = |(_, c): &(usize, char)| {
        width += console::measure_text_width(c.encode_utf8(&mut [0; 4]));
        width <= columns
    };
    characters.take_while(fits).last().map(|(at, _)| at)
}

/// A rule, cut in its middle if it is very long. JSON has all of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule<'a>(pub(crate) &'a str);

impl Display for Rule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = Line(self.0).to_string();
        f.pad(&in_the_middle(&whole, COLUMNS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_half_of_a_secret_is_left() {
        departure::keep(&secrecy::SecretString::from("cut-in-two-9"));
        let text = "the password is cut-in-two-9, and that is all there is to be said of it";
        for columns in 1..70 {
            let cut = in_the_middle(text, columns);
            assert!(!cut.contains("cut") && !cut.contains("two"), "{cut}");
        }
    }

    #[test]
    fn of_a_name_that_was_cut_no_length_is_made_up() {
        let name = |length: usize| Name(&Key::from(vec![b'k'; length])).to_string();
        assert!(name(4_095).ends_with("kkk (4.0 KiB)"), "{}", name(4_095));
        assert!(name(REPORTED).ends_with("kkk… (4.0 KiB or more)"), "{}", name(REPORTED));
    }

    #[test]
    fn no_part_of_a_secret_in_a_long_name_is_left() {
        departure::keep(&secrecy::SecretString::from("Across-the-cut-7"));
        for before in 0..30 {
            let name = format!("{}Across-the-cut-7{}", "x".repeat(before), "y".repeat(50));
            let shown = Name(&Key::from(name.as_bytes())).to_string();
            assert!(!shown.contains("Acr") && !shown.contains("cut"), "{shown}");
        }
    }

    #[test]
    fn text_is_cut_in_its_middle_to_the_columns_it_may_take() {
        #[track_caller]
        fn case(text: &str, columns: usize, expected: &str) {
            assert_eq!(in_the_middle(text, columns), expected);
            assert!(console::measure_text_width(expected) <= columns);
        }

        case("abcdefghij", 10, "abcdefghij");
        case("abcdefghij", 7, "abcd…ij");
        case("abcdefghij", 1, "…");
        case("日本語日本語", 7, "日本…語");
        case("", 0, "");
    }

    #[test]
    fn long_names_are_cut_and_say_how_long_they_are() {
        let key = Key::from("x".repeat(1_048_576).as_bytes());
        assert_eq!(Name(&key).to_string(), "xxxxxxxxxxxxxxxxxxxxxxxx…xxxxxxxxxx (1.0 MiB)");
        assert_eq!(Name(&Key::from("a\nb")).to_string(), "a\\nb");
        assert_eq!(Name(&Key::from("")).to_string(), "(the empty name)");
    }
}
