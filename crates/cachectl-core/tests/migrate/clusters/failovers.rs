//! Replicas that take over in the middle, on the way there and on the way back.

use std::num::NonZeroU32;

use cachectl_core::{
    migrate::options::Pacing,
    vocabulary::{control::Control, outcome::Outcome},
};
use cachectl_testkit::{Cluster, Keyspace, Server, wait};
use tokio_util::sync::CancellationToken;

use crate::{
    bench::{Bench, rules},
    faults::{RULE, renamed, with_fault},
};

/// The primary that is followed by another one.
const NUMBER: usize = 1;

#[test]
fn a_failover_that_loses_nothing_is_survived_both_ways() {
    case(|cluster| cluster.fail_over(NUMBER));
}

#[test]
fn a_failover_after_a_crash_is_survived_both_ways() {
    case(|cluster| cluster.kill_primary(NUMBER));
}

#[test]
fn a_failover_to_a_replica_that_lags_is_survived_both_ways() {
    case(|cluster| {
        fall_behind(cluster.primary(NUMBER));
        cluster.kill_primary(NUMBER);
    });
}

#[test]
fn a_take_over_by_a_replica_that_lags_is_survived_both_ways() {
    case(|cluster| {
        fall_behind(cluster.primary(NUMBER));
        cluster.take_over(NUMBER);
    });
}

/// Cuts the replicas of a primary off, and waits until they have missed something.
fn fall_behind(primary: &Server) {
    let offset = || {
        let offset = primary.info("replication").remove("master_repl_offset");
        offset.and_then(|offset| offset.parse::<u64>().ok()).unwrap_or_default()
    };
    primary.hold_replicas_back();
    let held_back = offset();
    wait::until("the replica has missed something", || offset() > held_back + 10_000);
}

/// Renames and rolls back, and has a replica take over in the middle of both.
fn case(take_over: impl Fn(&Cluster) + Sync) {
    let cluster = Cluster::start_with(&Server::builder(), 1);
    let names = (0..12_000).map(|number| format!("old:{{{number}}}"));
    Keyspace::new(41).named(names).with_ttl_share(0.2).load(&cluster);
    let before = cluster.snapshot();
    wait_for_replicas(&cluster);
    let bench = Bench::new(&cluster.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let pacing = Pacing { rate: NonZeroU32::new(8_000), ..Pacing::default() };

    let report = with_fault(
        3_000,
        || take_over(&cluster),
        |observer| {
            let control = Control::new(observer, CancellationToken::new());
            bench.apply_as(&migration, pacing, &control).unwrap()
        },
    );
    assert_eq!(report.outcome, Outcome::Clean, "{report:?}");
    cluster.snapshot().assert_equals(&renamed(&before));
    let verified = bench.verify(&migration);
    assert_eq!(verified.outcome, Outcome::Clean, "{verified:?}");

    bring_back(&cluster);
    wait_for_replicas(&cluster);
    let report = with_fault(
        3_000,
        || take_over(&cluster),
        |observer| {
            let control = Control::new(observer, CancellationToken::new());
            bench.rollback_as(&migration, pacing, &control).unwrap()
        },
    );
    assert_eq!(report.outcome, Outcome::Clean, "{report:?}");
    cluster.snapshot().assert_equals(&before);
    let verified = bench.verify(&migration);
    assert_eq!(verified.outcome, Outcome::Clean, "{verified:?}");
}

/// Starts the nodes that were killed, which then follow those that took over from them.
fn bring_back(cluster: &Cluster) {
    for node in cluster.primaries().iter().chain(cluster.replicas()) {
        if !node.is_running() {
            node.restart();
        }
    }
    cluster.wait_until_complete();
}

fn wait_for_replicas(cluster: &Cluster) {
    wait::until("the replicas have everything", || {
        let offset = |server: &Server| server.info("replication").remove("master_repl_offset");
        let in_sync =
            |number| offset(cluster.primary(number)) == offset(cluster.replica_of(number));
        (0..3).all(in_sync)
    });
}
