//! Keys whose new name is another key's old one.

use std::fmt::Write as _;

use cachectl_core::{
    migrate::{Options, report::Links},
    values::{rule::Rule, rule_set::RuleSet},
    vocabulary::outcome::Outcome,
};
use cachectl_testkit::{Batch, Server};

use crate::bench::{Bench, rules};

fn one_by_one(pairs: &[(String, String)]) -> Options {
    let rules = pairs.iter().map(|(from, to)| Rule::parse(&format!("{from} => {to}")).unwrap());
    Options::new(RuleSet::new(rules.collect()).unwrap())
}

fn fill(server: &Server, names: impl IntoIterator<Item = String>) {
    let mut batch = Batch::new();
    for name in names {
        let mut value = String::new();
        write!(value, "value of {name}").unwrap();
        batch.push(&["SET", &name, &value]);
    }
    server.pipeline(&batch);
}

#[test]
fn a_long_chain_moves_by_one() {
    let server = Server::start();
    fill(&server, (0..300).map(|number| format!("k{number}")));
    let pairs: Vec<_> = (0..300).map(|n| (format!("k{n}"), format!("k{}", n + 1))).collect();
    let before = server.snapshot();
    let bench = Bench::new(&server.url());

    let (migrated, migration) = bench.migrate(&one_by_one(&pairs));

    assert_eq!(migrated.plan.links, Links { chains: 1, cycles: 0, keys: 300, longest: 300 });
    assert_eq!(migrated.verify.outcome, Outcome::Clean);
    for number in 0..300 {
        let value = server.text(&["GET", &format!("k{}", number + 1)]);
        assert_eq!(value, format!("value of k{number}"));
    }
    assert_eq!(server.number(&["EXISTS", "k0"]), 0);
    bench.rollback(&migration);
    server.snapshot().assert_equals(&before);
}

#[test]
fn a_hundred_swaps_and_a_cycle_end_right() {
    let server = Server::start();
    let swaps = (0..100)
        .flat_map(|n| [(format!("a{n}"), format!("b{n}")), (format!("b{n}"), format!("a{n}"))]);
    let cycle = (0..7).map(|n| (format!("c{n}"), format!("c{}", (n + 1) % 7)));
    let pairs: Vec<_> = swaps.chain(cycle).collect();
    fill(&server, pairs.iter().map(|(from, _)| from.clone()));
    let before = server.snapshot();
    let bench = Bench::new(&server.url());

    let (migrated, migration) = bench.migrate(&one_by_one(&pairs));

    assert_eq!(migrated.plan.links, Links { chains: 0, cycles: 101, keys: 207, longest: 7 });
    assert_eq!(migrated.apply.accounts.renamed, 207);
    assert_eq!(migrated.verify.outcome, Outcome::Clean);
    for (from, to) in &pairs {
        assert_eq!(server.text(&["GET", to]), format!("value of {from}"));
    }
    assert_eq!(server.data_size(), 207);
    bench.rollback(&migration);
    server.snapshot().assert_equals(&before);
    assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
}

#[test]
fn new_names_that_match_again_are_chained_and_said() {
    let server = Server::start();
    fill(&server, (0..1_000).map(|n| format!("user:{n}")));
    fill(&server, (0..500).map(|n| format!("user:v2:{n}")));
    let before = server.snapshot();
    let bench = Bench::new(&server.url());

    let (migrated, migration) = bench.migrate(&rules(&["user:* => user:v2:*"]));

    assert_eq!(migrated.plan.links, Links { chains: 500, cycles: 0, keys: 1_000, longest: 2 });
    assert_eq!(migrated.plan.warnings.len(), 1, "{:?}", migrated.plan.warnings);
    assert_eq!(migrated.verify.outcome, Outcome::Clean);
    let expected =
        before.renamed(|key| key.strip_prefix(b"user:").map(|rest| [b"user:v2:", rest].concat()));
    server.snapshot().assert_equals(&expected);
    bench.rollback(&migration);
    server.snapshot().assert_equals(&before);
}
