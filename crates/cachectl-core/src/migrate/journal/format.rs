//! The bytes of a journal: its header, its records, and how both are checked.
//!
//! ```text
//! header:  magic (16), seal of the plan (32), lane (u32), identity (u64), CRC-32C (u32)
//! record:  length of the payload (u32), CRC-32C (u32), tag (u8), payload
//! mark:    a record: how many marks there are with it (u64), chain of everything before it (u32)
//! ```
//!
//! The checksum of a record covers the identity of its journal and the offset at which it stands,
//! so a record is valid nowhere else. A mark ends what is synced together.

use std::io::{self, Read};

use crc::{CRC_32_ISCSI, Crc};

use super::Owner;
use crate::migrate::fields::Fields;

const CRC32C: Crc<u32, crc::Table<16>> = Crc::<u32, crc::Table<16>>::new(&CRC_32_ISCSI);
const MAGIC: &[u8; 16] = b"cachectl-jrnl/1\n";
/// How many bytes a header has.
pub(super) const HEADER: usize = 64;
/// Length, checksum and tag.
pub(super) const FRAME: usize = 9;
/// Longer payloads are nothing of ours.
const LONGEST: u32 = 16 << 20;
/// The tag of a mark.
pub(super) const MARK: u8 = 0xff;

/// What a journal says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) owner: Owner,
    /// A random number: no other journal has it, not even one of the same plan and lane.
    pub(super) identity: u64,
}

impl Header {
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&self.owner.plan);
        bytes.extend_from_slice(&self.owner.lane.to_le_bytes());
        bytes.extend_from_slice(&self.identity.to_le_bytes());
        bytes.extend_from_slice(&checksum(&[&bytes]).to_le_bytes());
        bytes
    }

    /// Returns `None` if the header is damaged, or of another version.
    pub(super) fn from_bytes(bytes: &[u8; HEADER]) -> Option<Self> {
        let (checked, stored) = bytes.split_last_chunk::<4>()?;
        let (magic, rest) = checked.split_first_chunk::<16>()?;
        let (plan, rest) = rest.split_first_chunk::<32>()?;
        let mut fields = Fields(rest);
        let owner = Owner { plan: *plan, lane: fields.u32()? };
        let header = Self { owner, identity: fields.u64()? };
        let good = magic == MAGIC && checksum(&[checked]) == u32::from_le_bytes(*stored);
        good.then_some(header)
    }

    /// Returns the point behind the header.
    pub(super) fn end(self) -> Point {
        Point { offset: HEADER as u64, marks: 0, chain: checksum(&[&self.to_bytes()]) }
    }
}

/// A place between two records, and what comes before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) offset: u64,
    /// How many marks come before it.
    pub(super) marks: u64,
    /// A checksum over everything before it.
    pub(super) chain: u32,
}

impl Point {
    /// Returns the point behind a record that stands here; `None` if it is a mark that does not
    /// belong here.
    pub(super) fn after(self, record: &Record<'_>) -> Option<Self> {
        let is_mark = record.tag == MARK;
        if is_mark && record.payload != self.mark() {
            return None;
        }
        Some(Self {
            offset: self.offset + record.size() as u64,
            marks: self.marks + u64::from(is_mark),
            chain: checksum(&[&self.chain.to_le_bytes(), &record.checksum.to_le_bytes()]),
        })
    }

    /// Returns the payload of a mark that stands here.
    pub(super) fn mark(self) -> Vec<u8> {
        let mut payload = (self.marks + 1).to_le_bytes().to_vec();
        payload.extend_from_slice(&self.chain.to_le_bytes());
        payload
    }
}

/// A record that is as it was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    pub(super) tag: u8,
    pub(super) payload: &'a [u8],
    checksum: u32,
}

impl<'a> Record<'a> {
    /// Makes the record that is going to stand at `offset`; `None` if it is too long.
    pub(super) fn new(identity: u64, offset: u64, tag: u8, payload: &'a [u8]) -> Option<Self> {
        let length = u32::try_from(payload.len()).ok().filter(|length| *length <= LONGEST)?;
        let checksum = checksum(&[
            &identity.to_le_bytes(),
            &offset.to_le_bytes(),
            &length.to_le_bytes(),
            &[tag],
            payload,
        ]);
        Some(Self { tag, payload, checksum })
    }

    /// Reads the record at the front of `bytes`, which stand at `offset`; `None` if there is none.
    pub(super) fn parse(identity: u64, offset: u64, bytes: &'a [u8]) -> Option<Self> {
        let length = length(bytes)?;
        let (frame, rest) = bytes.split_first_chunk::<FRAME>()?;
        let mut fields = Fields(frame.get(4..)?);
        let (stored, tag) = (fields.u32()?, fields.u8()?);
        let record = Self::new(identity, offset, tag, rest.get(..length)?)?;
        (record.checksum == stored).then_some(record)
    }

    /// Returns how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        FRAME + self.payload.len()
    }

    pub(super) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.size());
        // `new` has made sure that it fits.
        let length = u32::try_from(self.payload.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&self.checksum.to_le_bytes());
        bytes.push(self.tag);
        bytes.extend_from_slice(self.payload);
        bytes
    }
}

/// Reads what may be a record into `buffer`; `false` if it goes beyond the end.
pub(super) fn read_frame(reader: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<bool> {
    buffer.clear();
    reader.take(FRAME as u64).read_to_end(buffer)?;
    let Some(length) = length(buffer) else { return Ok(false) };
    reader.take(length as u64).read_to_end(buffer)?;
    Ok(buffer.len() == FRAME + length)
}

/// Returns how long the payload of a record claims to be; `None` if it is too long.
fn length(frame: &[u8]) -> Option<usize> {
    let length = Fields(frame).u32().filter(|length| *length <= LONGEST)?;
    usize::try_from(length).ok()
}

/// Returns the checksum of parts that follow each other.
pub(super) fn checksum(parts: &[&[u8]]) -> u32 {
    let mut digest = CRC32C.digest();
    for part in parts {
        digest.update(part);
    }
    digest.finalize()
}
