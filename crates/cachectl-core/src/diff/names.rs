//! The names of a side, in a file.

use std::{fs::File, io, mem, os::unix::fs::FileExt as _, path::Path};

use crate::steps::files;

/// How many bytes are written together.
const BUFFER: usize = 64 << 10;
/// The database and the length of a name, before the name.
const HEAD: usize = 16;

/// Names that are written down, to be read again by their places.
#[derive(Debug)]
pub(super) struct Names {
    file: File,
    written: u64,
    buffer: Vec<u8>,
}

/// A name in its database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) database: u64,
    pub(super) key: Vec<u8>,
}

impl Names {
    /// Creates the file, and takes its name away.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        Ok(Self { file: files::unnamed(path)?, written: 0, buffer: Vec::new() })
    }

    /// Writes a name down; returns its place.
    pub(super) fn push(&mut self, database: u64, key: &[u8]) -> io::Result<u64> {
        let place = self.written + self.buffer.len() as u64;
        self.buffer.extend_from_slice(&database.to_le_bytes());
        self.buffer.extend_from_slice(&(key.len() as u64).to_le_bytes());
        self.buffer.extend_from_slice(key);
        if self.buffer.len() >= BUFFER {
            self.flush()?;
        }
        Ok(place)
    }

    /// Writes down what waits. Before that it cannot be read.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let mut buffer = mem::take(&mut self.buffer);
        self.file.write_all_at(&buffer, self.written)?;
        self.written += buffer.len() as u64;
        buffer.clear();
        // A name may be as long as half a gigabyte.
        buffer.shrink_to(2 * BUFFER);
        self.buffer = buffer;
        Ok(())
    }

    /// Reads the name at a place.
    pub(super) fn read(&self, place: u64) -> io::Result<Place> {
        let mut head = [0; HEAD];
        self.file.read_exact_at(&mut head, place)?;
        let (words, _) = head.as_chunks::<8>();
        let mut words = words.iter().map(|word| u64::from_le_bytes(*word));
        let database = words.next().unwrap_or_default();
        let length = words.next().unwrap_or_default();
        let mut key = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.file.read_exact_at(&mut key, place + HEAD as u64)?;
        Ok(Place { database, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_length_are_read_by_their_places() {
        let directory = tempfile::tempdir().unwrap();
        let mut names = Names::create(&directory.path().join("names")).unwrap();
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
        let lengths = [0, 1, 17, BUFFER, 3, 4 * BUFFER, 0];
        let places = lengths.map(|length| names.push(length as u64, &vec![b'x'; length]).unwrap());
        names.flush().unwrap();
        for (length, place) in lengths.into_iter().zip(places) {
            let expected = Place { database: length as u64, key: vec![b'x'; length] };
            assert_eq!(names.read(place).unwrap(), expected);
        }
        assert!(places.is_sorted(), "later names have later places");
    }
}
