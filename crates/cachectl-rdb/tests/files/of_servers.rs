//! Files that servers have saved.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read},
};

use cachectl_rdb::Payload;
use cachectl_testkit::{Keyspace, Server, Value, keyspace::EveryEncoding, locate::Release};

use crate::reading::{Contents, read};

#[track_caller]
fn every_encoding(release: Release) -> (Server, Contents) {
    let server = Server::builder().release(release).start();
    let specimens = EveryEncoding::new(3).load(&server);
    let contents = read(File::open(server.save()).unwrap()).unwrap();
    let loaded: BTreeSet<_> =
        specimens.into_iter().map(|specimen| (u64::from(specimen.db), specimen.key)).collect();
    let found: BTreeSet<_> =
        contents.entries.iter().map(|entry| (entry.db, entry.key.clone())).collect();
    assert_eq!(found, loaded, "{release}");
    (server, contents)
}

#[test]
fn every_key_of_every_release_is_read_with_its_expiry() {
    for release in Release::ALL {
        let (server, contents) = every_encoding(release);
        assert_eq!(contents.version, release.rdb_version());
        assert!(contents.is_verified, "{release}");
        assert!(contents.aux.iter().any(|(name, _)| name.ends_with(b"-ver")), "{release}");
        let sizes: u64 = contents.sizes.iter().map(|(keys, _)| keys).sum();
        assert_eq!(sizes, u64::try_from(contents.entries.len()).unwrap(), "{release}");
        let mut expiring = 0;
        for entry in &contents.entries {
            server.command(&["SELECT", &entry.db.to_string()]);
            let remaining = server.number(&[b"PTTL", &entry.key[..]]);
            assert_eq!(entry.expires_at.is_some(), remaining >= 0, "{release}");
            expiring += u64::from(remaining >= 0);
        }
        let expected: u64 = contents.sizes.iter().map(|(_, expires)| expires).sum();
        assert_eq!(expiring, expected, "{release}");
        assert!(expiring > 0, "{release}");
        server.command(&["SELECT", "0"]);
    }
}

#[test]
fn a_value_in_a_file_is_what_dump_answers_without_its_footer() {
    for release in Release::ALL {
        let (server, contents) = every_encoding(release);
        for entry in &contents.entries {
            server.command(&["SELECT", &entry.db.to_string()]);
            let Value::BulkString(payload) = server.command(&[b"DUMP", &entry.key[..]]) else {
                panic!("no payload of `{}`", entry.key.escape_ascii());
            };
            let payload = Payload::parse(&payload).unwrap();
            assert_eq!(payload.version().number(), contents.version, "{release}");
            assert_eq!(payload.value().encoding(), entry.encoding, "{release}");
            assert_eq!(payload.value().as_bytes(), entry.value, "{release}");
        }
    }
}

#[test]
fn idle_times_and_frequencies_are_read_where_the_policy_keeps_them() {
    #[track_caller]
    fn case(policy: &str, expected: char) {
        let server = Server::builder().config("maxmemory-policy", policy).start();
        Keyspace::new(5).keys("key:{}", 20).load(&server);
        let contents = read(File::open(server.save()).unwrap()).unwrap();
        assert_eq!(contents.entries.len(), 20);
        let kinds: BTreeSet<char> =
            contents.entries.iter().filter_map(|entry| Some(entry.usage?.0)).collect();
        assert_eq!(kinds, BTreeSet::from([expected]), "{policy}");
        if expected == 'f' {
            let entry = contents.entry("key:0");
            let frequency = server.number(&["OBJECT", "FREQ", "key:0"]);
            assert_eq!(entry.usage, Some(('f', u64::try_from(frequency).unwrap())));
        }
    }

    case("allkeys-lfu", 'f');
    case("allkeys-lru", 'i');
}

#[test]
fn functions_are_read_as_their_code() {
    const CODE: &str = "#!lua name=library\nredis.register_function('f', function() return 1 end)";
    for release in [Release::Redis70, Release::Valkey91] {
        let server = Server::builder().release(release).start();
        server.command(&["FUNCTION", "LOAD", CODE]);
        let contents = read(File::open(server.save()).unwrap()).unwrap();
        assert_eq!(contents.functions, [CODE.as_bytes()], "{release}");
    }
}

#[test]
fn input_that_comes_byte_by_byte_gives_the_same_records() {
    /// Reads one byte at a time, and is interrupted before each.
    struct Slow<'a>(&'a [u8], bool);

    impl Read for Slow<'_> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let length = buf.len().min(1);
            self.0.read(&mut buf[..length])
        }
    }

    let server = Server::start();
    EveryEncoding::new(4).load(&server);
    let bytes = fs::read(server.save()).unwrap();
    assert_eq!(read(Slow(&bytes, false)).unwrap(), read(&bytes[..]).unwrap());
}

#[test]
fn what_follows_the_end_is_left_alone() {
    let server = Server::start();
    server.command(&["SET", "key", "value"]);
    let mut bytes = fs::read(server.save()).unwrap();
    let before = read(&bytes[..]).unwrap();
    assert_eq!(before.length, u64::try_from(bytes.len()).unwrap());
    bytes.extend_from_slice(b"*1\r\n$4\r\nPING\r\n");
    assert_eq!(read(&bytes[..]).unwrap(), before);
}

#[test]
fn a_file_without_checksum_is_read_unverified() {
    let server = Server::builder().config("rdbchecksum", "no").start();
    server.command(&["SET", "key", "value"]);
    let contents = read(File::open(server.save()).unwrap()).unwrap();
    assert_eq!(contents.entries.len(), 1);
    assert!(!contents.is_verified);
}

#[test]
fn long_names_that_servers_compress_are_read_as_they_are() {
    let server = Server::start();
    let names = ["a".repeat(21), "ab".repeat(500), "0123456789".repeat(20_000)];
    for name in &names {
        server.command(&["SET", name, "value"]);
    }
    let path = server.save();
    assert!(fs::metadata(&path).unwrap().len() < 10_000);
    let contents = read(File::open(&path).unwrap()).unwrap();
    assert_eq!(contents.entries.len(), names.len());
    assert!(names.iter().all(|name| contents.entry(name).value == b"\x00\x05value"));
}
