use std::{
    os::unix::fs::PermissionsExt as _,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use tempfile::TempDir;

use super::*;

const OWNER: Owner = Owner { plan: [7; 32], lane: 0 };
const SECOND_SLOT: usize = 4096;

type Records = Vec<(u64, u8, Vec<u8>)>;

/// A journal of five records, of which three are synced, in two goes.
struct Sample {
    _directory: TempDir,
    path: PathBuf,
    beside: PathBuf,
    records: Records,
    bytes: Vec<u8>,
    bytes_beside: Vec<u8>,
    /// How many bytes are synced.
    synced: usize,
    /// How many bytes were synced before that.
    synced_before: usize,
}

impl Sample {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        let mut journal = begin(&path, OWNER);
        let mut records = Records::new();
        let mut append = |journal: &mut Journal, tag, payload: &[u8]| {
            let offset = journal.append(tag, payload).unwrap();
            records.push((offset, tag, payload.to_vec()));
        };
        append(&mut journal, 1, b"one");
        append(&mut journal, 2, b"");
        journal.sync().unwrap();
        let synced_before = size(&path);
        append(&mut journal, 3, &[7; 300]);
        journal.sync().unwrap();
        let synced = size(&path);
        append(&mut journal, 4, b"four");
        append(&mut journal, 5, b"five");
        let beside = synced::path_beside(&path);
        let (bytes, bytes_beside) = (fs::read(&path).unwrap(), fs::read(&beside).unwrap());
        Self {
            _directory: directory,
            path,
            beside,
            records,
            bytes,
            bytes_beside,
            synced,
            synced_before,
        }
    }

    /// Puts other files in the place of the two.
    fn put(&self, bytes: &[u8], bytes_beside: &[u8]) {
        for (path, bytes) in [(&self.path, bytes), (&self.beside, bytes_beside)] {
            // Some file systems write a file that is emptied first to the disk at once.
            drop(fs::remove_file(path));
            fs::write(path, bytes).unwrap();
        }
    }

    /// Reads the journal once these bytes are in its place.
    fn with(&self, bytes: &[u8]) -> Result<Records, JournalError> {
        self.put(bytes, &self.bytes_beside);
        read(&self.path, OWNER)
    }

    /// Reads the journal once these bytes are in the place of the file beside it.
    fn with_beside(&self, bytes_beside: &[u8]) -> Result<Records, JournalError> {
        self.put(&self.bytes, bytes_beside);
        read(&self.path, OWNER)
    }

    /// Makes sure that opening comes to the same as reading did, and that the work can go on.
    #[track_caller]
    fn goes_on(&self, kept: &Records) {
        let mut found = Records::new();
        let mut journal = Journal::open(&self.path, OWNER, collect(&mut found)).unwrap();
        assert_eq!(&found, kept);
        let offset = journal.append(9, b"more").unwrap();
        journal.sync().unwrap();
        let grown = read(&self.path, OWNER).unwrap();
        assert_eq!(grown.len(), kept.len() + 1);
        assert_eq!(grown.last(), Some(&(offset, 9, b"more".to_vec())));
    }
}

fn size(path: &Path) -> usize {
    usize::try_from(fs::metadata(path).unwrap().len()).unwrap()
}

fn begin(path: &Path, owner: Owner) -> Journal {
    Journal::create(path, owner).unwrap();
    Journal::open(path, owner, |_, _, _| panic!("it is new")).unwrap()
}

fn collect(records: &mut Records) -> impl FnMut(u64, u8, &[u8]) -> Option<()> {
    |offset, tag, payload| {
        records.push((offset, tag, payload.to_vec()));
        Some(())
    }
}

fn read(path: &Path, owner: Owner) -> Result<Records, JournalError> {
    let mut records = Records::new();
    Journal::read(path, owner, collect(&mut records))?;
    Ok(records)
}

