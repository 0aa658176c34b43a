//! Servers that stay, and operators, writers and limits that are in the way.

use std::num::NonZeroU32;

use cachectl_core::{
    migrate::{
        Error,
        options::{OnConflict, Pacing},
        report::Accounts,
    },
    vocabulary::{control::Control, outcome::Outcome},
};
use cachectl_testkit::{Batch, Keyspace, Server};
use tokio_util::sync::CancellationToken;

use super::{RULE, count, renamed, with_fault};
use crate::bench::{Bench, rules, rules_on_conflict};

#[test]
fn stopping_drains_and_another_run_finishes() {
    let server = Server::start();
    Keyspace::new(14).keys("old:{}", 20_000).load(&server);
    let before = server.snapshot();
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let stop = CancellationToken::new();

    let stopping = stop.clone();
    let pacing = Pacing { rate: NonZeroU32::new(20_000), ..Pacing::default() };
    let report = with_fault(
        4_000,
        move || stopping.cancel(),
        |observer| bench.apply_as(&migration, pacing, &Control::new(observer, stop)).unwrap(),
    );

    assert_eq!(report.outcome, Outcome::Interrupted);
    let Accounts { planned, renamed: done, left, .. } = report.accounts;
    assert_eq!(done + left, planned);
    assert!((4_000..19_000).contains(&done), "{done}");
    assert_eq!(count(&server, "new:"), done, "what was reported is what was done");

    let report = bench.apply(&migration).unwrap();
    assert_eq!(report.outcome, Outcome::Clean);
    server.snapshot().assert_equals(&renamed(&before));
}

#[test]
fn keys_that_expire_meanwhile_are_accounted_for() {
    let server = Server::start();
    Keyspace::new(15).keys("old:{}", 1_000).load(&server);
    let mut batch = Batch::new();
    for number in 0..200 {
        batch.push(&["SET", &format!("old:soon:{number}"), "x", "PX", "150"]);
    }
    server.pipeline(&batch);
    let bench = Bench::new(&server.url());
    let (plan, migration) = bench.begin(&rules(RULE));
    cachectl_testkit::wait::until("the keys to expire", || {
        server.number(&["DBSIZE"]) == 1_000 || server.number(&["EXISTS", "old:soon:199"]) == 0
    });

    let report = bench.apply(&migration).unwrap();

    let Accounts { planned, renamed: done, vanished, left, conflicts, failed, unclear } =
        report.accounts;
    assert_eq!(planned, plan.totals.renames);
    assert_eq!((done + vanished, left, conflicts, failed, unclear), (planned, 0, 0, 0, 0));
    assert_eq!(done, 1_000);
    assert_eq!(report.outcome, Outcome::Clean);
    assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
}

#[test]
fn keys_that_expire_after_they_were_renamed_are_no_mismatch() {
    let server = Server::start();
    Keyspace::new(16).keys("old:{}", 100).load(&server);
    server.command(&["SET", "old:soon", "x", "PX", "900"]);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let report = bench.apply(&migration).unwrap();
    assert_eq!(report.accounts.renamed, 101);
    cachectl_testkit::wait::until("the key to expire", || {
        server.number(&["EXISTS", "new:soon"]) == 0
    });

    let report = bench.verify(&migration);

    assert_eq!((report.outcome, report.expired), (Outcome::Clean, 1));
}

#[test]
fn an_out_of_memory_server_still_migrates() {
    let server = Server::start();
    Keyspace::new(17).keys("old:{}", 5_000).load(&server);
    let before = server.snapshot();
    server.command(&["CONFIG", "SET", "maxmemory", "1mb"]);
    let refused = server.try_command(&["SET", "one", "more"]).unwrap_err();
    assert_eq!(refused.code(), Some("OOM"));
    let bench = Bench::new(&server.url());

    let (migrated, _) = bench.migrate(&rules(RULE));

    assert_eq!(migrated.verify.outcome, Outcome::Clean);
    server.snapshot().assert_equals(&renamed(&before));
}

#[test]
fn a_server_without_eval_flush_config_and_info_still_migrates() {
    let denied = ["EVAL", "EVALSHA", "FLUSHALL", "FLUSHDB", "CONFIG", "INFO"];
    let builder = denied.iter().fold(Server::builder(), |builder, name| builder.deny_command(name));
    let server = builder.start();
    Keyspace::new(18).keys("old:{}", 3_000).with_ttl_share(0.2).load(&server);
    let before = server.snapshot();
    let bench = Bench::new(&server.url());

    let (migrated, migration) = bench.migrate(&rules(RULE));

    assert_eq!(migrated.verify.outcome, Outcome::Clean);
    server.snapshot().assert_equals(&renamed(&before));
    bench.rollback(&migration);
    server.snapshot().assert_equals(&before);
}

#[test]
fn a_user_without_dangerous_commands_still_migrates() {
    let server = Server::builder().acl_user("app on >pw ~* +@all -@dangerous").start();
    Keyspace::new(19).keys("old:{}", 3_000).with_ttl_share(0.2).load(&server);
    server.command(&["SET", "new:1", "in the way"]);
    let before = server.snapshot();
    let bench = Bench::new(&server.url_as("app", "pw"));

    let (migrated, migration) = bench.migrate(&rules_on_conflict(RULE, OnConflict::Stash));

    assert_eq!(migrated.verify.outcome, Outcome::Clean);
    assert_eq!(migrated.apply.accounts.renamed, 3_000);
    bench.rollback(&migration);
    server.snapshot().assert_equals(&before);
}

#[test]
fn a_writer_that_uses_an_old_name_again_is_reported_and_its_key_is_kept() {
    let server = Server::start();
    Keyspace::new(20).keys("old:{}", 500).load(&server);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.migrate(&rules(RULE));
    server.command(&["SET", "old:7", "written again"]);

    let report = bench.verify(&migration);

    assert_eq!((report.outcome, report.mismatches.count), (Outcome::Findings, 1));
    assert_eq!(report.rounds, 3, "it was looked at again");
    let back = bench.rollback(&migration);
    assert_eq!((back.accounts.renamed, back.accounts.conflicts), (499, 1));
    assert_eq!(server.text(&["GET", "old:7"]), "written again");
    assert_eq!(server.number(&["EXISTS", "new:7"]), 1);
}

#[test]
fn a_server_that_takes_no_more_writes_leaves_a_migration_that_can_be_resumed() {
    let server = Server::start();
    Keyspace::new(26).keys("old:{}", 20_000).load(&server);
    let before = server.snapshot();
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let need_replicas = |number: &str| {
        server.command(&["CONFIG", "SET", "min-replicas-to-write", number]);
    };

    let pacing = Pacing { rate: NonZeroU32::new(20_000), ..Pacing::default() };
    let error = with_fault(
        4_000,
        || need_replicas("1"),
        |observer| {
            let control = Control::new(observer, CancellationToken::new());
            bench.apply_as(&migration, pacing, &control).unwrap_err()
        },
    );

    let Error::Stalled { handled, .. } = error else { panic!("{error:?}") };
    assert!((4_000..20_000).contains(&handled), "{handled}");
    assert_eq!(count(&server, "new:"), handled);
    need_replicas("0");
    assert_eq!(bench.apply(&migration).unwrap().outcome, Outcome::Clean);
    server.snapshot().assert_equals(&renamed(&before));
}
