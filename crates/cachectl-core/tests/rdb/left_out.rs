//! What a file has that is not restored, and what no server would load.

use std::{collections::BTreeMap, fs, fs::File};

use cachectl_core::{
    restore::{self, Functions, OnConflict, Refusal},
    server,
    vocabulary::outcome::Outcome,
};
use cachectl_rdb::{Version, Writer};
use cachectl_testkit::{Cluster, Server, locate::Release};

use crate::bench::Bench;

/// The key `k` twice, with other values.
const TWICE: &[u8] = b"REDIS0011\xfe\x00\x00\x01k\x01\x31\x00\x01k\x01\x32\xff\0\0\0\0\0\0\0\0";

#[test]
fn a_key_that_a_file_has_twice_is_seen_and_refused() {
    let bench = Bench::new();
    let path = bench.path("twice.rdb");
    fs::write(&path, TWICE).unwrap();
    let server = Server::start();
    for on_conflict in [OnConflict::Abort, OnConflict::Skip, OnConflict::Replace] {
        let options = restore::Options { on_conflict, ..restore::Options::new(&path) };
        let preview = bench.check(&server.url(), &options);
        assert_eq!(preview.refusals, [Refusal::Repeated { keys: 1 }]);
        assert_eq!(preview.collisions.list.first().unwrap().from.as_bytes(), b"k");
        bench.try_run(&server.url(), &options, &preview).unwrap_err();
        assert_eq!(server.number(&["DBSIZE"]), 0);
    }
}

#[test]
fn a_database_that_no_server_has_is_a_clear_error() {
    for database in [1 << 40, (1 << 63) + 1] {
        for release in Release::ALL {
            let bench = Bench::new();
            let path = bench.path("wild.rdb");
            let file = File::create(&path).unwrap();
            let mut writer = Writer::new(file, Version::new(9)).unwrap();
            writer.entry(database, b"k", None, None, b"\x00\x01x").unwrap();
            writer.finish().unwrap();
            let server = Server::builder().release(release).start();
            let options = restore::Options::new(&path);
            let error = bench.try_check(&server.url(), &options).unwrap_err();
            match &error {
                restore::Error::Server(server::Error::NoSuchDb { db, .. }) => {
                    assert_eq!(*db, database, "{release}");
                }
                other => assert_eq!(other.to_string(), "", "{release}"),
            }
            let into = restore::Options { into: Some(0), ..options };
            assert_eq!(bench.restore(&server.url(), &into).counts.restored, 1);
        }
    }
}

#[test]
fn collections_without_elements_are_counted_and_left_out() {
    let bench = Bench::new();
    let path = bench.path("empty.rdb");
    let mut writer = Writer::new(File::create(&path).unwrap(), Version::new(9)).unwrap();
    let ziplist = b"\x0b\x0b\0\0\0\x0a\0\0\0\0\0\xff";
    let empty = [
        (&b"list"[..], vec![1, 0]),
        (b"set", vec![2, 0]),
        (b"zset", vec![5, 0]),
        (b"hash", vec![4, 0]),
        (b"ziplist", [&[10][..], ziplist].concat()),
        (b"packed", [&[13][..], ziplist].concat()),
        (b"chain", [&[14, 1][..], ziplist].concat()),
        (b"intset", [&[11, 8][..], &[2, 0, 0, 0, 0, 0, 0, 0]].concat()),
    ];
    for (key, value) in &empty {
        writer.entry(0, key, None, None, value).unwrap();
    }
    writer.entry(0, b"text", None, None, b"\x00\x00").unwrap();
    writer.finish().unwrap();
    let server = Server::start();
    let options = restore::Options::new(&path);
    let preview = bench.check(&server.url(), &options);
    assert_eq!((preview.entries, preview.empty, preview.restores), (9, 8, 1));
    let report = bench.try_run(&server.url(), &options, &preview).unwrap();
    assert_eq!((report.counts.restored, report.left), (1, 0));
    assert_eq!(report.outcome, Outcome::Clean);
    // A comparison agrees.
    let (a, b) = (path.into(), bench.open(&server.url()).into());
    let control = cachectl_core::vocabulary::control::Control::unattended();
    let (workspace, options) = (bench.path("."), cachectl_core::diff::Options::default());
    let comparing = cachectl_core::diff::run(&a, &b, &options, &workspace, &control);
    let report = bench.runtime.block_on(comparing).unwrap();
    assert_eq!((report.outcome(), report.equal), (Outcome::Clean, 1));
    assert_eq!((report.a.empty, report.b.empty), (8, 0));
}

