//! A value that may be anything, under a version that the first byte chooses.

#![no_main]

use cachectl_fuzz::{chosen_version, prepare, within_reason};
use cachectl_rdb::{Dialect, Digest, Payload, RawValue, Reader, Record, Writer, payload};
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: prepare(),
    |input: &[u8]| within_reason(input.len(), || {
        if let Some((choice, value)) = input.split_first()
            && let Ok(value) = RawValue::new(value, chosen_version(*choice))
        {
            examine(&value);
        }
    })
);

fn examine(value: &RawValue<'_>) {
    let Ok(decoded) = value.decode() else { return };
    assert_eq!(decoded.value_type(), value.value_type());
    let digest = Digest::of(&decoded);
    assert_eq!(value.digest().ok(), Some(digest));

    let mut sealed = value.as_bytes().to_vec();
    payload::seal(&mut sealed, value.version());
    let payload = Payload::parse(&sealed);
    assert_eq!(payload.ok().map(|payload| payload.value()), Some(*value));

    if let Some(found) = from_a_file(value) {
        assert_eq!(found, value.as_bytes(), "the reader finds other ends than the decoder");
    }
}

/// Writes a file with nothing but this value, and reads it from there; `None` if the version cannot
/// be written, or has no such values.
fn from_a_file(value: &RawValue<'_>) -> Option<Vec<u8>> {
    let mut writer = Writer::new(Vec::new(), value.version()).ok()?;
    let written = writer.entry(0, b"key", None, None, value.as_bytes());
    // The reader takes newer encodings under older versions, which no server would.
    let known = Dialect::of_version(value.version()).knows(value.encoding());
    assert_eq!(written.is_ok(), known, "what servers of the version know can be written");
    if !known {
        return None;
    }
    let Ok(file) = writer.finish() else {
        panic!("what is in memory can be finished");
    };
    let Ok(mut reader) = Reader::new(file.as_slice()) else {
        panic!("what was written has no beginning");
    };
    let value = match reader.record() {
        Ok(Some(Record::Entry(entry))) => entry.value.as_bytes().to_vec(),
        other => panic!("instead of the value there is {other:?}"),
    };
    assert!(matches!(reader.record(), Ok(None)), "something comes after the value");
    Some(value)
}
