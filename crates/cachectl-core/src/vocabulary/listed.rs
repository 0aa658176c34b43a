//! Lists that may be as long as the keyspace.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, BufWriter, Seek as _, Write as _},
    sync::{Arc, Mutex, PoisonError},
};

use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeSeq as _, SerializeStruct as _},
};
use serde_json::value::RawValue;

/// How many entries are kept in memory.
const IN_MEMORY: usize = 1_000;

/// A count with the entries that were counted.
///
/// The first thousand are in memory. If there are more, and the list was told where, the rest goes
/// to a file without a name; it comes back when the list is serialised, which never needs more
/// memory than an entry.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// How many there are.
    pub count: u64,
    /// The first of them.
    pub list: Vec<T>,
    rest: Option<Arc<Mutex<BufWriter<File>>>>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self::of(0, Vec::new())
    }
}

impl<T> Listed<T> {
    /// Says how many there are, and which are the first.
    #[must_use]
    pub fn of(count: u64, list: Vec<T>) -> Self {
        Self { count, list, rest: None }
    }

    /// Makes an empty list that grows into a file, which is empty and to be written and read.
    pub(crate) fn in_file(file: File) -> Self {
        let rest = Some(Arc::new(Mutex::new(BufWriter::new(file))));
        Self { count: 0, list: Vec::new(), rest }
    }

    /// Returns the first entries of a long list; the count stays.
    pub(crate) fn head(&self) -> Self
    where
        T: Clone,
    {
        Self::of(self.count, self.list.iter().take(20).cloned().collect())
    }

    /// Makes a list of something else of one without a file.
    pub(crate) fn map<U>(self, of: impl FnMut(T) -> U) -> Listed<U> {
        Listed::of(self.count, self.list.into_iter().map(of).collect())
    }

    /// Takes over what another list without a file has.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.count += other.count;
        let room = IN_MEMORY.saturating_sub(self.list.len());
        self.list.extend(other.list.into_iter().take(room));
    }

    /// Counts an entry and keeps it where there is room.
    pub(crate) fn note(&mut self, entry: impl FnOnce() -> T) -> io::Result<()>
    where
        T: Serialize,
    {
        self.count += 1;
        match &self.rest {
            _ if self.list.len() < IN_MEMORY => self.list.push(entry()),
            None => {}
            Some(rest) => {
                let mut rest = rest.lock().unwrap_or_else(PoisonError::into_inner);
                serde_json::to_writer(&mut *rest, &entry())?;
                rest.write_all(b"\n")?;
            }
        }
        Ok(())
    }
}

/// Two lists are equal if they have the same length and begin alike.
impl<T: PartialEq> PartialEq for Listed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.count == other.count && self.list == other.list
    }
}

impl<T: Serialize> Serialize for Listed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut listed = serializer.serialize_struct("Listed", 2)?;
        listed.serialize_field("count", &self.count)?;
        listed.serialize_field("list", &Entries(self))?;
        listed.end()
    }
}

/// All entries of a list, those in its file included.
struct Entries<'a, T>(&'a Listed<T>);

impl<T: Serialize> Serialize for Entries<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = serializer.serialize_seq(None)?;
        for entry in &self.0.list {
            entries.serialize_element(entry)?;
        }
        if let Some(rest) = &self.0.rest {
            let mut rest = rest.lock().unwrap_or_else(PoisonError::into_inner);
            rest.flush().map_err(S::Error::custom)?;
            let mut file = rest.get_ref();
            file.rewind().map_err(S::Error::custom)?;
            for line in BufReader::new(&mut file).lines() {
                let entry = line.map(RawValue::from_string).map_err(S::Error::custom)?;
                entries.serialize_element(&entry.map_err(S::Error::custom)?)?;
            }
        }
        entries.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_whole_when_it_is_serialised() {
        let mut listed = Listed::in_file(tempfile::tempfile().unwrap());
        for number in 0..3_000 {
            listed.note(|| number).unwrap();
        }
        let written = serde_json::to_string(&listed).unwrap();
        let read: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!(read["count"], 3_000);
        let numbers: Vec<u64> = serde_json::from_value(read["list"].clone()).unwrap();
        assert_eq!(numbers, (0..3_000).collect::<Vec<_>>());
        assert_eq!(serde_json::to_string(&listed).unwrap(), written, "it can be read again");
        assert_eq!(listed.list.len(), 1_000);
    }
}
