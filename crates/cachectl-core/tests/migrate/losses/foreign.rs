//! Data that never saw the migration.

use cachectl_core::{
    migrate::{
        Error,
        options::Pacing,
        report::{Doubt, State},
    },
    vocabulary::{control::Control, outcome::Outcome, progress::Phase},
};
use cachectl_testkit::{Batch, Keyspace, Proxy, Server};
use tokio_util::sync::CancellationToken;

use super::{At, SWAP, lose, refused_as_other_data, server, slow, swapped, swaps};
use crate::bench::{Bench, rules};

const RULE: &[&str] = &["old:{n} => new:{n}"];

#[test]
fn a_server_restored_from_before_is_not_guessed_at_and_the_operator_may_start_over() {
    let server = server();
    let before = swaps(&server, 10);
    server.command(&["SAVE"]);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(SWAP));
    bench.apply(&migration).unwrap();
    lose(&server);

    let evidence = refused_as_other_data(bench.apply(&migration));
    assert_eq!(evidence.doubt, Doubt::NoMarker);
    assert_eq!((evidence.keys, evidence.survey.looked), (Some(20), 30));
    assert_eq!(evidence.survey.both, 10, "names alone do not tell: {:?}", evidence.survey);
    refused_as_other_data(bench.try_verify(&migration));
    refused_as_other_data(bench.try_rollback(&migration));
    server.snapshot().assert_equals(&before);
    assert_eq!(server.markers(), Vec::<String>::new(), "nothing was written");

    assert_eq!(bench.apply_after_loss(&migration).outcome, Outcome::Clean);
    server.snapshot().assert_equals(&swapped(&before));
    assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
    assert_eq!(bench.rollback(&migration).outcome, Outcome::Clean);
    server.snapshot().assert_equals(&before);
}

#[test]
fn a_rollback_on_a_server_that_lost_everything_closes_the_migration() {
    let server = server();
    let before = swaps(&server, 10);
    server.command(&["SAVE"]);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(SWAP));
    bench.apply(&migration).unwrap();
    lose(&server);

    assert_eq!(bench.rollback_after_loss(&migration).outcome, Outcome::Clean);

    server.snapshot().assert_equals(&before);
    let id = migration.id().to_owned();
    drop(migration);
    assert_eq!(bench.store().status(Some(&id)).unwrap().state, State::RolledBack);
}

#[test]
fn a_rollback_that_began_closes_on_a_server_that_lost_everything() {
    let server = server();
    let before = swaps(&server, 1_000);
    server.command(&["SAVE"]);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(SWAP));
    bench.apply(&migration).unwrap();
    let crash = At::new(Phase::Rollback, 1_000, || lose(&server));
    let control = Control::new(&crash, CancellationToken::new());
    refused_as_other_data(bench.rollback_as(&migration, slow(1_000), &control));

    assert_eq!(bench.rollback_after_loss(&migration).outcome, Outcome::Clean);
    server.snapshot().assert_equals(&before);
}

#[test]
fn foreign_data_behind_the_same_address_are_left_alone_and_counted_as_nothing() {
    let server = server();
    Keyspace::new(41).keys("old:{}", 6_000).load(&server);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let replace = || {
        let mut batch = Batch::new();
        batch.push(&["FLUSHALL"]);
        for number in 0..3_000 {
            batch.push(&["SET", &format!("old:foreign:{number}"), "foreign"]);
            batch.push(&["SET", &format!("old:{number}"), "foreign"]);
        }
        batch.push(&["SAVE"]);
        server.kill();
        server.restart();
        server.pipeline(&batch);
        lose(&server);
    };
    let crash = At::new(Phase::Apply, 2_000, replace);
    let control = Control::new(&crash, CancellationToken::new());

    let evidence = refused_as_other_data(bench.apply_as(&migration, slow(2_000), &control));

    assert_eq!(evidence.doubt, Doubt::NoMarker);
    assert_eq!(evidence.keys, Some(6_000));
    assert_ne!(evidence.expected.run_id, evidence.found.run_id);
    let keys = server.snapshot();
    assert!(keys.entries().keys().all(|(_, key)| key.starts_with(b"old:")), "nothing was renamed");
    let id = migration.id().to_owned();
    drop(migration);
    let status = bench.store().status(Some(&id)).unwrap();
    assert_eq!(status.accounts.vanished, 0, "nothing that is missing there counts as gone");
}