fn open_error(path: &Path) -> JournalError {
    Journal::open(path, OWNER, |_, _, _| Some(())).unwrap_err()
}

#[test]
fn what_was_synced_is_there_after_a_cut_at_any_byte_or_it_is_an_error() {
    let sample = Sample::new();
    for length in 0..=sample.bytes.len() {
        match sample.with(&sample.bytes[..length]) {
            Ok(kept) => {
                assert!(length >= sample.synced && kept.len() >= 3, "cut at {length}");
                assert_eq!(kept, sample.records[..kept.len()], "cut at {length}");
                sample.goes_on(&kept);
            }
            Err(JournalError::Cut { path, length: at, synced }) => {
                assert!(length < sample.synced, "cut at {length}");
                assert_eq!((at, synced), (length as u64, sample.synced as u64));
                assert_eq!(path, sample.path);
            }
            Err(error) => panic!("cut at {length}: {error}"),
        }
    }
}

#[test]
fn a_flipped_bit_is_an_error_that_names_the_record_unless_it_is_in_a_torn_end() {
    let sample = Sample::new();
    // Where records begin, those that mark a sync among them.
    let starts = sample.records.iter().map(|(offset, ..)| *offset).chain([
        0,
        sample.synced_before as u64 - 21,
        sample.synced as u64 - 21,
    ]);
    let starts: Vec<u64> = starts.collect();
    let last = sample.records[4].0;
    for bit in 0..sample.bytes.len() * 8 {
        let mut bytes = sample.bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let at = (bit / 8) as u64;
        match sample.with(&bytes) {
            Ok(kept) => {
                assert!(at >= last, "bit {bit}");
                assert_eq!(kept, sample.records[..4], "bit {bit}");
            }
            Err(JournalError::Damaged { path, offset }) => {
                let start = starts.iter().filter(|start| **start <= at).max();
                assert_eq!((&path, Some(&offset)), (&sample.path, start), "bit {bit}");
                assert!(matches!(open_error(&path), JournalError::Damaged { .. }));
            }
            Err(error) => panic!("bit {bit}: {error}"),
        }
    }
}

#[test]
fn a_flipped_bit_beside_the_journal_is_an_error_or_changes_nothing() {
    let sample = Sample::new();
    let mut errors = 0;
    // Nothing is read between the slots.
    let slots = (0..33 * 8).chain((SECOND_SLOT - 1) * 8..sample.bytes_beside.len() * 8);
    for bit in slots {
        let mut bytes = sample.bytes_beside.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        match sample.with_beside(&bytes) {
            Ok(kept) => assert_eq!(kept, sample.records, "bit {bit}"),
            Err(JournalError::Damaged { path, .. }) => {
                assert_eq!(path, sample.beside);
                errors += 1;
            }
            Err(error) => panic!("bit {bit}: {error}"),
        }
    }
    // The newer slot is the first one; without the older one nothing is lost, but it must be there.
    assert!(errors >= 32 * 8, "{errors}");
}

#[test]
fn a_file_beside_the_journal_that_was_cut_is_an_error() {
    let sample = Sample::new();
    for length in (0..sample.bytes_beside.len()).step_by(7) {
        let found = sample.with_beside(&sample.bytes_beside[..length]);
        assert!(
            matches!(&found, Err(JournalError::Damaged { path, .. }) if *path == sample.beside),
            "cut at {length}: {found:?}"
        );
    }
}

