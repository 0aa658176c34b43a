//! Servers that come back with more than a rollback was planned for, or with nothing of it.

use std::sync::Mutex;

use cachectl_core::{
    migrate::{self, Error, Migration, Operator, Options, options::OnConflict, report::Doubt},
    vocabulary::{control::Control, error_kind::ErrorKind, outcome::Outcome, progress::Phase},
};
use cachectl_testkit::{Batch, Server, server::Moment};
use tokio_util::sync::CancellationToken;

use super::{At, SWAP, chains_and_swaps, refused_as_other_data, server, slow, swaps, taken};
use crate::bench::{Bench, rules, rules_on_conflict};

/// Applies, and returns what the server held in the middle, and what it held at the end.
fn apply_and_keep(bench: &Bench, migration: &Migration, server: &Server) -> [Moment; 2] {
    let kept = Mutex::new(None);
    let keep = At::new(Phase::Apply, 1_500, || *kept.lock().unwrap() = Some(server.moment()));
    let control = Control::new(&keep, CancellationToken::new());
    let report = bench.apply_as(migration, slow(1_500), &control).unwrap();
    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    drop(keep);
    [kept.into_inner().unwrap().expect("it came so far"), server.moment()]
}

/// Rolls back until about so many operations are done.
fn roll_back_in_part(bench: &Bench, migration: &Migration, operations: u64) {
    let stop = CancellationToken::new();
    let halt = At::new(Phase::Rollback, operations, || stop.cancel());
    let control = Control::new(&halt, stop.clone());
    let report = bench.rollback_as(migration, slow(1_000), &control).unwrap();
    assert_eq!(report.outcome, Outcome::Interrupted, "{:?}", report.accounts);
}

/// Returns how many keys a rollback would rename back.
fn foreseen(bench: &Bench, migration: &Migration) -> u64 {
    let deployment = bench.deployment();
    let preview = migrate::preview_rollback(&deployment, migration, Operator::Silent);
    bench.runtime.block_on(preview).unwrap().accounts.left
}

#[track_caller]
fn refused_as_ahead<T: std::fmt::Debug>(result: Result<T, Error>) {
    let error = result.unwrap_err();
    assert!(matches!(error, Error::Ahead { is_whole: true, .. }), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Incomplete);
}

/// A replica that lagged is promoted and rolled back; then the old primary comes back.
#[test]
fn a_server_that_comes_back_with_more_is_rolled_back_as_a_whole() {
    #[track_caller]
    fn case(load: impl Fn(&Server) -> Options, is_stopped: bool) {
        let server = server();
        let options = load(&server);
        let before = server.snapshot();
        let bench = Bench::new(&server.url());
        let (_, migration) = bench.begin(&options);
        let [part, whole] = apply_and_keep(&bench, &migration, &server);
        server.crash_back_to(&part);
        if is_stopped {
            roll_back_in_part(&bench, &migration, 400);
        } else {
            assert_eq!(bench.rollback(&migration).outcome, Outcome::Clean);
            server.snapshot().assert_equals(&before);
        }
        server.crash_back_to(&whole);

        refused_as_ahead(bench.try_verify(&migration));
        let foreseen = foreseen(&bench, &migration);
        let back = bench.rollback(&migration);

        assert_eq!(back.outcome, Outcome::Clean, "{:?}", back.accounts);
        assert_eq!((back.accounts.renamed, back.accounts.left), (foreseen, 0));
        server.snapshot().assert_equals(&before);
        assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
        // The one that lagged once more, and the other one as it was rolled back.
        let rolled_back = server.moment();
        for moment in [part, rolled_back] {
            server.crash_back_to(&moment);
            assert_eq!(bench.rollback(&migration).outcome, Outcome::Clean);
            server.snapshot().assert_equals(&before);
        }
    }

    let flat = |server: &Server| {
        let mut batch = Batch::new();
        for number in 0..3_000 {
            batch.push(&["SET", &format!("old:{number}"), &format!("ours {number}")]);
        }
        server.pipeline(&batch);
        rules(&["old:{n} => new:{n}"])
    };
    let swapping = |server: &Server| {
        swaps(server, 1_000);
        rules(SWAP)
    };
    let stashing = |server: &Server| {
        taken(server, 3_000);
        rules_on_conflict(&["old:{n} => new:{n}"], OnConflict::Stash)
    };
    for is_stopped in [false, true] {
        case(flat, is_stopped);
        case(swapping, is_stopped);
        case(stashing, is_stopped);
        case(|server| chains_and_swaps(server).0, is_stopped);
    }
}

/// The volume was not mounted yet when the operator said that everything is lost.
#[test]
fn the_operators_word_does_not_outlive_the_evidence() {
    let server = server();
    let before = swaps(&server, 1_000);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(SWAP));
    bench.apply(&migration).unwrap();
    let whole = server.moment();
    server.restart_empty();
    assert_eq!(bench.rollback_after_loss(&migration).outcome, Outcome::Clean);
    server.crash_back_to(&whole);

    refused_as_ahead(bench.try_verify(&migration));
    let back = bench.rollback(&migration);

    assert_eq!((back.outcome, back.accounts.renamed), (Outcome::Clean, 2_000));
    server.snapshot().assert_equals(&before);
    assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
}

#[test]
fn a_rollback_closes_on_a_server_that_is_restored_from_before_the_migration() {
    for is_stopped in [true, false] {
        let server = server();
        let before = taken(&server, 3_000);
        let bench = Bench::new(&server.url());
        let restored = server.moment();
        let options = rules_on_conflict(&["old:{n} => new:{n}"], OnConflict::Stash);
        let (_, migration) = bench.begin(&options);
        bench.apply(&migration).unwrap();
        if is_stopped {
            roll_back_in_part(&bench, &migration, 1_000);
        } else {
            bench.rollback(&migration);
        }
        server.crash_back_to(&restored);

        let evidence = refused_as_other_data(bench.try_rollback(&migration));
        assert_eq!((evidence.doubt, evidence.survey.ours), (Doubt::NoMarker, 0));
        assert_eq!((evidence.survey.new_names, evidence.survey.looked), (0, 3_000));
        let back = bench.rollback_after_loss(&migration);

        assert_eq!((back.outcome, back.accounts.renamed), (Outcome::Clean, 3_000));
        server.snapshot().assert_equals(&before);
        assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
    }
}

/// What is not there was not renamed back.
#[test]
fn a_rollback_that_closes_on_an_empty_server_counts_nothing_as_renamed() {
    let server = server();
    swaps(&server, 1_000);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(SWAP));
    bench.apply(&migration).unwrap();
    roll_back_in_part(&bench, &migration, 1_000);
    server.restart_empty();

    let back = bench.rollback_after_loss(&migration);

    assert_eq!((back.accounts.renamed, back.accounts.vanished), (0, 2_000));
    assert_eq!(server.data_size(), 0);
}
