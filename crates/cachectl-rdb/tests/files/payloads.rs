//! What `DUMP` answers, looked at, given another version, and restored.

use cachectl_rdb::{Dialect, Encoding, ErrorKind, Payload, Version, payload};
use cachectl_testkit::{EveryEncoding, Server, Value, keyspace::Specimen, locate::Release};

/// Asks for the payload of a key, and leaves its database selected.
#[track_caller]
fn dump(server: &Server, specimen: &Specimen) -> Vec<u8> {
    server.command(&["SELECT", &specimen.db.to_string()]);
    match server.command(&[b"DUMP", &specimen.key[..]]) {
        Value::BulkString(payload) => payload,
        other => panic!("no payload: {other:?}"),
    }
}

#[track_caller]
fn dialect(release: Release) -> Dialect {
    let (major, minor) = release.version();
    let product = release.flavour().to_string().to_ascii_lowercase();
    Dialect::of_server(&product, major, minor).unwrap()
}

#[test]
fn a_payload_that_was_sealed_is_what_the_server_made() {
    let server = Server::start();
    for specimen in EveryEncoding::new(8).load(&server) {
        let expected = dump(&server, &specimen);
        let parsed = Payload::parse(&expected).unwrap();
        let mut sealed = parsed.value().as_bytes().to_vec();
        payload::seal(&mut sealed, parsed.version());
        assert_eq!(sealed, expected);
        let mut tagged = expected.clone();
        payload::retag(&mut tagged, Version::new(9)).unwrap();
        assert_eq!(Payload::parse(&tagged).map(|payload| payload.version().number()).ok(), Some(9));
        payload::retag(&mut tagged, parsed.version()).unwrap();
        assert_eq!(tagged, expected);
    }
}

/// Restores a payload, and tells whether the server has taken it.
fn restores(server: &Server, payload: &[u8]) -> bool {
    let command: [&[u8]; 5] = [b"RESTORE", b"restored", b"0", payload, b"REPLACE"];
    match server.try_command(&command) {
        Ok(_) => true,
        Err(refused) => {
            assert!(refused.code().is_some(), "{refused}");
            false
        }
    }
}

#[test]
fn dialects_say_what_servers_take_as_it_is_and_with_another_version() {
    for from in Release::ALL {
        let source = Server::builder().release(from).start();
        let specimens = EveryEncoding::new(9).load(&source);
        for to in Release::ALL {
            let target = Server::builder().release(to).start();
            let dialect = dialect(to);
            assert_eq!(dialect.version().number(), to.rdb_version());
            assert_eq!(dialect, Dialect::of_version(dialect.version()));
            for specimen in &specimens {
                let mut bytes = dump(&source, specimen);
                let (version, encoding) = {
                    let parsed = Payload::parse(&bytes).unwrap();
                    (parsed.version(), parsed.value().encoding())
                };
                let expected = dialect.takes(version) && dialect.knows(encoding);
                assert_eq!(restores(&target, &bytes), expected, "{from} to {to}: {encoding}");
                payload::retag(&mut bytes, dialect.version()).unwrap();
                let expected = dialect.knows(encoding);
                assert_eq!(restores(&target, &bytes), expected, "{from} as {to}: {encoding}");
            }
        }
    }
}

#[test]
fn no_damaged_byte_of_a_payload_is_overlooked() {
    let server = Server::start();
    server.command(&["RPUSH", "list", "one", "two", "three"]);
    let Value::BulkString(bytes) = server.command(&["DUMP", "list"]) else { panic!("no payload") };
    for position in 0..bytes.len() {
        for flip in 1..=u8::MAX {
            let mut damaged = bytes.clone();
            damaged[position] ^= flip;
            let error = Payload::parse(&damaged).unwrap_err();
            assert!(matches!(error.kind, ErrorKind::Checksum { .. }), "byte {position} ^ {flip}");
        }
    }
    for length in 0..bytes.len() {
        assert!(Payload::parse(&bytes[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn a_payload_without_room_for_its_parts_is_refused() {
    let error = Payload::parse(b"123456789").unwrap_err();
    assert_eq!(error.to_string(), "the data ends in the middle of the footer at byte 0");
    assert!(payload::retag(&mut [0; 9], Version::new(11)).is_err());

    let mut empty = Vec::new();
    payload::seal(&mut empty, Version::new(11));
    let error = Payload::parse(&empty).unwrap_err();
    assert_eq!(error.to_string(), "the data ends in the middle of a value at byte 0");

    let mut unknown = vec![99];
    payload::seal(&mut unknown, Version::new(11));
    let error = Payload::parse(&unknown).unwrap_err();
    assert_eq!(error.to_string(), "no record or type has the code 99 at byte 0");
}

#[test]
fn the_version_of_a_payload_decides_what_its_type_byte_means() {
    #[track_caller]
    fn case(version: u16, expected: Encoding) {
        let mut bytes = vec![22, 1, 1, b'f', 1, b'v', 0, 0, 0, 0, 0, 0, 0, 0];
        payload::seal(&mut bytes, Version::new(version));
        assert_eq!(Payload::parse(&bytes).unwrap().value().encoding(), expected);
    }

    case(12, Encoding::HashExpiriesPreRelease);
    case(80, Encoding::ValkeyHashExpiries);
}
