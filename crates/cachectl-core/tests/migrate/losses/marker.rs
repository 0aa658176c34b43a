//! The marker itself: where it is, what it costs, and what holds without it.

use cachectl_core::{
    migrate::{options::Pacing, report::Doubt},
    vocabulary::{control::Control, outcome::Outcome, progress::Phase},
};
use cachectl_testkit::{Keyspace, Server};
use tokio_util::sync::CancellationToken;

use super::{At, SWAP, lose, refused_as_other_data, server, slow, swapped, swaps};
use crate::bench::{Bench, rules, swap_prefix};

const RULE: &[&str] = &["old:{n} => new:{n}"];

#[test]
fn the_marker_expires_by_itself_and_costs_one_command_a_window() {
    let server = server();
    Keyspace::new(51).keys("old:{}", 40_000).load(&server);
    server.command(&["CONFIG", "RESETSTAT"]);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let calls = |command: &str| {
        let info = server.info("commandstats");
        let stats = info.get(&format!("cmdstat_{command}")).cloned().unwrap_or_default();
        let calls =
            stats.split(',').find_map(|part| part.strip_prefix("calls=")).map(str::to_owned);
        calls.and_then(|calls| calls.parse::<i64>().ok()).unwrap_or(0)
    };
    bench.apply(&migration).unwrap();

    assert_eq!(calls("xgroup|setid"), 3, "40,000 keys are three windows");
    let markers = server.markers();
    assert_eq!(markers.len(), 1);
    let days = server.number(&["TTL", &markers[0]]) / (24 * 60 * 60);
    assert!((29..=30).contains(&days), "{days} days");
    assert_eq!((calls("xadd"), calls("xgroup|create")), (1, 1));
    assert_eq!(calls("renamenx"), 40_000);
}

#[test]
fn a_marker_that_is_gone_from_the_same_process_is_written_again() {
    let server = server();
    let before = swaps(&server, 2_000);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(SWAP));
    let drop_it = || {
        let markers = server.markers();
        server.command(&["DEL", &markers[0]]);
    };
    let gone = At::new(Phase::Apply, 3_000, drop_it);
    let control = Control::new(&gone, CancellationToken::new());

    let report = bench.apply_as(&migration, slow(3_000), &control).unwrap();

    assert!(gone.act.lock().unwrap().is_none(), "the marker was dropped");
    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    server.snapshot().assert_equals(&swapped(&before));
    assert_eq!(server.markers().len(), 1);
    assert_eq!(bench.rollback(&migration).outcome, Outcome::Clean);
    server.snapshot().assert_equals(&before);
}

#[test]
fn a_marker_that_is_gone_after_a_restart_is_asked_for() {
    let server = Server::builder().aof().start();
    let before = swaps(&server, 100);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(SWAP));
    bench.apply(&migration).unwrap();
    server.command(&["DEL", &server.markers()[0]]);
    lose(&server);

    let evidence = refused_as_other_data(bench.try_rollback(&migration));
    assert_eq!(evidence.doubt, Doubt::NoMarker);
    server.snapshot().assert_equals(&swapped(&before));
}

#[test]
fn a_server_out_of_memory_takes_marker_and_renames() {
    let server = server();
    let before = swaps(&server, 2_000);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(SWAP));
    let full = || drop(server.command(&["CONFIG", "SET", "maxmemory", "1mb"]));
    let full = At::new(Phase::Apply, 1_000, full);
    let control = Control::new(&full, CancellationToken::new());

    let report = bench.apply_as(&migration, slow(3_000), &control).unwrap();

    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    server.snapshot().assert_equals(&swapped(&before));
}

/// Starts a server with a user that may rename the application's keys, and set no marker.
fn server_without_markers(patterns: &str) -> (Server, Bench) {
    let user = format!("app on >pw {patterns} ~cachectl:*:aside:* +@all");
    let server = Server::builder().aof().acl_user(&user).start();
    let bench = Bench::new(&server.url_as("app", "pw"));
    (server, bench)
}

#[test]
fn without_a_marker_cycles_stop_when_the_process_changes() {
    let (server, bench) = server_without_markers("~L_* ~R_*");
    swaps(&server, 500);
    let (_, migration) = bench.begin(&rules(SWAP));
    assert_eq!(server.markers(), Vec::<String>::new());
    let stop = CancellationToken::new();
    let halt = At::new(Phase::Apply, 300, || stop.cancel());
    let control = Control::new(&halt, stop.clone());
    bench.apply_as(&migration, slow(500), &control).unwrap();
    // The same process: names tell, because nothing was lost.
    let stop = CancellationToken::new();
    let halt = At::new(Phase::Apply, 300, || stop.cancel());
    let control = Control::new(&halt, stop.clone());
    bench.apply_as(&migration, slow(500), &control).unwrap();
    let half_way = server.snapshot();
    lose(&server);

    let evidence = refused_as_other_data(bench.apply(&migration));

    assert_eq!(evidence.doubt, Doubt::Unmarked);
    server.snapshot().assert_equals(&half_way);
}

#[test]
fn without_a_marker_flat_names_are_renamed_on_after_a_restart() {
    let (server, bench) = server_without_markers("~old:* ~new:*");
    Keyspace::new(53).keys("old:{}", 6_000).load(&server);
    let before = server.snapshot();
    let (_, migration) = bench.begin(&rules(RULE));
    let crash = At::new(Phase::Apply, 2_500, || lose(&server));
    let control = Control::new(&crash, CancellationToken::new());

    let report = bench.apply_as(&migration, slow(2_000), &control).unwrap();

    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    server.snapshot().assert_equals(&before.renamed(|key| swap_prefix(key, "old:", "new:")));
}

#[test]
fn a_name_that_is_written_again_after_its_key_was_gone_is_renamed_at_the_end() {
    let server = server();
    Keyspace::new(54).keys("old:{}", 6_000).load(&server);
    server.command(&["SET", "old:late", "first"]);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    server.command(&["DEL", "old:late"]);
    let write =
        At::new(Phase::Apply, 6_000, || drop(server.command(&["SET", "old:late", "again"])));
    let control = Control::new(&write, CancellationToken::new());

    let report = bench.apply_as(&migration, Pacing::default(), &control).unwrap();

    assert_eq!((report.outcome, report.accounts.vanished), (Outcome::Clean, 0));
    assert_eq!(server.text(&["GET", "new:late"]), "again");
    // Once more, after the end: verifying sees it, and the next run renames it.
    server.command(&["DEL", "new:late"]);
    server.command(&["SET", "old:late", "and again"]);
    assert_eq!(bench.verify(&migration).outcome, Outcome::Findings);
    assert_eq!(bench.apply(&migration).unwrap().outcome, Outcome::Clean);
    assert_eq!(server.text(&["GET", "new:late"]), "and again");
}
