//! Keys of which nothing tells what became of them: none of them is forgotten.

use std::{thread, time::Duration};

use cachectl_core::{
    migrate::{
        self,
        options::{OnConflict, Pacing},
        report::{Trouble, TroubleReason},
    },
    vocabulary::{control::Control, outcome::Outcome, progress::Phase},
};
use cachectl_testkit::{Batch, Server, wait};
use tokio_util::sync::CancellationToken;

use super::{At, server, slow};
use crate::bench::{Bench, rules, rules_on_conflict};

const RULE: &[&str] = &["old:{n} => new:{n}"];

/// A client gives the keys another expiry under their new names, while the window that they are in is
/// in doubt.
#[test]
fn a_key_that_lives_longer_than_was_planned_is_not_taken_for_gone() {
    let server = server();
    let mut batch = Batch::new();
    for number in 0..10_000 {
        batch.push(&["SET", &format!("old:{number}"), "ours", "PX", "8000"]);
    }
    server.pipeline(&batch);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let kill = CancellationToken::new();
    let killed = At::new(Phase::Apply, 4_000, || kill.cancel());
    let control = Control::new(&killed, CancellationToken::new());
    let deployment = bench.deployment();
    let applying = migrate::apply(&deployment, &migration, Pacing::default(), &control);
    let ended = bench.runtime.block_on(kill.run_until_cancelled(Box::pin(applying)));
    assert!(ended.is_none(), "{ended:?}");
    let mut batch = Batch::new();
    for number in 0..10_000 {
        batch.push(&["PERSIST", &format!("new:{number}")]);
    }
    server.pipeline(&batch);
    let old_ones_are_gone = || {
        let names: Vec<String> = (0..10_000).map(|number| format!("old:{number}")).collect();
        let command: Vec<&str> =
            ["EXISTS"].into_iter().chain(names.iter().map(String::as_str)).collect();
        (server.number(&command) == 0).then_some(())
    };
    wait::poll(Duration::from_secs(30), old_ones_are_gone).expect("they expire");
    let renamed = server.data_size();
    assert!(renamed > 0, "some of them were renamed");

    let report = bench.apply(&migration).unwrap();

    assert_eq!(report.accounts.unclear, renamed.unsigned_abs(), "{:?}", report.accounts);
    assert_eq!(report.outcome, Outcome::Findings);
    // There is nothing to rename back, and that is told as often as it is asked for.
    for _ in 0..2 {
        let back = bench.rollback(&migration);
        assert_eq!(back.outcome, Outcome::Findings, "{:?}", back.accounts);
        assert_eq!(back.troubles.count, report.accounts.unclear);
    }
}

/// Gives the names of ours to keys in the way of others that are gone, and to those names the writes of
/// a client.
fn set_aside(server: &Server, bench: &Bench) -> (migrate::Migration, Vec<Trouble>) {
    let mut batch = Batch::new();
    for number in 0..1_000 {
        batch.push(&["SET", &format!("old:{number}"), "ours"]);
        batch.push(&["SET", &format!("new:{number}"), "in the way"]);
    }
    server.pipeline(&batch);
    let (_, migration) = bench.begin(&rules_on_conflict(RULE, OnConflict::Stash));
    let (mut gone, mut writes) = (Batch::new(), Batch::new());
    for number in 0..1_000 {
        gone.push(&["DEL", &format!("old:{number}")]);
        writes.push(&["SET", &format!("new:{number}"), "a client's", "NX"]);
    }
    server.pipeline(&gone);
    let report = thread::scope(|scope| {
        let (over, is_over) = std::sync::mpsc::channel::<()>();
        scope.spawn(move || {
            while is_over.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                server.pipeline(&writes);
            }
        });
        let report = bench.apply(&migration).unwrap();
        drop(over);
        report
    });
    let is_aside = |trouble: &&Trouble| matches!(trouble.reason, TroubleReason::SetAside { .. });
    let aside: Vec<Trouble> = report.troubles.list.iter().filter(is_aside).cloned().collect();
    assert!(!aside.is_empty(), "no write came in between");
    assert_eq!(report.troubles.count, report.accounts.unclear, "each of them is listed once");
    (migration, aside)
}

#[test]
fn a_key_that_was_set_aside_is_told_of_until_it_has_its_name_back() {
    let server = server();
    let bench = Bench::new(&server.url());
    let (migration, aside) = set_aside(&server, &bench);
    let again = bench.apply(&migration).unwrap();
    assert_eq!(again.troubles.list, aside, "where it lies is still told");
    for trouble in &aside {
        server.command(&[b"DEL".as_slice(), trouble.to.as_bytes()]);
    }

    let report = bench.apply(&migration).unwrap();

    assert_eq!((report.accounts.unclear, report.troubles.count), (0, 0));
    for trouble in &aside {
        let name = String::from_utf8_lossy(trouble.to.as_bytes()).into_owned();
        assert_eq!(server.text(&["GET", &name]), "in the way", "{name}");
    }
    assert_eq!(bench.rollback(&migration).outcome, Outcome::Clean);
}

/// What was not looked at once more may have its old name still.
#[test]
fn a_run_that_is_stopped_while_it_looks_once_more_is_not_finished() {
    let server = server();
    let mut batch = Batch::new();
    for number in 0..40_000 {
        batch.push(&["SET", &format!("old:{number}"), "ours"]);
    }
    server.pipeline(&batch);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let stopped = |phase, at, pacing| {
        let stop = CancellationToken::new();
        let halt = At::new(phase, at, || stop.cancel());
        let control = Control::new(&halt, stop.clone());
        bench.apply_as(&migration, pacing, &control).unwrap().outcome
    };
    assert_eq!(stopped(Phase::Apply, 500, slow(20_000)), Outcome::Interrupted);

    assert_eq!(stopped(Phase::Converge, 1, Pacing::default()), Outcome::Interrupted);

    assert_eq!(bench.apply(&migration).unwrap().outcome, Outcome::Clean);
}
