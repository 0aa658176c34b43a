//! Servers that lost what they were told, and servers that were never told anything.

mod ahead;
mod doubts;
mod exchanges;
mod foreign;
mod marker;

use std::{num::NonZeroU32, sync::Mutex};

use cachectl_core::{
    migrate::{
        Error, Migration, Options,
        options::Pacing,
        report::{Evidence, State},
    },
    vocabulary::{
        control::Control,
        error_kind::ErrorKind,
        outcome::Outcome,
        progress::{Event, Observer, Phase},
    },
};
use cachectl_testkit::{Batch, Keyspace, Server, Snapshot};
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, rules, rules_on_conflict};

/// Keys in pairs that swap their names.
fn swaps(server: &Server, pairs: usize) -> Snapshot {
    let mut batch = Batch::new();
    for number in 0..pairs {
        batch.push(&["SET", &format!("L_{number}"), &format!("left {number}")]);
        batch.push(&["SET", &format!("R_{number}"), &format!("right {number}")]);
    }
    server.pipeline(&batch);
    server.snapshot()
}

const SWAP: &[&str] = &["L_{x} => R_{x}", "R_{x} => L_{x}"];

fn swapped(before: &Snapshot) -> Snapshot {
    before.renamed(|key| {
        let key = std::str::from_utf8(key).ok()?;
        let left = key.strip_prefix("L_").map(|rest| format!("R_{rest}"));
        left.or_else(|| key.strip_prefix("R_").map(|rest| format!("L_{rest}")))
            .map(String::into_bytes)
    })
}

/// So slowly that there are several windows.
fn slow(rate: u32) -> Pacing {
    Pacing { rate: NonZeroU32::new(rate), ..Pacing::default() }
}

/// Does something once so many operations were dealt with, in the middle of the work.
struct At<'a> {
    phase: Phase,
    count: u64,
    act: Mutex<Option<Box<dyn FnOnce() + Send + 'a>>>,
}

impl<'a> At<'a> {
    fn new(phase: Phase, count: u64, act: impl FnOnce() + Send + 'a) -> Self {
        Self { phase, count, act: Mutex::new(Some(Box::new(act))) }
    }
}

impl Observer for At<'_> {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        if let Event::Advanced(done) = event
            && phase == self.phase
            && done >= self.count
            && let Some(act) = self.act.lock().unwrap().take()
        {
            act();
        }
    }
}

/// Starts a server that writes a snapshot only when it is told to.
fn server() -> Server {
    Server::builder().config("save", "").start()
}

fn lose(server: &Server) {
    server.kill();
    server.restart();
}

/// Applies slowly, and has the server write a snapshot once so many operations were dealt with.
fn apply_with_snapshot_at(bench: &Bench, migration: &Migration, server: &Server, count: u64) {
    let save = At::new(Phase::Apply, count, || drop(server.command(&["SAVE"])));
    let control = Control::new(&save, CancellationToken::new());
    let report = bench.apply_as(migration, slow(3_000), &control).unwrap();
    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    assert!(save.act.lock().unwrap().is_none(), "the snapshot was written");
}

#[track_caller]
fn refused_as_other_data<T: std::fmt::Debug>(result: Result<T, Error>) -> Evidence {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error:?}");
    assert!(matches!(error, Error::OtherData(_)), "{error:?}");
    let Error::OtherData(evidence) = error else { unreachable!() };
    *evidence
}

/// A chain that is renamed from its tail, beside swaps and flat names.
fn chains_and_swaps(server: &Server) -> (Options, Snapshot, Snapshot) {
    let mut batch = Batch::new();
    let mut texts = Vec::new();
    for chain in 0..300 {
        for link in 0..8 {
            batch.push(&["SET", &format!("c{chain}:{link}"), &format!("{chain}/{link}")]);
        }
    }
    for link in 0..8 {
        texts.push(format!("c{{n:digits}}:{link} => c{{n}}:{}", link + 1));
    }
    for number in 0..3 {
        batch.push(&["SET", &format!("L_{number}"), "l"]).push(&[
            "SET",
            &format!("R_{number}"),
            "r",
        ]);
    }
    server.pipeline(&batch);
    texts.extend(SWAP.iter().map(|&text| text.to_owned()));
    let before = server.snapshot();
    let after = swapped(&before).renamed(|key| {
        let (chain, link) = std::str::from_utf8(key).ok()?.strip_prefix('c')?.split_once(':')?;
        Some(format!("c{chain}:{}", link.parse::<u32>().ok()? + 1).into_bytes())
    });
    (rules(&texts.iter().map(String::as_str).collect::<Vec<_>>()), before, after)
}

