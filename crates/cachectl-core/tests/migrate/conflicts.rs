//! New names that are taken, by each policy.

use cachectl_core::{
    migrate::{
        options::OnConflict,
        report::{Accounts, Refusal},
    },
    values::{key_type::KeyType, ttl::Expiry},
    vocabulary::outcome::Outcome,
};
use cachectl_testkit::{Keyspace, Server};

use crate::bench::{Bench, calls, rules, rules_on_conflict, swap_prefix};

/// Ten keys to rename, of which three find their new names taken.
fn server() -> Server {
    let server = Server::start();
    for number in 0..10 {
        server.command(&["SET", &format!("old:{number}"), &format!("mine {number}")]);
    }
    server.command(&["SET", "new:1", "theirs 1"]);
    server.command(&["RPUSH", "new:2", "theirs", "2"]);
    server.command(&["SET", "new:3", "theirs 3", "PXAT", "4000000000000"]);
    server.command(&["PEXPIREAT", "old:3", "4000000000123"]);
    server
}

const RULE: &[&str] = &["old:{n} => new:{n}"];

#[test]
fn abort_refuses_and_lists_every_conflict_with_types_and_expiries() {
    let server = server();
    let before = server.digest();
    let bench = Bench::new(&server.url());

    let (report, path) = bench.plan(&rules(RULE)).unwrap();

    assert_eq!(report.outcome(), Outcome::Findings);
    assert_eq!(report.refusals, [Refusal::Conflicts { keys: 3 }]);
    assert_eq!(report.conflicts.count, 3);
    let conflict = |name: &str| {
        let key = name.into();
        report.conflicts.list.iter().find(|conflict| conflict.target.key == key).unwrap()
    };
    assert_eq!(conflict("new:2").target.key_type, KeyType::List);
    assert_eq!(conflict("new:2").source.key_type, KeyType::String);
    assert_eq!(conflict("new:3").target.expiry, Expiry::At(4_000_000_000_000));
    assert_eq!(conflict("new:3").source.expiry, Expiry::At(4_000_000_000_123));
    let refused = bench.begin_with(&path).unwrap_err();
    assert!(refused.to_string().contains("3 new names are taken"), "{refused}");
    assert_eq!(server.digest(), before);
}

#[test]
fn every_conflict_is_listed_however_many_there_are() {
    let server = Server::start();
    Keyspace::new(1).keys("old:{}", 3_000).keys("new:{}", 2_500).load(&server);
    let bench = Bench::new(&server.url());

    let (report, _) = bench.plan(&rules(RULE)).unwrap();

    let document = serde_json::to_value(&report).unwrap();
    assert_eq!(document["conflicts"]["count"], 2_500);
    assert_eq!(document["conflicts"]["list"].as_array().unwrap().len(), 2_500);
}

#[test]
fn what_is_in_the_way_is_found_without_a_question_where_the_scan_sees_every_name() {
    let report = |others: usize, policy: OnConflict| {
        let server = server();
        server.command(&["MSET", "chain", "a", "chain'", "b", "loop", "c", "loop'", "d"]);
        Keyspace::new(1).keys("other:{}", others).load(&server);
        let rules = [RULE, &["chain => chain'", "chain' => chain''", "loop => loop'"]].concat();
        let rules = [&rules[..], &["loop' => loop"]].concat();
        let bench = Bench::new(&server.url());
        let (report, _) = bench.plan(&rules_on_conflict(&rules, policy)).unwrap();
        assert_eq!((report.links.chains, report.links.cycles), (1, 1));
        let conflicts = report.conflicts.list.iter().map(|conflict| {
            let (source, target) = (conflict.source.clone(), conflict.target.clone());
            (source.key.to_string(), format!("{source:?} {target:?}"))
        });
        let mut conflicts: Vec<_> = conflicts.collect();
        conflicts.sort();
        let totals = (report.totals.matched, report.totals.renames, report.totals.skipped);
        ((conflicts, totals), calls(&server, "exists"))
    };

    for policy in [OnConflict::Abort, OnConflict::Skip, OnConflict::Stash] {
        let (seen, questions) = report(0, policy);
        assert_eq!((seen.0.len(), questions), (3, 1), "{policy:?}: whether it is allowed");
        let (asked, questions) = report(2_000, policy);
        assert!(questions > 1, "{policy:?}");
        assert_eq!(seen, asked, "{policy:?}");
    }
}

#[test]
fn skip_leaves_the_keys_in_question_alone() {
    let server = server();
    let before = server.snapshot();
    let bench = Bench::new(&server.url());

    let (migrated, migration) = bench.migrate(&rules_on_conflict(RULE, OnConflict::Skip));

    assert_eq!(migrated.plan.totals.renames, 7);
    assert_eq!(migrated.plan.totals.skipped, 3);
    assert_eq!(migrated.apply.outcome, Outcome::Clean);
    assert_eq!(migrated.verify.outcome, Outcome::Clean);
    let expected = before.renamed(|key| match key {
        b"old:1" | b"old:2" | b"old:3" => None,
        _ => swap_prefix(key, "old:", "new:"),
    });
    server.snapshot().assert_equals(&expected);
    bench.rollback(&migration);
    server.snapshot().assert_equals(&before);
}

