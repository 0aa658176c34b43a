//! Commands as bytes, and reading replies in the two shapes that servers give them.

use std::collections::BTreeMap;
use std::ops::Range;

use redis::Value;

/// Commands to be sent in one write.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    /// Where the name of each command is, with its length before and the line end after it.
    names: Vec<Range<usize>>,
}

impl Batch {
    /// Returns an empty batch.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a command with its arguments.
    pub fn push<A: AsRef<[u8]>>(&mut self, command: &[A]) -> &mut Self {
        self.header(b'*', command.len());
        let start = self.bytes.len();
        let mut words = command.iter().map(AsRef::as_ref);
        words.by_ref().take(1).for_each(|name| self.word(name));
        self.names.push(start..self.bytes.len());
        words.for_each(|word| self.word(word));
        self
    }

    fn word(&mut self, word: &[u8]) {
        self.header(b'$', word.len());
        self.bytes.extend_from_slice(word);
        self.bytes.extend_from_slice(b"\r\n");
    }

    fn header(&mut self, kind: u8, length: usize) {
        self.bytes.push(kind);
        self.bytes.extend_from_slice(length.to_string().as_bytes());
        self.bytes.extend_from_slice(b"\r\n");
    }

    /// Returns how many commands the batch has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Returns whether the batch has no command.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub(crate) const fn size(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.names.clear();
    }

    /// Returns the batch for a server on which some commands, in upper case, have other names.
    pub(crate) fn renamed(&self, other_names: &BTreeMap<String, String>) -> Self {
        let mut renamed = Self::new();
        let mut copied = 0;
        for range in &self.names {
            renamed
                .bytes
                .extend_from_slice(self.bytes.get(copied..range.start).unwrap_or_default());
            copied = range.end;
            let word = self.bytes.get(range.clone()).unwrap_or_default();
            let name = word.split(|byte| *byte == b'\n').nth(1).unwrap_or_default().trim_ascii();
            let other = other_names.get(&String::from_utf8_lossy(name).to_uppercase());
            let start = renamed.bytes.len();
            renamed.word(other.map_or(name, String::as_bytes));
            renamed.names.push(start..renamed.bytes.len());
        }
        renamed.bytes.extend_from_slice(self.bytes.get(copied..).unwrap_or_default());
        renamed
    }
}

/// Returns the bytes of a string reply, of whichever kind, and nothing for any other reply.
pub(crate) fn bytes(value: Value) -> Option<Vec<u8>> {
    match value {
        Value::BulkString(bytes) => Some(bytes),
        Value::SimpleString(text) | Value::VerbatimString { text, .. } => Some(text.into_bytes()),
        Value::Okay => Some(b"OK".to_vec()),
        Value::Int(number) => Some(number.to_string().into_bytes()),
        _ => None,
    }
}

/// Returns the text of a string reply, damaged where it is not UTF-8.
pub(crate) fn text(value: Value) -> Option<String> {
    bytes(value).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns the elements of an aggregate reply; a map is flattened to key, value, key, value.
pub(crate) fn elements(value: Value) -> Vec<Value> {
    match value {
        Value::Array(values) | Value::Set(values) => values,
        Value::Map(pairs) => pairs.into_iter().flat_map(|(key, value)| [key, value]).collect(),
        _ => Vec::new(),
    }
}

/// Returns the number in a reply.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        Value::BulkString(bytes) => str::from_utf8(bytes).ok()?.parse().ok(),
        Value::SimpleString(text) => text.parse().ok(),
        _ => None,
    }
}

/// Splits the text that INFO-like commands return into its `name:value` lines.
pub(crate) fn fields(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| line.trim_end().split_once(':'))
}
