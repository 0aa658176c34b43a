//! Keys that take a name from another one: what is known of them after a lost answer.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use cachectl_core::{
    migrate::{
        options::{OnConflict, Pacing},
        report::{ApplyReport, TroubleReason},
    },
    vocabulary::{control::Control, outcome::Outcome, progress::Phase},
};
use cachectl_testkit::{Batch, Server};
use tokio_util::sync::CancellationToken;

use super::{At, server};
use crate::bench::{Bench, rules_on_conflict};

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

/// The old names of the keys that a report names for such a reason.
fn named(report: &ApplyReport, reason: &TroubleReason) -> BTreeSet<String> {
    let of = report.troubles.list.iter().filter(|trouble| trouble.reason == *reason);
    of.map(|trouble| String::from_utf8_lossy(trouble.from.as_bytes()).into_owned()).collect()
}

#[test]
fn what_was_in_the_way_may_be_gone_and_the_connection_cut_and_it_is_known_what_was_renamed() {
    for policy in [OnConflict::Overwrite, OnConflict::Stash] {
        let server = server();
        load(&server, 30_000);
        let bench = Bench::new(&server.url());
        let (_, migration) = bench.begin(&rules_on_conflict(RULE, policy));
        let free = |number: usize| number.is_multiple_of(3);
        let gone = |number: usize| !free(number) && number.is_multiple_of(5);
        let numbers = || 0..30_000;
        delete(&server, numbers().filter(|n| free(*n)).map(|n| format!("new:{n}")));
        delete(&server, numbers().filter(|n| gone(*n)).map(|n| format!("old:{n}")));
        let kill = || drop(server.command(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]));
        let kill = At::new(Phase::Apply, 10_000, kill);
        let control = Control::new(&kill, CancellationToken::new());

        let report = bench.apply_as(&migration, Pacing::default(), &control).unwrap();

        assert!(kill.act.lock().unwrap().is_none(), "the connection was cut");
        // Those at the very place of the cut have no neighbour that tells.
        let unclear = named(&report, &TroubleReason::Unclear);
        assert!(unclear.len() <= 8, "{policy:?} {unclear:?}");
        assert_eq!(report.outcome == Outcome::Clean, unclear.is_empty(), "{policy:?}");
        let vanished = numbers().filter(|n| gone(*n)).count() as u64;
        let counted = report.accounts.vanished.abs_diff(vanished);
        assert!(counted <= unclear.len() as u64, "{policy:?} {:?}", report.accounts);
        for number in numbers().step_by(7) {
            let expected =
                if gone(number) { "in the way".to_owned() } else { format!("ours {number}") };
            assert_eq!(server.text(&["GET", &format!("new:{number}")]), expected, "{policy:?}");
        }

        bench.rollback(&migration);

        for number in numbers().filter(|n| !gone(*n)) {
            let name = format!("old:{number}");
            let there = server.text(&["GET", &name]) == format!("ours {number}");
            assert!(there || unclear.contains(&name), "{policy:?} {name}");
        }
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
