//! What a plan says, and that making it changes nothing.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use cachectl_core::{
    migrate::{
        self, Options,
        options::{Assertions, Level, Selection},
        report::{Difference, PlanReport, Refusal, Warning},
    },
    server::deployment::Deployment,
    values::{
        glob::Glob,
        key_type::KeyType,
        ttl::{Expiry, TtlClass},
    },
    vocabulary::{
        control::Control,
        outcome::Outcome,
        progress::{Event, Observer, Phase},
    },
};
use cachectl_testkit::{Keyspace, Server};
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, calls, rules};

#[test]
fn planning_writes_nothing_to_the_server() {
    let server = Server::start();
    Keyspace::new(1).keys("old:{}", 2_000).with_ttl_share(0.2).load(&server);
    server.command(&["SET", "new:7", "taken"]);
    let (digest, counters) = (server.digest(), server.write_counters());
    let bench = Bench::new(&server.url());

    bench.plan(&rules(&["old:{n} => new:{n}"])).unwrap();

    assert_eq!(server.write_counters(), counters);
    assert_eq!(server.digest(), digest);
}

#[test]
fn the_report_counts_by_rule_type_and_expiry() {
    let server = Server::start();
    server.command(&["SET", "user:1", "a", "EX", "30"]);
    server.command(&["SET", "user:2", "a", "EX", "7200"]);
    server.command(&["HSET", "user:3", "f", "v"]);
    server.command(&["SADD", "tag:1", "m"]);
    server.command(&["SET", "user:keep", "a"]);
    let bench = Bench::new(&server.url());
    let options = Options {
        selection: Selection { exclude: vec![Glob::new("*:keep")], ..Selection::default() },
        ..rules(&["user:{id} => u:{id}", "{kind}:{id:digits} => {kind}/{id}", "none:{x} => n:{x}"])
    };

    let (report, _) = bench.plan(&options).unwrap();

    let [users, tags, none] = &report.rules[..] else { panic!("{:?}", report.rules) };
    assert_eq!((users.matched, users.renames), (3, 3));
    assert_eq!(users.by_type, BTreeMap::from([(KeyType::String, 2), (KeyType::Hash, 1)]));
    let by_ttl = [(TtlClass::None, 1), (TtlClass::UnderMinute, 1), (TtlClass::UnderDay, 1)];
    assert_eq!(users.by_ttl, BTreeMap::from(by_ttl));
    assert_eq!(users.overlaps.len(), 1, "the second rule matches them too");
    assert_eq!(users.overlaps[0].keys, 3);
    assert_eq!((tags.matched, tags.samples.len()), (1, 1));
    assert_eq!(none.matched, 0);
    assert!(report.warnings.contains(&Warning::NoMatch { rule: "none:{x} => n:{x}".to_owned() }));
    assert_eq!((report.totals.matched, report.totals.excluded), (4, 1));
}

#[test]
fn keys_of_other_types_stay_and_are_in_the_way() {
    let server = Server::start();
    server.command(&["SET", "a:1", "string"]);
    server.command(&["RPUSH", "a:2", "list"]);
    let bench = Bench::new(&server.url());
    let types = [KeyType::String].into();
    let options = Options {
        selection: Selection { types, ..Selection::default() },
        ..rules(&["a:1 => a:2", "a:2 => a:3"])
    };

    let (report, _) = bench.plan(&options).unwrap();

    assert_eq!(report.refusals, [Refusal::Conflicts { keys: 1 }]);
    assert_eq!(report.totals.excluded, 1);
}

#[test]
fn a_second_run_finds_nothing_to_do() {
    let server = Server::start();
    Keyspace::new(2).keys("old:{}", 300).load(&server);
    let bench = Bench::new(&server.url());
    bench.migrate(&rules(&["old:{n} => new:{n}"]));

    let (again, _) = bench.migrate(&rules(&["old:{n} => new:{n}"]));

    assert_eq!(again.plan.totals.matched, 0);
    assert_eq!(again.apply.outcome, Outcome::Clean);
    assert_eq!(again.verify.outcome, Outcome::Clean);
}