/// A stream of Redis 8.6 that remembers a message of a producer.
const REMEMBERS: &[u8] =
    b"\x1a\0\0\0\0\0\0\0\0\0\0\x40\x64\x40\x64\x01\x01p\x01\x01m\x01\x01\x01\x00";

#[test]
fn functions_data_of_modules_and_what_streams_remember_are_said_to_be_left_out() {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bench = Bench::new();
    let path = bench.path("left-out.rdb");
    let number = |letter: &u8| LETTERS.iter().position(|it| it == letter).unwrap() as u64;
    let id = b"ReJSON-RL".iter().fold(0, |id, letter| id << 6 | number(letter)) << 10 | 3;
    // Data of a module beside the keys: before them, and of one number.
    let aux = [&[0xf7, 0x81][..], &id.to_be_bytes(), &[2, 1, 0]].concat();
    let library = b"#!lua name=mylib\nredis.register_function('f', function() return 1 end)";
    let length = u8::try_from(library.len()).unwrap();
    let function = [&[0xf5, 0x40, length][..], library].concat();
    let key = [&[0xfe, 0][..], &REMEMBERS[..1], b"\x01s", &REMEMBERS[1..]].concat();
    let end = [&[0xff][..], &[0; 8]].concat();
    fs::write(&path, [b"REDIS0013", &aux[..], &aux, &function, &key, &end].concat()).unwrap();
    let server = Server::builder().release(Release::Redis70).start();
    let options = restore::Options::new(&path);
    let preview = bench.check(&server.url(), &options);
    let report = bench.try_run(&server.url(), &options, &preview).unwrap();
    let modules = BTreeMap::from([("ReJSON-RL".to_owned(), 2)]);
    let expected = restore::LeftOut { functions: 1, modules, idempotency: 1 };
    assert_eq!((&preview.left_out, &report.left_out), (&expected, &expected));
    assert_eq!(report.counts.restored, 1, "{report:?}");
    let written = serde_json::to_value(&report).unwrap();
    assert_eq!(written["left_out"]["modules"]["ReJSON-RL"], 2);
}

const LIBRARY: &str = "#!lua name=mylib\nredis.register_function('f', function() return 1 end)";
const OTHER: &str = "#!lua name=mylib\nredis.register_function('g', function() return 2 end)";

#[test]
fn functions_are_loaded_on_every_primary_where_that_is_asked_for() {
    let bench = Bench::new();
    let source = Server::builder().release(Release::Redis70).start();
    source.command(&["FUNCTION", "LOAD", LIBRARY]);
    let options =
        restore::Options { functions: Functions::Load, ..restore::Options::new(source.save()) };
    let cluster = Cluster::start();
    let report = bench.restore(&cluster.url(), &options);
    assert_eq!((report.libraries.loaded, report.left_out.functions), (1, 0));
    assert_eq!(report.outcome, Outcome::Clean);
    for primary in cluster.primaries() {
        assert_eq!(primary.number(&["FCALL", "f", "0"]), 1);
    }

    let server = Server::builder().release(Release::Redis70).start();
    server.command(&["FUNCTION", "LOAD", OTHER]);
    let preview = bench.check(&server.url(), &options);
    assert_eq!(preview.refusals, [Refusal::Libraries { names: 1 }]);
    let skip = restore::Options { on_conflict: OnConflict::Skip, ..options.clone() };
    let report = bench.restore(&server.url(), &skip);
    assert_eq!((report.libraries.loaded, report.libraries.skipped), (0, 1), "{report:?}");
    assert_eq!(server.number(&["FCALL", "g", "0"]), 2);
    let replace = restore::Options { on_conflict: OnConflict::Replace, ..options.clone() };
    assert_eq!(bench.restore(&server.url(), &replace).libraries.loaded, 1);
    assert_eq!(server.number(&["FCALL", "f", "0"]), 1);

    // A function of the name in another library is in the way.
    let server = Server::builder().release(Release::Redis70).start();
    server.command(&["FUNCTION", "LOAD", &LIBRARY.replace("mylib", "other")]);
    let report = bench.restore(&server.url(), &options);
    assert_eq!(report.libraries.failed.first().unwrap().name.as_bytes(), b"mylib");
    assert_eq!(report.outcome, Outcome::Incomplete);

    let old = Server::builder().release(Release::Redis62).start();
    let preview = bench.check(&old.url(), &options);
    assert!(matches!(preview.refusals[..], [Refusal::NoFunctions { .. }]), "{preview:?}");
}
