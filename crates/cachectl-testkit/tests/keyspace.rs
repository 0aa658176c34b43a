//! Keyspaces and digests.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use cachectl_testkit::keyspace::{self, Kind};
use cachectl_testkit::{Feature, Keyspace, Server};

const EPOCH: i64 = 4_000_000_000_000;

#[test]
fn the_same_seed_gives_the_same_digest_on_two_servers() {
    let keyspace =
        Keyspace::new(42).keys("doc_state_{}", 600).with_ttl_share(0.3).with_epoch(EPOCH);
    let (one, other) = (Server::start(), Server::start());
    assert_eq!(keyspace.load(&one), 600);
    keyspace.load(&other);
    one.snapshot().assert_equals(&other.snapshot());
    assert_eq!(one.digest(), other.digest());
    let different = Server::start();
    Keyspace::new(43).keys("doc_state_{}", 600).with_epoch(EPOCH).load(&different);
    assert_ne!(one.digest(), different.digest());
}

#[test]
fn all_types_take_turns_and_some_keys_expire() {
    let server = Server::start();
    Keyspace::new(1).keys("k{}", 1200).with_ttl_share(0.25).load(&server);
    let snapshot = server.snapshot();
    let mut kinds = BTreeMap::new();
    for entry in snapshot.entries().values() {
        *kinds.entry(entry.kind.as_str()).or_insert(0) += 1;
    }
    let expected = ["hash", "list", "set", "stream", "string", "zset"].map(|kind| (kind, 200));
    assert_eq!(kinds, BTreeMap::from(expected));
    let expiring = snapshot.entries().values().filter(|entry| entry.expires_at.is_some()).count();
    assert!((200..400).contains(&expiring), "{expiring} of 1200 keys expire");
    let pending = server.command(&["XPENDING", "k5", "workers", "-", "+", "10"]);
    assert!(format!("{pending:?}").contains("worker-1"), "{pending:?}");
}

#[test]
fn a_digest_sees_every_kind_of_change() {
    #[track_caller]
    fn case(key: &str, changes: &[&[&str]]) {
        let server = Server::start();
        Keyspace::new(1).named(["s", "h", "l", "e", "z", "x"]).load(&server);
        let before = server.snapshot();
        for change in changes {
            server.command(change);
        }
        let after = server.snapshot();
        assert_ne!(before.get(key), after.get(key), "{changes:?}");
        assert_ne!(before.digest(), after.digest());
    }

    case("s", &[&["APPEND", "s", "x"]]);
    case("s", &[&["PEXPIREAT", "s", "4000000000000"]]);
    case("s", &[&["DEL", "s"]]);
    case("h", &[&["HSET", "h", "new", "1"]]);
    case("l", &[&["RPOPLPUSH", "l", "l"]]);
    case("e", &[&["SADD", "e", "new"]]);
    case("z", &[&["ZADD", "z", "INCR", "1", "0:"]]);
    case("x", &[&["XADD", "x", "*", "a", "b"]]);
    case("x", &[&["XGROUP", "CREATE", "x", "more", "0"]]);
    case("x", &[&["XREADGROUP", "GROUP", "workers", "me", "COUNT", "1", "STREAMS", "x", ">"]]);
    case("x", &[&["XSETID", "x", "9000000000000-0"]]);
    case("y", &[&["SELECT", "0"], &["SET", "y", "1"]]);
}

#[test]
fn a_digest_does_not_depend_on_order_or_encoding() {
    let (one, other) = (Server::start(), Server::start());
    one.command(&["SADD", "s", "a", "b", "c"]);
    other.command(&["SADD", "s", "c", "b", "a"]);
    one.command(&["HSET", "h", "a", "1", "b", "2"]);
    other.command(&["HSET", "h", "b", "2", "a", "1"]);
    other.command(&["CONFIG", "SET", "zset-max-listpack-entries", "0"]);
    one.command(&["ZADD", "z", "1", "a", "1.5", "b"]);
    other.command(&["ZADD", "z", "1.5", "b", "1", "a"]);
    one.snapshot().assert_equals(&other.snapshot());
}

#[test]
fn renaming_keeps_values_and_expiries() {
    let server = Server::start();
    Keyspace::new(5).keys("user:{}", 300).with_ttl_share(0.5).load(&server);
    let before = server.snapshot();
    for number in 0..300 {
        server.command(&["RENAME", &format!("user:{number}"), &format!("user:v2:{number}")]);
    }
    let expected = before.renamed(|old| Some([b"user:v2:", old.strip_prefix(b"user:")?].concat()));
    server.snapshot().assert_equals(&expected);
}

#[test]
fn several_databases_are_told_apart() {
    let server = Server::start();
    Keyspace::new(1).keys("k{}", 10).load(&server);
    Keyspace::new(1).keys("k{}", 10).in_db(7).load(&server);
    assert_eq!(server.snapshot().len(), 20);
    assert_eq!(server.number(&["DBSIZE"]), 10);
}

#[test]
fn reading_changes_no_write_counter() {
    let server = Server::start().with_keys("k{}", 120);
    let before = server.write_counters();
    assert_eq!(before.calls["set"], 20);
    let groups = before.calls.iter().filter(|(name, _)| name.starts_with("xgroup"));
    assert_eq!(groups.map(|(_, calls)| calls).sum::<u64>(), 20);
    assert!(before.changes >= 120);
    let _digest = server.digest();
    assert_eq!(server.write_counters(), before);
    server.command(&["RENAMENX", "k0", "other"]);
    assert_ne!(server.write_counters(), before);
}

#[test]
fn adversarial_names_can_be_stored() {
    let server = Server::start();
    let names = keyspace::adversarial_names();
    Keyspace::new(1).named(names.clone()).load(&server);
    let snapshot = server.snapshot();
    assert_eq!(snapshot.len(), names.len());
    assert!(names.iter().all(|name| snapshot.get(name).is_some()));
}

#[test]
fn keys_that_expire_meanwhile_are_left_out() {
    let server = Server::start();
    Keyspace::new(1).keys("k{}", 50).load(&server);
    let before = server.digest();
    for number in 0..2000 {
        server.command(&[
            "SET",
            &format!("dying{number}"),
            "x",
            "PX",
            &(1 + number / 20).to_string(),
        ]);
    }
    let _during = server.digest();
    let limit = Duration::from_secs(10);
    let gone = cachectl_testkit::wait::poll(limit, || (server.digest() == before).then_some(()));
    assert!(gone.is_some());
}

#[test]
fn field_ttl_servers_keep_the_digest_of_plain_hashes() {
    let plain = Server::builder().feature(Feature::HashFieldTtl).start();
    Keyspace::new(9).keys("h{}", 50).of_kinds(&[Kind::Hash]).load(&plain);
    assert_eq!(plain.snapshot().len(), 50);
}

#[test]
fn large_keyspaces_are_quick() {
    let server = Server::start();
    let start = Instant::now();
    Keyspace::new(1).keys("k{}", 50_000).with_ttl_share(0.2).load(&server);
    let loaded = start.elapsed();
    assert_eq!(server.snapshot().len(), 50_000);
    let total = start.elapsed();
    eprintln!("loaded in {loaded:?}, read in {:?}", total.checked_sub(loaded).unwrap());
    assert!(total < Duration::from_secs(20), "took {total:?}");
}