#[test]
fn assertions_refuse_a_plan_that_is_not_what_was_expected() {
    let server = Server::start();
    Keyspace::new(2).keys("old:{}", 300).load(&server);
    let bench = Bench::new(&server.url());
    let with = |matched| Options {
        assertions: Assertions { matched: Some(matched), conflicts: Some(0..=0) },
        ..rules(&["old:{n} => new:{n}"])
    };

    assert_eq!(bench.plan(&with(300..=300)).unwrap().0.refusals, []);
    let (report, _) = bench.plan(&with(900..=1_100)).unwrap();
    let (name, expected) = ("matched".to_owned(), "900..1100".to_owned());
    assert_eq!(report.refusals, [Refusal::Assertion { name, expected, found: 300 }]);
}

/// Gives a key an expiry at the first sign of progress.
#[derive(Debug)]
struct Expiring<'a> {
    server: &'a Server,
    phase: Phase,
    key: &'a str,
    done: AtomicBool,
}

impl Observer for Expiring<'_> {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        let is_first = phase == self.phase && matches!(event, Event::Advanced(_));
        if is_first && !self.done.swap(true, Ordering::Relaxed) {
            self.server.command(&["PEXPIREAT", self.key, "4000000000000"]);
        }
    }
}

#[test]
fn keys_are_asked_when_they_expire_unless_none_does() {
    let server = Server::start();
    Keyspace::new(1).keys("old:{}", 3_000).load(&server);
    let bench = Bench::new(&server.url());
    let options = rules(&["old:{n} => new:{n}"]);
    let by_ttl = |report: &PlanReport| report.rules[0].by_ttl.clone();

    let (report, _) = bench.plan(&options).unwrap();
    assert_eq!(by_ttl(&report), BTreeMap::from([(TtlClass::None, 3_000)]));
    assert_eq!(calls(&server, "pexpiretime"), 1, "to find out whether it is allowed");

    // While the plan is made.
    let (key, done) = ("old:1", AtomicBool::new(false));
    let observer = Expiring { server: &server, phase: Phase::Scan, key, done };
    let control = Control::new(&observer, CancellationToken::new());
    let path = bench.store().draft().unwrap();
    let planning = async {
        let deployment = Deployment::open(bench.target.clone()).await.unwrap();
        migrate::plan(&deployment, &options, &path, &control).await
    };
    let report = bench.runtime.block_on(planning).unwrap();
    assert_eq!(by_ttl(&report).values().sum::<u64>(), 3_000);
    assert_eq!(by_ttl(&report).get(&TtlClass::None), Some(&2_999));
    assert!(calls(&server, "pexpiretime") > 2);
}

#[test]
fn an_expiry_that_appears_while_keys_are_verified_is_found() {
    let server = Server::start();
    Keyspace::new(1).keys("old:{}", 3_000).load(&server);
    let bench = Bench::new(&server.url());
    let (migrated, migration) = bench.migrate(&rules(&["old:{n} => new:{n}"]));
    assert_eq!(migrated.verify.outcome, Outcome::Clean);
    assert_eq!(calls(&server, "pexpiretime"), 1, "to find out whether it is allowed");

    let (key, done) = ("new:1", AtomicBool::new(false));
    let observer = Expiring { server: &server, phase: Phase::Verify, key, done };
    let control = Control::new(&observer, CancellationToken::new());
    let deployment = bench.deployment();
    let verifying = migrate::verify(&deployment, &migration, Level::Keys, &control);
    let report = bench.runtime.block_on(verifying).unwrap();
    assert_eq!((report.checked, report.mismatches.count), (3_000, 1));
    let found = Expiry::At(4_000_000_000_000);
    let expected = Difference::Expiry { planned: Expiry::Never, found };
    assert_eq!(report.mismatches.list[0].difference, expected);
}
