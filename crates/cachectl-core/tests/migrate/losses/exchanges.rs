//! Keys that take a name from another one: what is known of them after a lost answer.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use cachectl_core::{
    migrate::{
        options::{OnConflict, Pacing},
        report::TroubleReason,
    },
    vocabulary::{control::Control, outcome::Outcome, progress::Phase},
};
use cachectl_testkit::{Batch, Server, Value};
use tokio_util::sync::CancellationToken;

use super::{At, lose, server, slow};
use crate::bench::{Bench, rules, rules_on_conflict};

const RULE: &[&str] = &["old:{n} => new:{n}"];

/// Loads keys, and one in the way of each.
fn load(server: &Server, keys: usize) {
    let mut batch = Batch::new();
    for number in 0..keys {
        batch.push(&["SET", &format!("old:{number}"), &format!("ours {number}")]);
        batch.push(&["SET", &format!("new:{number}"), "in the way"]);
    }
    server.pipeline(&batch);
}

fn delete(server: &Server, names: impl Iterator<Item = String>) {
    let mut batch = Batch::new();
    for name in names {
        batch.push(&["DEL", &name]);
    }
    server.pipeline(&batch);
}

/// Migrates where some of the keys in the way are gone, and others of the keys themselves, while
/// something happens. Whatever it is, no key ends under a name of another one, and those of which
/// nothing tells what became of them are counted. Returns how many.
#[track_caller]
fn unclear(policy: OnConflict, server: &Server, mishap: impl FnOnce() + Send) -> u64 {
    let numbers = || 0..30_000_usize;
    load(server, numbers().len());
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules_on_conflict(RULE, policy));
    let free = |number: usize| number.is_multiple_of(3);
    let gone = |number: usize| !free(number) && number.is_multiple_of(5);
    delete(server, numbers().filter(|n| free(*n)).map(|n| format!("new:{n}")));
    delete(server, numbers().filter(|n| gone(*n)).map(|n| format!("old:{n}")));
    let mishap = At::new(Phase::Apply, 10_000, mishap);
    let control = Control::new(&mishap, CancellationToken::new());

    let report = bench.apply_as(&migration, Pacing::default(), &control).unwrap();

    assert!(mishap.act.lock().unwrap().is_none(), "it happened");
    let accounts = report.accounts;
    assert_eq!(report.outcome == Outcome::Clean, accounts.unclear == 0, "{accounts:?}");
    let vanished = numbers().filter(|n| gone(*n)).count() as u64;
    assert!(accounts.vanished <= vanished && vanished <= accounts.vanished + accounts.unclear);
    let get = |name: String| match server.command(&["GET", &name]) {
        Value::Nil => None,
        _ => Some(server.text(&["GET", &name])),
    };
    for number in numbers() {
        let in_its_place = get(format!("new:{number}")).unwrap();
        let expected = if gone(number) { "in the way".into() } else { format!("ours {number}") };
        assert_eq!(in_its_place, expected, "{policy:?}");
    }
    let verified = bench.verify(&migration);
    assert_eq!(verified.mismatches.count, accounts.unclear, "they are named");
    assert_eq!(verified.outcome == Outcome::Clean, accounts.unclear == 0);
    assert_eq!(bench.apply(&migration).unwrap().troubles.count, accounts.unclear, "again");

    let back = bench.rollback(&migration);

    assert_eq!(back.troubles.count, accounts.unclear, "{:?}", back.accounts);
    assert_eq!(back.outcome == Outcome::Clean, accounts.unclear == 0);
    assert_eq!(bench.verify(&migration).outcome == Outcome::Clean, accounts.unclear == 0);

    let mut left = 0;
    for number in numbers() {
        let (old, new) = (get(format!("old:{number}")), get(format!("new:{number}")));
        if gone(number) {
            assert_eq!((old, new), (None, Some("in the way".to_owned())), "{policy:?} {number}");
        } else if old.is_none() {
            assert_eq!(new, Some(format!("ours {number}")), "{policy:?}");
            left += 1;
        } else {
            assert_eq!(old, Some(format!("ours {number}")), "{policy:?}");
        }
    }
    assert!(left <= accounts.unclear, "{policy:?} {left} {accounts:?}");
    accounts.unclear
}

