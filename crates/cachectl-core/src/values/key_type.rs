//! The types that values have.

use std::{fmt, str::FromStr};

use cachectl_rdb::ValueType;
use serde::{Serialize, Serializer};

/// The type of a value, as `TYPE` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyType {
    /// A string.
    String,
    /// A list.
    List,
    /// A set.
    Set,
    /// A sorted set.
    SortedSet,
    /// A hash.
    Hash,
    /// A stream.
    Stream,
    /// The type of a module.
    Module,
    /// An array.
    Array,
}

impl KeyType {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::String,
        Self::List,
        Self::Set,
        Self::SortedSet,
        Self::Hash,
        Self::Stream,
        Self::Module,
        Self::Array,
    ];

    /// Reads the answer of `TYPE`; `None` if there is no key.
    #[must_use]
    pub fn from_reply(name: &[u8]) -> Option<Self> {
        match name {
            b"none" => None,
            b"string" => Some(Self::String),
            b"list" => Some(Self::List),
            b"set" => Some(Self::Set),
            b"zset" => Some(Self::SortedSet),
            b"hash" => Some(Self::Hash),
            b"stream" => Some(Self::Stream),
            b"array" => Some(Self::Array),
            _ => Some(Self::Module),
        }
    }

    /// Returns the number that stands for it in our files.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }

    /// Returns the type that a number stands for in our files.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Returns the name that `TYPE` gives it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::List => "list",
            Self::Set => "set",
            Self::SortedSet => "zset",
            Self::Hash => "hash",
            Self::Stream => "stream",
            Self::Module => "module",
            Self::Array => "array",
        }
    }
}

impl From<ValueType> for KeyType {
    fn from(value_type: ValueType) -> Self {
        match value_type {
            ValueType::String => Self::String,
            ValueType::List => Self::List,
            ValueType::Set => Self::Set,
            ValueType::SortedSet => Self::SortedSet,
            ValueType::Hash => Self::Hash,
            ValueType::Stream => Self::Stream,
            ValueType::Module => Self::Module,
            ValueType::Array => Self::Array,
        }
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for KeyType {
    type Err = UnknownType;

    fn from_str(name: &str) -> Result<Self, UnknownType> {
        let found = Self::ALL.into_iter().find(|key_type| key_type.name() == name);
        found.ok_or_else(|| UnknownType(name.to_owned()))
    }
}

impl Serialize for KeyType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A name that is none of the types.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown type `{0}`; use string, list, set, zset, hash, stream, module or array")]
pub struct UnknownType(String);
