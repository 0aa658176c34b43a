use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use cachectl_core::{
    migrate::{
        RunSettings,
        options::{Level, OnConflict, Pacing},
        report::{
            Accounts, ApplyReport, Caveat, Collision, Conflict, Difference, Direction, KeyFacts,
            Links, Listed, Mismatch, Neighbour, Overlap, Pair, PlanReport, PlanTotals, Refusal,
            RuleReport, Sample, ServerReport, Sighting, State, StatusReport, Trouble,
            TroubleReason, VerifyReport, Warning,
        },
    },
    values::{
        endpoint::Endpoint,
        key::Key,
        key_type::KeyType,
        ttl::{Expiry, TtlClass},
    },
    vocabulary::outcome::Outcome,
};
use insta::assert_snapshot;

use super::super::status::{List, Status};
use crate::output::render::Render;

fn text(report: &impl Render) -> String {
    let mut text = Vec::new();
    report.human(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn listed<T>(count: u64, entry: T) -> Listed<T> {
    Listed::of(count, vec![entry])
}

fn facts(name: &str, key_type: KeyType) -> KeyFacts {
    KeyFacts { key: Key::from(name), key_type, expiry: Expiry::Never }
}

fn pair(from: &str, to: &str) -> Pair {
    Pair { from: Key::from(from), to: Key::from(to) }
}

fn rule() -> RuleReport {
    RuleReport {
        rule: "user:* => user:v2:*".to_owned(),
        matched: 1_200_000,
        renames: 1_199_990,
        skipped: 10,
        by_type: BTreeMap::from([(KeyType::String, 1_000_000), (KeyType::Hash, 199_990)]),
        by_ttl: BTreeMap::from([(TtlClass::None, 1_199_980), (TtlClass::UnderMinute, 10)]),
        samples: vec![Sample {
            from: Key::from("user:7"),
            to: Key::from("user:v2:7"),
            key_type: KeyType::String,
            expiry: Expiry::At(1),
        }],
        ambiguous: Some(Sighting { keys: 1, example: Key::from("user:a:b") }),
        overlaps: vec![Overlap {
            with: "user:{id} => u:{id}".to_owned(),
            keys: 3,
            example: Key::from("user:x"),
        }],
    }
}

/// A plan in which everything is to be said.
fn plan() -> PlanReport {
    PlanReport {
        plan: "0123456789ab".to_owned(),
        servers: vec![ServerReport {
            endpoint: Endpoint::parse("10.0.0.7", 6379).unwrap(),
            database: 5,
            version: "valkey 9.1.2".to_owned(),
            keys: None,
        }],
        snapshot: None,
        rules: vec![rule()],
        totals: PlanTotals {
            scanned: 2_000_000,
            matched: 1_200_000,
            renames: 1_199_990,
            skipped: 10,
            excluded: 5,
            vanished: 2,
            ambiguous: 1,
        },
        on_conflict: OnConflict::Stash,
        conflicts: listed(
            25,
            Conflict {
                source: facts("user:1", KeyType::String),
                target: facts("user:v2:1", KeyType::SortedSet),
                stash: Some(Key::from("stash:1")),
            },
        ),
        collisions: listed(
            1,
            Collision { to: Key::from("same"), from: [Key::from("one"), Key::from("other")] },
        ),
        cross_slot: listed(21, pair("user:2", "user:v2:2")),
        links: Links { chains: 1, cycles: 2, keys: 9, longest: 5 },
        estimate: Duration::from_secs(75),
        rate: None,
        warnings: vec![
            Warning::NoMatch { rule: "a:* => b:*".to_owned() },
            Warning::Repeatable {
                rule: "user:* => user:v2:*".to_owned(),
                matched_by: "user:* => user:v2:*".to_owned(),
            },
        ],
        refusals: vec![
            Refusal::Collisions { names: 1 },
            Refusal::Assertion {
                name: "matched".to_owned(),
                expected: "1..10".to_owned(),
                found: 1_200_000,
            },
        ],
        caveats: vec![Caveat::Writers, Caveat::ExpiryPrecision, Caveat::NoInfo],
    }
}

#[test]
fn a_plan_says_everything_that_there_is_to_say() {
    assert_snapshot!(text(&plan()), @"
    refused; would have renamed 1,199,990 keys (plan 0123456789ab)
    on 10.0.0.7:6379 database 5, valkey 9.1.2
    looked at 2,000,000 keys: 1,200,000 matched, 10 skipped, 5 excluded, 1 ambiguous, 2 gone meanwhile

         rule                   matched  to rename  skipped
      1  user:* => user:v2:*  1,200,000  1,199,990       10

    rule 1: user:* => user:v2:*
      types    string 1,000,000, hash 199,990
      expiry   none 1,199,980, under a minute 10
      3 keys would match `user:{id} => u:{id}` too, for example user:x
      1 key can be read in several ways, for example user:a:b
      samples  user:7  -> user:v2:7  string, expired

    conflicts: 25 new names are taken, and the keys in the way are moved aside
      user:1 (string, no expiry) -> user:v2:1 (zset, no expiry), goes to stash:1
      … and 5 more: `-o json` lists them

    collisions: 1 new name that several keys would get, which is always refused
      one and other -> same

    across slots: 21 keys whose new name belongs to another slot of the cluster
      user:2 -> user:v2:2
      … and 1 more: `-o json` lists them

    new names that are old names of other keys: 9 keys in 1 chain and 2 cycles, the longest of 5
      they are renamed in an order in which none is in the way of another

    warnings:
      - `a:* => b:*` matches no key
      - `user:* => user:v2:*` matches its own new names, so a second run would rename them again

    limits of this run:
      - writers that still use an old name: they create it again, beside the new one
      - expiry to the millisecond: before Redis 7.0, it is compared to a few milliseconds
      - that every restart and eviction is noticed: `INFO` is denied to our user

    refused:
      - 1 new name would go to several keys
      - the assertion `matched: 1..10` does not hold, there are 1200000
    ");
}

#[test]
fn a_limit_of_the_pace_is_part_of_the_estimate() {
    let plan = plan().at_rate(NonZeroU32::new(1_000));
    let text = text(&PlanReport { refusals: Vec::new(), ..plan });
    let expected =
        "would rename 1,199,990 keys, in about 19 min 59 s at no more than 1,000 a second";
    assert!(text.starts_with(expected), "{text}");
}

/// A plan by very many rules, most of which match nothing.
fn large_plan() -> PlanReport {
    let rule = |number: u64| {
        let matched = if number.is_multiple_of(5) { number } else { 0 };
        let text = format!("tenant{number}:session:{{id}} => session:tenant{number}:{{id}}");
        RuleReport { rule: text, matched, renames: matched, skipped: 0, ..rule() }
    };
    let rules: Vec<RuleReport> = (1..=10_000).map(rule).collect();
    let idle = rules.iter().filter(|rule| rule.matched == 0);
    let mut warnings: Vec<Warning> =
        idle.map(|rule| Warning::NoMatch { rule: rule.rule.clone() }).collect();
    let repeatable = rules
        .iter()
        .take(1_234)
        .map(|rule| Warning::Repeatable { rule: rule.rule.clone(), matched_by: rule.rule.clone() });
    warnings.extend(repeatable);
    PlanReport { rules, warnings, refusals: Vec::new(), ..plan() }
}

#[test]
fn a_plan_by_very_many_rules_shows_those_with_the_most_keys() {
    let text = text(&large_plan());
    assert!(text.len() < 20_000, "{} bytes", text.len());
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let table: Vec<&str> = text.lines().skip(4).take(3).collect();
    assert_eq!(
        table.join("\n"),
        "          rule                                                  matched  to rename  skipped\n  \
         10,000  tenant10000:session:{id} => session:tenant10000:{id}   10,000     10,000        0\n   \
         9,995  tenant9995:session:{id} => session:tenant9995:{id}      9,995      9,995        0"
    );
    let more =
        "  … and 9,980 more rules (9,805,950 keys); 8,000 match nothing: `-o json` lists all";
    assert!(text.contains(more), "{text}");
    let warnings: Vec<&str> = text
        .lines()
        .skip_while(|line| *line != "warnings:")
        .take_while(|line| !line.is_empty())
        .collect();
    assert_snapshot!(warnings.join("\n"), @"
    warnings:
      - 8,000 rules match no key: `tenant1:session:{id} => session:tenant1:{id}`, `tenant2:session:{id}
        => session:tenant2:{id}`, `tenant3:session:{id} => session:tenant3:{id}`, …
      - the new names of 1,234 rules match a rule, so a second run would rename them again:
        `tenant1:session:{id} => session:tenant1:{id}`, `tenant2:session:{id} => session:tenant2:{id}`,
        `tenant3:session:{id} => session:tenant3:{id}`, …
    ");
}

#[test]
fn no_line_of_a_plan_is_wider_than_a_terminal() {
    let text = text(&plan());
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}

fn applied() -> ApplyReport {
    ApplyReport {
        migration: "ID".to_owned(),
        direction: Direction::Forward,
        accounts: Accounts {
            planned: 1_000,
            renamed: 990,
            vanished: 4,
            conflicts: 3,
            failed: 2,
            unclear: 0,
            left: 1,
        },
        before: Accounts::default(),
        troubles: listed(
            2,
            Trouble {
                from: Key::from("a"),
                to: Key::from("b"),
                reason: TroubleReason::Refused("the server says `NOPERM no`".to_owned()),
            },
        ),
        kept: None,
        elapsed: Duration::from_millis(1_234),
        handled: 1_000,
        slowdowns: 1,
        outcome: Outcome::Incomplete,
    }
}

#[test]
fn every_ending_of_a_key_is_counted() {
    let mut out = Vec::new();
    super::apply::write(&applied(), &[], &mut out).unwrap();
    assert_snapshot!(String::from_utf8(out).unwrap(), @"
    renamed 990 of 1,000 keys in 1.2 s (migration ID)
      4 gone meanwhile: expired, evicted, deleted, or renamed by somebody else
      3 not renamed: the target name exists
      2 refused by the server
      1 not tried yet
      slowed down 1 time, to keep the server quick
      a -> b: the server says `NOPERM no`
    ");
}

#[test]
fn what_earlier_runs_did_is_not_added_to_this_one() {
    let before = Accounts { planned: 1_000, renamed: 600, left: 400, ..Accounts::default() };
    let report = ApplyReport { before, handled: 400, slowdowns: 0, ..applied() };
    let mut out = Vec::new();
    super::apply::write(&report, &[], &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let expected = "renamed 990 of 1,000 keys in 1.2 s (migration ID)\n  600 of them before this run, \
                    which did 400 operations\n";
    assert!(text.starts_with(expected), "{text}");
}

#[test]
fn a_migration_that_was_at_work_at_the_same_time_is_named_where_keys_are_gone() {
    let neighbour = Neighbour {
        migration: "OTHER".to_owned(),
        state: State::Applied,
        running: false,
        renamed: 4,
        planned: 4,
        certain: true,
    };
    let write = |vanished: u64| {
        let accounts = Accounts { vanished, ..applied().accounts };
        let report = ApplyReport { accounts, ..applied() };
        let mut out = Vec::new();
        super::apply::write(&report, std::slice::from_ref(&neighbour), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let named = "since the plan was made, migration OTHER was at work on these servers: 4 of its 4 \
                 keys";
    assert!(write(4).contains(named), "{}", write(4));
    assert!(!write(0).contains("OTHER"), "{}", write(0));
}

#[test]
fn nothing_renamed_is_not_as_planned() {
    let accounts = Accounts { planned: 20, vanished: 20, ..Accounts::default() };
    let report = VerifyReport {
        delayed: 0,
        migration: "ID".to_owned(),
        level: Level::Keys,
        accounts,
        checked: 0,
        expired: 0,
        values: None,
        mismatches: Listed::default(),
        rounds: 1,
        elapsed: Duration::from_millis(2),
        outcome: Outcome::Findings,
    };
    assert_snapshot!(text(&report), @"verified 0 keys in 2 ms: none of 20 planned keys was renamed");
}

#[test]
fn keys_that_are_not_as_they_should_be_are_named_with_the_reason() {
    let mismatch = |name: &str, difference| Mismatch {
        from: Key::from(name),
        to: Key::from("new"),
        difference,
    };
    let found = Expiry::Never;
    let list = vec![
        mismatch("a", Difference::Missing),
        mismatch("b", Difference::NotRenamed),
        mismatch("c", Difference::OldNameBack),
        mismatch("d", Difference::Type { planned: KeyType::Hash, found: KeyType::Set }),
        mismatch("e", Difference::Expiry { planned: Expiry::At(1), found }),
        mismatch("f", Difference::Expiry { planned: Expiry::At(1), found: Expiry::At(2) }),
    ];
    let report = VerifyReport {
        migration: "ID".to_owned(),
        level: Level::Keys,
        accounts: applied().accounts,
        checked: 990,
        expired: 1,
        delayed: 2,
        values: None,
        mismatches: Listed::of(30, list),
        rounds: 3,
        elapsed: Duration::from_millis(20),
        outcome: Outcome::Findings,
    };
    assert_snapshot!(text(&report), @"
    verified 990 keys in 20 ms: 30 are not as planned
      1 expired since, as planned
      2 expire up to a second earlier or later, because their slots moved
      a -> new: neither name is there: deleted or evicted since
      b -> new: it has its old name
      c -> new: the old name is there again: a writer still uses it
      d -> new: it is a set, and was a hash when it was planned
      e -> new: no expiry now, expired when it was planned
      f -> new: expired, 1 ms later than planned
      … and 10 more: `-o json` lists the first 6
      3 not renamed: the target name exists
      2 refused by the server
      1 not tried yet
    ");
    let accounts_only = VerifyReport {
        level: Level::Accounts,
        mismatches: Listed::default(),
        expired: 0,
        delayed: 0,
        ..report
    };
    assert_snapshot!(text(&accounts_only), @"
    checked the accounts of 1,000 keys: as planned, and others were not renamed
      3 not renamed: the target name exists
      2 refused by the server
      1 not tried yet
    ");
}

#[test]
fn a_status_says_how_far_it_is_both_ways() {
    let report = StatusReport {
        migration: "ID".to_owned(),
        state: State::RollingBack,
        begun: "2026-11-20T07:00:09.734Z".to_owned(),
        begun_by: "operator@desk".to_owned(),
        servers: vec!["10.0.0.7:6379".to_owned()],
        database: 5,
        on_conflict: OnConflict::Abort,
        settings: Some(RunSettings {
            pacing: Pacing { rate: NonZeroU32::new(2_000), ..Pacing::default() },
            level: Level::Keys,
        }),
        rules: vec!["a:* => b:*".to_owned()],
        accounts: applied().accounts,
        rollback: Some(Accounts { planned: 990, renamed: 5, left: 985, ..Accounts::default() }),
        running: true,
    };
    assert_snapshot!(text(&Status { report: report.clone(), half_way: None }), @"
    migration ID: half-way back, running
      begun    2026-11-20 07:00:09Z by operator@desk
      servers  10.0.0.7:6379 database 5
      rule     a:* => b:*
      pace     at most 2,000 keys/s, batches of 128, latency up to 5 ms; verify level 1
      keys     1,000 keys planned, 990 renamed, 4 gone meanwhile, 3 in conflict, 2 refused, 1 left
      back     990 keys planned, 5 renamed back, 985 left
    ");
    let rules: Vec<String> = (1..=25).map(|number| format!("{number}:* => n{number}:*")).collect();
    let many = text(&Status { report: StatusReport { rules, ..report.clone() }, half_way: None });
    assert!(many.contains("  rule     20:* => n20:*\n           … and 5 more rules: "), "{many}");
    assert_snapshot!(text(&List { migrations: vec![report] }), @"
    migration  begun                 state                   renamed  planned  by             db  server
    ID         2026-11-20 07:00:09Z  half-way back, running      990    1,000  operator@desk   5  10.0.0.7:6379
    ");
    assert_snapshot!(text(&List { migrations: Vec::new() }), @"no migrations");
}
