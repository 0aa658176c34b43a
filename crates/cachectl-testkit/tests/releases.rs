//! Servers of every release, and what data they can exchange.

use std::collections::BTreeSet;
use std::fs;

use cachectl_testkit::locate::{self, Reach};
use cachectl_testkit::{CheckRdb, EveryEncoding, Keyspace, Release, Server, Value};

#[test]
fn every_release_is_found_and_runs() {
    for release in Release::ALL {
        let found = locate::release(release).unwrap();
        assert_eq!(Release::of(&found), Some(release));
        let server = Server::builder().release(release).start();
        let info = server.info("server");
        let version = info.get("valkey_version").unwrap_or_else(|| &info["redis_version"]);
        let (major, minor) = release.version();
        assert!(version.starts_with(&format!("{major}.{minor}.")), "{release} is {version}");
    }
}

#[test]
fn releases_have_the_names_that_people_give_them() {
    let names = Release::ALL.map(|release| release.to_string());
    assert_eq!(names, ["Redis 6.2", "Redis 7.0", "Valkey 8.1", "Valkey 9.1"]);
}

#[test]
fn a_release_that_is_here_needs_no_network() {
    for release in Release::ALL {
        let fetched = locate::release(release).unwrap();
        if release.flavour() != locate::Flavour::Redis || release == Release::Redis62 {
            assert!(fetched.path().starts_with(locate::target_directory().join("servers")));
        }
        let again = locate::release(release).unwrap();
        assert_eq!(again, fetched);
    }
    let found = Release::Redis70.find(Reach::Machine, &mut |notice| panic!("{notice}")).unwrap();
    assert_eq!((found.version().0, found.version().1), (7, 0));
}

#[test]
fn every_encoding_is_what_it_was_made_to_be() {
    for release in Release::ALL {
        let server = Server::builder().release(release).start();
        let specimens = EveryEncoding::new(1).load(&server);
        assert!(specimens.len() > 70, "{}", specimens.len());
        for specimen in &specimens {
            let key = specimen.key.escape_ascii();
            server.command(&["SELECT", &specimen.db.to_string()]);
            let found = server.text(&[b"OBJECT".as_slice(), b"ENCODING", &specimen.key]);
            if let Some(encoding) = specimen.encoding {
                assert_eq!(found, encoding, "{release}, {key}");
            }
        }
        server.command(&["SELECT", "0"]);
        assert_eq!(server.snapshot().len(), specimens.len(), "{release}");
        let fresh = Server::builder().release(release).start();
        for limit in ["hash-max-ziplist-entries", "set-max-intset-entries", "list-compress-depth"] {
            let ask = ["CONFIG", "GET", limit];
            assert_eq!(server.command(&ask), fresh.command(&ask), "{limit} is set back");
        }
    }
}

/// The first byte of a payload is the type byte of its encoding.
#[test]
fn every_encoding_of_the_format_that_a_release_writes_is_among_them() {
    #[track_caller]
    fn case(release: Release, expected: &[u8]) {
        let server = Server::builder().release(release).start();
        let mut found = BTreeSet::new();
        for specimen in EveryEncoding::new(1).load(&server) {
            server.command(&["SELECT", &specimen.db.to_string()]);
            let Value::BulkString(payload) = server.command(&[b"DUMP".as_slice(), &specimen.key])
            else {
                panic!("no payload of {specimen:?}");
            };
            let footer = payload[payload.len() - 10..].first_chunk().copied().unwrap();
            assert_eq!(u16::from_le_bytes(footer), release.rdb_version());
            found.insert(payload[0]);
        }
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected, "{release}");
    }

    case(Release::Redis62, &[0, 2, 4, 5, 11, 12, 13, 14, 15]);
    case(Release::Redis70, &[0, 2, 4, 5, 11, 16, 17, 18, 19]);
    case(Release::Valkey81, &[0, 2, 4, 5, 11, 16, 17, 18, 20, 21]);
    case(Release::Valkey91, &[0, 2, 4, 5, 11, 16, 17, 18, 20, 21, 22]);
}

#[test]
fn the_same_seed_gives_the_same_values_on_two_servers() {
    for release in Release::ALL {
        let servers = [(); 2].map(|()| Server::builder().release(release).start());
        for server in &servers {
            EveryEncoding::new(7).load(server);
        }
        let [one, other] = servers;
        one.snapshot().assert_equals(&other.snapshot());
        let different = Server::builder().release(release).start();
        EveryEncoding::new(8).load(&different);
        assert_ne!(one.digest(), different.digest());
    }
}

#[test]
fn a_server_starts_with_the_file_that_another_has_saved() {
    for release in Release::ALL {
        let source = Server::builder().release(release).start();
        EveryEncoding::new(2).load(&source);
        Keyspace::new(2).keys("k{}", 60).with_ttl_share(0.5).load(&source);
        let file = source.save();
        CheckRdb::of(release).assert_accepts(&file);
        let copy = Server::builder().release(release).rdb(&file).start();
        copy.snapshot().assert_equals(&source.snapshot());
    }
}

/// The statistics that streams have from 7.0 on are those that were not in the file.
#[test]
fn portable_snapshots_are_equal_from_release_to_release() {
    for (position, older) in Release::ALL.into_iter().enumerate() {
        let source = Server::builder().release(older).start();
        EveryEncoding::new(3).load(&source);
        let (file, expected) = (source.save(), source.portable_snapshot());
        for newer in Release::ALL.into_iter().skip(position + 1) {
            let server = Server::builder().release(newer).rdb(&file).start();
            server.portable_snapshot().assert_equals(&expected);
        }
    }
}

#[test]
fn files_of_another_time_and_damaged_files_are_refused() {
    let server = Server::builder().release(Release::Valkey91).start();
    EveryEncoding::new(4).load(&server);
    let file = server.save();
    let old = CheckRdb::of(Release::Redis62).check(&file);
    assert!(!old.accepted && old.output.contains("Wrong signature"), "{}", old.output);
    let refused = Server::builder().release(Release::Redis62).rdb(&file).try_start();
    assert!(refused.unwrap_err().to_string().contains("ended at once"));

    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&file, bytes).unwrap();
    for release in [Release::Valkey91, Release::Valkey81] {
        let damaged = CheckRdb::of(release).check(&file);
        assert!(!damaged.accepted, "{}", damaged.output);
    }
}

#[test]
fn a_portable_snapshot_leaves_out_nothing_but_statistics() {
    #[track_caller]
    fn case(change: &[&str], portable: bool) {
        let server = Server::builder().release(Release::Valkey91).start();
        for command in ["XADD x 5-1 a b", "XGROUP CREATE x g 0", "HSET h f v g w", "ZADD z 0.1 m"] {
            server.command(&command.split(' ').collect::<Vec<_>>());
        }
        let before = (server.snapshot(), server.portable_snapshot());
        server.command(change);
        assert_ne!(server.snapshot(), before.0, "{change:?}");
        assert_eq!(server.portable_snapshot() != before.1, portable, "{change:?}");
    }

    case(&["XSETID", "x", "5-1", "ENTRIESADDED", "7", "MAXDELETEDID", "2-2"], false);
    case(&["XGROUP", "SETID", "x", "g", "0", "ENTRIESREAD", "7"], false);
    case(&["XSETID", "x", "6-1"], true);
    case(&["XGROUP", "CREATE", "x", "lag", "0"], true);
    case(&["XGROUP", "CREATECONSUMER", "x", "g", "idle"], true);
    case(&["HPEXPIREAT", "h", "4000000000000", "FIELDS", "1", "f"], true);
    case(&["ZINCRBY", "z", "1e-17", "m"], true);
}
