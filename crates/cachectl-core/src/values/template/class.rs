//! What a capture accepts.

use std::fmt;

use super::shape::Piece;
use crate::values::glob::byte_set::ByteSet;

/// How many hex digits a UUID has between its dashes.
const UUID_GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

/// The bytes that a capture may stand for. Every class needs at least one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Any bytes: what a capture without a class stands for.
    Any,
    /// `0` to `9`.
    Digits,
    /// `0` to `9`, `a` to `f`, `A` to `F`.
    Hex,
    /// A UUID in its usual form: 8, 4, 4, 4 and 12 hex digits with dashes between.
    Uuid,
    /// Letters and digits of ASCII, and `_`.
    Word,
    /// Any bytes but `:`, the usual separator.
    Segment,
    /// Any bytes, up to the end of the key.
    Rest,
}

impl Class {
    const NAMED: [(&'static str, Self); 6] = [
        ("digits", Self::Digits),
        ("hex", Self::Hex),
        ("uuid", Self::Uuid),
        ("word", Self::Word),
        ("segment", Self::Segment),
        ("rest", Self::Rest),
    ];

    pub(super) fn names() -> [&'static str; 6] {
        Self::NAMED.map(|(name, _)| name)
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::NAMED.into_iter().find_map(|(known, class)| (known == name).then_some(class))
    }

    /// Returns the name of the class that somebody who wrote `name` probably had in mind.
    pub(super) fn nearest(name: &str) -> Option<&'static str> {
        let distance = |known: &str| edits(&name.to_ascii_lowercase(), known);
        let (known, _) = Self::NAMED.into_iter().min_by_key(|(known, _)| distance(known))?;
        (distance(known) <= 2).then_some(known)
    }

    /// Returns whether the class could stand for these bytes.
    #[must_use]
    pub fn accepts(self, bytes: &[u8]) -> bool {
        self.piece().accepts(bytes)
    }

    pub(super) fn piece(self) -> Piece {
        let digit = |byte: u8| byte.is_ascii_hexdigit();
        match self {
            Self::Any | Self::Rest => Piece::OneOrMore(ByteSet::ALL),
            Self::Digits => Piece::OneOrMore(ByteSet::of(|byte| byte.is_ascii_digit())),
            Self::Hex => Piece::OneOrMore(ByteSet::of(digit)),
            Self::Word => {
                Piece::OneOrMore(ByteSet::of(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
            }
            Self::Segment => Piece::OneOrMore(ByteSet::of(|byte| byte != b':')),
            Self::Uuid => {
                let (digit, dash) = (ByteSet::of(digit), ByteSet::of(|byte| byte == b'-'));
                let groups = UUID_GROUPS.map(|length| vec![digit; length]);
                Piece::Each(groups.join(&dash))
            }
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::NAMED.iter().find_map(|(name, class)| (class == self).then_some(*name));
        f.write_str(name.unwrap_or("any"))
    }
}

/// Counts the letters to insert, remove or replace to get from one word to the other.
fn edits(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.bytes().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        let mut next = vec![left];
        for (other, above) in to.bytes().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(letter != other)).min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
