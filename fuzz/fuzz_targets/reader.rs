//! A file that may be anything: what can be read of it is decoded, written and read again.

#![no_main]

use cachectl_fuzz::{prepare, within_reason};
use cachectl_rdb::{
    Dialect, Digest, Entry, Reader, Record, Usage, Version, Writer,
    reader::{Empties, Values},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: prepare(),
    |file: &[u8]| within_reason(file.len(), || {
        examine(file);
        // Nothing that is found by chance has the right checksum, and a file may have none.
        if let Some((body, _)) = file.split_last_chunk::<8>() {
            examine(&[body, &[0; 8]].concat());
        }
    })
);

/// What has to come through unharmed.
#[derive(Debug, PartialEq)]
enum Seen {
    Aux(Vec<u8>, Vec<u8>),
    Function(Vec<u8>),
    Entry {
        db: u64,
        key: Vec<u8>,
        expires_at: Option<i64>,
        usage: Option<Usage>,
        value: Vec<u8>,
        digest: Option<Digest>,
    },
}

fn examine(file: &[u8]) {
    let Ok(reader) = Reader::new(file) else { return };
    let version = reader.version();
    let seen = read(reader);
    skim(file, seen.len());
    let Ok(copy) = write(&seen, version) else {
        assert!(version.number() < 5, "what was read can be written");
        return;
    };
    let Ok(reader) = Reader::new(copy.as_slice()) else {
        panic!("what was written has no beginning");
    };
    assert_eq!(read(reader), seen);
}

/// Reads up to the end, or up to what cannot be read.
fn read(mut reader: Reader<&[u8]>) -> Vec<Seen> {
    let dialect = Dialect::of_version(reader.version());
    let version = reader.version().number();
    let mut seen = Vec::new();
    while let Ok(Some(record)) = reader.record() {
        match record {
            Record::Aux { name, value } if version >= 7 => {
                seen.push(Seen::Aux(name.to_vec(), value.to_vec()));
            }
            Record::Function(code) if version >= 10 => seen.push(Seen::Function(code.to_vec())),
            Record::Entry(entry) if dialect.knows(entry.value.encoding()) => {
                seen.push(entry_of(&entry, version));
            }
            // What this version does not have, what is only a hint, and what nobody can write.
            Record::Entry(_)
            | Record::Aux { .. }
            | Record::Function(_)
            | Record::Resize { .. }
            | Record::ModuleAux { .. } => {}
        }
    }
    seen
}

/// Reads it once more without its values, and looks at what follows.
fn skim(file: &[u8], records: usize) {
    let Ok(mut reader) = Reader::new(file) else {
        panic!("it had a beginning");
    };
    reader.read_values(Values::Heads);
    reader.read_empties(Empties::Drop);
    let mut found = 0;
    while let Ok(Some(_)) = reader.record() {
        found += 1;
    }
    assert!(u64::try_from(records).is_ok_and(|all| all <= found + reader.dropped()));
    reader.trailing().ok();
}

fn entry_of(entry: &Entry<'_>, version: u16) -> Seen {
    Seen::Entry {
        db: entry.db,
        key: entry.key.to_vec(),
        expires_at: entry.expires_at,
        usage: entry.usage.filter(|_| version >= 9),
        value: entry.value.as_bytes().to_vec(),
        digest: entry.value.digest().ok(),
    }
}

fn write(seen: &[Seen], version: Version) -> Result<Vec<u8>, cachectl_rdb::Error> {
    let mut writer = Writer::new(Vec::new(), version)?;
    for record in seen {
        match record {
            Seen::Aux(name, value) => writer.aux(name, value)?,
            Seen::Function(code) => writer.function(code)?,
            Seen::Entry { db, key, expires_at, usage, value, .. } => {
                writer.entry(*db, key, *expires_at, *usage, value)?;
            }
        }
    }
    writer.finish()
}
