//! Plan and apply against a model that renames in a map.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use cachectl_core::{
    migrate::{Options, options::OnConflict},
    values::{
        rule::Rule,
        rule_set::{RuleSet, RuleSetError},
    },
    vocabulary::outcome::Outcome,
};
use cachectl_testkit::{Batch, Server};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::bench::Bench;

type Keys = BTreeMap<String, String>;

/// Renames in a map, all at once. `None` if that must be refused: two keys for one name, or a name
/// that is taken by a key that stays.
fn model(keys: &Keys, rules: &RuleSet) -> Option<Keys> {
    let new_name = |old: &str| {
        let mut new = Vec::new();
        rules.verdict(old.as_bytes(), &mut new)?;
        Some(String::from_utf8(new).unwrap()).filter(|new| new != old)
    };
    let mut renamed = Keys::new();
    for (old, value) in keys {
        let name = new_name(old).unwrap_or_else(|| old.clone());
        if renamed.insert(name, value.clone()).is_some() {
            return None;
        }
    }
    Some(renamed)
}

/// Names over so few letters that new names often are old ones.
pub(crate) fn name() -> impl Strategy<Value = String> {
    "[ab:]{1,4}"
}

pub(crate) fn rule() -> impl Strategy<Value = String> {
    let literal = (name(), name()).prop_map(|(from, to)| format!("{from} => {to}"));
    let prefix = (name(), name()).prop_map(|(from, to)| format!("prefix:{from} => {to}"));
    let star = ("[ab:]{0,2}", "[ab:]{0,2}", "[ab:]{0,2}", "[ab:]{0,2}")
        .prop_map(|(a, b, c, d)| format!("{a}*{b} => {c}*{d}"));
    let swap =
        ("[ab]{1,2}", "[ab]{0,1}").prop_map(|(a, b)| format!("{a}{{x}}:{{y}} => {b}{{y}}:{{x}}"));
    prop_oneof![4 => literal, 2 => prefix, 2 => star, 1 => swap]
}

pub(crate) fn rule_set(texts: &[String]) -> Result<RuleSet, RuleSetError> {
    // What does not parse (equal sides, mostly) is left out.
    RuleSet::new(texts.iter().filter_map(|text| Rule::parse(text).ok()).collect())
}

#[test]
fn plan_and_apply_equal_the_model_or_both_refuse() {
    let server = Server::start();
    let bench = Bench::new(&server.url());
    let seen = RefCell::new((0, 0));
    let keyspace = proptest::collection::btree_map(name(), "[a-z]{3}", 1..40);
    let rules = proptest::collection::vec(rule(), 1..6);
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let config =
        Config { cases: cases.unwrap_or(300), failure_persistence: None, ..Config::default() };

    TestRunner::new(config)
        .run(&(keyspace, rules), |(keys, texts)| {
            let Ok(rules) = rule_set(&texts) else {
                return Ok(());
            };
            let mut batch = Batch::new();
            batch.push(&["FLUSHALL"]);
            for (name, value) in &keys {
                batch.push(&["SET", name, value]);
            }
            server.pipeline(&batch);
            let expected = model(&keys, &rules);
            let found = migrate(&bench, rules);
            match (&expected, found) {
                (Some(expected), true) => {
                    seen.borrow_mut().0 += 1;
                    prop_assert_eq!(&contents(&server), expected);
                }
                (None, false) => {
                    seen.borrow_mut().1 += 1;
                    prop_assert_eq!(&contents(&server), &keys);
                }
                (expected, found) => {
                    prop_assert!(false, "the model says {expected:?}, it was renamed: {found}");
                }
            }
            Ok(())
        })
        .unwrap();

    let (renamed, refused) = *seen.borrow();
    assert!(renamed > 20 && refused > 20, "{renamed} renamed, {refused} refused");
}

/// Plans and, unless it is refused, applies, verifies, and rolls back and forth.
fn migrate(bench: &Bench, rules: RuleSet) -> bool {
    let options = Options { on_conflict: OnConflict::Abort, ..Options::new(rules) };
    let (plan, path) = bench.plan(&options).unwrap();
    if !plan.refusals.is_empty() {
        return false;
    }
    let migration = bench.begin_with(&path).unwrap();
    let apply = bench.apply(&migration).unwrap();
    assert_eq!(apply.outcome, Outcome::Clean, "{:?}", apply.accounts);
    let verify = bench.verify(&migration);
    assert_eq!(verify.outcome, Outcome::Clean, "{verify:?}");
    true
}

fn contents(server: &Server) -> Keys {
    let snapshot = server.snapshot();
    let names: BTreeSet<String> =
        snapshot.entries().keys().map(|(_, key)| String::from_utf8(key.clone()).unwrap()).collect();
    names.into_iter().map(|name| (name.clone(), server.text(&["GET", &name]))).collect()
}