#[test]
fn swaps_that_a_server_lost_after_the_end_are_done_again_and_undone_exactly() {
    let server = server();
    let before = swaps(&server, 2_000);
    let bench = Bench::new(&server.url());
    // In the middle of the temporary names, of the second level, and of the last.
    for moment in [1_000, 3_000, 5_000] {
        let (_, migration) = bench.begin(&rules(SWAP));
        apply_with_snapshot_at(&bench, &migration, &server, moment);
        server.snapshot().assert_equals(&swapped(&before));
        lose(&server);

        let error = bench.try_verify(&migration).unwrap_err();
        assert!(matches!(error, Error::Undone { .. }), "{error:?}");
        assert_eq!(error.kind(), ErrorKind::Incomplete);
        let report = bench.apply(&migration).unwrap();

        assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
        server.snapshot().assert_equals(&swapped(&before));
        assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
        assert_eq!(bench.rollback(&migration).outcome, Outcome::Clean);
        server.snapshot().assert_equals(&before);
    }
}

#[test]
fn a_rollback_undoes_only_what_a_server_still_has() {
    let server = server();
    let before = swaps(&server, 2_000);
    let bench = Bench::new(&server.url());
    for moment in [1_000, 3_000, 5_000] {
        let (_, migration) = bench.begin(&rules(SWAP));
        apply_with_snapshot_at(&bench, &migration, &server, moment);
        lose(&server);

        let report = bench.rollback(&migration);

        assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
        server.snapshot().assert_equals(&before);
        assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
    }
}

#[test]
fn a_rollback_survives_a_server_that_comes_back_from_before_it_began() {
    let server = server();
    let before = swaps(&server, 2_000);
    let bench = Bench::new(&server.url());
    for (saved, lost) in [(1_000, 3_000), (3_000, 1_000), (5_000, 5_500)] {
        let (_, migration) = bench.begin(&rules(SWAP));
        apply_with_snapshot_at(&bench, &migration, &server, saved);
        let crash = At::new(Phase::Rollback, lost, || lose(&server));
        let control = Control::new(&crash, CancellationToken::new());

        let report = bench.rollback_as(&migration, slow(3_000), &control).unwrap();

        assert!(crash.act.lock().unwrap().is_none(), "the server was lost");
        assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
        server.snapshot().assert_equals(&before);
        // Lost once more, after the end.
        lose(&server);
        assert_eq!(bench.rollback(&migration).outcome, Outcome::Clean);
        server.snapshot().assert_equals(&before);
    }
}

#[test]
fn chains_beside_swaps_are_done_again_in_order() {
    let server = server();
    let (options, before, after) = chains_and_swaps(&server);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&options);
    server.command(&["SAVE"]);
    let crash = At::new(Phase::Apply, 1_400, || lose(&server));
    let control = Control::new(&crash, CancellationToken::new());

    let report = bench.apply_as(&migration, slow(1_200), &control).unwrap();

    assert!(crash.act.lock().unwrap().is_none(), "the server was lost");
    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    server.snapshot().assert_equals(&after);
    lose(&server);
    assert_eq!(bench.rollback(&migration).outcome, Outcome::Clean);
    server.snapshot().assert_equals(&before);
}

/// Keys of which every second one has a taken name.
fn taken(server: &Server, keys: usize) -> Snapshot {
    let mut batch = Batch::new();
    for number in 0..keys {
        batch.push(&["SET", &format!("old:{number}"), &format!("ours {number}")]);
        if number % 2 == 0 {
            batch.push(&["SET", &format!("new:{number}"), &format!("in the way {number}")]);
        }
    }
    server.pipeline(&batch);
    server.snapshot()
}

fn is_right_after_stash(server: &Server, keys: usize) {
    for number in 0..keys {
        let name = format!("new:{number}");
        assert_eq!(server.text(&["GET", &name]), format!("ours {number}"), "{name}");
    }
    assert_eq!(server.data_size(), i64::try_from(keys + keys.div_ceil(2)).unwrap());
}

#[test]
fn stashed_keys_survive_a_server_that_comes_back_older() {
    let server = server();
    let before = taken(&server, 3_000);
    let bench = Bench::new(&server.url());
    let options = rules_on_conflict(&["old:{n} => new:{n}"], Policy::Stash);
    let (_, migration) = bench.begin(&options);
    let save_then_crash = At::new(Phase::Apply, 1_000, || drop(server.command(&["SAVE"])));
    let control = Control::new(&save_then_crash, CancellationToken::new());
    let stop = CancellationToken::new();
    drop(control);
    let both = Both(save_then_crash, At::new(Phase::Apply, 2_000, || lose(&server)));
    let control = Control::new(&both, stop);

    let report = bench.apply_as(&migration, slow(2_000), &control).unwrap();

    assert_eq!(report.outcome, Outcome::Clean, "{:?} {:?}", report.accounts, report.troubles);
    is_right_after_stash(&server, 3_000);
    assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
    assert_eq!(bench.rollback(&migration).outcome, Outcome::Clean);
    server.snapshot().assert_equals(&before);
}

