//! Clients that write meanwhile, and operators who stop it.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use cachectl_core::{
    diff::{Error, Kind, Options, Side},
    vocabulary::{
        control::Control,
        error_kind::ErrorKind,
        outcome::Outcome,
        progress::{Event, Observer, Phase},
    },
};
use cachectl_testkit::{Keyspace, Server};
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, at_once, found, key, only, rules};

/// Does something when a round begins.
struct AtRound<F>(Mutex<F>);

impl<F: FnMut() + Send> Observer for AtRound<F> {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        assert_eq!(phase, Phase::Compare);
        if let Event::Noticed(_) = event {
            (self.0.lock().unwrap())();
        }
    }
}

fn at_round(act: impl FnMut() + Send) -> impl Observer {
    AtRound(Mutex::new(act))
}

#[test]
fn a_writer_that_stops_settles() {
    let bench = Bench::new();
    let (one, other) = (Server::start(), Server::start());
    Keyspace::new(1).keys("k:{}", 50).with_epoch(4_000_000_000_000).load(&one);
    for (name, value) in [("late", "1"), ("changed", "1"), ("gone", "1"), ("same", "1")] {
        one.command(&["SET", name, value]);
    }
    Keyspace::new(1).keys("k:{}", 50).with_epoch(4_000_000_000_000).load(&other);
    other.command(&["MSET", "changed", "0", "same", "1", "early", "1"]);
    // What is still on its way when the first look is over.
    let writer = at_round(|| {
        other.command(&["MSET", "late", "1", "changed", "1"]);
        one.command(&["DEL", "gone"]);
        one.command(&["SET", "early", "1"]);
    });

    let control = Control::new(&writer, CancellationToken::new());
    let sides = (&bench.server(&one), &bench.server(&other));
    let report = bench.try_diff(sides, &at_once(), &control).unwrap();

    assert_eq!(report.outcome(), Outcome::Clean);
    assert_eq!((report.settled, report.rounds, report.changing), (4, 1, 0));
    assert_eq!(report.equal, 54);
}

#[test]
fn a_writer_that_never_stops_is_told_from_damage() {
    let bench = Bench::new();
    let (one, other) = (Server::start(), Server::start());
    one.command(&["MSET", "counter", "1", "damaged", "x"]);
    other.command(&["MSET", "counter", "0", "damaged", "y"]);
    let (stop, written) = (AtomicBool::new(false), AtomicU64::new(0));
    let file = Side::from(other.save());

    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                one.command(&["INCR", "counter"]);
                written.fetch_add(1, Ordering::Relaxed);
            }
        });
        // Between two looks the writer has to get its turn.
        let patience = at_round(|| {
            let before = written.load(Ordering::Relaxed);
            cachectl_testkit::wait::until("the writer writes", || {
                written.load(Ordering::Relaxed) > before + 1
            });
        });
        let control = Control::new(&patience, CancellationToken::new());
        let live = bench.server(&one);
        for (a, b) in [(&live, &bench.server(&other)), (&live, &file), (&file, &live)] {
            let report = bench.try_diff((a, b), &at_once(), &control).unwrap();
            assert_eq!(found(&report), [key(Kind::Value, "counter"), key(Kind::Value, "damaged")]);
            let changing =
                report.differences.list.iter().map(|it| (it.key.to_string(), it.changing));
            let mut changing: Vec<_> = changing.collect();
            changing.sort();
            assert_eq!(changing, [("counter".to_owned(), true), ("damaged".to_owned(), false)]);
            assert_eq!((report.changing, report.rounds, report.settled), (1, 3, 0));
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_key_that_only_side_b_has_settles_when_it_turns_up_under_its_old_name() {
    let bench = Bench::new();
    let (old, new) = (Server::start(), Server::start());
    new.command(&["SET", "acct:9", "v"]);
    new.command(&["SET", "acct:10", "v"]);
    // A rule that fits no key of side A at all is refused.
    old.command(&["SET", "user:1", "v"]);
    new.command(&["SET", "acct:1", "v"]);
    let writer = at_round(|| {
        old.command(&["SET", "user:9", "v"]);
    });

    let control = Control::new(&writer, CancellationToken::new());
    let options = Options { rounds: 2, pause: Duration::ZERO, ..rules(&["prefix:user: => acct:"]) };
    let sides = (&bench.server(&old), &bench.server(&new));
    let report = bench.try_diff(sides, &options, &control).unwrap();

    assert_eq!(found(&report), [key(Kind::Extra, "acct:10")]);
    assert_eq!((report.settled, report.equal), (1, 2));
    assert!(!only(&report).changing);
}

#[test]
fn a_key_that_expires_on_both_sides_while_they_are_compared_settles() {
    let bench = Bench::new();
    let (one, other) = (Server::start(), Server::start());
    one.command(&["SET", "k", "v", "PX", "1000"]);
    let expiry = one.text(&["PEXPIRETIME", "k"]);
    other.command(&["SET", "k", "another", "PXAT", &expiry]);
    let file = Side::from(one.save());
    let waiting = at_round(|| {
        let expired = || other.number(&["EXISTS", "k"]) == 0;
        cachectl_testkit::wait::until("the key is over its time", expired);
    });

    let control = Control::new(&waiting, CancellationToken::new());
    let report = bench.try_diff((&file, &bench.server(&other)), &at_once(), &control).unwrap();

    assert_eq!((report.outcome(), report.equal), (Outcome::Clean, 0));
    // On a machine that is busy enough the time is over before the first look.
    assert!(report.settled == 1 || report.a.expired == 1, "{report:?}");
}

#[test]
fn stopping_while_sides_are_read_is_an_error() {
    let bench = Bench::new();
    let server = Server::start().with_keys("k:{}", 100);
    let file = Side::from(server.save());
    let side = bench.server(&server);
    let token = CancellationToken::new();
    token.cancel();
    let silent = at_round(|| ());
    let control = Control::new(&silent, token);
    for sides in [(&side, &side), (&side, &file), (&file, &file)] {
        let error = bench.try_diff(sides, &at_once(), &control).unwrap_err();
        assert!(matches!(error, Error::Stopped), "{error:?}");
        assert_eq!(error.kind(), ErrorKind::Interrupted);
    }
}

#[test]
fn stopping_while_it_looks_again_reports_what_differed_last() {
    let bench = Bench::new();
    let (one, other) = (Server::start(), Server::start());
    one.command(&["SET", "k", "v"]);
    let token = CancellationToken::new();
    let stopping = Arc::new(token.clone());
    let operator = at_round(move || stopping.cancel());

    // The second round would never begin.
    let options = Options { rounds: 3, pause: Duration::from_millis(1), ..Options::default() };
    let control = Control::new(&operator, token);
    let sides = (&bench.server(&one), &bench.server(&other));
    let report = bench.try_diff(sides, &options, &control).unwrap();

    assert_eq!(report.outcome(), Outcome::Interrupted);
    assert_eq!(found(&report), [key(Kind::Missing, "k")]);
    assert_eq!(report.rounds, 1);
}
