//! What differs is found, named and told apart.

use std::time::Duration;

use cachectl_core::{
    diff::{Expiries, Kind, Options, Side},
    values::{key::Key, key_type::KeyType, ttl::Expiry},
};
use cachectl_testkit::{Feature, Keyspace, Release, Server, keyspace::adversarial_names};

use crate::bench::{Bench, Entry, at_once, found, key, matching, of_type, once, only};

const SOON: i64 = 4_000_000_000_000;

/// Two servers with the same keys, which a test makes different.
fn pair() -> (Server, Server) {
    let servers = [(); 2].map(|()| {
        let server = Server::start();
        Keyspace::new(2).keys("k:{}", 60).with_epoch(SOON).load(&server);
        server
    });
    servers.into()
}

#[test]
fn every_kind_of_difference_is_found() {
    let bench = Bench::new();
    let (one, other) = pair();
    for command in [
        &["DEL", "k:0"][..],
        &["SET", "k:new", "x"],
        &["SET", "k:1", "no hash"],
        &["RPUSH", "k:2", "one more"],
        &["SADD", "k:3", "one more"],
        &["ZADD", "k:4", "0.5", "one more"],
        &["XADD", "k:5", "9999999999999-0", "one", "more"],
        &["APPEND", "k:6", "x"],
        &["HSET", "k:7", "one", "more"],
        &["PEXPIREAT", "k:8", "4000000000001"],
    ] {
        other.command(command);
    }
    let expected = [
        (Kind::Missing, "k:0"),
        (Kind::Type, "k:1"),
        (Kind::Value, "k:2"),
        (Kind::Value, "k:3"),
        (Kind::Value, "k:4"),
        (Kind::Value, "k:5"),
        (Kind::Value, "k:6"),
        (Kind::Value, "k:7"),
        (Kind::Expiry, "k:8"),
        (Kind::Extra, "k:new"),
    ];
    let expected = expected.map(|(kind, name)| key(kind, name));

    let sides = [bench.server(&one), bench.server(&other)];
    let files = [Side::from(one.save()), Side::from(other.save())];
    for (a, b) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let (a, b) = ([&sides[0], &files[0]][a], [&sides[1], &files[1]][b]);
        let report = bench.diff(a, b, &at_once());
        assert_eq!(found(&report), expected);
        assert_eq!((report.equal, report.a.keys, report.b.keys), (51, 60, 60));
        assert_eq!(report.by_kind[&Kind::Value], 6);
        assert_eq!((report.settled, report.changing, report.not_revisited), (0, 0, 0));
    }
}

#[test]
fn a_difference_says_what_both_sides_have() {
    let bench = Bench::new();
    let (one, other) = (Server::start(), Server::start());
    one.command(&["SET", "k", "v", "PXAT", &SOON.to_string()]);
    other.command(&["RPUSH", "k", "v"]);

    let report = bench.diff(&bench.server(&one), &bench.server(&other), &once());

    let difference = only(&report);
    let (a, b) = (difference.a.unwrap(), difference.b.unwrap());
    assert_eq!((a.key_type, a.expiry), (KeyType::String, Expiry::At(SOON)));
    assert_eq!((b.key_type, b.expiry), (KeyType::List, Expiry::Never));
    let written = serde_json::to_value(&report).unwrap();
    let expected = serde_json::json!({
        "kind": "type", "database": 0, "key": "k", "changing": false,
        "a": { "type": "string", "expiry": { "at": SOON } },
        "b": { "type": "list", "expiry": "never" },
    });
    assert_eq!(written["differences"]["list"][0], expected);
    assert_eq!(written["by_kind"], serde_json::json!({ "type": 1 }));
    assert_eq!(written["outcome"], "findings");
}

#[test]
fn expiries_are_compared_as_closely_as_asked() {
    let bench = Bench::new();
    let (one, other) = (Server::start(), Server::start());
    one.command(&["SET", "k", "v", "PXAT", &SOON.to_string()]);
    other.command(&["SET", "k", "v", "PXAT", &(SOON + 500).to_string()]);
    one.command(&["SET", "never", "v"]);
    other.command(&["SET", "never", "v", "PXAT", &SOON.to_string()]);
    let sides = (bench.server(&one), bench.server(&other));
    let case = |expiries, expected: &[(Kind, Key)]| {
        let report = bench.diff(&sides.0, &sides.1, &Options { expiries, ..once() });
        assert_eq!(found(&report), expected, "{expiries:?}");
    };

    let never = key(Kind::Expiry, "never");
    case(Expiries::default(), &[key(Kind::Expiry, "k"), never.clone()]);
    case(Expiries::Within(Duration::from_millis(499)), &[key(Kind::Expiry, "k"), never.clone()]);
    case(Expiries::Within(Duration::from_millis(500)), &[never]);
    case(Expiries::Ignored, &[]);
}

#[test]
fn expiries_are_found_apart_on_servers_that_only_tell_the_time_left() {
    let bench = Bench::new();
    let server = Server::builder().release(Release::Redis62).start();
    server.command(&["SET", "same", "v", "PXAT", &SOON.to_string()]);
    server.command(&["SET", "apart", "v", "PXAT", &SOON.to_string()]);
    let file = server.save();
    server.command(&["PEXPIREAT", "apart", &(SOON + 1_000).to_string()]);

    let report = bench.diff(&bench.server(&server), &Side::from(file), &at_once());

    assert_eq!(found(&report), [key(Kind::Expiry, "apart")]);
    assert_eq!(report.changing, 0);
}

