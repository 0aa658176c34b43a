//! Every encoding that a server can be brought to write.

use std::collections::BTreeSet;

use cachectl_rdb::{Dialect, Encoding};
use cachectl_testkit::{EveryEncoding, Feature, Keyspace, Server, Value as Answer};

use crate::answers::{Reply as _, ask, in_order};
use crate::servers;

/// Settings under which small values are packed, packed without bounds, or never packed.
pub(crate) const LIMITS: [&[(&str, &str)]; 3] = [
    &[],
    &[
        ("hash-max-ziplist-entries", "100000"),
        ("hash-max-ziplist-value", "100000"),
        ("zset-max-ziplist-entries", "100000"),
        ("zset-max-ziplist-value", "100000"),
        ("list-max-ziplist-size", "100000"),
        ("stream-node-max-entries", "0"),
        ("stream-node-max-bytes", "0"),
    ],
    &[
        ("hash-max-ziplist-entries", "0"),
        ("zset-max-ziplist-entries", "0"),
        ("set-max-intset-entries", "0"),
        ("list-max-ziplist-size", "1"),
        ("list-compress-depth", "1"),
        ("stream-node-max-entries", "2"),
        ("hll-sparse-max-bytes", "0"),
    ],
];

/// Compares what is decoded with what the server answers, and returns how it was stored.
#[track_caller]
pub(crate) fn compare(server: &Server, key: &[u8]) -> Encoding {
    let payload = servers::dump(server, key);
    let value = servers::value(&payload);
    let name =
        format!("{} as {} of {}", key.escape_ascii(), value.encoding(), servers::name(server));
    let decoded = value.decode().unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(decoded.value_type(), value.value_type(), "{name}");
    assert_eq!(in_order(decoded), in_order(ask(server, key)), "{name}");
    value.encoding()
}

#[test]
fn values_in_every_encoding_decode_to_what_the_server_answers() {
    for server in servers::all() {
        let mut seen = BTreeSet::new();
        for specimen in EveryEncoding::new(1).load(&server) {
            servers::run(&server, &[&format!("SELECT {}", specimen.db)]);
            seen.insert(compare(&server, &specimen.key));
        }
        servers::run(&server, &["SELECT 0"]);
        if server.installation().has(Feature::HashFieldTtl) {
            add_expiring_fields(&server, "hash", 600);
            seen.insert(compare(&server, b"hash"));
        }
        assert_eq!(seen, expected(&server), "{}", servers::name(&server));
    }
}

/// Returns what a server of that release can be brought to write.
fn expected(server: &Server) -> BTreeSet<Encoding> {
    use cachectl_rdb::Encoding as E;

    let mut expected = BTreeSet::from([E::String, E::Set, E::SetIntset, E::SortedSet, E::Hash]);
    let version = servers::version(server).number();
    expected.extend(match version {
        ..10 => [E::ListQuicklist, E::HashZiplist, E::SortedSetZiplist],
        _ => [E::ListQuicklist2, E::HashListpack, E::SortedSetListpack],
    });
    expected.extend((version >= 11).then_some(E::SetListpack));
    expected.insert(match version {
        ..10 => E::Stream1,
        10 => E::Stream2,
        11 | 12 | 80.. => E::Stream3,
        13 => E::Stream4,
        14.. => E::Stream5,
    });
    if server.installation().has(Feature::HashFieldTtl) {
        expected.extend(match version {
            80.. => vec![E::ValkeyHashExpiries],
            _ => vec![E::HashExpiries, E::HashListpackExpiries],
        });
    }
    expected
}

/// Makes a hash of which every third field expires, each at a time of its own.
fn add_expiring_fields(server: &Server, key: &str, count: u64) {
    for number in 0..count {
        let field = format!("field {number}");
        server.command(&["HSET", key, &field, &format!("value {number}")]);
        if number % 3 == 0 {
            let time = (4_000_000_000_000 - number * number).to_string();
            let expire = ["HPEXPIREAT", key, &time, "FIELDS", "1", &field];
            assert_eq!(server.command(&expire).elements(), [Answer::Int(1)]);
        }
    }
}

#[test]
fn fields_that_expire_decode_with_the_time_at_which_they_do() {
    let mut servers = servers::all();
    servers.retain(|server| server.installation().has(Feature::HashFieldTtl));
    assert!(!servers.is_empty());
    for server in servers {
        for count in [1, 5, 40, 600] {
            servers::run(&server, &["FLUSHALL"]);
            add_expiring_fields(&server, "hash", count);
            compare(&server, b"hash");
            // No field expires any more, and the value may still be stored as if some did.
            for number in 0..count {
                let field = format!("field {number}");
                server.command(&["HPERSIST", "hash", "FIELDS", "1", &field]);
            }
            compare(&server, b"hash");
        }
    }
}

#[test]
fn arbitrary_values_decode_to_what_the_server_answers() {
    for server in servers::all() {
        for (seed, limits) in (0..).zip(LIMITS) {
            servers::configure(&server, limits);
            let keys = Keyspace::new(seed).keys("key:{}", 60);
            keys.load(&server);
            for key in keys.names() {
                compare(&server, &key);
            }
            servers::run(&server, &["FLUSHALL"]);
        }
    }
}

