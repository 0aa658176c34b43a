//! Text of strangers, kept short.

use std::fmt::{self, Display};

use cachectl_core::values::key::Key;

use super::count::Bytes;

/// How many columns a name may take.
const COLUMNS: usize = 60;

/// A key, escaped, and cut in its middle if it is very long. JSON has all of it.
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
        let length = bytes.len();
        let part = |range| Key::from(bytes.get(range).unwrap_or_default()).to_string();
        let (head, tail) = (part(0..24.min(length)), part(length.saturating_sub(10)..length));
        f.pad(&format!("{head}…{tail} ({})", Bytes(length as u64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_and_say_how_long_they_are() {
        let key = Key::from("x".repeat(1_048_576).as_bytes());
        assert_eq!(Name(&key).to_string(), "xxxxxxxxxxxxxxxxxxxxxxxx…xxxxxxxxxx (1.0 MiB)");
        assert_eq!(Name(&Key::from("a\nb")).to_string(), "a\\nb");
        assert_eq!(Name(&Key::from("")).to_string(), "(the empty name)");
    }
}
