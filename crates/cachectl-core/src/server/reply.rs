//! What a server answers to one command of a batch.

use super::{error::Refusal, wire::Answer};

/// The answer to one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply(Answer);

impl Reply {
    /// Returns the number, or what the server refused; `None` if it is something else.
    #[must_use]
    pub fn integer(&self) -> Option<Result<i64, Refusal>> {
        match &self.0 {
            Answer::Integer(number) => Some(Ok(*number)),
            Answer::Error(refusal) => Some(Err(refusal.clone())),
            _ => None,
        }
    }

    /// Returns the refusal, if it is one.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        self.0.refusal().cloned()
    }

    /// Returns whether it is nil.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        self.0.is_nil()
    }

    /// Returns the bytes of a simple or bulk string.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Answer::Bulk(bytes) => Some(bytes),
            Answer::Simple(text) => Some(text.as_bytes()),
            _ => None,
        }
    }

    /// Returns the text of a simple or bulk string.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.0.text()
    }

    /// Takes the bytes out of a simple or bulk string.
    #[must_use]
    pub fn into_bytes(self) -> Option<Vec<u8>> {
        match self.0 {
            Answer::Bulk(bytes) => Some(bytes),
            Answer::Simple(text) => Some(text.into_owned().into_bytes()),
            _ => None,
        }
    }

    /// Takes the elements out of an array.
    #[must_use]
    pub fn into_elements(self) -> Option<Vec<Self>> {
        match self.0 {
            Answer::Array(elements) => Some(elements.into_iter().map(Self).collect()),
            _ => None,
        }
    }

    /// Reads the answer of `TIME`, as a Unix time in milliseconds.
    #[must_use]
    pub fn into_time(self) -> Option<i64> {
        let parts = self.into_elements()?;
        let number = |index: usize| parts.get(index)?.text()?.parse::<i64>().ok();
        Some(number(0)? * 1000 + number(1)? / 1000)
    }

    /// Returns the value behind a name in a flat array of names and values.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Self> {
        self.0.value(name).cloned().map(Self)
    }
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        Self(answer)
    }
}
