//! A journal that may say anything: as bytes on the disk, or as records with good checksums.

#![no_main]

use std::fs;

use cachectl_core::migrate::{
    fuzzing::{read_journal, write_journal},
    report::Direction,
};
use cachectl_fuzz::{directory, prepare, within_reason};
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: prepare(),
    |input: &[u8]| within_reason(input.len(), || {
        let Some((choice, bytes)) = input.split_first() else { return };
        let direction = if choice & 1 == 0 { Direction::Forward } else { Direction::Back };
        let written = if choice & 2 == 0 { write_records(bytes) } else { write_bytes(bytes) };
        // A record with a tag that only the journal itself may write is refused.
        if written.is_ok() {
            read_journal(&directory(), direction).ok();
        }
    })
);

/// Writes records, in front of each of which stands its length.
fn write_records(mut bytes: &[u8]) -> Result<(), String> {
    let records = std::iter::from_fn(|| {
        let (length, rest) = bytes.split_first()?;
        let (record, rest) = rest.split_at(usize::from(*length).min(rest.len()));
        bytes = rest;
        Some(record)
    });
    write_journal(&directory(), records).map_err(|error| error.to_string())
}

/// Writes what stands behind a length into the file beside the journal, and the rest into it.
fn write_bytes(bytes: &[u8]) -> Result<(), String> {
    let (length, rest) = bytes.split_first_chunk::<2>().unwrap_or((&[0; 2], bytes));
    let length = usize::from(u16::from_le_bytes(*length));
    let (beside, journal) = rest.split_at(length.min(rest.len()));
    let written = fs::write(directory().join("journal-0"), journal);
    let written = written.and_then(|()| fs::write(directory().join("journal-0.synced"), beside));
    written.map_err(|error| error.to_string())
}
