//! Which keys are meant, by name, type and database.

use std::collections::BTreeSet;

use crate::values::{glob::Glob, key_type::KeyType};

/// Which keys are meant: all of them, unless something narrows it.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only keys that one of these globs matches; any key if there are none.
    pub patterns: Vec<Glob>,
    /// Only keys of these types; of all types if there are none.
    pub types: BTreeSet<KeyType>,
    /// Only keys of these databases; of all databases if there are none.
    pub databases: BTreeSet<u64>,
}

impl Selection {
    /// Returns whether nothing narrows it.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.patterns.is_empty() && self.types.is_empty() && self.databases.is_empty()
    }

    /// Returns whether the name of a key is meant.
    #[must_use]
    pub fn takes_key(&self, key: &[u8]) -> bool {
        self.patterns.is_empty() || self.patterns.iter().any(|pattern| pattern.matches(key))
    }

    /// Returns whether a type is meant.
    #[must_use]
    pub fn takes_type(&self, key_type: KeyType) -> bool {
        self.types.is_empty() || self.types.contains(&key_type)
    }

    /// Returns whether a database is meant.
    #[must_use]
    pub fn takes_database(&self, database: u64) -> bool {
        self.databases.is_empty() || self.databases.contains(&database)
    }

    /// Returns the pattern that a server can pick keys by for us: the only one there is.
    #[must_use]
    pub fn scan_pattern(&self) -> Option<Vec<u8>> {
        match self.patterns.as_slice() {
            [pattern] => Some(pattern.as_bytes().to_vec()),
            _ => None,
        }
    }
}
