//! A payload that may be anything, with its checksum made right and under other versions.

#![no_main]

use cachectl_fuzz::{VERSIONS, prepare, within_reason};
use cachectl_rdb::{ErrorKind, Payload, Version, payload};
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: prepare(),
    |input: &[u8]| within_reason(input.len(), || {
        if let Ok(payload) = Payload::parse(input) {
            payload.value().decode().ok();
        }
        examine(input.to_vec());
    })
);

fn examine(mut bytes: Vec<u8>) {
    let Some(version) = footer_version(&bytes) else {
        assert!(payload::retag(&mut bytes, Version::new(11)).is_err(), "there is no footer");
        return;
    };
    assert!(payload::retag(&mut bytes, version).is_ok(), "there is a footer");
    let payload = match Payload::parse(&bytes) {
        Ok(payload) => payload,
        Err(error) => {
            let checksum = matches!(error.kind, ErrorKind::Checksum { .. });
            assert!(!checksum, "the checksum was made right");
            return;
        }
    };
    assert_eq!(payload.version(), version);
    for other in VERSIONS {
        compare(&bytes, &payload, Version::new(other));
    }
}

fn footer_version(bytes: &[u8]) -> Option<Version> {
    let (covered, _) = bytes.split_last_chunk::<8>()?;
    let (_, version) = covered.split_last_chunk::<2>()?;
    Some(Version::new(u16::from_le_bytes(*version)))
}

/// Gives the payload another version and takes that back.
fn compare(bytes: &[u8], payload: &Payload<'_>, other: Version) {
    let mut tagged = bytes.to_vec();
    assert!(payload::retag(&mut tagged, other).is_ok(), "there is a footer");
    if let Ok(found) = Payload::parse(&tagged) {
        assert_eq!(found.version(), other);
        assert_eq!(found.value().as_bytes(), payload.value().as_bytes());
        // A type byte can mean something else under another version.
        if found.value().encoding() == payload.value().encoding() {
            assert_eq!(found.value().digest().ok(), payload.value().digest().ok());
        }
    }
    assert!(payload::retag(&mut tagged, payload.version()).is_ok(), "there is a footer");
    assert_eq!(tagged, bytes);
}
