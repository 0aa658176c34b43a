//! Slots that move while keys are renamed.

use std::num::NonZeroU32;

use cachectl_core::{
    migrate::options::Pacing,
    vocabulary::{control::Control, outcome::Outcome},
};
use cachectl_testkit::{Cluster, Keyspace, cluster::slot_of};
use tokio_util::sync::CancellationToken;

use crate::{
    bench::{Bench, rules},
    faults::{RULE, with_fault},
};

/// `MIGRATE` takes the time left along, so that every key on its way expires a little later.
#[test]
fn a_live_reshard_delays_expiries_and_is_as_planned() {
    let cluster = Cluster::start();
    let names = (0..6_000).map(|number| format!("old:{{tag}}:{number}"));
    Keyspace::new(42).named(names).with_ttl_share(1.0).load(&cluster);
    let bench = Bench::new(&cluster.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let slot = slot_of(b"{tag}");
    let to = (cluster.owner(slot) + 1) % 3;
    let pacing = Pacing { rate: NonZeroU32::new(6_000), ..Pacing::default() };

    let reshard = || {
        cluster.begin_move(slot, to);
        while cluster.move_keys(slot, to, 25) > 0 {}
        cluster.finish_move(slot, to);
    };
    let report = with_fault(1_500, reshard, |observer| {
        let control = Control::new(observer, CancellationToken::new());
        bench.apply_as(&migration, pacing, &control).unwrap()
    });

    assert_eq!(report.outcome, Outcome::Clean, "{report:?}");
    assert_eq!(report.accounts.renamed, 6_000);
    let verified = bench.verify(&migration);
    assert_eq!(verified.outcome, Outcome::Clean, "{verified:?}");
    assert!(verified.delayed > 0, "{verified:?}");

    bench.rollback(&migration);
    let verified = bench.verify(&migration);
    assert_eq!(verified.outcome, Outcome::Clean, "{verified:?}");
    assert_eq!(cluster.primary(to).data_size(), 6_000);
}

#[test]
fn an_expiry_that_differs_by_a_millisecond_where_no_slot_moved_is_a_difference() {
    let cluster = Cluster::start();
    cluster.primary_of("old:{a}").command(&["SET", "old:{a}", "x", "EX", "1000"]);
    let bench = Bench::new(&cluster.url());
    let (_, migration) = bench.migrate(&rules(&["prefix:old: => new:"]));
    let owner = cluster.primary_of("new:{a}");
    let at = owner.number(&["PEXPIRETIME", "new:{a}"]);
    owner.command(&["PEXPIREAT", "new:{a}", &(at + 1).to_string()]);

    let verified = bench.verify(&migration);

    assert_eq!((verified.outcome, verified.delayed), (Outcome::Findings, 0), "{verified:?}");
    assert_eq!(verified.mismatches.count, 1);
}

/// A lane is then at work on two nodes, each with a marker of its own.
#[test]
fn connections_that_are_cut_after_a_reshard_cost_nothing_there_and_back() {
    let cluster = Cluster::start();
    let names = (0..6_000).map(|number| format!("old:{{{}}}:{number}", number % 40));
    Keyspace::new(43).named(names).load(&cluster);
    let before = cluster.snapshot();
    let bench = Bench::new(&cluster.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let slot = slot_of(b"{7}");
    let to = (cluster.owner(slot) + 1) % 3;
    let pacing = Pacing { rate: NonZeroU32::new(2_000), ..Pacing::default() };
    let cut = || {
        for node in 0..3 {
            let node = cluster.primary(node);
            drop(node.command(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]));
        }
    };

    let reshard_and_cut = || {
        cluster.move_slot(slot, to);
        cut();
    };
    let report = with_fault(1_500, reshard_and_cut, |observer| {
        let control = Control::new(observer, CancellationToken::new());
        bench.apply_as(&migration, pacing, &control).unwrap()
    });
    assert_eq!(report.outcome, Outcome::Clean, "{report:?}");
    assert_eq!((report.accounts.renamed, report.accounts.vanished), (6_000, 0));
    cut();
    assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);

    assert_eq!(bench.rollback(&migration).outcome, Outcome::Clean);
    let (before, after) = (before.digest(), cluster.snapshot().digest());
    assert!(before == after, "every key has its old name");
}