/// A service that leads to another server for a while.
#[test]
fn an_address_that_leads_elsewhere_writes_nothing_there_and_carries_on_when_it_is_back() {
    let (server, other) = (server(), server());
    Keyspace::new(44).keys("old:{}", 1_500).load(&server);
    Keyspace::new(45).keys("old:{}", 100).load(&other);
    let (before, foreign) = (server.snapshot(), other.snapshot());
    let proxy = Proxy::start(&server);
    let bench = Bench::new(&proxy.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let lead_elsewhere = || {
        proxy.point_to(&other);
        proxy.cut();
    };
    let moved = At::new(Phase::Apply, 400, lead_elsewhere);
    let control = Control::new(&moved, CancellationToken::new());

    let evidence = refused_as_other_data(bench.apply_as(&migration, slow(300), &control));

    assert_eq!((evidence.doubt, evidence.keys), (Doubt::NoMarker, Some(100)));
    refused_as_other_data(bench.try_rollback(&migration));
    other.snapshot().assert_equals(&foreign);
    proxy.point_to(&server);
    let report = bench.apply(&migration).unwrap();
    assert_eq!((report.outcome, report.accounts.vanished), (Outcome::Clean, 0));
    server.snapshot().assert_equals(
        &before.renamed(|key| key.strip_prefix(b"old:").map(|rest| [b"new:", rest].concat())),
    );
    proxy.point_to(&other);
    refused_as_other_data(bench.try_verify(&migration));
    refused_as_other_data(bench.try_rollback(&migration));
    other.snapshot().assert_equals(&foreign);
    proxy.point_to(&server);
    assert_eq!(bench.rollback(&migration).outcome, Outcome::Clean);
    server.snapshot().assert_equals(&before);
}

#[test]
fn an_emptied_database_is_told_apart_from_an_evicted_marker() {
    let server = server();
    Keyspace::new(42).keys("old:{}", 6_000).load(&server);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let flush = At::new(Phase::Apply, 2_000, || drop(server.command(&["FLUSHALL"])));
    let control = Control::new(&flush, CancellationToken::new());

    let evidence = refused_as_other_data(bench.apply_as(&migration, slow(2_000), &control));
    assert_eq!(evidence.doubt, Doubt::Flushed);

    // The keys are gone indeed, and the operator says so.
    let report = bench.apply_after_loss(&migration);
    assert_eq!((report.accounts.renamed, report.accounts.vanished), (0, 6_000));
}

#[test]
fn swapped_databases_stop_the_work_until_they_are_swapped_back() {
    let server = server();
    Keyspace::new(43).keys("old:{}", 6_000).load(&server);
    let before = server.snapshot();
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let swap = At::new(Phase::Apply, 2_000, || drop(server.command(&["SWAPDB", "0", "1"])));
    let control = Control::new(&swap, CancellationToken::new());

    let evidence = refused_as_other_data(bench.apply_as(&migration, slow(2_000), &control));
    assert_eq!(evidence.doubt, Doubt::Swapped);
    assert_eq!(server.data_size(), 0, "the other database has nothing of ours");

    server.command(&["SWAPDB", "0", "1"]);
    let report = bench.apply(&migration).unwrap();
    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    server.snapshot().assert_equals(
        &before.renamed(|key| key.strip_prefix(b"old:").map(|rest| [b"new:", rest].concat())),
    );
}

#[test]
fn a_plan_is_begun_once_for_a_deployment_wherever_the_files_are() {
    let server = server();
    let before = swaps(&server, 10);
    let bench = Bench::new(&server.url());
    let (_, plan) = bench.plan(&rules(SWAP)).unwrap();
    let copy = bench.path("plan");
    std::fs::copy(&plan, &copy).unwrap();
    let migration = bench.begin_with(&plan).unwrap();
    let other = Bench::new(&server.url());

    let refused = other.begin_with(&copy).unwrap_err();
    assert!(
        matches!(&refused, Error::BegunElsewhere { id, by } if id == migration.id() && by == "a test"),
        "{refused:?}"
    );
    bench.apply(&migration).unwrap();
    let refused = other.begin_with(&copy).unwrap_err();
    assert!(matches!(refused, Error::BegunElsewhere { .. }), "{refused:?}");
    server.snapshot().assert_equals(&swapped(&before));
    assert_eq!(other.store().list().unwrap().len(), 0, "nothing was begun there");
}

#[test]
fn a_copy_of_the_data_at_another_address_is_left_alone() {
    let source = server();
    let before = swaps(&source, 500);
    let bench = Bench::new(&source.url());
    let (_, migration) = bench.begin(&rules(SWAP));
    let stop = CancellationToken::new();
    let halt = At::new(Phase::Apply, 600, || stop.cancel());
    let control = Control::new(&halt, stop.clone());
    bench.apply_as(&migration, slow(500), &control).unwrap();
    let copy = Server::builder().rdb(source.save()).start();
    let there = copy.snapshot();

    let elsewhere = Bench::new(&copy.url());
    let pacing = Pacing::default();
    let deployment = elsewhere.deployment();
    let control = Control::unattended();
    let applying = cachectl_core::migrate::apply(&deployment, &migration, pacing, &control);
    let result = elsewhere.runtime.block_on(applying);

    // From 7.0 on a snapshot keeps the history of its server, and only the address differs.
    let evidence = refused_as_other_data(result);
    assert_eq!(evidence.doubt, Doubt::OtherAddress);
    copy.snapshot().assert_equals(&there);
    assert_eq!(bench.apply(&migration).unwrap().outcome, Outcome::Clean);
    source.snapshot().assert_equals(&swapped(&before));
}
