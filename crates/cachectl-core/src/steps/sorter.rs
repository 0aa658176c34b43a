//! Sorts more entries than memory should hold.
//!
//! Entries are a few numbers: hashes of names, and where the names stand in a file. Full buffers
//! are sorted and appended to a file as runs, and the runs are merged as they are read back.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, binary_heap::PeekMut},
    fs::File,
    io, mem,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::files;

/// How many bytes of entries are sorted in memory.
const BUFFER: usize = 4 << 20;
/// How many bytes all runs together read ahead.
const READ_AHEAD: usize = 2 << 20;

/// One entry: compared number by number.
pub type Entry<const N: usize> = [u64; N];

/// Takes entries in any order and gives them back sorted, in bounded memory.
#[derive(Debug)]
pub struct Sorter<const N: usize> {
    path: PathBuf,
    buffer: Vec<Entry<N>>,
    file: Option<File>,
    runs: Vec<Run>,
    written: u64,
}

/// A sorted stretch of the file, from one byte to another.
#[derive(Clone, Copy, Debug)]
struct Run {
    next: u64,
    end: u64,
}

impl<const N: usize> Sorter<N> {
    /// A file beside `path` is created when the first buffer is full; it has no name.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), buffer: Vec::new(), file: None, runs: Vec::new(), written: 0 }
    }

    /// Takes an entry.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    pub fn push(&mut self, entry: Entry<N>) -> io::Result<()> {
        self.buffer.push(entry);
        if self.buffer.len() * size_of::<Entry<N>>() >= BUFFER { self.spill() } else { Ok(()) }
    }

    /// Returns all entries in order, and leaves none.
    ///
    /// # Errors
    ///
    /// As [`Sorter::finish`].
    pub fn take(&mut self) -> io::Result<Sorted<N>> {
        let empty = Self::new(&self.path);
        mem::replace(self, empty).finish()
    }

    /// Returns all entries in order.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    pub fn finish(mut self) -> io::Result<Sorted<N>> {
        self.buffer.sort_unstable();
        if self.runs.is_empty() {
            let memory = mem::take(&mut self.buffer).into_iter();
            return Ok(Sorted { memory, readers: Vec::new(), heap: BinaryHeap::new() });
        }
        self.spill()?;
        self.buffer = Vec::new();
        let share = (READ_AHEAD / self.runs.len()).clamp(4096, 256 << 10);
        let entries = (share / size_of::<Entry<N>>()).max(1);
        let file = Arc::new(self.file.take().ok_or(io::ErrorKind::NotFound)?);
        let runs = self.runs.iter();
        let reader = |run: &Run| RunReader {
            file: Arc::clone(&file),
            run: *run,
            entries,
            ready: Vec::new(),
        };
        let mut readers: Vec<_> = runs.map(reader).collect();
        let mut heap = BinaryHeap::new();
        for (index, reader) in readers.iter_mut().enumerate() {
            heap.extend(reader.next()?.map(|entry| Reverse((entry, index))));
        }
        Ok(Sorted { memory: Vec::new().into_iter(), readers, heap })
    }

    fn spill(&mut self) -> io::Result<()> {
        self.buffer.sort_unstable();
        if self.file.is_none() {
            self.file = Some(files::unnamed(&self.path)?);
        }
        let Some(file) = &self.file else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let mut bytes = Vec::with_capacity(64 << 10);
        let start = self.written;
        for chunk in self.buffer.chunks(4096) {
            bytes.clear();
            for number in chunk.iter().flatten() {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            file.write_all_at(&bytes, self.written)?;
            self.written += bytes.len() as u64;
        }
        self.runs.push(Run { next: start, end: self.written });
        self.buffer.clear();
        Ok(())
    }
}

/// The entries of a [`Sorter`], in order.
#[derive(Debug)]
pub struct Sorted<const N: usize> {
    memory: std::vec::IntoIter<Entry<N>>,
    readers: Vec<RunReader<N>>,
    heap: BinaryHeap<Reverse<(Entry<N>, usize)>>,
}

impl<const N: usize> Sorted<N> {
    /// Returns what the next entry is, and leaves it there.
    #[must_use]
    pub fn peek(&self) -> Option<&Entry<N>> {
        let merged = self.heap.peek().map(|Reverse((entry, _))| entry);
        merged.or_else(|| self.memory.as_slice().first())
    }

    /// Returns the next entry if the test holds for it.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read.
    pub fn entry_if(
        &mut self,
        test: impl FnOnce(&Entry<N>) -> bool,
    ) -> io::Result<Option<Entry<N>>> {
        if self.peek().is_some_and(test) { self.entry() } else { Ok(None) }
    }

    /// Returns the next entry.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read.
    pub fn entry(&mut self) -> io::Result<Option<Entry<N>>> {
        let Some(mut least) = self.heap.peek_mut() else {
            return Ok(self.memory.next());
        };
        let Reverse((entry, index)) = *least;
        let next = self.readers.get_mut(index).map(RunReader::next).transpose()?.flatten();
        // Replacing it moves less than taking it out and putting the next one in.
        match next {
            Some(next) => *least = Reverse((next, index)),
            None => drop(PeekMut::pop(least)),
        }
        Ok(Some(entry))
    }
}

/// Reads one run, some entries at a time.
#[derive(Debug)]
struct RunReader<const N: usize> {
    /// One for all runs: there may be more of them than a process may open files.
    file: Arc<File>,
    run: Run,
    entries: usize,
    /// What was read ahead, last entry first.
    ready: Vec<Entry<N>>,
}

impl<const N: usize> RunReader<N> {
    fn next(&mut self) -> io::Result<Option<Entry<N>>> {
        if self.ready.is_empty() && self.run.next < self.run.end {
            let left = usize::try_from(self.run.end - self.run.next).unwrap_or(usize::MAX);
            let mut bytes = vec![0; left.min(self.entries * size_of::<Entry<N>>())];
            self.file.read_exact_at(&mut bytes, self.run.next)?;
            self.run.next += bytes.len() as u64;
            let (numbers, _) = bytes.as_chunks::<8>();
            let mut numbers = numbers.iter().map(|number| u64::from_le_bytes(*number));
            let count = bytes.len() / size_of::<Entry<N>>();
            self.ready.extend(
                (0..count).map(|_| {
                    std::array::from_fn::<u64, N, _>(|_| numbers.next().unwrap_or_default())
                }),
            );
            self.ready.reverse();
        }
        Ok(self.ready.pop())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_sorted_whether_they_fit_in_memory_or_not() {
        #[track_caller]
        fn case(count: u64) {
            let directory = tempfile::tempdir().unwrap();
            let mut sorter = Sorter::<2>::new(&directory.path().join("runs"));
            // A multiplier that is odd permutes the numbers of 64 bits.
            let scramble = |number: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            for number in 0..count {
                sorter.push([scramble(number), number]).unwrap();
            }
            let mut entries = sorter.finish().unwrap();
            let mut last = None;
            let mut seen = 0;
            let mut next = entries.peek().copied();
            while let Some(entry) = entries.entry().unwrap() {
                assert_eq!(next, Some(entry));
                next = entries.peek().copied();
                assert_eq!(entries.entry_if(|_| false).unwrap(), None);
                assert_eq!(entry[0], scramble(entry[1]));
                assert!(last < Some(entry), "{entry:?} after {last:?}");
                last = Some(entry);
                seen += 1;
            }
            assert_eq!(seen, count);
            assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
        }

        case(0);
        case(1_000);
        case(BUFFER as u64 / 16);
        case(1_000_000);
    }
}