#[test]
fn a_slot_that_was_torn_by_a_crash_is_made_good() {
    let sample = Sample::new();
    let mut torn = sample.bytes_beside.clone();
    let mut journal = {
        sample.put(&sample.bytes, &sample.bytes_beside);
        Journal::open(&sample.path, OWNER, |_, _, _| Some(())).unwrap()
    };
    journal.sync().unwrap();
    let after = fs::read(&sample.path).unwrap();
    let newest = fs::read(&sample.beside).unwrap();
    for written in 0..32 {
        torn[SECOND_SLOT..SECOND_SLOT + written]
            .copy_from_slice(&newest[SECOND_SLOT..SECOND_SLOT + written]);
        sample.put(&after, &torn);
        assert_eq!(read(&sample.path, OWNER).unwrap(), sample.records, "{written} bytes");
        drop(Journal::open(&sample.path, OWNER, |_, _, _| Some(())).unwrap());
        assert_eq!(fs::read(&sample.beside).unwrap(), newest, "{written} bytes");
        sample.goes_on(&sample.records);
    }
}

#[test]
fn a_slot_that_is_lost_does_not_hide_a_cut() {
    let sample = Sample::new();
    let mut beside = sample.bytes_beside.clone();
    beside[..32].fill(0);
    for length in sample.synced_before..sample.synced {
        sample.put(&sample.bytes[..length], &beside);
        let error = read(&sample.path, OWNER).unwrap_err();
        assert!(matches!(error, JournalError::Damaged { .. }), "cut at {length}: {error}");
    }
}

#[test]
fn a_file_that_is_missing_is_an_error_that_names_it() {
    #[track_caller]
    fn case(sample: &Sample, missing: &Path) {
        let names_it = |error: &JournalError| {
            assert!(matches!(error, JournalError::Missing { path } if path == missing), "{error}");
        };
        sample.put(&sample.bytes, &sample.bytes_beside);
        fs::remove_file(missing).unwrap();
        names_it(&read(&sample.path, OWNER).unwrap_err());
        names_it(&open_error(&sample.path));
        assert!(!missing.exists(), "nothing is begun anew");
    }

    let sample = Sample::new();
    case(&sample, &sample.path);
    case(&sample, &sample.beside);
}

#[test]
fn a_journal_of_another_owner_is_an_error() {
    let sample = Sample::new();
    let other = Sample::new();
    let other_lane = Owner { lane: 1, ..OWNER };
    let other_plan = Owner { plan: [8; 32], ..OWNER };
    for owner in [other_lane, other_plan] {
        let error = read(&sample.path, owner).unwrap_err();
        assert!(matches!(&error, JournalError::Foreign { path } if *path == sample.path));
    }
    // The same plan and lane, but from another directory.
    let error = sample.with_beside(&other.bytes_beside).unwrap_err();
    assert!(matches!(&error, JournalError::Foreign { path } if *path == sample.beside));
    let error = sample.with(&other.bytes).unwrap_err();
    assert!(matches!(error, JournalError::Foreign { .. }), "{error}");
}

/// Every record is whole in these files, but they are not the ones that were written.
#[test]
fn records_that_were_dropped_repeated_or_reordered_are_noticed() {
    let sample = Sample::new();
    let start = |index: usize| usize::try_from(sample.records[index].0).unwrap();
    let record = |index: usize| match sample.records.get(index + 1) {
        Some(_) => &sample.bytes[start(index)..start(index + 1)],
        None => &sample.bytes[start(index)..],
    };
    let (head, two, four, five) = (&sample.bytes[..start(0)], record(1), record(3), record(4));
    let rest = |index: usize| &sample.bytes[start(index)..];

    let synced = [
        [head, rest(1)].concat(),
        [head, two, rest(0)].concat(),
        [head, record(0), record(0), rest(1)].concat(),
        [&sample.bytes[..start(2)], rest(2), rest(2)].concat()[start(1)..].to_vec(),
    ];
    for bytes in synced {
        assert!(sample.with(&bytes).is_err());
    }
    let whole = &sample.bytes[..];
    // What is not synced may be torn: nothing that was written elsewhere counts as written here.
    let kept = sample.with(&[whole, five].concat()).unwrap();
    assert_eq!(kept, sample.records);
    let kept = sample.with(&[&whole[..start(3)], five, four].concat()).unwrap();
    assert_eq!(kept, sample.records[..3]);
}

