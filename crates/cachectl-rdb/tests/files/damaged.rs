//! Files that were damaged on their way.

use std::fs;

use cachectl_rdb::{ErrorKind, Reader};
use cachectl_testkit::{Server, locate::Release};
use proptest::prelude::*;

use crate::{bytes::File, reading::read};

/// A file of a server with a key of each type, one of them compressed, one that expires.
#[track_caller]
fn small_file(release: Release) -> Vec<u8> {
    let server = Server::builder().release(release).start();
    server.command(&["SET", "string", "value", "PXAT", "4000000000000"]);
    server.command(&["SET", "compressed", &"abc".repeat(50)]);
    server.command(&["RPUSH", "list", "one", "two"]);
    server.command(&["SADD", "set", "one", "two"]);
    server.command(&["SADD", "numbers", "1", "2"]);
    server.command(&["HSET", "hash", "field", "value"]);
    server.command(&["ZADD", "zset", "1.5", "one", "2", "two"]);
    server.command(&["XADD", "stream", "1-1", "field", "value"]);
    server.command(&["XGROUP", "CREATE", "stream", "group", "0"]);
    server.command(&["XREADGROUP", "GROUP", "group", "me", "STREAMS", "stream", ">"]);
    fs::read(server.save()).unwrap()
}

#[test]
fn no_damaged_byte_changes_what_is_read() {
    for release in [Release::Redis70, Release::Valkey91] {
        let bytes = small_file(release);
        let expected = read(&bytes[..]).unwrap();
        for position in 0..bytes.len() {
            for flip in [0x01, 0x02, 0x10, 0x40, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[position] ^= flip;
                if let Ok(contents) = read(&damaged[..]) {
                    assert_eq!(contents.entries, expected.entries, "byte {position} ^ {flip}");
                }
            }
        }
    }
}

#[test]
fn a_damaged_value_is_noticed_by_the_checksum() {
    let bytes = small_file(Release::Redis70);
    let position = bytes.windows(5).position(|window| window == b"value").unwrap();
    let mut damaged = bytes.clone();
    damaged[position] ^= 1;
    let error = read(&damaged[..]).unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Checksum { .. }), "{error}");
    assert_eq!(error.offset, u64::try_from(bytes.len() - 8).unwrap());
}

#[test]
fn a_file_that_is_cut_says_where() {
    for release in [Release::Redis70, Release::Valkey91] {
        let bytes = small_file(release);
        for length in 0..bytes.len() {
            let error = read(&bytes[..length]).unwrap_err();
            assert!(matches!(error.kind, ErrorKind::Cut(_)), "{length}: {error}");
            assert_eq!(error.offset, u64::try_from(length).unwrap(), "{error}");
        }
    }
}

#[test]
fn big_values_that_are_cut_say_where() {
    for length in [65_535, 65_536, 262_144, 300_000, 1_000_000] {
        let bytes = File::new("REDIS0011")
            .bytes([0, 1, b'k', 0x80])
            .bytes(2_000_000_u32.to_be_bytes())
            .bytes(b"x".repeat(length))
            .end_without_checksum();
        let error = read(&bytes[..bytes.len() - 1]).unwrap_err();
        let place = length + 17;
        assert_eq!(
            error.to_string(),
            format!("the data ends in the middle of a value at byte {place}")
        );
    }
}

#[test]
fn an_error_of_the_input_is_passed_on() {
    #[derive(Debug)]
    struct Broken;

    impl std::io::Read for Broken {
        fn read(&mut self, _buf: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("broken"))
        }
    }

    let error = Reader::new(Broken).unwrap_err();
    assert_eq!(error.to_string(), "cannot read at byte 0");
    assert!(matches!(error.kind, ErrorKind::Read(_)));
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_to_an_end(
        magic in prop::sample::select(vec!["REDIS0001", "REDIS0009", "REDIS0013", "VALKEY080"]),
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0..8_u8, 240..=255_u8], 0..200),
    ) {
        let file = File::new(magic).bytes(bytes).end();
        if let Err(error) = read(&file[..]) {
            prop_assert!(error.offset <= u64::try_from(file.len()).unwrap());
        }
    }
}
