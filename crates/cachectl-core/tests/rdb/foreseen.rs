//! What a check foresees is what a restore does.

use std::{fs::File, path::Path};

use cachectl_core::{
    restore::{self, OnConflict, Preview, Report},
    vocabulary::{listed::Listed, outcome::Outcome},
};
use cachectl_rdb::{Version, Writer};
use cachectl_testkit::{EveryEncoding, Server, locate::Release};

use crate::bench::Bench;

/// Writes a file with a string and a value of the module `ReJSON-RL`.
fn with_a_module(path: &Path) {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let number = |letter: &u8| LETTERS.iter().position(|it| it == letter).unwrap() as u64;
    let id = b"ReJSON-RL".iter().fold(0, |id, letter| id << 6 | number(letter)) << 10 | 3;
    let value = [&[7, 0x81][..], &id.to_be_bytes(), &[0]].concat();
    let mut writer = Writer::new(File::create(path).unwrap(), Version::new(9)).unwrap();
    writer.entry(0, b"document", None, None, &value).unwrap();
    writer.entry(0, b"text", None, None, b"\x00\x01x").unwrap();
    writer.finish().unwrap();
}

/// Compares what was foreseen with what was done.
#[track_caller]
fn assert_foreseen(preview: &Preview, report: &Report) {
    let counts = &report.counts;
    assert_eq!(preview.restores, counts.restored);
    assert_eq!(preview.skipped, counts.skipped);
    assert_eq!(preview.roads, counts.roads);
    let keys = |unsupported: &Listed<restore::Failure>| {
        let mut keys: Vec<_> = unsupported.list.iter().map(|it| it.key.clone()).collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(&preview.unsupported), keys(&counts.unsupported));
    assert_eq!(preview.outcome, report.outcome);
    assert_eq!(report.left + counts.failed.count + counts.conflicts.count, 0);
}

#[test]
fn a_value_of_a_module_that_no_server_has_is_foreseen_whatever_the_policy() {
    #[track_caller]
    fn case(on_conflict: OnConflict, in_the_way: &[&str], expected: (u64, u64, u64)) {
        let bench = Bench::new();
        let path = bench.path("module.rdb");
        with_a_module(&path);
        let server = Server::start();
        for key in in_the_way {
            server.command(&["SET", key, "mine"]);
        }
        let options = restore::Options { on_conflict, ..restore::Options::new(path) };
        let preview = bench.check(&server.url(), &options);
        let counts = (preview.restores, preview.skipped, preview.unsupported.count);
        assert_eq!(counts, expected, "{on_conflict:?} {in_the_way:?}");
        assert_foreseen(&preview, &bench.try_run(&server.url(), &options, &preview).unwrap());
        if in_the_way.contains(&"document") {
            assert_eq!(server.text(&["GET", "document"]), "mine", "it is not lost");
        }
    }

    case(OnConflict::Abort, &[], (1, 0, 1));
    case(OnConflict::Skip, &[], (1, 0, 1));
    case(OnConflict::Skip, &["document"], (1, 1, 0));
    case(OnConflict::Skip, &["document", "text"], (0, 2, 0));
    case(OnConflict::Replace, &["document"], (1, 0, 1));
    case(OnConflict::Replace, &["document", "text"], (1, 0, 1));
}

#[test]
fn what_becomes_of_every_encoding_is_foreseen_for_every_release() {
    for from in Release::ALL {
        let bench = Bench::new();
        let source = Server::builder().release(from).start();
        EveryEncoding::new(3).load(&source);
        let options = restore::Options::new(source.save());
        for to in Release::ALL {
            let server = Server::builder().release(to).start();
            let preview = bench.check(&server.url(), &options);
            let report = bench.try_run(&server.url(), &options, &preview).unwrap();
            assert_foreseen(&preview, &report);
            let skip = restore::Options { on_conflict: OnConflict::Skip, ..options.clone() };
            let again = bench.check(&server.url(), &skip);
            assert_eq!((again.restores, again.skipped), (0, preview.restores));
            assert_foreseen(&again, &bench.try_run(&server.url(), &skip, &again).unwrap());
            let worse =
                if preview.unsupported.count > 0 { Outcome::Findings } else { Outcome::Clean };
            assert_eq!(preview.outcome, worse);
        }
    }
}
