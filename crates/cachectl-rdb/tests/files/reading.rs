//! Records that outlive the reader.

use std::io::Read;

use cachectl_rdb::{Encoding, Error, Reader, Record, Usage, reader::Checksum};

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) db: u64,
    pub(crate) key: Vec<u8>,
    pub(crate) encoding: Encoding,
    pub(crate) expires_at: Option<i64>,
    pub(crate) usage: Option<(char, u64)>,
    pub(crate) value: Vec<u8>,
    pub(crate) offset: u64,
}

/// Everything in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    pub(crate) version: u16,
    pub(crate) aux: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) sizes: Vec<(u64, u64)>,
    pub(crate) functions: Vec<Vec<u8>>,
    pub(crate) modules: Vec<(String, u64)>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) is_verified: bool,
    /// Where the end is.
    pub(crate) length: u64,
}

impl Contents {
    #[track_caller]
    pub(crate) fn entry(&self, key: impl AsRef<[u8]>) -> &Entry {
        let key = key.as_ref();
        self.entries
            .iter()
            .find(|entry| entry.key == key)
            .unwrap_or_else(|| panic!("no key `{}`", key.escape_ascii()))
    }
}

pub(crate) fn read(input: impl Read) -> Result<Contents, Error> {
    let mut reader = Reader::new(input)?;
    let mut contents = Contents { version: reader.version().number(), ..Contents::default() };
    while let Some(record) = reader.record()? {
        match record {
            Record::Aux { name, value } => contents.aux.push((name.to_vec(), value.to_vec())),
            Record::Resize { keys, expires } => contents.sizes.push((keys, expires)),
            Record::Function(code) => contents.functions.push(code.to_vec()),
            Record::ModuleAux { module, bytes } => contents.modules.push((module, bytes)),
            Record::Entry(entry) => contents.entries.push(Entry {
                db: entry.db,
                key: entry.key.to_vec(),
                encoding: entry.value.encoding(),
                expires_at: entry.expires_at,
                usage: entry.usage.map(|usage| match usage {
                    Usage::Idle(seconds) => ('i', seconds),
                    Usage::Frequency(frequency) => ('f', frequency.into()),
                }),
                value: entry.value.as_bytes().to_vec(),
                offset: entry.offset,
            }),
        }
    }
    assert!(reader.record()?.is_none(), "the end stays the end");
    contents.is_verified = reader.checksum() == Checksum::Verified;
    contents.length = reader.offset();
    Ok(contents)
}
