//! How much of a journal is on disk, written down beside it.
//!
//! ```text
//! slot:  identity of the journal, offset, number of marks (u64 each), chain, CRC-32C (u32 each)
//! ```
//!
//! There are two slots, on pages of their own, and they are overwritten in turn. If the power goes
//! while one is written, the other one is whole, and it is no more than one mark behind.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use super::{
    error::JournalError,
    format::{Header, Point, checksum},
};
use crate::{migrate::fields::Fields, steps::files};

const SLOT: usize = 32;
/// How far the slots are apart: disks that write less at a time are common, more is not.
const STRIDE: u64 = 4096;
/// Keeps the checksum of a slot apart from that of anything else.
const DOMAIN: &[u8] = b"cachectl-synced/1\n";

/// What is written down beside a journal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Synced {
    pub(super) identity: u64,
    /// Everything before it is on disk.
    pub(super) point: Point,
    /// Where the slot is that cannot be read, if there is one.
    pub(super) damaged: Option<u64>,
}

/// Returns where it is written down.
pub(super) fn path_beside(journal: &Path) -> PathBuf {
    let mut path = journal.as_os_str().to_owned();
    path.push(".synced");
    path.into()
}

/// Writes down that the header of a new journal is on disk.
pub(super) fn create(path: &Path, header: Header) -> io::Result<()> {
    let slot = slot(header.identity, header.end());
    let mut bytes = slot.clone();
    bytes.resize(usize::try_from(STRIDE).unwrap_or_default(), 0);
    bytes.extend_from_slice(&slot);
    files::write_whole(path, &bytes)
}

/// Writes down, for good, that everything before `point` is on disk.
pub(super) fn write(file: &File, identity: u64, point: Point) -> io::Result<()> {
    file.write_all_at(&slot(identity, point), offset(point.marks % 2))?;
    file.sync_data()
}

/// Reads what is written down.
pub(super) fn read(path: &Path) -> Result<Synced, JournalError> {
    let file = files::open(path).map_err(JournalError::existing("read", path))?;
    let read = |index| read_slot(&file, index).map_err(JournalError::file("read", path));
    let (first, second) = (read(0)?, read(1)?);
    let damaged = match (first, second) {
        (None, _) => Some(offset(0)),
        (_, None) => Some(offset(1)),
        (Some(_), Some(_)) => None,
    };
    let newest = first.into_iter().chain(second).max_by_key(|(_, point)| point.marks);
    let Some((identity, point)) = newest else {
        return Err(JournalError::Damaged { path: path.to_owned(), offset: 0 });
    };
    Ok(Synced { identity, point, damaged })
}

fn offset(index: u64) -> u64 {
    index * STRIDE
}

fn slot(identity: u64, point: Point) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(SLOT);
    for number in [identity, point.offset, point.marks] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&point.chain.to_le_bytes());
    bytes.extend_from_slice(&checksum(&[DOMAIN, &bytes]).to_le_bytes());
    bytes
}

/// Returns the identity and the point of a slot, `None` if it is damaged.
fn read_slot(file: &File, index: u64) -> io::Result<Option<(u64, Point)>> {
    let mut bytes = [0; SLOT];
    match file.read_exact_at(&mut bytes, offset(index)) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    Ok(parse(&bytes).filter(|(_, point)| point.marks == 0 || point.marks % 2 == index))
}

fn parse(bytes: &[u8; SLOT]) -> Option<(u64, Point)> {
    let (checked, stored) = bytes.split_last_chunk::<4>()?;
    if checksum(&[DOMAIN, checked]) != u32::from_le_bytes(*stored) {
        return None;
    }
    let mut fields = Fields(checked);
    let (identity, offset, marks) = (fields.u64()?, fields.u64()?, fields.u64()?);
    Some((identity, Point { offset, marks, chain: fields.u32()? }))
}