#[test]
fn lengths_around_the_widths_of_back_lengths_decode() {
    // An element of a listpack ends with its length in one to five bytes.
    let lengths = [1, 63, 64, 121, 122, 123, 125, 126, 127, 128, 16_372, 16_373, 16_374, 16_376];
    let longer = [16_377, 16_378, 16_379, 16_380, 2_097_143, 2_097_145, 2_097_146, 2_097_147];
    for server in servers::all() {
        let limits = [("hash-max-ziplist-value", "3000000"), ("list-max-ziplist-size", "3")];
        servers::configure(&server, &limits);
        for length in lengths.into_iter().chain(longer) {
            let value = "v".repeat(length);
            for command in
                [["HSET", "hash", "field", &value].as_slice(), &["RPUSH", "list", &value]]
            {
                server.command(command);
            }
            server.command(&["HSET", "hash", "after", "1"]);
            compare(&server, b"hash");
            compare(&server, b"list");
        }
    }
}

#[test]
fn values_that_releases_read_differently_are_known() {
    let servers = servers::sanitising();
    let limits = ["hash-max-ziplist-value", "zset-max-ziplist-value"];
    for from in &servers {
        servers::configure(from, &limits.map(|limit| (limit, "3000000")));
        for (length, expected) in [(16_377, false), (16_378, true), (16_379, false)] {
            let value = "v".repeat(length);
            servers::run(
                from,
                &[
                    "FLUSHALL",
                    &format!("HSET hash field {value} after 1"),
                    &format!("ZADD zset 1 {value}"),
                    &format!("RPUSH list before {value} after"),
                    &format!("XADD stream 1-1 a 1 b {value} c 1"),
                ],
            );
            for key in ["hash", "zset", "list", "stream"] {
                let payload = servers::dump(from, key);
                let value = servers::value(&payload);
                // Ziplists have no such lengths, nor has a large element of a list by itself.
                let listpack = servers::version(from).number() > 9 && key != "list";
                let expected = expected && (listpack || key == "stream");
                if key != "list" {
                    assert_eq!(value.is_disputed().unwrap(), expected, "{key} {length}");
                }
                let expected = value.is_disputed().unwrap();
                for to in &servers {
                    let known = Dialect::of_version(servers::version(to)).knows(value.encoding());
                    let payload = servers::sealed(servers::version(to), value.as_bytes());
                    let taken = servers::restore(to, "restored", &payload) == Answer::Okay;
                    assert!(taken || !known || expected, "{key} {length} {}", servers::name(to));
                    if taken {
                        compare(to, b"restored");
                    }
                }
            }
        }
    }
}

#[test]
fn strings_are_stored_in_all_their_forms() {
    let server = Server::start();
    let long = "ab".repeat(100);
    // The byte after the type byte says which form it is.
    for (value, form) in
        [("7", 0xc0), ("-300", 0xc1), ("70000", 0xc2), (&long, 0xc3), ("text", 0x04), ("007", 0x03)]
    {
        server.command(&["SET", "string", value]);
        let payload = servers::dump(&server, "string");
        assert_eq!(payload[1], form, "{value}");
        compare(&server, b"string");
    }
    let text = "x".repeat(70);
    servers::configure(&server, &[("rdbcompression", "no")]);
    server.command(&["SET", "string", &text]);
    assert_eq!(servers::dump(&server, "string")[1], 0x40);
    compare(&server, b"string");
}

#[test]
fn elements_too_big_for_a_node_are_stored_by_themselves() {
    for server in servers::all() {
        let large = "large ".repeat(3000);
        for element in ["first", &large, "last"] {
            server.command(&["RPUSH", "list", element]);
        }
        compare(&server, b"list");
    }
}

#[test]
fn consumers_and_what_they_have_decode_at_every_step() {
    for server in servers::all() {
        for command in [
            "XGROUP CREATE stream group $ MKSTREAM",
            "XADD stream 1-1 a 1",
            "XADD stream 1-2 a 2",
            "XADD stream 5-0 b 3 c 4",
            "XREADGROUP GROUP group alice COUNT 2 STREAMS stream >",
            "XREADGROUP GROUP group bob STREAMS stream >",
            "XREADGROUP GROUP group bob STREAMS stream >",
            "XREADGROUP GROUP group idle STREAMS stream >",
            "XACK stream group 1-1",
            "XDEL stream 1-2",
            "XCLAIM stream group carol 0 5-0",
            "XGROUP DELCONSUMER stream group alice",
            "XGROUP CREATE stream other 1-1",
            "XTRIM stream MAXLEN 0",
        ] {
            servers::run(&server, &[command]);
            compare(&server, b"stream");
        }
    }
}

#[test]
fn entries_given_back_have_no_consumer() {
    for server in servers::all() {
        // Redis before 8.8 and Valkey do not know the command.
        if servers::version(&server).number() < 14 || servers::version(&server).number() >= 80 {
            continue;
        }
        servers::run(
            &server,
            &[
                "XADD stream 1-1 a 1",
                "XADD stream 2-1 a 2",
                "XGROUP CREATE stream group 0",
                "XREADGROUP GROUP group alice STREAMS stream >",
                "XNACK stream group FAIL IDS 1 1-1",
            ],
        );
        compare(&server, b"stream");
    }
}

#[test]
fn what_producers_sent_is_passed_over() {
    for server in servers::all() {
        // Redis before 8.6 and Valkey do not know the option.
        if servers::version(&server).number() < 13 || servers::version(&server).number() >= 80 {
            continue;
        }
        servers::run(
            &server,
            &[
                "XADD stream IDMP producer first * a 1",
                "XADD stream IDMP producer first * a 1",
                "XADD stream IDMP producer second * a 2",
                "XADD stream IDMP other 12 * a 3",
            ],
        );
        compare(&server, b"stream");
    }
}
