//! Files that are older than servers, over their time, or of modules.

use std::fs;

use cachectl_core::{
    migrate::{Error, Snapshot as Source, options::OnConflict},
    steps::rdb_file::{Existing, NewEntry, RdbTarget},
    vocabulary::error_kind::ErrorKind,
};
use cachectl_rdb::Version;
use cachectl_testkit::{Feature, Server, wait};

use super::{comparable, plan, rename};
use crate::bench::{Bench, rules, rules_on_conflict};

/// Writes a file of strings with their databases and expiries.
fn write(bench: &Bench, entries: &[(u64, &str, Option<i64>)]) -> Source {
    let path = bench.path("made.rdb");
    let mut target = RdbTarget::create(&path, Version::new(9), Existing::Replace).unwrap();
    for (db, name, expires_at) in entries {
        let (db, expires_at) = (*db, *expires_at);
        let (key, value) = (name.as_bytes(), b"\x00\x01v");
        target.entry(NewEntry { db, key, expires_at, usage: None, value }).unwrap();
    }
    target.commit().unwrap();
    Source::new(path)
}

#[test]
fn keys_over_their_time_are_not_there_and_are_in_nobodys_way() {
    let server = Server::start();
    let bench = Bench::new(&server.url());
    let (over, later) = (Some(1_000), Some(4_000_000_000_000));
    let source = write(
        &bench,
        &[
            (0, "old:1", None),
            (0, "new:1", over),
            (0, "old:2", over),
            (0, "old:3", later),
            (0, "new:3", None),
            (1, "old:1", over),
        ],
    );
    let options = rules_on_conflict(&["old:{n} => new:{n}"], OnConflict::Stash);
    let copy = bench.path("copy.rdb");

    let (report, renamed) = rename(&bench, &source, &copy, &options).unwrap();

    assert_eq!((report.totals.scanned, report.totals.renames, report.conflicts.count), (2, 2, 1));
    let about = report.snapshot.unwrap();
    assert_eq!((about.keys, about.expired), (3, 2));
    assert_eq!((renamed.keys, renamed.expired, renamed.stashed), (4, 2, 1));
    let loaded = Server::builder().rdb(&copy).start();
    assert_eq!(loaded.number(&["DBSIZE"]), 3);
    assert_eq!(loaded.number(&["EXISTS", "new:1", "new:3"]), 2);
    assert_eq!(loaded.snapshot().get("new:3").unwrap().expires_at, later);
}

#[test]
fn a_file_that_holds_a_key_twice_is_refused_as_servers_refuse_it() {
    let server = Server::start();
    let bench = Bench::new(&server.url());
    let twice = [(0, "old:1", None), (0, "a", None), (0, "old:1", None), (1, "a", None)];
    let source = write(&bench, &twice);

    let refused = plan(&bench, &source, &rules(&["old:{n} => new:{n}"])).unwrap_err();

    assert!(matches!(refused, Error::SnapshotRepeats { keys: 1, .. }), "{refused:?}");
    assert_eq!(refused.kind(), ErrorKind::Data);
}

/// Writes a file byte by byte; it has no checksum.
fn write_raw(bench: &Bench, parts: &[&[u8]]) -> Source {
    let path = bench.path("raw.rdb");
    fs::write(&path, parts.concat()).unwrap();
    Source::new(path)
}

#[test]
fn a_hash_whose_fields_are_all_over_their_time_is_not_there() {
    let origin = Server::builder().feature(Feature::HashFieldTtl).start();
    origin.command(&["HSET", "old:gone", "a", "1", "b", "2"]);
    origin.command(&["HSET", "old:half", "a", "1", "b", "2"]);
    origin.command(&["HSET", "new:gone", "a", "1"]);
    origin.command(&["HSET", "old:later", "a", "1"]);
    for (key, field) in [("old:gone", "a"), ("old:gone", "b"), ("old:half", "a")] {
        origin.command(&["HPEXPIRE", key, "1000", "FIELDS", "1", field]);
    }
    origin.command(&["HPEXPIREAT", "old:later", "4000000000000", "FIELDS", "1", "a"]);
    let saved = fs::read(origin.save()).unwrap();
    wait::until("the fields expire", || origin.number(&["EXISTS", "old:gone"]) == 0);
    let bench = Bench::new(&origin.url());
    let source = write_raw(&bench, &[&saved]);
    let server = Server::builder().binary(origin.installation().path());
    let server = server.rdb(source.file.name()).start();
    let options = rules_on_conflict(&["old:{n} => new:{n}"], OnConflict::Skip);

    let (live, _) = Bench::new(&server.url()).plan(&options).unwrap();
    let read = plan(&bench, &source, &options).unwrap();

    assert_eq!(comparable(&read), comparable(&live));
    assert_eq!(read.totals.renames, 2);
    assert_eq!(read.snapshot.unwrap().expired, 1);
}

#[test]
fn a_file_of_the_oldest_servers_becomes_one_that_every_server_loads() {
    let server = Server::start();
    let bench = Bench::new(&server.url());
    let key = |name: &str, value: &str| {
        let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
        [vec![0], text(name), text(value)].concat()
    };
    let seconds = [&[0xfd][..], &2_000_000_000_i32.to_le_bytes(), &key("old:2", "two")].concat();
    let parts = [&b"REDIS0003\xfe\x00"[..], &key("old:1", "one"), &seconds, b"\xff"];
    let source = write_raw(&bench, &parts);
    let copy = bench.path("copy.rdb");

    let (report, renamed) = rename(&bench, &source, &copy, &rules(&["old:* => new:*"])).unwrap();

    assert_eq!((report.totals.renames, renamed.keys), (2, 2));
    let loaded = Server::builder().rdb(&copy).start();
    assert_eq!(loaded.text(&["GET", "new:1"]), "one");
    let expires_at = loaded.snapshot().get("new:2").unwrap().expires_at;
    assert_eq!(expires_at, Some(2_000_000_000_000));
}

#[test]
fn data_of_modules_beside_the_keys_is_left_out_and_told() {
    let server = Server::start();
    let bench = Bench::new(&server.url());
    // The module `testing01`, as a number of 54 bits and a version of 10; then when it is to be
    // loaded, a number of its own, and the end.
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let digit = |letter: &u8| letters.iter().position(|other| other == letter).unwrap() as u64;
    let name = b"testing01".iter().fold(0, |name, letter| name << 6 | digit(letter)) << 10 | 1;
    let module = [&[0xf7, 0x81][..], &name.to_be_bytes(), &[2, 1, 2, 5, 0]].concat();
    let parts: [&[u8]; 4] =
        [b"REDIS0009", &module, b"\xfe\x00\x00\x05old:1\x01v", b"\xff\0\0\0\0\0\0\0\0"];
    let source = write_raw(&bench, &parts);
    let copy = bench.path("copy.rdb");

    let (_, renamed) = rename(&bench, &source, &copy, &rules(&["old:* => new:*"])).unwrap();

    assert_eq!(renamed.module_data.keys().collect::<Vec<_>>(), ["testing01"]);
    let loaded = Server::builder().rdb(&copy).start();
    assert_eq!(loaded.text(&["GET", "new:1"]), "v");
}
