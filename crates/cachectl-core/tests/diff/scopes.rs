//! Which databases of a side are compared with which of the other, and clusters.

use cachectl_core::vocabulary::control::Control;
use cachectl_core::{
    diff::{Error, Kind, Name, Side},
    vocabulary::error_kind::ErrorKind,
};
use cachectl_testkit::{Cluster, Keyspace, Server};

use crate::bench::{Bench, at_once, found, key, once, only};

/// A server with a key of the same name and another value in each of these databases.
fn server(databases: &[u32]) -> Server {
    let server = Server::start();
    for database in databases {
        Keyspace::new(u64::from(*database))
            .named(["k"])
            .with_value_size(9)
            .in_db(*database)
            .load(&server);
    }
    server
}

#[test]
fn all_databases_are_compared_each_with_its_own() {
    let bench = Bench::new();
    let (one, other) = (server(&[0, 1, 5]), server(&[0, 5, 9]));
    let files = [&one, &other].map(|server| Side::from(server.save()));
    let servers = [&one, &other].map(|server| bench.server(server));
    for (a, b) in [(&servers[0], &servers[1]), (&files[0], &servers[1]), (&servers[0], &files[1])] {
        let report = bench.diff(a, b, &at_once());
        let mut found: Vec<_> =
            report.differences.list.iter().map(|it| (it.database, it.kind)).collect();
        found.sort_unstable();
        assert_eq!(found, [(1, Kind::Missing), (9, Kind::Extra)]);
        assert_eq!(report.equal, 2);
    }
}

#[test]
fn named_databases_narrow_both_sides() {
    let bench = Bench::new();
    let (one, other) = (server(&[0, 1, 5]), server(&[0, 5, 9]));
    let mut options = once();
    options.selection.databases.extend([5, 9]);

    let report = bench.diff(&bench.server(&one), &bench.server(&other), &options);

    assert_eq!((only(&report).database, only(&report).kind, report.equal), (9, Kind::Extra, 1));
}

#[test]
fn a_connection_to_one_database_narrows_the_other_side_to_it() {
    let bench = Bench::new();
    let (one, other) = (server(&[0, 1, 5]), server(&[0, 5, 9]));
    let side = Side::from(bench.open(&one.url_of_db(5)));
    for b in [bench.server(&other), Side::from(other.save())] {
        let report = bench.diff(&side, &b, &once());
        assert_eq!((found(&report).as_slice(), report.equal), (&[][..], 1));
        let report = bench.diff(&b, &side, &once());
        assert_eq!((found(&report).as_slice(), report.equal), (&[][..], 1));
    }
}

#[test]
fn two_connections_to_one_database_each_compare_these_two() {
    let bench = Bench::new();
    let server = server(&[0, 1, 5]);
    Keyspace::new(1).named(["k"]).with_value_size(9).in_db(7).load(&server);
    let side = |database| Side::from(bench.open(&server.url_of_db(database)));

    assert_eq!(bench.diff(&side(1), &side(7), &once()).equal, 1);
    let report = bench.diff(&side(1), &side(5), &at_once());
    assert_eq!(found(&report), [key(Kind::Value, "k")]);
    assert_eq!(only(&report).database, 1);
}

#[test]
fn a_database_that_a_server_does_not_have_is_no_place_to_look_again() {
    let bench = Bench::new();
    let one = server(&[0, 5]);
    let other = Server::builder().config("databases", "1").start();
    Keyspace::new(0).named(["k"]).with_value_size(9).load(&other);

    let report = bench.diff(&bench.server(&one), &bench.server(&other), &at_once());

    assert_eq!((only(&report).kind, only(&report).database), (Kind::Missing, 5));
    let report = bench.diff(&bench.server(&other), &bench.server(&one), &at_once());
    assert_eq!((only(&report).kind, only(&report).database), (Kind::Extra, 5));
}

#[test]
fn a_cluster_is_compared_with_a_file_and_with_one_database() {
    let bench = Bench::new();
    let (cluster, server) = (Cluster::start(), Server::start());
    let keyspace = Keyspace::new(4).keys("k:{}", 900).with_ttl_share(0.3);
    let keyspace = keyspace.with_epoch(4_000_000_000_000);
    keyspace.load(&cluster);
    keyspace.clone().in_db(3).load(&server);
    let all = Side::from(bench.open(&cluster.url()));
    let of_server = Side::from(bench.open(&server.url_of_db(3)));
    assert_eq!(bench.diff(&all, &of_server, &once()).equal, 900);

    let plain = Server::start();
    keyspace.load(&plain);
    let file = Side::from(plain.save());
    for (a, b) in [(&all, &file), (&file, &all)] {
        let report = bench.diff(a, b, &at_once());
        assert_eq!((found(&report).as_slice(), report.equal), (&[][..], 900));
    }

    for number in 0..3 {
        let name = format!("k:{number}");
        cluster.primary_of(&name).command(&["DEL", &name]);
    }
    let expected = ["k:0", "k:1", "k:2"].map(|name| key(Kind::Extra, name));
    assert_eq!(found(&bench.diff(&all, &file, &at_once())), expected);
}

#[test]
fn errors_name_the_side() {
    let bench = Bench::new();
    let server = Server::start();
    let missing = Side::from(bench.path("missing.rdb"));
    let path = bench.path("text.rdb");
    std::fs::write(&path, "no RDB file").unwrap();
    let side = bench.server(&server);
    let unattended = Control::unattended();

    let error = bench.try_diff((&side, &missing), &once(), &unattended).unwrap_err();
    assert!(matches!(error, Error::File { side: Name::B, .. }), "{error:?}");
    assert_eq!(error.to_string(), "could not read side B");
    let error = bench.try_diff((&Side::from(path), &side), &once(), &unattended).unwrap_err();
    assert!(matches!(error, Error::File { side: Name::A, .. }), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Data);

    let denied = Server::builder().acl_user("default on nopass ~* &* +@all -dump").start();
    denied.command(&["SET", "k", "v"]);
    let error = bench.try_diff((&side, &bench.server(&denied)), &once(), &unattended).unwrap_err();
    assert!(matches!(error, Error::Server { side: Name::B, .. }), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Refused);

    drop(server);
    let error = bench.try_diff((&side, &side), &once(), &unattended).unwrap_err();
    assert!(matches!(error, Error::Server { .. }), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Unreachable);
}

#[test]
fn a_file_that_ends_early_is_an_error_and_no_difference() {
    let bench = Bench::new();
    let server = Server::start().with_keys("k:{}", 200);
    let whole = std::fs::read(server.save()).unwrap();
    let path = bench.path("cut.rdb");
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();

    let sides = (&bench.server(&server), &Side::from(path));
    let error = bench.try_diff(sides, &once(), &Control::unattended()).unwrap_err();

    assert!(matches!(error, Error::File { side: Name::B, .. }), "{error:?}");
}