#[test]
fn what_is_over_its_time_counts_as_absent_and_is_counted() {
    let bench = Bench::new();
    let string = b"\x00\x01v";
    let entries: [Entry<'_>; 3] =
        [(b"dead", Some(1), string), (b"alive", Some(SOON), string), (b"back", Some(1), string)];
    let file = bench.file("old.rdb", &entries);
    let server = Server::start();
    server.command(&["SET", "alive", "v", "PXAT", &SOON.to_string()]);
    server.command(&["SET", "back", "v"]);

    let report = bench.diff(&file, &bench.server(&server), &at_once());

    assert_eq!(found(&report), [key(Kind::Extra, "back")]);
    assert_eq!((report.a.keys, report.a.expired, report.b.expired), (1, 2, 0));
    assert_eq!(report.a.version, "RDB 11");
}

#[test]
fn fields_that_are_over_their_time_are_not_compared() {
    let bench = Bench::new();
    let server = Server::builder().feature(Feature::HashFieldTtl).start();
    // Whether the server has removed them already makes no difference.
    for (key, field) in [("some", "short"), ("all", "short")] {
        server.command(&["HSET", key, field, "v"]);
    }
    server.command(&["HSET", "some", "long", "v"]);
    let plain = Server::start();
    plain.command(&["HSET", "some", "long", "v"]);
    for key in ["some", "all"] {
        server.command(&["HPEXPIRE", key, "1500", "FIELDS", "1", "short"]);
    }
    let file = Side::from(server.save());
    let gone = || server.number(&["HLEN", "some"]) == 1 && server.number(&["EXISTS", "all"]) == 0;
    cachectl_testkit::wait::until("the fields are gone", gone);

    let report = bench.diff(&file, &bench.server(&plain), &once());

    assert_eq!(found(&report), []);
    assert_eq!((report.equal, report.a.expired), (1, 1));
}

#[test]
fn bytes_that_only_a_module_understands_are_compared_as_they_are() {
    // Version 2 of a module type: its number, parts that say how long they are, and an end.
    fn module(number: u8) -> Vec<u8> {
        let id = [0x81, 0x51, 0x45, 0x14, 0x51, 0x45, 0x14, 0x51, 0x01];
        [&[7][..], &id, &[2, number, 0]].concat()
    }
    let bench = Bench::new();
    let (one, other) = (module(1), module(2));
    let a = bench.file("a.rdb", &[(b"same", None, &one), (b"other", None, &one)]);
    let b = bench.file("b.rdb", &[(b"same", None, &one), (b"other", None, &other)]);

    let report = bench.diff(&a, &b, &once());

    assert_eq!(found(&report), [key(Kind::Undecodable, "other")]);
    assert_eq!((report.equal, only(&report).a.unwrap().key_type), (1, KeyType::Module));
}

#[test]
fn only_what_is_meant_is_compared() {
    let bench = Bench::new();
    let (one, other) = pair();
    other.command(&["DEL", "k:1", "k:11"]);
    other.command(&["SET", "k:12", "another"]);
    other.command(&["SET", "k:13", "no hash"]);
    other.command(&["SET", "other", "extra"]);
    let sides = (bench.server(&one), bench.server(&other));
    let case = |options: &Options, equal, expected: &[(Kind, &str)]| {
        let report = bench.diff(&sides.0, &sides.1, options);
        let expected: Vec<_> = expected.iter().map(|(kind, name)| key(*kind, name)).collect();
        assert_eq!(found(&report), expected);
        assert_eq!(report.equal, equal);
    };

    let (missing, value) = (Kind::Missing, Kind::Value);
    let in_twelves = [(missing, "k:1"), (missing, "k:11"), (value, "k:12"), (Kind::Type, "k:13")];
    case(&matching("k:1*", once()), 8 - 1, &in_twelves);
    // A key counts if its type on either side is meant.
    let hashes = [(missing, "k:1"), (Kind::Type, "k:13")];
    case(&of_type(KeyType::Hash, once()), 8, &hashes);
    let strings = [(value, "k:12"), (Kind::Type, "k:13"), (Kind::Extra, "other")];
    case(&of_type(KeyType::String, once()), 9, &strings);
}

#[test]
fn differences_of_all_keys_are_listed_without_looking_at_each_again() {
    let bench = Bench::new();
    let server = Server::start();
    Keyspace::new(4)
        .keys("k:{}", 10_500)
        .of_kinds(&[cachectl_testkit::keyspace::Kind::String])
        .load(&server);
    let empty = bench.file("empty.rdb", &[]);

    let report = bench.diff(&bench.server(&server), &empty, &Options { rounds: 1, ..at_once() });

    assert_eq!(report.by_kind[&Kind::Missing], 10_500);
    assert_eq!(report.not_revisited, 500);
    let written = serde_json::to_value(&report).unwrap();
    let mut names: Vec<_> = written["differences"]["list"]
        .as_array()
        .unwrap()
        .iter()
        .map(|difference| difference["key"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 10_500);
}

#[test]
fn values_of_every_name_differ_by_name() {
    let bench = Bench::new();
    let (one, other) = (Server::start(), Server::start());
    for name in adversarial_names() {
        one.command(&[b"SET", name.as_slice(), b"one"]);
        other.command(&[b"SET", name.as_slice(), b"other"]);
    }
    let mut names: Vec<Key> = adversarial_names().into_iter().map(Key::from).collect();
    names.sort();

    let report = bench.diff(&bench.server(&one), &bench.server(&other), &at_once());

    let expected: Vec<_> = names.into_iter().map(|name| (Kind::Value, name)).collect();
    assert_eq!(found(&report), expected);
}