#[test]
fn zeros_are_no_records() {
    let sample = Sample::new();
    for from in (0..sample.bytes.len()).step_by(5) {
        let mut bytes = sample.bytes.clone();
        bytes[from..].fill(0);
        match sample.with(&bytes) {
            Ok(kept) => {
                assert!(from >= sample.synced, "zeros from {from}");
                assert_eq!(kept, sample.records[..kept.len()]);
                sample.goes_on(&kept);
            }
            Err(error) => assert!(from < sample.synced, "zeros from {from}: {error}"),
        }
    }
}

#[test]
fn a_file_beside_the_journal_that_is_out_of_date_is_an_error_for_whoever_writes() {
    let sample = Sample::new();
    sample.put(&sample.bytes, &sample.bytes_beside);
    let mut journal = Journal::open(&sample.path, OWNER, |_, _, _| Some(())).unwrap();
    for _ in 0..2 {
        journal.append(6, b"six").unwrap();
        journal.sync().unwrap();
    }
    fs::write(&sample.beside, &sample.bytes_beside).unwrap();
    let error = open_error(&sample.path);
    assert!(matches!(error, JournalError::Damaged { path, .. } if path == sample.beside));
}

#[test]
fn files_that_are_not_ours_any_more_are_noticed_at_the_next_sync() {
    #[track_caller]
    fn case(damage: impl FnOnce(&Sample)) {
        let sample = Sample::new();
        let mut journal = Journal::open(&sample.path, OWNER, |_, _, _| Some(())).unwrap();
        journal.sync().unwrap();
        damage(&sample);
        let error = journal.sync().unwrap_err();
        assert!(matches!(error, JournalError::Replaced { .. }), "{error}");
    }

    case(|sample| fs::remove_file(&sample.path).unwrap());
    case(|sample| fs::remove_file(&sample.beside).unwrap());
    case(|sample| Journal::create(&sample.path, OWNER).unwrap());
    case(|sample| fs::write(&sample.path, "").unwrap());
    case(|sample| fs::write(&sample.path, [&*sample.bytes, &[0; 100]].concat()).unwrap());
}

#[test]
fn a_reader_beside_a_writer_sees_a_beginning_and_never_damage() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let mut journal = begin(&path, OWNER);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..2_000_u32 {
                journal.append(1, &number.to_le_bytes().repeat(100)).unwrap();
                if number % 2 == 0 {
                    journal.sync().unwrap();
                }
            }
            done.store(true, Ordering::Release);
        });
        let mut seen = 0;
        while !done.load(Ordering::Acquire) {
            let records = read(&path, OWNER).unwrap();
            assert!(records.len() >= seen);
            seen = records.len();
            for (number, (_, _, payload)) in (0_u32..).zip(&records) {
                assert_eq!(payload[..4], number.to_le_bytes());
            }
        }
    });
    assert_eq!(read(&path, OWNER).unwrap().len(), 2_000);
}

#[test]
fn a_record_that_nobody_understands_is_an_error_with_its_offset() {
    let sample = Sample::new();
    let known = |_, tag, _: &[u8]| (tag < 3).then_some(());
    for error in [
        Journal::open(&sample.path, OWNER, known).unwrap_err(),
        Journal::read(&sample.path, OWNER, known).unwrap_err(),
    ] {
        let expected = sample.records[2].0;
        assert!(matches!(error, JournalError::Unknown { offset, .. } if offset == expected));
    }
}

#[test]
fn a_mark_is_none_of_the_records_that_can_be_appended() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let mut journal = begin(&path, OWNER);
    assert!(journal.append(MARK, b"").is_err());
    journal.sync().unwrap();
    assert_eq!(read(&path, OWNER).unwrap(), []);
}

#[test]
fn the_files_are_for_their_owner_alone() {
    let sample = Sample::new();
    for path in [&sample.path, &sample.beside] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
