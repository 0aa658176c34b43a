//! What is equal is found equal, whatever holds it and however it is stored.

use cachectl_core::{
    backup,
    diff::{Kind, Options, Report, Side},
    vocabulary::{control::Control, outcome::Outcome},
};
use cachectl_testkit::{EveryEncoding, Keyspace, Release, Server, keyspace::adversarial_names};

use crate::bench::{Bench, found, once};

#[track_caller]
fn assert_clean(report: &Report, keys: u64) {
    assert_eq!(found(report), []);
    assert_eq!(report.outcome(), Outcome::Clean);
    assert_eq!((report.equal, report.a.keys, report.b.keys), (keys, keys, keys));
    assert_eq!((report.rounds, report.settled, report.changing), (0, 0, 0));
}

#[test]
fn a_server_equals_its_own_files_and_a_server_that_was_loaded_from_them() {
    let bench = Bench::new();
    for release in Release::ALL {
        let server = Server::builder().release(release).start();
        let keys = EveryEncoding::new(3).load(&server).len() as u64;
        let snapshot = server.save();
        let copy = bench.path("copy.rdb.zst");
        let deployment = bench.open(&server.url());
        let options =
            backup::Options { existing: backup::Existing::Replace, ..backup::Options::new(&copy) };
        let control = Control::unattended();
        bench.runtime.block_on(backup::run(&deployment, &options, &control)).unwrap();
        let loaded = Server::builder().release(release).rdb(&snapshot).start();

        let side = bench.server(&server);
        for other in [Side::from(snapshot), Side::from(copy), bench.server(&loaded)] {
            assert_clean(&bench.diff(&side, &other, &once()), keys);
            assert_clean(&bench.diff(&other, &side, &once()), keys);
        }
    }
}

#[test]
fn values_are_equal_across_releases_in_other_encodings() {
    let bench = Bench::new();
    let servers = Release::ALL.map(|release| Server::builder().release(release).start());
    let [oldest, .., newest] = &servers;
    for server in &servers {
        // Typed commands; each release chooses its own encodings.
        Keyspace::new(11)
            .keys("k:{}", 300)
            .with_ttl_share(0.3)
            .with_epoch(4_000_000_000_000)
            .load(server);
    }
    let encoding = |server: &Server| server.text(&["OBJECT", "ENCODING", "k:1"]);
    assert_ne!(encoding(oldest), encoding(newest), "the encodings differ");
    for pair in servers.windows(2) {
        let [one, other] = [&pair[0], &pair[1]].map(|server| bench.server(server));
        assert_clean(&bench.diff(&one, &other, &once()), 300);
    }
    let (one, other) = (bench.server(oldest), Side::from(newest.save()));
    assert_clean(&bench.diff(&one, &other, &once()), 300);
}

#[test]
fn a_newer_server_that_loads_an_older_file_equals_it() {
    let bench = Bench::new();
    let old = Server::builder().release(Release::Redis62).start();
    let keys = EveryEncoding::new(5).load(&old).len() as u64;
    let file = old.save();
    for release in Release::ALL {
        let new = Server::builder().release(release).rdb(&file).start();
        assert_clean(&bench.diff(&Side::from(file.clone()), &bench.server(&new), &once()), keys);
        assert_clean(&bench.diff(&bench.server(&new), &bench.server(&old), &once()), keys);
    }
}

#[test]
fn nothing_equals_nothing() {
    let bench = Bench::new();
    let server = Server::start();
    let empty = bench.file("empty.rdb", &[]);
    assert_clean(&bench.diff(&bench.server(&server), &empty, &Options::default()), 0);
}

#[test]
fn every_key_is_found_missing_or_extra_whatever_its_name() {
    let bench = Bench::new();
    let (server, empty) = (Server::start(), Server::start());
    Keyspace::new(5).named(adversarial_names()).load(&server);
    let (side, nothing) = (bench.server(&server), bench.server(&empty));
    let mut names = adversarial_names();
    names.sort();

    for (report, kind) in [
        (bench.diff(&side, &nothing, &once()), Kind::Missing),
        (bench.diff(&nothing, &side, &once()), Kind::Extra),
        (bench.diff(&Side::from(server.save()), &nothing, &once()), Kind::Missing),
    ] {
        let found = found(&report);
        assert!(found.iter().all(|(found, _)| *found == kind));
        let found = found.iter().map(|(_, key)| key.as_bytes());
        assert!(found.eq(names.iter().map(Vec::as_slice)));
        assert_eq!(report.outcome(), Outcome::Findings);
    }
    let report = bench.diff(&side, &Side::from(server.save()), &once());
    assert_clean(&report, names.len() as u64);
}

#[test]
fn values_of_modules_are_compared_by_their_bytes_which_is_said() {
    let bench = Bench::new();
    // A value of the module `ReJSON-RL`, which nobody but it can decode.
    let module = |last: u8| {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let number = |letter: &u8| LETTERS.iter().position(|it| it == letter).unwrap() as u64;
        let id = b"ReJSON-RL".iter().fold(0, |id, letter| id << 6 | number(letter)) << 10 | 3;
        [&[7, 0x81][..], &id.to_be_bytes(), &[5, 1, last, 0]].concat()
    };
    let text = b"\x00\x01x";
    let side = |name: &str, last: u8| {
        bench.file(name, &[(b"document", None, &module(last)), (b"text", None, text)])
    };
    let equal = bench.diff(&side("a", b'a'), &side("b", b'a'), &once());
    assert_clean(&equal, 2);
    assert_eq!(equal.undecoded, 1);
    let other = bench.diff(&side("a", b'a'), &side("c", b'c'), &once());
    assert_eq!(other.differences.list.first().unwrap().kind, Kind::Undecodable);
    assert_eq!((other.equal, other.undecoded), (1, 0));
}
