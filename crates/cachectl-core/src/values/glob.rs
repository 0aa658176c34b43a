//! Globs as the server understands them, on bytes.
//!
//! | written | matches |
//! |---|---|
//! | `*` | any bytes, also none |
//! | `?` | any one byte |
//! | `[abc]` `[a-z]` | one byte of these |
//! | `[^a-z]` | one byte that is none of these |
//! | `\x` | the byte `x` itself, also inside brackets |
//! | everything else | itself |
//!
//! Nothing is an error. A class that is not closed ends with the pattern, a range may be written
//! from its larger end, and a backslash at the very end stands for itself.

use std::borrow::Cow;
use std::fmt;

pub(crate) mod byte_set;
#[cfg(test)]
mod tests;

use byte_set::ByteSet;

/// A pattern that `KEYS`, `SCAN … MATCH` and the cache operations read in the same way.
///
/// ```
/// use cachectl_core::values::glob::Glob;
///
/// let glob = Glob::new("user:[0-9]*:profile");
/// assert!(glob.matches(b"user:42:profile"));
/// assert!(!glob.matches(b"user:x:profile"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Glob {
    pattern: Vec<u8>,
    tokens: Vec<Token>,
}

/// What one position of a pattern accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// This byte.
    Byte(u8),
    /// One byte of a set.
    Set(ByteSet),
    /// Any bytes, also none.
    Star,
}

impl Glob {
    /// Takes a pattern; there is none that means nothing.
    #[must_use]
    pub fn new(pattern: impl Into<Vec<u8>>) -> Self {
        let pattern = pattern.into();
        let tokens = tokens(&pattern).map(|(_, token)| token).collect();
        Self { pattern, tokens }
    }

    /// Returns the pattern as it was given.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.pattern
    }

    /// Returns whether the pattern matches the whole key.
    ///
    /// The work is at most the length of the pattern times that of the key: when bytes do not fit,
    /// only the last star is stretched, for an earlier one could win nothing by it. Newer servers
    /// find nothing by a pattern with more than a thousand stars; here it means what it says.
    #[must_use]
    pub fn matches(&self, key: &[u8]) -> bool {
        // The server's matcher does not look at stars when there is nothing to match; only the
        // commands make an exception for the pattern that is one star.
        if key.is_empty() {
            return self.pattern.is_empty() || self.pattern == b"*";
        }
        let (mut at, mut next) = (0, 0);
        let mut stretch = None;
        while let Some(&byte) = key.get(at) {
            let token = self.tokens.get(next);
            if token == Some(&Token::Star) {
                next += 1;
                stretch = Some((next, at));
            } else if token.is_some_and(|token| token.accepts(byte)) {
                next += 1;
                at += 1;
            } else if let Some((after, from)) = stretch {
                (next, at) = (after, from + 1);
                stretch = Some((after, at));
            } else {
                return false;
            }
        }
        self.tokens.iter().skip(next).all(|token| *token == Token::Star)
    }

    /// Returns the bytes that every matching key begins with.
    #[must_use]
    pub fn literal_prefix(&self) -> Cow<'_, [u8]> {
        let prefix: Vec<u8> = self.tokens.iter().map_while(Token::byte).collect();
        match self.pattern.get(..prefix.len()) {
            Some(written) if written == prefix => Cow::Borrowed(written),
            _ => Cow::Owned(prefix),
        }
    }

    /// Returns a pattern that matches exactly these bytes.
    #[must_use]
    pub fn escape_literal(bytes: &[u8]) -> Vec<u8> {
        let mut pattern = Vec::with_capacity(bytes.len());
        for &byte in bytes {
            if matches!(byte, b'*' | b'?' | b'[' | b'\\') {
                pattern.push(b'\\');
            }
            pattern.push(byte);
        }
        pattern
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.pattern.escape_ascii())
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl Token {
    fn accepts(&self, key_byte: u8) -> bool {
        match self {
            Self::Byte(byte) => *byte == key_byte,
            Self::Set(set) => set.contains(key_byte),
            Self::Star => false,
        }
    }

    fn byte(&self) -> Option<u8> {
        match self {
            Self::Byte(byte) => Some(*byte),
            Self::Set(_) | Self::Star => None,
        }
    }
}

/// Reads a pattern; with every token comes the place where it begins.
pub(crate) fn tokens(pattern: &[u8]) -> impl Iterator<Item = (usize, Token)> {
    let mut rest = pattern;
    std::iter::from_fn(move || {
        let place = pattern.len() - rest.len();
        let (token, after) = match rest {
            [] => return None,
            [b'*', after @ ..] => (Token::Star, after),
            [b'?', after @ ..] => (Token::Set(ByteSet::ALL), after),
            [b'[', b'^', after @ ..] => {
                let (set, after) = class(after);
                (Token::Set(set.complement()), after)
            }
            [b'[', after @ ..] => {
                let (set, after) = class(after);
                (Token::Set(set), after)
            }
            [b'\\', byte, after @ ..] | [byte, after @ ..] => (Token::Byte(*byte), after),
        };
        rest = after;
        Some((place, token))
    })
}

/// Reads the inside of a class and its closing bracket, if it has one.
fn class(mut rest: &[u8]) -> (ByteSet, &[u8]) {
    let mut set = ByteSet::NONE;
    loop {
        rest = match rest {
            [] => return (set, rest),
            [b'\\', byte, after @ ..] => {
                set.insert(*byte);
                after
            }
            [b']', after @ ..] => return (set, after),
            [start, b'-', end, after @ ..] => {
                insert_range(&mut set, *start, *end);
                after
            }
            [byte, after @ ..] => {
                set.insert(*byte);
                after
            }
        };
    }
}

/// Servers compare the ends of a range as C's `char`, which has a sign on every platform they
/// commonly run on: bytes above 127 come before the others.
fn insert_range(set: &mut ByteSet, start: u8, end: u8) {
    let (start, end) = (start.cast_signed(), end.cast_signed());
    for byte in start.min(end)..=start.max(end) {
        set.insert(byte.cast_unsigned());
    }
}
