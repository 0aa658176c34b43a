//! What `DUMP` answers and `RESTORE` takes: a value with a footer.
//!
//! The footer is the version of the format and a checksum of everything before it. Servers refuse
//! a version that is newer than their own, even where they know the encoding: a payload with
//! another version in its footer is what [`retag`] makes.

use crate::{Error, ErrorKind, RawValue, Version, checksum};

const VERSION_BYTES: usize = 2;
const CHECKSUM_BYTES: usize = 8;

/// How many bytes the footer has.
pub const FOOTER_BYTES: usize = VERSION_BYTES + CHECKSUM_BYTES;

/// A payload, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload<'a> {
    value: RawValue<'a>,
}

impl<'a> Payload<'a> {
    /// Takes what `DUMP` has answered.
    ///
    /// # Errors
    ///
    /// Fails if the footer is missing, the checksum wrong, or the type byte unknown.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let (covered, stored) = bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or_else(cut)?;
        let (value, version) = covered.split_last_chunk::<VERSION_BYTES>().ok_or_else(cut)?;
        let stored = u64::from_le_bytes(*stored);
        let found = checksum::of(covered);
        if stored != found {
            let offset = u64::try_from(covered.len()).unwrap_or(u64::MAX);
            return Err(Error::new(offset, ErrorKind::Checksum { stored, found }));
        }
        let version = Version::new(u16::from_le_bytes(*version));
        Ok(Self { value: RawValue::new(value, version)? })
    }

    /// Returns the version of the format that the footer names.
    #[must_use]
    pub fn version(&self) -> Version {
        self.value.version()
    }

    /// Returns the value.
    #[must_use]
    pub fn value(&self) -> RawValue<'a> {
        self.value
    }
}

fn cut() -> Error {
    Error::new(0, ErrorKind::Cut("the footer"))
}

/// Makes a payload of a type byte and what follows it, by adding the footer.
pub fn seal(value: &mut Vec<u8>, version: Version) {
    value.extend_from_slice(&version.number().to_le_bytes());
    let checksum = checksum::of(value);
    value.extend_from_slice(&checksum.to_le_bytes());
}

/// Gives a payload the footer of another version. The value stays as it is.
///
/// # Errors
///
/// Fails if the payload is too short to have a footer. Whether the old footer was right is not
/// looked at: see [`Payload::parse`].
pub fn retag(payload: &mut [u8], version: Version) -> Result<(), Error> {
    let (covered, stored) = payload.split_last_chunk_mut::<CHECKSUM_BYTES>().ok_or_else(cut)?;
    let (_, number) = covered.split_last_chunk_mut::<VERSION_BYTES>().ok_or_else(cut)?;
    *number = version.number().to_le_bytes();
    *stored = checksum::of(covered).to_le_bytes();
    Ok(())
}
