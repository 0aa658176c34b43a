//! What a server answers to one command.

use redis::Value;

use super::error::Refusal;

/// The answer to one command.
///
/// RESP2 and RESP3 say the same thing in different shapes; the readers here take both.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply(Value);

impl Reply {
    pub(super) fn new(value: Value) -> Self {
        Self(value)
    }

    /// Returns the number, or what the server refused; `None` if it is something else.
    #[must_use]
    pub fn integer(&self) -> Option<Result<i64, Refusal>> {
        match &self.0 {
            Value::Int(number) => Some(Ok(*number)),
            Value::ServerError(error) => Some(Err(refusal(error))),
            _ => None,
        }
    }

    /// Returns the refusal, if it is one.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        match &self.0 {
            Value::ServerError(error) => Some(refusal(error)),
            _ => None,
        }
    }

    /// Returns whether it is nil.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        matches!(self.0, Value::Nil)
    }

    /// Returns the bytes of a simple or bulk string.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Value::BulkString(bytes) => Some(bytes),
            Value::SimpleString(text) | Value::VerbatimString { text, .. } => Some(text.as_bytes()),
            Value::Okay => Some(b"OK"),
            _ => None,
        }
    }

    /// Returns the text of a simple or bulk string.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.bytes().and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// Takes the bytes out of a bulk string.
    #[must_use]
    pub fn into_bytes(self) -> Option<Vec<u8>> {
        match self.0 {
            Value::BulkString(bytes) => Some(bytes),
            Value::SimpleString(text) => Some(text.into_bytes()),
            _ => None,
        }
    }

    /// Takes the elements out of an array or a set; a map gives its keys and values in turn.
    #[must_use]
    pub fn into_elements(self) -> Option<Vec<Self>> {
        match self.0 {
            Value::Array(values) | Value::Set(values) => {
                Some(values.into_iter().map(Self).collect())
            }
            Value::Map(pairs) => {
                Some(pairs.into_iter().flat_map(|(key, value)| [Self(key), Self(value)]).collect())
            }
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

    /// Returns the value behind a name in a map, or in a flat array of names and values.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Self> {
        let is_name = |value: &Value| match value {
            Value::BulkString(bytes) => bytes == name.as_bytes(),
            Value::SimpleString(text) => text == name,
            _ => false,
        };
        match &self.0 {
            Value::Map(pairs) => {
                pairs.iter().find(|(key, _)| is_name(key)).map(|(_, value)| Self(value.clone()))
            }
            Value::Array(values) => values
                .chunks_exact(2)
                .filter_map(|pair| pair.first().zip(pair.last()))
                .find(|(key, _)| is_name(key))
                .map(|(_, value)| Self(value.clone())),
            _ => None,
        }
    }
}

fn refusal(error: &redis::ServerError) -> Refusal {
    Refusal {
        code: error.code().to_owned(),
        detail: error.details().unwrap_or_default().to_owned(),
    }
}
