//! What a backup holds, and who takes it.

use std::os::unix::fs::PermissionsExt as _;

use cachectl_core::{
    backup::{self, Existing},
    steps::{pacing::Pacing, rdb_file::RdbSource, selection::Selection},
    values::{glob::Glob, key_type::KeyType},
    vocabulary::{control::Control, error_kind::ErrorKind},
};
use cachectl_testkit::{
    Batch, CheckRdb, Cluster, Server, keyspace::EveryEncoding, locate::Release,
};

use crate::bench::Bench;

#[test]
fn the_server_takes_its_own_backup_with_every_encoding() {
    for release in Release::ALL {
        let bench = Bench::new();
        let server = Server::builder().release(release).start();
        let loaded = EveryEncoding::new(7).load(&server).len() as u64;
        let path = bench.path("backup.rdb");
        let report = bench.backup(&server.url(), &backup::Options::new(&path));
        assert_eq!(report.counts.keys, loaded, "{release}");
        CheckRdb::of(release).assert_accepts(&path);
        let other = Server::builder().release(release).rdb(&path).start();
        other.snapshot().assert_equals(&server.snapshot());
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_cluster_is_one_file() {
    let bench = Bench::new();
    let cluster = Cluster::start();
    cachectl_testkit::Keyspace::new(3).keys("user:{}", 3_000).load(&cluster);
    let path = bench.path("backup.rdb");
    let report = bench.backup(&cluster.url(), &backup::Options::new(&path));
    assert_eq!(report.counts.keys, 3_000);
    let server = Server::builder().rdb(&path).start();
    server.snapshot().assert_equals(&cluster.snapshot());
}

#[test]
fn a_name_that_ends_in_zst_is_compressed_and_reads_back() {
    let bench = Bench::new();
    let server = Server::start().with_keys("user:{}", 2_000);
    let (plain, packed) = (bench.path("backup.rdb"), bench.path("backup.rdb.zst"));
    let one = bench.backup(&server.url(), &backup::Options::new(&plain));
    let other = bench.backup(&server.url(), &backup::Options::new(&packed));
    assert_eq!(one.counts, other.counts);
    assert!(other.bytes < one.bytes, "{} < {}", other.bytes, one.bytes);
    let inspect = |path: &std::path::Path| {
        let (source, everything) = (RdbSource::open(path).unwrap(), Selection::default());
        let workspace = path.parent().unwrap();
        let contents = backup::inspect(source, &everything, workspace, &Control::unattended());
        contents.unwrap().value_bytes
    };
    assert_eq!(inspect(&plain), inspect(&packed));
}

#[test]
fn a_selection_narrows_by_name_type_and_database() {
    let bench = Bench::new();
    let server = Server::start();
    let mut batch = Batch::new();
    for number in 0..100 {
        batch.push(&["SET", &format!("user:{number}"), "x"]);
        batch.push(&["RPUSH", &format!("list:{number}"), "x"]);
    }
    batch.push(&["SELECT", "3"]).push(&["SET", "user:elsewhere", "x"]);
    server.pipeline(&batch);
    let case = |selection: Selection, expected: u64| {
        let path = bench.path("backup.rdb");
        let existing = Existing::Replace;
        let options = backup::Options { selection, existing, ..backup::Options::new(&path) };
        assert_eq!(bench.backup(&server.url(), &options).counts.keys, expected);
    };
    let patterns = vec![Glob::new("user:*")];
    case(Selection::default(), 201);
    case(Selection { patterns: patterns.clone(), ..Selection::default() }, 101);
    case(Selection { types: [KeyType::List].into(), ..Selection::default() }, 100);
    case(Selection { patterns, databases: [3].into(), ..Selection::default() }, 1);
}

#[test]
fn a_file_that_is_there_stays_unless_it_may_be_replaced() {
    let bench = Bench::new();
    let server = Server::start().with_keys("user:{}", 10);
    let path = bench.path("backup.rdb");
    std::fs::write(&path, "precious").unwrap();
    let error = bench.try_backup(&server.url(), &backup::Options::new(&path)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(std::fs::read(&path).unwrap(), b"precious");
}

#[test]
fn a_backup_that_is_stopped_or_fails_leaves_no_file() {
    let bench = Bench::new();
    let server = Server::start().with_keys("user:{}", 20_000);
    let deployment = bench.open(&server.url());
    let stop = tokio_util::sync::CancellationToken::new();
    stop.cancel();
    let silent = cachectl_core::vocabulary::progress::Silent;
    let control = Control::new(&silent, stop);
    let options = backup::Options::new(bench.path("backup.rdb"));
    let stopped = bench.runtime.block_on(backup::run(&deployment, &options, &control));
    assert_eq!(stopped.unwrap_err().kind(), ErrorKind::Interrupted);
    let denied = Server::builder().deny_command("DUMP").start().with_keys("user:{}", 10);
    let error = bench.try_backup(&denied.url(), &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    let left = std::fs::read_dir(bench.path("")).unwrap().count();
    assert_eq!(left, 0);
}

#[test]
fn idle_times_and_frequencies_go_where_the_server_keeps_them() {
    for (policy, opcode) in [("allkeys-lfu", 249), ("allkeys-lru", 248)] {
        let bench = Bench::new();
        let server = Server::builder().config("maxmemory-policy", policy).start();
        server.command(&["SET", "key", "value"]);
        let path = bench.path("backup.rdb");
        bench.backup(&server.url(), &backup::Options::new(&path));
        let bytes = std::fs::read(&path).unwrap();
        assert!(bytes.contains(&opcode), "{policy}");
        let other = Server::builder().config("maxmemory-policy", policy).rdb(&path).start();
        assert_eq!(other.text(&["GET", "key"]), "value");
    }
}

#[test]
fn databases_that_nobody_tells_of_are_not_left_out_in_silence() {
    let bench = Bench::new();
    let server = Server::builder().acl_user("limited on >secret ~* +@all -info").start();
    server.command(&["SET", "user:1", "x"]);
    let url = server.url_as("limited", "secret");
    let options = backup::Options::new(bench.path("backup.rdb"));
    let error = bench.try_backup(&url, &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    let selection = Selection { databases: [0].into(), ..Selection::default() };
    let named = backup::Options { selection, ..options };
    assert_eq!(bench.backup(&url, &named).counts.keys, 1);
}

#[test]
fn a_server_that_hangs_does_not_keep_a_backup_from_stopping() {
    let bench = Bench::new();
    let server = Server::start().with_keys("user:{}", 2_000);
    let deployment = bench.open(&server.url());
    let stop = tokio_util::sync::CancellationToken::new();
    let silent = cachectl_core::vocabulary::progress::Silent;
    let control = Control::new(&silent, stop.clone());
    let options = backup::Options {
        // So slow that it is hanging before it is done.
        pacing: Pacing { rate: std::num::NonZeroU32::new(500), ..Pacing::default() },
        ..backup::Options::new(bench.path("backup.rdb"))
    };
    let stopped = bench.runtime.block_on(async {
        let stopping = async {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            server.stop_process();
            stop.cancel();
        };
        tokio::join!(backup::run(&deployment, &options, &control), stopping).0
    });
    server.continue_process();
    assert_eq!(stopped.unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(std::fs::read_dir(bench.path("")).unwrap().count(), 0);
}
