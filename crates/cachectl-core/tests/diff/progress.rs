//! What a comparison tells while it runs.

use std::sync::Mutex;

use cachectl_core::{
    diff::Side,
    vocabulary::{
        control::Control,
        progress::{Event, Observer, Phase},
    },
};
use cachectl_testkit::{Keyspace, Server};
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, at_once, once};

/// Writes events down.
#[derive(Default)]
struct Events(Mutex<Vec<String>>);

impl Observer for Events {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        assert_eq!(phase, Phase::Compare);
        let mut events = self.0.lock().unwrap();
        let event = format!("{event:?}");
        // The same number is told as often as the clock ticks.
        if events.last() != Some(&event) {
            events.push(event);
        }
    }
}

#[test]
fn progress_is_told_in_keys_of_both_sides() {
    let bench = Bench::new();
    let server = Server::start();
    Keyspace::new(1).keys("k:{}", 300).load(&server);
    let file = Side::from(server.save());
    let events = Events::default();
    let control = Control::new(&events, CancellationToken::new());

    bench.try_diff((&bench.server(&server), &file), &once(), &control).unwrap();

    let events = events.0.into_inner().unwrap();
    assert_eq!(events.first().unwrap(), "Started(Some(600))");
    let [.., last, end] = events.as_slice() else {
        unreachable!("{events:?}");
    };
    assert_eq!((last.as_str(), end.as_str()), ("Advanced(600)", "Finished"));
}

#[test]
fn every_round_is_told() {
    let bench = Bench::new();
    let (one, other) = (Server::start(), Server::start());
    one.command(&["SET", "k", "v"]);
    let events = Events::default();
    let control = Control::new(&events, CancellationToken::new());

    bench.try_diff((&bench.server(&one), &bench.server(&other)), &at_once(), &control).unwrap();

    let events = events.0.into_inner().unwrap();
    let rounds = events.iter().filter(|event| event.starts_with("Noticed"));
    let expected =
        (1..=3).map(|round| format!("Noticed(\"looking again at what differs, {round} of 3\")"));
    assert!(rounds.eq(expected.collect::<Vec<_>>().iter()), "{events:?}");
}
