//! What a server answers to one command.

use std::borrow::Cow;

use crate::server::error::Refusal;

/// What a server answers to one command, as the second version of the protocol writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A status, such as `OK`. The usual ones take no memory of their own.
    Simple(Cow<'static, str>),
    /// An error.
    Error(Refusal),
    /// A number.
    Integer(i64),
    /// A string of bytes.
    Bulk(Vec<u8>),
    /// Nothing, in either of the two ways to say so.
    Nil,
    /// Several answers in one.
    Array(Vec<Self>),
}

impl Answer {
    /// Returns the text of a status or of a string of bytes.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Simple(text) => Some(text),
            Self::Bulk(bytes) => str::from_utf8(bytes).ok(),
            Self::Error(_) | Self::Integer(_) | Self::Nil | Self::Array(_) => None,
        }
    }

    /// Returns a string of bytes.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bulk(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Returns the number.
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// Returns the elements of an array.
    #[must_use]
    pub fn elements(&self) -> Option<&[Self]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns names and values, which stand in an array in turn.
    pub fn pairs(&self) -> impl Iterator<Item = (&Self, &Self)> {
        let pairs = self.elements().unwrap_or_default().chunks_exact(2);
        pairs.filter_map(|pair| pair.first().zip(pair.last()))
    }

    /// Returns those of the names and values that are text.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs().filter_map(|(name, value)| Some((name.text()?, value.text()?)))
    }

    /// Returns the value that belongs to a name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Self> {
        self.pairs().find(|(found, _)| found.text() == Some(name)).map(|(_, value)| value)
    }

    /// Returns the error.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Error(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Returns whether it says nothing.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        *self == Self::Nil
    }
}