use cachectl_core::migrate::options::OnConflict as Policy;

/// Two observers.
struct Both<'a>(At<'a>, At<'a>);

impl Observer for Both<'_> {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        self.0.observe(phase, event);
        self.1.observe(phase, event);
    }
}

#[test]
fn one_cut_connection_costs_a_migration_that_overwrites_nothing() {
    let server = server();
    let mut batch = Batch::new();
    for number in 0..30_000 {
        batch.push(&["SET", &format!("old:{number}"), &format!("ours {number}")]);
        batch.push(&["SET", &format!("new:{number}"), "in the way"]);
    }
    server.pipeline(&batch);
    let bench = Bench::new(&server.url());
    let options = rules_on_conflict(&["old:{n} => new:{n}"], Policy::Overwrite);
    let (_, migration) = bench.begin(&options);
    let kill = || drop(server.command(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]));
    let kill = At::new(Phase::Apply, 10_000, kill);
    let control = Control::new(&kill, CancellationToken::new());

    let report = bench.apply_as(&migration, Pacing::default(), &control).unwrap();

    assert!(kill.act.lock().unwrap().is_none(), "the connection was cut");
    assert_eq!(report.outcome, Outcome::Clean, "{:?} {:?}", report.accounts, report.troubles);
    assert_eq!(report.accounts.renamed, 30_000);
    assert_eq!(server.data_size(), 30_000, "what was in the way is gone, and nothing else");
    for number in (0..30_000).step_by(997) {
        let name = format!("new:{number}");
        assert_eq!(server.text(&["GET", &name]), format!("ours {number}"), "{name}");
    }
    assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
}

#[test]
fn overwritten_keys_survive_a_server_that_comes_back_older() {
    let server = server();
    taken(&server, 3_000);
    let bench = Bench::new(&server.url());
    let options = rules_on_conflict(&["old:{n} => new:{n}"], Policy::Overwrite);
    let (_, migration) = bench.begin(&options);
    let both = Both(
        At::new(Phase::Apply, 1_000, || drop(server.command(&["SAVE"]))),
        At::new(Phase::Apply, 2_000, || lose(&server)),
    );
    let control = Control::new(&both, CancellationToken::new());

    let report = bench.apply_as(&migration, slow(2_000), &control).unwrap();

    assert_eq!(report.outcome, Outcome::Clean, "{:?} {:?}", report.accounts, report.troubles);
    assert_eq!(server.data_size(), 3_000);
    for number in 0..3_000 {
        let name = format!("new:{number}");
        assert_eq!(server.text(&["GET", &name]), format!("ours {number}"), "{name}");
    }
}

#[test]
fn what_a_server_lost_is_counted_in_previews() {
    let server = server();
    Keyspace::new(57).keys("old:{}", 6_000).load(&server);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(&["old:{n} => new:{n}"]));
    assert_eq!(bench.previews(&migration), (6_000, 0));
    // Between two windows.
    let save = At::new(Phase::Apply, 2_500, || drop(server.command(&["SAVE"])));
    let control = Control::new(&save, CancellationToken::new());
    bench.apply_as(&migration, slow(2_000), &control).unwrap();
    assert_eq!(bench.previews(&migration), (0, 6_000));
    lose(&server);

    let (resume, rollback) = bench.previews(&migration);

    assert_eq!(resume + rollback, 6_000);
    assert!(resume > 0 && rollback > 0, "{resume} {rollback}");
    let back = bench.rollback(&migration);
    assert_eq!((back.outcome, back.accounts.renamed), (Outcome::Clean, rollback));
}

#[test]
fn what_never_sent_anything_is_closed_on_whatever_became_of_its_server() {
    let server = server();
    server.command(&["SET", "old:1", "one"]);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(&["old:{n} => new:{n}"]));
    lose(&server);
    server.command(&["SET", "new:1", "another"]);
    let before = server.snapshot();
    assert!(matches!(bench.apply(&migration), Err(Error::Restarted { .. })));

    for _ in 0..2 {
        assert_eq!(bench.rollback(&migration).outcome, Outcome::Clean);
        assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
        lose(&server);
        server.command(&["SET", "new:1", "another"]);
    }

    assert_eq!(migration.status().unwrap().state, State::RolledBack);
    server.snapshot().assert_equals(&before);
    assert_eq!(server.markers(), Vec::<String>::new());
}
