//! Servers that go away, and come back, or are followed by others.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use cachectl_core::{
    migrate::{self, Error, options::Pacing},
    vocabulary::{
        control::Control,
        outcome::Outcome,
        progress::{Event, Observer, Phase, Silent},
    },
};
use cachectl_testkit::{Keyspace, Proxy, Replicated, Sentinels, Server};
use tokio_util::sync::CancellationToken;

use super::{RULE, count, renamed, with_fault};
use crate::bench::{Bench, rules, swap_prefix};

#[test]
fn a_server_that_is_killed_and_comes_back_does_not_stop_the_work() {
    let server = Server::builder().aof().start();
    Keyspace::new(11).keys("old:{}", 60_000).with_ttl_share(0.1).load(&server);
    let before = server.snapshot();
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));

    let crash = || {
        server.kill();
        server.restart();
    };
    let report = with_fault(20_000, crash, |observer| {
        let control = Control::new(observer, CancellationToken::new());
        bench.apply_as(&migration, Pacing::default(), &control).unwrap()
    });

    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    server.snapshot().assert_equals(&renamed(&before));
    assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
    bench.rollback(&migration);
    server.snapshot().assert_equals(&before);
}

/// Snapshots lose what came after them, unlike a log that is written before every answer.
#[test]
fn a_server_that_comes_back_with_an_older_state_is_renamed_again_from_there() {
    let server = Server::builder().config("save", "").start();
    let chain = (0..40).map(|n| format!("k{n} => k{}", n + 1));
    let texts: Vec<String> = chain.chain([RULE[0].to_owned()]).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Keyspace::new(12).keys("old:{}", 60_000).keys("k{}", 40).load(&server);
    let before = server.snapshot();
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(&texts));

    let save = || drop(server.command(&["SAVE"]));
    let pacing = Pacing { rate: NonZeroU32::new(40_000), ..Pacing::default() };
    with_fault(25_000, save, |observer| {
        let control = Control::new(observer, CancellationToken::new());
        bench.apply_as(&migration, pacing, &control).unwrap()
    });
    server.kill();
    server.restart();
    assert!(count(&server, "old:") > 0 && count(&server, "new:") > 0, "it is in between");

    let report = bench.apply(&migration).unwrap();

    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    let expected = before.renamed(|key| {
        let chained = std::str::from_utf8(key).ok().and_then(|key| key.strip_prefix('k'));
        let chained = chained.and_then(|number| number.parse::<u32>().ok());
        chained
            .map(|number| format!("k{}", number + 1).into_bytes())
            .or_else(|| swap_prefix(key, "old:", "new:"))
    });
    server.snapshot().assert_equals(&expected);
    bench.rollback(&migration);
    server.snapshot().assert_equals(&before);
}

#[test]
fn a_connection_that_is_cut_again_and_again_only_costs_time() {
    let server = Server::start();
    Keyspace::new(13).keys("old:{}", 30_000).load(&server);
    let before = server.snapshot();
    let proxy = Proxy::start(&server);
    let bench = Bench::new(&proxy.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let stop = CancellationToken::new();
    let pacing = Pacing { rate: NonZeroU32::new(30_000), ..Pacing::default() };

    let report = thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.is_cancelled() {
                thread::sleep(Duration::from_millis(100));
                proxy.cut();
            }
        });
        let report = bench.apply_as(&migration, pacing, &Control::unattended());
        stop.cancel();
        report.unwrap()
    });

    assert!(proxy.connections() > 6, "{}", proxy.connections());
    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    server.snapshot().assert_equals(&renamed(&before));
}

#[test]
fn a_server_that_stays_away_leaves_a_migration_that_can_be_resumed() {
    let server = Server::builder().aof().start();
    Keyspace::new(21).keys("old:{}", 30_000).load(&server);
    let before = server.snapshot();
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let stop = CancellationToken::new();
    let giving_up = stop.clone();

    // Nobody waits half a minute in a test: the operator gives up instead.
    let crash = || {
        server.kill();
        thread::sleep(Duration::from_millis(300));
        giving_up.cancel();
    };
    let error = with_fault(5_000, crash, |observer| {
        bench.apply_as(&migration, Pacing::default(), &Control::new(observer, stop)).unwrap_err()
    });

    assert!(matches!(error, Error::PrimaryLost { .. }), "{error:?}");
    server.restart();
    let report = bench.apply(&migration).unwrap();
    assert_eq!(report.outcome, Outcome::Clean);
    server.snapshot().assert_equals(&renamed(&before));
}

#[test]
fn a_rollback_survives_a_restart_before_and_after_it_was_begun() {
    let server = Server::builder().aof().start();
    Keyspace::new(24).keys("old:{}", 20_000).load(&server);
    let before = server.snapshot();
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.migrate(&rules(RULE));
    server.restart();
    let stop = CancellationToken::new();
    // Sealed, but stopped before the first rename.
    stop.cancel();
    let control = Control::new(&Silent, stop);
    let deployment = bench.deployment();
    let rolling = migrate::rollback(&deployment, &migration, Pacing::default(), &control);
    let report = bench.runtime.block_on(rolling).unwrap();
    assert_eq!(report.outcome, Outcome::Interrupted);
    server.restart();

    let report = bench.rollback(&migration);

    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    server.snapshot().assert_equals(&before);
}

