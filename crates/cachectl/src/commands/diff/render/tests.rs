use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use cachectl_core::{
    diff::Source,
    values::{endpoint::Endpoint, key::Key, key_type::KeyType, ttl::Expiry},
    vocabulary::{listed::Listed, outcome::Outcome},
};
use insta::assert_snapshot;

use super::*;

fn text(result: &impl Render) -> String {
    let mut text = Vec::new();
    result.human(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn found(key_type: KeyType) -> Found {
    Found { key_type, expiry: Expiry::Never }
}

fn differs(kind: Kind, a: Option<Found>, b: Option<Found>) -> Difference {
    Difference { kind, database: 0, key: Key::from("user:1"), renamed: None, a, b, changing: false }
}

/// A report in which everything is to be said.
fn report() -> Report {
    let (hash, text) = (Some(found(KeyType::Hash)), Some(found(KeyType::String)));
    let module = Some(found(KeyType::Module));
    let differences = vec![
        Difference { database: 3, ..differs(Kind::Missing, hash, None) },
        differs(Kind::Extra, None, text),
        differs(Kind::Type, hash, text),
        Difference { changing: true, ..differs(Kind::Value, hash, hash) },
        Difference { renamed: Some(Key::from("u:1")), ..differs(Kind::Expiry, text, text) },
        differs(Kind::Undecodable, module, module),
    ];
    Report {
        a: SideReport {
            source: Source::File(PathBuf::from("dump.rdb")),
            databases: Vec::new(),
            version: "RDB 11".to_owned(),
            keys: 1_000_000,
            expired: 5,
            empty: 9,
        },
        b: SideReport {
            source: Source::Servers(vec![
                Endpoint::parse("c1", 7000).unwrap(),
                Endpoint::parse("c2", 7000).unwrap(),
            ]),
            databases: vec![0],
            version: "valkey 9.1.2".to_owned(),
            keys: 1_000_000,
            expired: 0,
            empty: 0,
        },
        unfit: Vec::new(),
        equal: 999_995,
        undecoded: 3,
        by_kind: BTreeMap::from([(Kind::Missing, 1), (Kind::Value, 1)]),
        differences: Listed::of(6, differences),
        settled: 12,
        changing: 1,
        not_revisited: 2,
        rounds: 3,
        elapsed: Duration::from_secs(4),
        outcome: Outcome::Findings,
    }
}

#[test]
fn a_comparison_says_what_differs_and_how_sure_that_is() {
    assert_snapshot!(text(&report()), @"
    6 keys differ, 999,995 keys are equal in 4 s
      A  dump.rdb, RDB 11: 1,000,000 keys, 5 expired, 9 empty
      B  c1:7000, c2:7000 database 0, valkey 9.1.2: 1,000,000 keys
      missing in B 1, another value 1
      12 keys differed at first and no more, after 3 rounds of looking again
      3 values are not decoded, as of modules: their bytes are equal
      1 of the differences changed while they were looked at: a client writes them
      2 of the differences were not looked at again: there are too many

      missing in B: user:1 in db3 (hash, no expiry)
      only in B: user:1 (string, no expiry)
      another type: user:1 (hash in A, string in B)
      another value: user:1 (hash, no expiry), changing
      another expiry: user:1 -> u:1 (string, no expiry in A, no expiry in B)
      other bytes: user:1 (module, no expiry)
    ");
    let one = Report { differences: Listed::of(1, Vec::new()), equal: 1, ..report() };
    assert!(text(&one).starts_with("1 key differs, 1 key is equal in 4 s\n"));
}

#[test]
fn two_sides_without_a_key_are_said_to_have_none() {
    let empty = |side| SideReport { keys: 0, expired: 0, empty: 0, ..side };
    let none = Report {
        a: empty(report().a),
        b: empty(report().b),
        differences: Listed::default(),
        equal: 0,
        ..report()
    };
    assert!(text(&none).starts_with("nothing to compare: neither side has a key\n"));
}
