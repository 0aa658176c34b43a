//! Sorts more entries than memory should hold.
//!
//! Entries are a few numbers: hashes of names, and where the names stand in a file. Full buffers
//! are sorted and appended to a file as runs, and the runs are merged as they are read back. A
//! thread does that while the next buffer is filled: whoever fills it talks to servers, and those
//! would have nothing to do meanwhile.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, binary_heap::PeekMut},
    fs::File,
    io, mem,
    os::unix::fs::FileExt as _,
    panic,
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
};

use super::files;

/// How many bytes of entries are taken until they are sorted; as many may be on their way to the
/// file.
const BUFFER: usize = 2 << 20;
/// How many entries are sorted in one go, on a CPU that a server may wait for.
const BURST: usize = 4_096;
/// How many bytes all runs together read ahead.
const READ_AHEAD: usize = 2 << 20;

/// One entry: compared number by number.
pub type Entry<const N: usize> = [u64; N];

/// Takes entries in any order and gives them back sorted, in bounded memory.
#[derive(Debug)]
pub struct Sorter<const N: usize> {
    path: PathBuf,
    buffer: Vec<Entry<N>>,
    /// The buffer before, which a thread sorts, writes and gives back.
    spilling: Option<JoinHandle<io::Result<Vec<Entry<N>>>>>,
    file: Option<Arc<File>>,
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
        Self {
            path: path.to_owned(),
            buffer: Vec::new(),
            spilling: None,
            file: None,
            runs: Vec::new(),
            written: 0,
        }
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
        drop(self.spilled()?);
        let Some(file) = self.file.take() else {
            let memory = self.buffer.into_iter();
            return Ok(Sorted { memory, readers: Vec::new(), heap: BinaryHeap::new() });
        };
        let share = (READ_AHEAD / self.runs.len().max(1)).clamp(4096, 256 << 10);
        let entries = (share / size_of::<Entry<N>>()).max(1);
        let reader = |run| RunReader { file: Arc::clone(&file), run, entries, ready: Vec::new() };
        let mut readers: Vec<_> = self.runs.into_iter().map(reader).collect();
        // The last buffer is a run that was read already.
        self.buffer.reverse();
        let nothing = Run { next: self.written, end: self.written };
        readers.push(RunReader { ready: self.buffer, ..reader(nothing) });
        let mut heap = BinaryHeap::new();
        for (index, reader) in readers.iter_mut().enumerate() {
            heap.extend(reader.next()?.map(|entry| Reverse((entry, index))));
        }
        Ok(Sorted { memory: Vec::new().into_iter(), readers, heap })
    }

    /// Hands the buffer to a thread that sorts and writes it.
    fn spill(&mut self) -> io::Result<()> {
        let room = self.spilled()?;
        let buffer = mem::replace(&mut self.buffer, room);
        let file = match &self.file {
            Some(file) => Arc::clone(file),
            None => Arc::clone(self.file.insert(Arc::new(files::unnamed(&self.path)?))),
        };
        let start = self.written;
        self.written += size_of_val(buffer.as_slice()) as u64;
        self.runs.push(Run { next: start, end: self.written });
        let spilling = thread::Builder::new().spawn(move || write_run(buffer, &file, start))?;
        self.spilling = Some(spilling);
        Ok(())
    }

    /// Waits until the buffer before is written, and returns it, empty.
    fn spilled(&mut self) -> io::Result<Vec<Entry<N>>> {
        let Some(spilling) = self.spilling.take() else {
            return Ok(Vec::new());
        };
        spilling.join().unwrap_or_else(|payload| panic::resume_unwind(payload))
    }
}

/// Sorts entries and writes them from this byte of the file on. Returns their room.
fn write_run<const N: usize>(
    mut entries: Vec<Entry<N>>,
    file: &File,
    mut at: u64,
) -> io::Result<Vec<Entry<N>>> {
    give_way();
    sort_in_bursts(&mut entries);
    let mut bytes = Vec::with_capacity(64 << 10);
    for chunk in entries.chunks(4096) {
        bytes.clear();
        bytes.extend(chunk.iter().flatten().flat_map(|number| number.to_le_bytes()));
        file.write_all_at(&bytes, at)?;
        at += bytes.len() as u64;
    }
    entries.clear();
    Ok(entries)
}

/// Sorts entries, and lets others have the CPU every few hundred microseconds.
fn sort_in_bursts<const N: usize>(entries: &mut [Entry<N>]) {
    if entries.len() <= BURST {
        entries.sort_unstable();
    } else {
        let (low, _, high) = entries.select_nth_unstable(entries.len() / 2);
        thread::yield_now();
        sort_in_bursts(low);
        sort_in_bursts(high);
    }
    thread::yield_now();
}

/// Lets everybody else on this machine have the CPU first, a server that runs here above all: what
/// is sorted is needed only when the next buffer is full.
fn give_way() {
    // Elsewhere a priority belongs to a process, not to a thread. It is a courtesy: without it
    // everything works.
    #[cfg(target_os = "linux")]
    rustix::process::setpriority_process(None, 19).ok();
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
