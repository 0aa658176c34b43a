//! One digest for one value, and another for another.

use std::collections::{BTreeMap, BTreeSet};

use cachectl_rdb::{Digest, Encoding};
use cachectl_testkit::keyspace::Kind;
use cachectl_testkit::{EveryEncoding, Feature, Keyspace, Server, Value as Answer};

use crate::encodings::LIMITS;
use crate::servers;

#[track_caller]
fn digest(server: &Server, key: impl AsRef<[u8]>) -> Digest {
    servers::value(&servers::dump(server, key)).digest().unwrap()
}

#[test]
fn limits_of_encodings_make_no_difference() {
    // Streams have the time of day in them.
    let kinds = [Kind::String, Kind::Hash, Kind::List, Kind::Set, Kind::Zset];
    let keys = Keyspace::new(3).keys("key:{}", 50).of_kinds(&kinds);
    let mut known = BTreeMap::new();
    let mut encodings = BTreeMap::<_, BTreeSet<_>>::new();
    for server in servers::all() {
        for limits in LIMITS {
            servers::configure(&server, limits);
            keys.load(&server);
            for key in keys.names() {
                let payload = servers::dump(&server, &key);
                let value = servers::value(&payload);
                let digest = value.digest().unwrap();
                let before = *known.entry(key.clone()).or_insert(digest);
                assert_eq!(digest, before, "{} of {}", key.escape_ascii(), servers::name(&server));
                encodings.entry(key).or_default().insert(value.encoding());
            }
            servers::run(&server, &["FLUSHALL"]);
        }
    }
    let distinct: BTreeSet<_> = known.values().collect();
    assert_eq!(distinct.len(), known.len(), "two different values have one digest");
    // Nothing is proven if the encodings did not differ.
    let strings = keys.names().count() / kinds.len();
    assert_eq!(encodings.values().filter(|seen| seen.len() == 1).count(), strings);
}

#[test]
fn releases_make_no_difference() {
    let servers = servers::all();
    for from in &servers {
        for specimen in EveryEncoding::new(4).load(from) {
            servers::run(from, &[&format!("SELECT {}", specimen.db)]);
            let payload = servers::dump(from, &specimen.key);
            let value = servers::value(&payload);
            let expected = value.digest().unwrap();
            for to in &servers {
                let payload = servers::sealed(servers::version(to), value.as_bytes());
                let known = servers::restore(to, "restored", &payload) == Answer::Okay;
                assert!(
                    known || value.encoding() > Encoding::ListQuicklist,
                    "{}",
                    value.encoding()
                );
                // Newer releases store it in their own way.
                if known {
                    let name = specimen.key.escape_ascii();
                    assert_eq!(digest(to, "restored"), expected, "{name} in {}", servers::name(to));
                }
            }
        }
    }
}

#[test]
fn moving_a_value_makes_no_difference() {
    for server in servers::all() {
        servers::configure(&server, LIMITS[1]);
        let keys = Keyspace::new(5).keys("key:{}", 60);
        keys.load(&server);
        servers::configure(&server, LIMITS[2]);
        for key in keys.names() {
            let before = digest(&server, &key);
            server.command(&[b"COPY".as_slice(), &key, b"copy", b"REPLACE"]);
            assert_eq!(digest(&server, "copy"), before, "a copy of {}", key.escape_ascii());
            servers::restore(&server, "restored", &servers::dump(&server, &key));
            assert_eq!(digest(&server, "restored"), before, "{} restored", key.escape_ascii());
        }
    }
}

/// Commands that make a value, then for each digest that differs from all others the commands that
/// lead to it from the one before.
const CHANGES: [&[&str]; 6] = [
    &["SET key text", "APPEND key s", "SETRANGE key 0 T", "SETBIT key 100 0"],
    &[
        "RPUSH key a b c",
        "RPUSH key c",
        "LSET key 0 b",
        "LPOP key",
        "LREM key 1 b",
        "LPUSH key c b",
    ],
    &["SADD key 1 2 3", "SADD key x", "SREM key 2", "SADD key 02", "SREM key 1"],
    &[
        "ZADD key 1 a 2 b 3 c",
        "ZADD key 2.5 b",
        "ZADD key 2.5000000000000004 b",
        "ZREM key c",
        "ZADD key inf c",
        "ZADD key -inf c",
        "ZADD key 0 c",
    ],
    &["HSET key a 1 b 2", "HSET key a 2", "HSET key c 3", "HDEL key a", "HSET key c 2 b 3"],
    &[
        "XADD key 1-1 a 1 b 2",
        "XADD key 1-2 a 1",
        "XDEL key 1-2",
        "XADD key 1-3 a 1",
        "XSETID key 2-0",
        "XGROUP CREATE key group 0",
        "XGROUP SETID key group 1-1",
        "XGROUP CREATECONSUMER key group alice",
        "XCLAIM key group alice 0 1-3 TIME 1000 RETRYCOUNT 1 FORCE JUSTID",
        "XCLAIM key group alice 0 1-3 TIME 1000 RETRYCOUNT 2 FORCE JUSTID",
        "XCLAIM key group alice 0 1-3 TIME 2000 RETRYCOUNT 2 FORCE JUSTID",
        "XCLAIM key group bob 0 1-3 TIME 2000 RETRYCOUNT 2 FORCE JUSTID",
        "XCLAIM key group bob 0 1-1 TIME 2000 RETRYCOUNT 2 FORCE JUSTID",
        "XACK key group 1-3",
        "XGROUP DELCONSUMER key group alice",
        "XGROUP CREATE key other 1-1",
    ],
];

