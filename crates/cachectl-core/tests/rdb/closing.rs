//! Values over which a server closes the connection.

use std::path::PathBuf;

use cachectl_core::{
    backup,
    restore::{self, OnConflict},
    vocabulary::outcome::Outcome,
};
use cachectl_testkit::{Batch, Server};

use crate::bench::Bench;

/// Whether the server says how long an argument may be.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Config {
    Told,
    Denied,
    /// It says so, and the limit is another one.
    OtherLimit,
}

fn server(config: Config) -> Server {
    let builder = Server::builder();
    let builder = match config {
        Config::Told => builder.config("proto-max-bulk-len", "1mb"),
        Config::Denied => builder.config("proto-max-bulk-len", "1mb").deny_command("CONFIG"),
        Config::OtherLimit => builder.config("client-query-buffer-limit", "1mb"),
    };
    builder.start()
}

/// Backs up 200 strings and a value of every type that is larger than the server takes at once.
fn large_values(bench: &Bench) -> (Server, PathBuf) {
    // What is compressed would be small.
    let source = Server::builder().config("rdbcompression", "no").start();
    let mut batch = Batch::new();
    for number in 0..200 {
        batch.push(&["SET", &format!("user:{number}"), "value"]);
    }
    let filler = "x".repeat(1_000);
    for number in 0..1_400 {
        let (element, score) = (format!("{number}:{filler}"), number.to_string());
        batch.push(&["HSET", "hash", &element, &filler]);
        batch.push(&["RPUSH", "list", &element]);
        batch.push(&["SADD", "set", &element]);
        batch.push(&["ZADD", "zset", &score, &element]);
        batch.push(&["XADD", "stream", &format!("{}-1", number + 1), "f", &element]);
    }
    batch.push(&["PEXPIREAT", "hash", "4000000000000"]);
    batch.push(&["XGROUP", "CREATE", "stream", "group", "0"]);
    source.pipeline(&batch);
    let path = bench.path("large.rdb");
    bench.backup(&source.url(), &backup::Options::new(&path));
    (source, path)
}

#[test]
fn a_value_that_is_too_large_to_be_sent_at_once_is_built_in_pieces() {
    for config in [Config::Told, Config::Denied, Config::OtherLimit] {
        let bench = Bench::new();
        let (source, path) = large_values(&bench);
        for on_conflict in [OnConflict::Abort, OnConflict::Replace] {
            let server = server(config);
            let options = restore::Options { on_conflict, ..restore::Options::new(&path) };
            let report = bench.restore(&server.url(), &options);
            assert_eq!(report.counts.restored, 205, "{config:?}: {report:?}");
            assert_eq!((report.outcome, report.stopped), (Outcome::Clean, None));
            assert_eq!(report.counts.roads.rewritten, 5);
            server.portable_snapshot().assert_equals(&source.portable_snapshot());
        }
    }
}

#[test]
fn a_value_that_no_command_can_carry_is_named_and_costs_no_other() {
    for config in [Config::Told, Config::Denied] {
        let bench = Bench::new();
        let (source, path) = large_values(&bench);
        drop(path);
        let huge: String = (0..300_000).map(|number| number.to_string()).collect();
        source.command(&["RPUSH", "huge", &huge]);
        source.command(&["SET", "text", &huge]);
        let path = bench.path("huge.rdb");
        bench.backup(&source.url(), &backup::Options::new(&path));
        let server = server(config);
        let options = restore::Options::new(&path);
        let report = bench.restore(&server.url(), &options);
        assert_eq!((report.counts.restored, report.left), (205, 0), "{config:?}: {report:?}");
        let lost = [&report.counts.unsupported, &report.counts.failed];
        let mut lost: Vec<_> = lost.iter().flat_map(|lost| &lost.list).collect();
        lost.sort_by(|one, other| one.key.cmp(&other.key));
        let names: Vec<_> = lost.iter().map(|lost| lost.key.as_bytes()).collect();
        assert_eq!(names, [&b"huge"[..], b"text"]);
        if config == Config::Told {
            assert!(lost.iter().all(|lost| lost.reason.contains("the server takes")), "{lost:?}");
        }
        assert_eq!(server.number(&["DBSIZE"]), 205, "nothing is left half done");
        // Again it does the rest: what was deleted since.
        server.command(&["DEL", "hash", "user:7"]);
        let again = restore::Options { on_conflict: OnConflict::Skip, ..options };
        let report = bench.restore(&server.url(), &again);
        let (restored, skipped) = (report.counts.restored, report.counts.skipped);
        // What was on its way when the connection broke is there; since when, nobody can tell.
        assert!(restored + skipped == 205 && restored <= 2, "{config:?}: {report:?}");
        assert!(config == Config::Denied || restored == 2, "{report:?}");
        assert_eq!(server.number(&["DBSIZE"]), 205);
    }
}

#[test]
fn a_preview_tells_what_is_built_in_pieces_and_how_large_it_is() {
    let bench = Bench::new();
    let (_source, path) = large_values(&bench);
    let preview = bench.check(&server(Config::Told).url(), &restore::Options::new(path));
    assert_eq!((preview.roads.rewritten, preview.roads.as_it_is), (5, 200));
    let largest = preview.largest.unwrap();
    assert_eq!(largest.key.as_bytes(), b"hash");
    assert!((2_800_000..3_000_000).contains(&largest.bytes), "{}", largest.bytes);
    assert!(preview.memory > 64 << 20);
}

#[test]
fn connections_that_are_cut_cost_no_key() {
    let bench = Bench::new();
    let source = Server::start();
    cachectl_testkit::Keyspace::new(1).keys("user:{}", 30_000).load(&source);
    let path = bench.path("keys.rdb");
    bench.backup(&source.url(), &backup::Options::new(&path));
    let server = Server::start();
    let options = restore::Options::new(path);
    let preview = bench.check(&server.url(), &options);
    let done = std::sync::atomic::AtomicBool::new(false);
    let report = std::thread::scope(|scope| {
        scope.spawn(|| {
            // Each time some keys have arrived, whoever writes is cut off.
            for threshold in [2_000, 9_000, 20_000] {
                cachectl_testkit::wait::until("some keys have arrived", || {
                    server.number(&["DBSIZE"]) > threshold
                        || done.load(std::sync::atomic::Ordering::Relaxed)
                });
                server.command(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
            }
        });
        let report = bench.try_run(&server.url(), &options, &preview).unwrap();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        report
    });
    assert_eq!((report.counts.restored, report.left), (30_000, 0), "{report:?}");
    assert_eq!(report.outcome, Outcome::Clean);
    server.snapshot().assert_equals(&source.snapshot());
}