#[test]
fn a_replica_that_takes_over_is_carried_on_with() {
    let replicated = Replicated::start();
    Keyspace::new(22).keys("old:{}", 40_000).load(replicated.primary());
    replicated.wait_until_in_sync();
    let before = replicated.primary().snapshot();
    let bench = Bench::new(&replicated.primary().url());
    let (_, migration) = bench.begin(&rules(RULE));
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    let lagging = || {
        // The replica stops listening, so that it misses the rest.
        replicated.replica().command(&["REPLICAOF", "NO", "ONE"]);
        stopping.cancel();
    };
    let pacing = Pacing { rate: NonZeroU32::new(40_000), ..Pacing::default() };
    with_fault(20_000, lagging, |observer| {
        bench.apply_as(&migration, pacing, &Control::new(observer, stop)).unwrap()
    });

    let promoted = Bench::new(&replicated.replica().url());
    let report = promoted.apply(&migration).unwrap();

    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    replicated.replica().snapshot().assert_equals(&renamed(&before));
}

#[test]
fn failover_after_failover_is_followed_from_run_to_run() {
    let replicated = Replicated::start();
    let third = Server::builder().tcp().start();
    Keyspace::new(25).keys("old:{}", 30_000).load(replicated.primary());
    replicated.wait_until_in_sync();
    let before = replicated.primary().snapshot();
    let bench = Bench::new(&replicated.primary().url());
    let (_, migration) = bench.begin(&rules(RULE));
    let pacing = Pacing { rate: NonZeroU32::new(40_000), ..Pacing::default() };
    let some_of_it = |bench: &Bench| {
        let stop = CancellationToken::new();
        let stopping = stop.clone();
        let report = with_fault(
            8_000,
            move || stopping.cancel(),
            |observer| bench.apply_as(&migration, pacing, &Control::new(observer, stop)).unwrap(),
        );
        assert_eq!(report.outcome, Outcome::Interrupted);
    };
    let promote = |server: &Server| drop(server.command(&["REPLICAOF", "NO", "ONE"]));

    some_of_it(&bench);
    replicated.wait_until_in_sync();
    let port = replicated.replica().port().to_string();
    third.command(&["REPLICAOF", "127.0.0.1", &port]);
    promote(replicated.replica());
    replicated.primary().kill();
    some_of_it(&Bench::new(&replicated.replica().url()));
    cachectl_testkit::wait::until("the third server has everything", || {
        let offset = |server: &Server| server.info("replication").remove("master_repl_offset");
        offset(&third) == offset(replicated.replica())
    });
    promote(&third);
    replicated.replica().kill();

    let report = Bench::new(&third.url()).apply(&migration).unwrap();

    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    third.snapshot().assert_equals(&renamed(&before));
}

/// Counts what is told besides progress.
struct Notices<'a> {
    observer: &'a dyn Observer,
    told: AtomicUsize,
}

impl Observer for Notices<'_> {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        if matches!(event, Event::Noticed(_)) {
            self.told.fetch_add(1, Ordering::Relaxed);
        }
        self.observer.observe(phase, event);
    }
}

/// It takes connections all the time, so that it is found and lost again ten times a second.
#[test]
fn a_primary_that_is_none_for_a_while_is_waited_for_and_told_of_once() {
    let server = Server::start();
    Keyspace::new(24).keys("old:{}", 20_000).load(&server);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let demote = || {
        server.command(&["REPLICAOF", "127.0.0.1", "1"]);
        thread::sleep(Duration::from_millis(1_500));
        server.command(&["REPLICAOF", "NO", "ONE"]);
    };
    let pacing = Pacing { rate: NonZeroU32::new(10_000), ..Pacing::default() };

    let (report, told) = with_fault(5_000, demote, |observer| {
        let notices = Notices { observer, told: AtomicUsize::new(0) };
        let control = Control::new(&notices, CancellationToken::new());
        let report = bench.apply_as(&migration, pacing, &control).unwrap();
        (report, notices.told.into_inner())
    });

    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    assert!((1..=3).contains(&told), "{told} notices");
}

#[test]
fn a_sentinel_failover_in_the_middle_is_survived() {
    let sentinels = Sentinels::start();
    Keyspace::new(23).keys("old:{}", 40_000).load(sentinels.primary());
    let before = sentinels.primary().snapshot();
    let bench = Bench::of(crate::clusters::sentinel_target(&sentinels));
    let (_, migration) = bench.begin(&rules(RULE));
    let pacing = Pacing { rate: NonZeroU32::new(20_000), ..Pacing::default() };

    let report = with_fault(
        8_000,
        || sentinels.fail_over(),
        |observer| {
            let control = Control::new(observer, CancellationToken::new());
            bench.apply_as(&migration, pacing, &control).unwrap()
        },
    );

    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    sentinels.wait_for_new_primary();
    sentinels.primary().snapshot().assert_equals(&renamed(&before));
}