#[test]
fn every_change_of_a_value_makes_a_difference() {
    for server in servers::all() {
        for (limits, commands) in LIMITS.into_iter().flat_map(|it| CHANGES.map(|list| (it, list))) {
            servers::run(&server, &["FLUSHALL"]);
            servers::configure(&server, limits);
            let mut seen = BTreeMap::new();
            for command in commands {
                servers::run(&server, &[command]);
                let same = seen.insert(digest(&server, "key"), command);
                assert_eq!(same, None, "{command} on {}", servers::name(&server));
            }
        }
    }
}

#[test]
fn adding_and_taking_away_makes_no_difference() {
    let cases: [(&[&str], &[&str]); 6] = [
        (&["SET key 12345"], &["APPEND key 6", "SET key 12345"]),
        (&["RPUSH key a 1 b"], &["RPUSH key x", "LPUSH key y", "RPOP key", "LPOP key"]),
        // Once an element is no integer, the set stays what it has become.
        (&["SADD key 1 2 3"], &["SADD key x", "SREM key x"]),
        (&["ZADD key 1 a 0 b"], &["ZADD key -0 b", "ZADD key 7 x", "ZREM key x"]),
        (&["HSET key a 1 b 2"], &["HSET key x 1", "HDEL key x", "HDEL key a", "HSET key a 1"]),
        (
            &["XADD key 1-1 a 1", "XADD key 2-2 a 1", "XDEL key 2-2", "XGROUP CREATE key group 0"],
            &[
                "XCLAIM key group alice 0 1-1 TIME 1 FORCE JUSTID",
                "XACK key group 1-1",
                "XGROUP DELCONSUMER key group alice",
            ],
        ),
    ];
    for server in servers::all() {
        for (make, change) in cases {
            servers::run(&server, &["FLUSHALL"]);
            servers::run(&server, make);
            let before = digest(&server, "key");
            servers::run(&server, change);
            assert_eq!(digest(&server, "key"), before, "{make:?} on {}", servers::name(&server));
        }
    }
}

#[test]
fn counting_a_hyperloglog_makes_no_difference_and_adding_to_it_does() {
    for server in servers::all() {
        for limit in ["3000", "0"] {
            servers::run(&server, &["FLUSHALL"]);
            servers::configure(&server, &[("hll-sparse-max-bytes", limit)]);
            servers::run(&server, &["PFADD key a b c d"]);
            let (payload, before) = (servers::dump(&server, "key"), digest(&server, "key"));
            servers::run(&server, &["PFCOUNT key"]);
            assert_ne!(servers::dump(&server, "key"), payload, "the count is not kept");
            assert_eq!(digest(&server, "key"), before);
            servers::run(&server, &["PFADD key e"]);
            assert_ne!(digest(&server, "key"), before);
        }
    }
}

#[test]
fn reading_for_a_consumer_that_gets_nothing_makes_no_difference() {
    for server in servers::all() {
        servers::run(
            &server,
            &["XADD key 1-1 a 1", "XGROUP CREATE key group $", "XGROUP CREATECONSUMER key group c"],
        );
        let before = digest(&server, "key");
        servers::run(&server, &["XREADGROUP GROUP group c STREAMS key >"]);
        assert_eq!(digest(&server, "key"), before);
    }
}

#[test]
fn expiries_of_fields_make_a_difference() {
    let server = Server::builder().feature(Feature::HashFieldTtl).start();
    servers::run(&server, &["HSET key a 1 b 2"]);
    let mut seen = vec![digest(&server, "key")];
    for expire in [
        "HPEXPIREAT key 4000000000000 FIELDS 1 a",
        "HPEXPIREAT key 4000000000001 FIELDS 1 a",
        "HPEXPIREAT key 4000000000001 FIELDS 1 b",
    ] {
        servers::run(&server, &[expire]);
        let digest = digest(&server, "key");
        assert!(!seen.contains(&digest), "{expire}");
        seen.push(digest);
    }
    servers::run(&server, &["HPERSIST key FIELDS 2 a b"]);
    assert_eq!(digest(&server, "key"), seen[0]);
}
