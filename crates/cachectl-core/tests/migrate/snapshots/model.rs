//! Random keyspaces, rules and policies: the same report and, unless it is refused, the same keys.

use std::{cell::RefCell, collections::BTreeMap};

use cachectl_core::{
    migrate::{
        Error, Options, Snapshot as Source,
        options::{OnConflict, Selection},
        report::PlanReport,
    },
    values::glob::Glob,
    vocabulary::outcome::Outcome,
};
use cachectl_testkit::{Batch, Server};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use super::{comparable, contents, plan, rename};
use crate::{
    bench::Bench,
    model::{name, rule, rule_set},
};

/// Names, and whether they expire.
type Keys = BTreeMap<String, bool>;

fn load(server: &Server, keys: &Keys) {
    let mut batch = Batch::new();
    batch.push(&["FLUSHALL"]);
    for (number, (name, expires)) in keys.iter().enumerate() {
        let value = format!("value {number}");
        match number % 3 {
            0 => batch.push(&["RPUSH", name, &value]),
            1 => batch.push(&["HSET", name, "field", &value]),
            _ => batch.push(&["SET", name, &value]),
        };
        if *expires {
            batch.push(&["PEXPIREAT", name, &format!("40000000{number:05}")]);
        }
    }
    server.pipeline(&batch);
}

#[test]
fn snapshots_and_servers_agree_whatever_the_keys_and_rules_are() {
    let server = Server::start();
    let bench = Bench::new(&server.url());
    let seen = RefCell::new(Seen::default());
    let keyspace = proptest::collection::btree_map(name(), any::<bool>(), 1..40);
    // What a `?` stands for is lost, so that names meet.
    let losing = ("[ab?]{1,2}", "[ab:]{1,2}").prop_map(|(a, b)| format!("glob:?{a}* => {b}*"));
    // Of two that lead to each other come chains and cycles, which are rare by chance.
    let leading = prop_oneof![Just("prefix:a => b".to_owned()), Just("prefix:b => a".to_owned())];
    let rules = prop_oneof![5 => rule(), 1 => losing, 2 => leading];
    let rules = proptest::collection::vec(rules, 1..6);
    let policy = prop_oneof![
        Just(OnConflict::Abort),
        Just(OnConflict::Skip),
        Just(OnConflict::Stash),
        Just(OnConflict::Overwrite)
    ];
    let exclude = proptest::option::weighted(0.3, "[ab?]{1,2}[*]");
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let config =
        Config { cases: cases.unwrap_or(150), failure_persistence: None, ..Config::default() };

    TestRunner::new(config)
        .run(&(keyspace, rules, policy, exclude), |(keys, texts, on_conflict, exclude)| {
            let Ok(rules) = rule_set(&texts) else {
                return Ok(());
            };
            let exclude = exclude.iter().map(|glob| Glob::new(glob.as_str())).collect();
            let selection = Selection { exclude, ..Selection::default() };
            let options = Options { on_conflict, selection, ..Options::new(rules) };
            load(&server, &keys);
            let source = Source::new(server.save());
            let (live, _) = bench.plan(&options).unwrap();
            let read = plan(&bench, &source, &options).unwrap();
            prop_assert_eq!(comparable(&read), comparable(&live));
            seen.borrow_mut().note(&live);
            if live.refusals.is_empty() {
                assert_same_keys(&server, &bench, &source, &options);
            } else {
                let refused = rename(&bench, &source, &bench.path("refused.rdb"), &options);
                prop_assert!(matches!(refused, Err(Error::Refused(_))));
            }
            Ok(())
        })
        .unwrap();

    let seen = seen.into_inner();
    let all = [seen.renamed, seen.refused, seen.conflicts, seen.collisions, seen.links];
    assert!(all.iter().all(|count| *count > 0), "{seen:?}");
}

/// How many plans had what to tell.
#[derive(Debug, Default)]
struct Seen {
    renamed: u32,
    refused: u32,
    conflicts: u32,
    collisions: u32,
    links: u32,
}

impl Seen {
    fn note(&mut self, report: &PlanReport) {
        let accepted = report.refusals.is_empty();
        self.renamed += u32::from(accepted && report.totals.renames > 0);
        self.refused += u32::from(!accepted);
        self.conflicts += u32::from(accepted && report.conflicts.count > 0);
        self.collisions += u32::from(report.collisions.count > 0);
        self.links += u32::from(accepted && report.links.keys > 0);
    }
}

fn assert_same_keys(server: &Server, bench: &Bench, source: &Source, options: &Options) {
    let copy = bench.path("copy.rdb");
    rename(bench, source, &copy, options).unwrap();
    let (migrated, _) = bench.migrate(options);
    assert_eq!(migrated.apply.outcome, Outcome::Clean);
    let loaded = Server::builder().rdb(&copy).start();
    contents(&loaded).assert_equals(&contents(server));
    std::fs::remove_file(copy).unwrap();
}