#[test]
fn stash_keeps_what_was_in_the_way_under_the_name_it_reports() {
    let server = server();
    let before = server.snapshot();
    let bench = Bench::new(&server.url());

    let (migrated, migration) = bench.migrate(&rules_on_conflict(RULE, OnConflict::Stash));

    assert_eq!(migrated.apply.accounts.renamed, 10);
    assert_eq!(migrated.verify.outcome, Outcome::Clean, "{:?}", migrated.verify);
    let expected = before.renamed(|key| {
        let stashed = migrated.plan.conflicts.list.iter();
        let stashed = stashed.clone().find(|conflict| conflict.target.key.as_bytes() == key);
        let stash = stashed.and_then(|conflict| conflict.stash.clone());
        stash.map(|name| name.as_bytes().to_vec()).or_else(|| swap_prefix(key, "old:", "new:"))
    });
    server.snapshot().assert_equals(&expected);
    let back = bench.rollback(&migration);
    assert_eq!(back.accounts.renamed, 10);
    server.snapshot().assert_equals(&before);
    assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
}

#[test]
fn overwrite_loses_what_was_in_the_way_and_counts_it() {
    let server = server();
    let before = server.snapshot();
    let bench = Bench::new(&server.url());

    let (migrated, _) = bench.migrate(&rules_on_conflict(RULE, OnConflict::Overwrite));

    assert_eq!(migrated.plan.warnings.len(), 1);
    assert_eq!(migrated.apply.accounts.renamed, 10);
    assert_eq!(migrated.verify.outcome, Outcome::Clean);
    for name in ["new:1", "new:2", "new:3"] {
        server.command(&["DEL", "gone"]);
        let old = name.replace("new", "old");
        assert_eq!(server.snapshot().get(name), before.get(&old), "{name}");
    }
    assert_eq!(server.data_size(), 10, "nothing of ours is left but the marker");
}

#[test]
fn two_sources_for_one_name_are_refused_whatever_the_policy() {
    let server = Server::start();
    server.command(&["MSET", "a:1", "x", "b:1", "y", "c:1", "z"]);
    let bench = Bench::new(&server.url());
    for policy in [OnConflict::Skip, OnConflict::Stash, OnConflict::Overwrite] {
        let rules = ["a:{n} => all:{n}", "b:{n} => all:{n}", "c:{n} => other:{n}"];
        let (report, _) = bench.plan(&rules_on_conflict(&rules, policy)).unwrap();
        assert_eq!(report.refusals, [Refusal::Collisions { names: 1 }]);
        assert_eq!(report.collisions.list[0].to, "all:1".into());
    }
}

#[test]
fn a_chain_behind_a_taken_name_stays_as_a_whole() {
    let server = Server::start();
    server.command(&["MSET", "k1", "1", "k2", "2", "k3", "3", "k4", "in the way"]);
    let before = server.snapshot();
    let bench = Bench::new(&server.url());
    // `k4` is no source, so `k3` cannot leave, and neither can those behind it.
    let rules = ["k1 => k2", "k2 => k3", "k3 => k4"];

    let (migrated, _) = bench.migrate(&rules_on_conflict(&rules, OnConflict::Skip));
    assert_eq!(migrated.plan.totals.skipped, 3);
    assert_eq!(migrated.plan.conflicts.count, 3);
    server.snapshot().assert_equals(&before);

    let (migrated, migration) = bench.migrate(&rules_on_conflict(&rules, OnConflict::Stash));
    assert_eq!(migrated.apply.accounts.renamed, 3);
    assert_eq!(migrated.verify.outcome, Outcome::Clean, "{:?}", migrated.verify);
    assert_eq!(server.text(&["GET", "k4"]), "3");
    bench.rollback(&migration);
    server.snapshot().assert_equals(&before);
}

#[test]
fn a_name_that_is_taken_after_planning_is_reported_and_nothing_is_lost() {
    let server = Server::start();
    server.command(&["MSET", "old:1", "mine", "old:2", "mine too"]);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    server.command(&["SET", "new:1", "a writer's"]);

    let report = bench.apply(&migration).unwrap();

    assert_eq!(report.outcome, Outcome::Findings);
    let expected = Accounts { planned: 2, renamed: 1, conflicts: 1, ..Accounts::default() };
    assert_eq!(report.accounts, expected);
    assert_eq!(report.troubles.list[0].from, "old:1".into());
    assert_eq!(server.text(&["GET", "old:1"]), "mine");
    assert_eq!(server.text(&["GET", "new:1"]), "a writer's");

    // Once the name is free, carrying on finishes the job.
    server.command(&["DEL", "new:1"]);
    let report = bench.apply(&migration).unwrap();
    assert_eq!(report.outcome, Outcome::Clean);
    assert_eq!(server.text(&["GET", "new:1"]), "mine");
}
