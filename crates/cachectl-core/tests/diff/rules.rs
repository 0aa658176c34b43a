//! Rules say which name of side A became which of side B.

use cachectl_core::{
    diff::{Error, Kind, Options},
    values::key::Key,
    vocabulary::control::Control,
};
use cachectl_testkit::{Keyspace, Server};

use crate::bench::{Bench, found, key, matching, only, rules};

/// A server with a few keys, and one with the same keys under new names.
fn renamed() -> (Server, Server) {
    let old = Server::start();
    Keyspace::new(6).keys("user:{}", 60).load(&old);
    Keyspace::new(7).keys("other:{}", 6).load(&old);
    let new = Server::builder().rdb(old.save()).start();
    for number in 0..60 {
        new.command(&["RENAME", &format!("user:{number}"), &format!("acct:{number}")]);
    }
    (old, new)
}

const RULE: &[&str] = &["user:{id:digits} => acct:{id}"];

#[test]
fn rules_map_names_and_other_names_stay() {
    let bench = Bench::new();
    let (old, new) = renamed();
    let sides = (bench.server(&old), bench.server(&new));

    let report = bench.diff(&sides.0, &sides.1, &rules(RULE));

    assert_eq!(found(&report), []);
    assert_eq!(report.equal, 66);
    let without = bench.diff(&sides.0, &sides.1, &Options { rules: None, ..rules(RULE) });
    assert_eq!((without.by_kind[&Kind::Missing], without.by_kind[&Kind::Extra]), (60, 60));
}

#[test]
fn differences_carry_both_names() {
    let bench = Bench::new();
    let (old, new) = renamed();
    new.command(&["SET", "acct:0", "another"]);
    new.command(&["DEL", "acct:1", "other:0"]);
    new.command(&["SET", "user:7", "not renamed"]);
    let sides = (bench.server(&old), bench.server(&new));

    let report = bench.diff(&sides.0, &sides.1, &Options { rounds: 1, ..rules(RULE) });

    let expected = [
        (Kind::Missing, "other:0", None),
        (Kind::Value, "user:0", Some("acct:0")),
        (Kind::Missing, "user:1", Some("acct:1")),
        (Kind::Extra, "user:7", None),
    ];
    let expected = expected.map(|(kind, name, new)| (kind, Key::from(name), new.map(Key::from)));
    let mut list = report.differences.list.clone();
    list.sort_by(|one, other| one.key.cmp(&other.key));
    let list: Vec<_> = list.into_iter().map(|it| (it.kind, it.key, it.renamed)).collect();
    assert_eq!(list, expected);
}

#[test]
fn patterns_are_about_names_of_side_a_and_through_the_rules_about_those_of_side_b() {
    let bench = Bench::new();
    let (old, new) = renamed();
    new.command(&["DEL", "acct:1", "acct:2", "acct:10"]);
    new.command(&["SET", "acct:100", "extra"]);
    new.command(&["SET", "elsewhere", "extra, and not meant"]);
    let options = matching("user:1*", rules(RULE));
    let expected =
        [key(Kind::Extra, "acct:100"), key(Kind::Missing, "user:1"), key(Kind::Missing, "user:10")];

    let file = old.save().into();
    for a in [&bench.server(&old), &file] {
        let report = bench.diff(a, &bench.server(&new), &options);
        assert_eq!(found(&report), expected);
        assert_eq!((report.equal, report.a.keys, report.b.keys), (9, 11, 10));
    }
}

#[test]
fn two_names_that_become_one_are_an_error_of_the_rules() {
    let bench = Bench::new();
    let server = Server::start();
    server.command(&["MSET", "a:7", "x", "b:7", "y", "c", "z"]);
    let sides = (bench.server(&server), bench.server(&server));
    let case = |texts: &[&str]| {
        let outcome = bench.try_diff((&sides.0, &sides.1), &rules(texts), &Control::unattended());
        let Err(Error::OneName { first, second, name }) = outcome else {
            panic!("{outcome:?}");
        };
        let mut names = [first, second];
        names.sort();
        assert_eq!((names, name), (["a:7", "b:7"].map(Key::from), Key::from("b:7")));
    };

    // A name that no rule matches stays, and is one of the two.
    case(&["prefix:a: => b:"]);
    case(&["prefix:a: => b:", "c => d"]);
}

#[test]
fn databases_keep_their_names_apart_under_rules() {
    let bench = Bench::new();
    let (old, new) = (Server::start(), Server::start());
    Keyspace::new(1).named(["a:1"]).load(&old);
    Keyspace::new(1).named(["b:1"]).in_db(2).load(&old);
    Keyspace::new(1).named(["b:1"]).load(&new);
    Keyspace::new(1).named(["c:1"]).in_db(2).load(&new);

    let options = rules(&["prefix:a: => b:"]);
    let report = bench.diff(&bench.server(&old), &bench.server(&new), &options);

    assert_eq!(found(&report), [key(Kind::Missing, "b:1"), key(Kind::Extra, "c:1")]);
    assert!(report.differences.list.iter().all(|difference| difference.database == 2));
}

#[test]
fn a_rule_that_changes_nothing_for_a_name_says_so_by_silence() {
    let bench = Bench::new();
    let (old, new) = (Server::start(), Server::start());
    old.command(&["SET", "x:x", "v"]);

    let options = rules(&["{a:word}:{b:word} => {b}:{a}"]);
    let report = bench.diff(&bench.server(&old), &bench.server(&new), &options);

    assert_eq!((only(&report).kind, &only(&report).renamed), (Kind::Missing, &None));
}
