//! Text of strangers, made harmless for a terminal.

/// Escapes the control characters of a text, and leaves everything else as it is.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for sign in text.chars() {
        if sign.is_control() {
            plain.extend(sign.escape_default());
        } else {
            plain.push(sign);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_nothing_else() {
        assert_eq!(plain(r"regex:^ü(\d)$ => $1"), r"regex:^ü(\d)$ => $1");
        assert_eq!(plain("a\x1b[2J\x07\nb\u{9b}"), r"a\u{1b}[2J\u{7}\nb\u{9b}");
    }
}
