//! Files without a checksum, whose damage nothing but their values tells of.

use std::{fs, path::Path};

use cachectl_core::{
    restore::{self, CheckValues, OnConflict, Proof},
    vocabulary::outcome::Outcome,
};
use cachectl_rdb::{Version, Writer};
use cachectl_testkit::{Server, locate::Release};

use crate::bench::Bench;

/// A sorted set with a score that is not a number: Redis 6.2 crashes over it. There is no checksum.
const NOT_A_NUMBER: &[u8] =
    b"REDIS0009\xfe\x00\x05\x01k\x01\x01m\x00\x00\x00\x00\x00\x00\xf8\x7f\xff\0\0\0\0\0\0\0\0";

/// Takes the checksum of a file away, as a server does that is told to write none.
fn without_checksum(path: &Path) -> Vec<u8> {
    let mut bytes = fs::read(path).unwrap();
    bytes.iter_mut().rev().take(8).for_each(|byte| *byte = 0);
    bytes
}

#[test]
fn a_value_that_would_end_the_server_is_not_sent_and_named() {
    for release in Release::ALL {
        let bench = Bench::new();
        let server = Server::builder().release(release).start();
        let path = bench.path("damaged.rdb");
        fs::write(&path, NOT_A_NUMBER).unwrap();
        let options = restore::Options::new(path);
        let preview = bench.check(&server.url(), &options);
        assert_eq!((preview.proof, preview.restores), (Proof::None, 0));
        let named = preview.unsupported.list.first().unwrap();
        assert_eq!(named.key.as_bytes(), b"k");
        assert!(named.reason.contains("a score is not a number"), "{}", named.reason);
        let report = bench.try_run(&server.url(), &options, &preview).unwrap();
        assert_eq!((report.counts.unsupported.count, report.counts.restored), (1, 0));
        assert_eq!(server.text(&["PING"]), "PONG", "{release}");
    }
}

/// Returns the file of a server with small values of all types in all encodings that it has.
fn small_values(release: Release) -> (Server, Vec<u8>) {
    let server = Server::builder().release(release).start();
    for (prefix, packed) in [("packed", "64"), ("plain", "1")] {
        for setting in ["hash-max-ziplist-entries", "zset-max-ziplist-entries"] {
            server.command(&["CONFIG", "SET", setting, packed]);
        }
        server.command(&["HSET", &format!("{prefix}:hash"), "f1", "v1", "f2", "12345"]);
        server.command(&["ZADD", &format!("{prefix}:zset"), "1.5", "a", "-inf", "b", "7", "c"]);
        server.command(&["RPUSH", &format!("{prefix}:list"), "a", "-7", "300", "70000", "x"]);
        server.command(&["SADD", &format!("{prefix}:set"), "1", "2", "300"]);
        server.command(&["SADD", &format!("{prefix}:words"), "one", "two", "three"]);
        let stream = format!("{prefix}:stream");
        server.command(&["XADD", &stream, "1-1", "f", "v", "g", "w"]);
        server.command(&["XADD", &stream, "2-1", "f", "v"]);
        server.command(&["XGROUP", "CREATE", &stream, "group", "0"]);
        let read = ["XREADGROUP", "GROUP", "group", "alice", "STREAMS", &stream, ">"];
        server.command(&read);
    }
    let bytes = without_checksum(&server.save());
    (server, bytes)
}

#[test]
fn no_damaged_file_without_a_checksum_ends_a_server() {
    let mut restored = 0;
    for release in Release::ALL {
        let bench = Bench::new();
        let (server, whole) = small_values(release);
        let path = bench.path("damaged.rdb");
        let mut random = 0x9E37_79B9_u32;
        let mut next = |below: usize| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 8) as usize % below
        };
        for _ in 0..150 {
            let mut damaged = whole.clone();
            for _ in 0..=next(3) {
                let at = 9 + next(whole.len() - 18);
                damaged[at] = u8::try_from(next(256)).unwrap();
            }
            fs::write(&path, damaged).unwrap();
            let into = Some(0);
            let on_conflict = OnConflict::Replace;
            let options = restore::Options { into, on_conflict, ..restore::Options::new(&path) };
            let Ok(preview) = bench.try_check(&server.url(), &options) else { continue };
            if let Ok(report) = bench.try_run(&server.url(), &options, &preview) {
                assert_eq!((report.stopped, report.in_doubt.count), (None, 0), "{release}");
                restored += report.counts.restored;
            }
            assert_eq!(server.text(&["PING"]), "PONG", "{release}");
        }
    }
    assert!(restored > 1_000, "what is whole is restored: {restored}");
}

#[test]
fn a_whole_file_without_a_checksum_is_restored_as_any_other() {
    for release in Release::ALL {
        let bench = Bench::new();
        let (server, bytes) = small_values(release);
        let path = bench.path("whole.rdb");
        fs::write(&path, bytes).unwrap();
        let other = Server::builder().release(release).start();
        let report = bench.restore(&other.url(), &restore::Options::new(path));
        assert_eq!(report.outcome, Outcome::Clean);
        assert_eq!(report.counts.roads.rewritten, 0);
        other.snapshot().assert_equals(&server.snapshot());
    }
}

#[test]
fn values_with_a_checksum_are_checked_where_that_is_asked_for() {
    let bench = Bench::new();
    let path = bench.path("made.rdb");
    let value = [&[5, 1, 1, b'm'][..], &f64::NAN.to_le_bytes()].concat();
    let mut writer = Writer::new(fs::File::create(&path).unwrap(), Version::new(9)).unwrap();
    writer.entry(0, b"k", None, None, &value).unwrap();
    writer.entry(0, b"text", None, None, b"\x00\x01x").unwrap();
    writer.finish().unwrap();
    let server = Server::builder().release(Release::Redis62).start();
    let checked =
        restore::Options { check_values: CheckValues::All, ..restore::Options::new(&path) };
    let report = bench.restore(&server.url(), &checked);
    assert_eq!((report.counts.restored, report.counts.unsupported.count), (1, 1));
    assert_eq!(server.text(&["PING"]), "PONG");
    // Unchecked it ends this release, and the report says which key that was.
    let options = restore::Options { on_conflict: OnConflict::Skip, ..restore::Options::new(path) };
    let preview = bench.check(&server.url(), &options);
    let report = bench.try_run(&server.url(), &options, &preview).unwrap();
    let blamed: Vec<_> = report.in_doubt.list.iter().map(|it| it.key.as_bytes()).collect();
    assert_eq!(blamed, [b"k"]);
    assert!(report.in_doubt.list[0].reason.contains("damaged"));
    assert_eq!((report.outcome, report.stopped.is_some()), (Outcome::Incomplete, true));
    assert_eq!((report.unconfirmed, report.left), (2, 0), "both were on their way");
}