#[test]
fn a_cut_connection_leaves_only_what_was_on_its_way_unclear() {
    for policy in [OnConflict::Overwrite, OnConflict::Stash] {
        let server = server();
        let cut = || drop(server.command(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]));
        let unclear = unclear(policy, &server, cut);
        assert!(unclear <= 256, "{unclear} are more than were on their way");
    }
}

#[test]
fn what_was_in_the_way_is_never_taken_for_the_key_after_a_restart() {
    for policy in [OnConflict::Overwrite, OnConflict::Stash] {
        let server = Server::builder().aof().start();
        unclear(policy, &server, || lose(&server));
    }
}

#[test]
fn a_key_that_cannot_get_its_name_back_is_named_and_kept() {
    let server = server();
    load(&server, 1_000);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules_on_conflict(RULE, OnConflict::Overwrite));
    delete(&server, (0..1_000).filter(|n| n % 4 > 0).map(|n| format!("old:{n}")));
    let mut writes = Batch::new();
    for number in 0..1_000 {
        writes.push(&["SET", &format!("new:{number}"), "a client's", "NX"]);
    }
    let done = AtomicBool::new(false);

    let report = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                server.pipeline(&writes);
            }
        });
        let report = bench.apply(&migration).unwrap();
        done.store(true, Ordering::Relaxed);
        report
    });

    let mut aside = 0;
    for trouble in &report.troubles.list {
        let TroubleReason::SetAside { name } = &trouble.reason else { continue };
        let [name, to] = [name, &trouble.to].map(|key| String::from_utf8_lossy(key.as_bytes()));
        assert_eq!(server.text(&["GET", &name]), "in the way", "{name}");
        assert_eq!(server.text(&["GET", &to]), "a client's", "{to}");
        aside += 1;
    }
    assert!(aside > 0, "no write came in between, of 750 times that it could");
    assert_eq!(report.outcome, Outcome::Findings);
    let in_the_way =
        (0..1_000).filter(|n| server.text(&["GET", &format!("new:{n}")]) == "in the way");
    assert_eq!(in_the_way.count() + aside, 750, "nothing that was in the way is lost");
}

/// A client has moved on by itself, and writes values of another type.
#[test]
fn a_key_of_another_type_is_never_taken_for_a_renamed_one() {
    let server = Server::builder().aof().start();
    let mut batch = Batch::new();
    for number in 0..6_000 {
        batch.push(&["SET", &format!("old:{number}"), "ours"]);
    }
    server.pipeline(&batch);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let theirs = (0..6_000).filter(|n| n % 10 == 0);
    delete(&server, theirs.clone().map(|n| format!("old:{n}")));
    let mut batch = Batch::new();
    for number in theirs.clone() {
        batch.push(&["RPUSH", &format!("new:{number}"), "theirs"]);
    }
    server.pipeline(&batch);
    let mishap = At::new(Phase::Apply, 2_500, || lose(&server));
    let control = Control::new(&mishap, CancellationToken::new());

    let report = bench.apply_as(&migration, slow(2_000), &control).unwrap();

    assert_eq!((report.accounts.vanished, report.accounts.renamed), (600, 5_400));
    assert_eq!(bench.rollback(&migration).accounts.renamed, 5_400);
    for number in theirs {
        assert_eq!(server.number(&["LLEN", &format!("new:{number}")]), 1);
    }
}

/// Whoever has looked at what was unclear, and removed what was wrong, is not told of it again.
#[test]
fn what_was_unclear_is_over_when_its_new_name_is_free() {
    let server = Server::builder().aof().start();
    load(&server, 3_000);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules_on_conflict(RULE, OnConflict::Overwrite));
    delete(&server, (0..3_000).map(|n| format!("new:{n}")));
    let mishap = At::new(Phase::Apply, 1_500, || lose(&server));
    let control = Control::new(&mishap, CancellationToken::new());
    let report = bench.apply_as(&migration, Pacing::default(), &control).unwrap();
    assert!(report.accounts.unclear > 0, "{:?}", report.accounts);
    delete(&server, (0..3_000).map(|n| format!("new:{n}")));

    assert_eq!(bench.apply(&migration).unwrap().accounts.unclear, 0);
    assert_ne!(bench.rollback(&migration).outcome, Outcome::Incomplete);
}
