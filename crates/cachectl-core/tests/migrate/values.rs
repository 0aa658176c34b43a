//! Whatever a key holds goes with it, and comes back.

use cachectl_core::vocabulary::outcome::Outcome;
use cachectl_testkit::{
    Server,
    keyspace::{Keyspace, adversarial_names},
    locate::Feature,
};

use crate::bench::{Bench, rules, swap_prefix};

#[test]
fn every_type_keeps_value_and_expiry_and_rollback_restores_the_digest() {
    let server = Server::start();
    Keyspace::new(7).keys("doc_state_{}", 5_000).with_ttl_share(0.3).load(&server);
    Keyspace::new(8).keys("other:{}", 500).load(&server);
    let before = server.snapshot();
    let bench = Bench::new(&server.url());

    let (migrated, migration) = bench.migrate(&rules(&["doc_state_{id} => doc:state:{id}"]));

    assert_eq!(migrated.plan.totals.renames, 5_000);
    assert_eq!(migrated.apply.outcome, Outcome::Clean);
    assert_eq!(migrated.apply.accounts.renamed, 5_000);
    assert_eq!(migrated.verify.outcome, Outcome::Clean, "{:?}", migrated.verify);
    assert_eq!(migrated.verify.checked, 5_000);
    let expected = before.renamed(|key| swap_prefix(key, "doc_state_", "doc:state:"));
    server.snapshot().assert_equals(&expected);

    let back = bench.rollback(&migration);
    assert_eq!(back.outcome, Outcome::Clean);
    assert_eq!(back.accounts.renamed, 5_000);
    server.snapshot().assert_equals(&before);
    assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
}

#[test]
fn field_ttl_and_stream_groups_survive_where_the_server_has_them() {
    let server = Server::builder().feature(Feature::HashFieldTtl).start();
    Keyspace::new(3).keys("old:{}", 600).with_ttl_share(0.5).load(&server);
    server.command(&["HSET", "old:fields", "a", "1", "b", "2"]);
    server.command(&["HPEXPIREAT", "old:fields", "4000000000000", "FIELDS", "1", "a"]);
    let before = server.snapshot();
    let bench = Bench::new(&server.url());

    let (migrated, migration) = bench.migrate(&rules(&["prefix:old: => new:"]));

    assert_eq!(migrated.verify.outcome, Outcome::Clean);
    let expected = before.renamed(|key| swap_prefix(key, "old:", "new:"));
    server.snapshot().assert_equals(&expected);
    bench.rollback(&migration);
    server.snapshot().assert_equals(&before);
}

#[test]
fn names_of_any_bytes_are_renamed_exactly() {
    let server = Server::start();
    Keyspace::new(5).named(adversarial_names()).load(&server);
    let before = server.snapshot();
    let bench = Bench::new(&server.url());

    let (migrated, migration) = bench.migrate(&rules(&[r"* => moved:*"]));

    assert_eq!(migrated.apply.accounts.renamed, before.len() as u64);
    assert_eq!(migrated.verify.outcome, Outcome::Clean);
    bench.rollback(&migration);
    server.snapshot().assert_equals(&before);
}

#[test]
fn overlapping_patterns_rename_every_key_exactly_once() {
    let server = Server::start();
    Keyspace::new(9).keys("user:{}", 100_000).with_ttl_share(0.2).load(&server);
    let before = server.snapshot();
    let bench = Bench::new(&server.url());

    let (migrated, _) = bench.migrate(&rules(&["user:* => user:v2:*"]));

    assert_eq!(migrated.apply.accounts.renamed, 100_000);
    assert_eq!(migrated.verify.outcome, Outcome::Clean);
    let expected = before.renamed(|key| swap_prefix(key, "user:", "user:v2:"));
    server.snapshot().assert_equals(&expected);
}
