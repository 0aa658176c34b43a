//! The marker itself: where it is, what it costs, and what holds without it.

use cachectl_core::{
    migrate::{
        options::{OnConflict, Pacing},
        report::{Caveat, Doubt},
    },
    vocabulary::{control::Control, outcome::Outcome, progress::Phase},
};
use cachectl_testkit::{Keyspace, Server};
use tokio_util::sync::CancellationToken;

use super::{At, SWAP, lose, refused_as_other_data, server, slow, swapped, swaps};
use crate::bench::{Bench, rules, rules_on_conflict, swap_prefix};

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
    assert_expires_in_a_month(&server);
    assert_eq!((calls("xadd"), calls("xgroup|create")), (1, 1));
    assert_eq!(calls("renamenx"), 40_000);
}

#[track_caller]
fn assert_expires_in_a_month(server: &Server) {
    let markers = server.markers();
    assert_eq!(markers.len(), 1);
    let days = server.number(&["TTL", markers.first().unwrap()]) / (24 * 60 * 60);
    assert!((29..=30).contains(&days), "{days} days");
}

/// A single expiry makes a server look for the expiry of each key that it touches.
#[test]
fn the_marker_gets_an_expiry_at_rest_or_where_other_keys_have_one() {
    for others_expire in [false, true] {
        let server = server();
        Keyspace::new(56).keys("old:{}", 6_000).load(&server);
        if others_expire {
            server.command(&["SET", "another", "key", "EX", "10000"]);
        }
        let bench = Bench::new(&server.url());
        let (_, migration) = bench.begin(&rules(RULE));
        let some = || {
            let stop = CancellationToken::new();
            let halt = At::new(Phase::Apply, 1_500, || {
                let expires = server.number(&["TTL", &server.markers()[0]]) > 0;
                assert_eq!(expires, others_expire, "while at work");
                stop.cancel();
            });
            let control = Control::new(&halt, stop.clone());
            let report = bench.apply_as(&migration, slow(1_000), &control).unwrap();
            assert!(halt.act.lock().unwrap().is_none(), "it was stopped half-way");
            assert_eq!(report.outcome, Outcome::Interrupted);
            assert_expires_in_a_month(&server);
        };

        some();
        some();

        assert_eq!(bench.apply(&migration).unwrap().outcome, Outcome::Clean);
        assert_expires_in_a_month(&server);
        assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
    }
}

/// The permissions that the guide gives, with those that it recommends.
#[test]
fn the_user_of_the_guide_may_hold_a_marker_without_an_expiry() {
    let guide = include_str!("../../../../../docs/guides/migrate.md");
    let start = guide.find("ACL SETUSER migrator on >… ").unwrap();
    let rules = guide.get(start..).unwrap().split("```").next().unwrap();
    let rules = rules.trim_start_matches("ACL SETUSER migrator on >… ");
    let rules = rules.replace("~doc_state_*", "~old:*").replace("~doc:state:*", "~new:*");
    let user =
        format!("app on >pw +info {}", rules.split_whitespace().collect::<Vec<_>>().join(" "));
    let server = Server::builder().acl_user(&user).start();
    Keyspace::new(58).keys("old:{}", 6_000).load(&server);
    let bench = Bench::new(&server.url_as("app", "pw"));
    let (_, migration) = bench.begin(&rules_on_conflict(RULE, OnConflict::Skip));
    let held = At::new(Phase::Apply, 1_500, || {
        assert_eq!(server.number(&["TTL", server.markers().first().unwrap()]), -1);
    });
    let control = Control::new(&held, CancellationToken::new());

    bench.apply_as(&migration, slow(1_000), &control).unwrap();

    assert!(held.act.lock().unwrap().is_none(), "it was looked at");
    assert_expires_in_a_month(&server);
}

/// Whatever it is that ends a run, the marker does not stay for ever.
#[test]
fn the_marker_gets_its_expiry_where_a_run_gives_up() {
    let server = Server::builder().acl_user("app on >pw ~* +@all").start();
    Keyspace::new(59).keys("old:{}", 6_000).load(&server);
    let bench = Bench::new(&server.url_as("app", "pw"));
    let (_, migration) = bench.begin(&rules(RULE));
    let deny = At::new(Phase::Apply, 1_500, || {
        drop(server.command(&["ACL", "SETUSER", "app", "-renamenx"]));
    });
    let control = Control::new(&deny, CancellationToken::new());

    assert!(bench.apply_as(&migration, slow(1_000), &control).is_err());

    assert_expires_in_a_month(&server);
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

/// What a dry run says is what the run would do.
#[test]
fn without_a_marker_a_dry_run_counts_what_a_restarted_server_has_lost() {
    let user = "app on >pw ~old:* ~new:* ~cachectl:*:aside:* +@all";
    let server = Server::builder().config("save", "").acl_user(user).start();
    Keyspace::new(54).keys("old:{}", 6_000).load(&server);
    let bench = Bench::new(&server.url_as("app", "pw"));
    let (_, migration) = bench.begin(&rules(RULE));
    let save = At::new(Phase::Apply, 2_500, || drop(server.command(&["SAVE"])));
    let control = Control::new(&save, CancellationToken::new());
    let report = bench.apply_as(&migration, slow(2_000), &control).unwrap();
    assert_eq!(report.outcome, Outcome::Clean, "{:?}", report.accounts);
    lose(&server);
    let left = server.number(&["EVAL", "return #redis.call('KEYS', 'old:*')", "0"]).unsigned_abs();
    assert!((1_000..5_000).contains(&left), "{left}");

    assert_eq!(bench.previews(&migration), (left, 6_000 - left));

    assert_eq!(bench.apply(&migration).unwrap().accounts.renamed, 6_000);
}

#[test]
fn without_a_marker_a_server_that_lost_everything_is_started_over_on_the_operators_word() {
    let user = "app on >pw ~L_* ~R_* ~cachectl:*:aside:* +@all";
    let server = Server::builder().config("save", "").acl_user(user).start();
    let before = swaps(&server, 100);
    server.command(&["SAVE"]);
    let bench = Bench::new(&server.url_as("app", "pw"));
    let (_, migration) = bench.begin(&rules(SWAP));
    bench.apply(&migration).unwrap();
    lose(&server);
    assert_eq!(refused_as_other_data(bench.apply(&migration)).doubt, Doubt::Unmarked);

    assert_eq!(bench.apply_after_loss(&migration).outcome, Outcome::Clean);
    server.snapshot().assert_equals(&swapped(&before));
}

/// The marker stands still while our user may not touch it, and is behind afterwards.
#[test]
fn a_marker_that_was_out_of_reach_for_a_while_is_not_believed() {
    let server = Server::builder().acl_user("app on >pw ~* +@all").start();
    Keyspace::new(55).keys("old:{}", 6_000).load(&server);
    let before = server.snapshot();
    let bench = Bench::new(&server.url_as("app", "pw"));
    let (_, migration) = bench.begin(&rules(RULE));
    let some = |at| {
        let stop = CancellationToken::new();
        let halt = At::new(Phase::Apply, at, || stop.cancel());
        let control = Control::new(&halt, stop.clone());
        drop(bench.apply_as(&migration, slow(1_000), &control).unwrap());
    };
    some(1_500);
    server.command(&["ACL", "SETUSER", "app", "resetkeys", "~old:*", "~new:*"]);
    some(1_500);
    server.command(&["ACL", "SETUSER", "app", "allkeys"]);

    let report = bench.apply(&migration).unwrap();

    assert_eq!((report.outcome, report.accounts.vanished), (Outcome::Clean, 0));
    assert_eq!(bench.rollback(&migration).outcome, Outcome::Clean);
    server.snapshot().assert_equals(&before);
}

/// Neither who the server is nor what it has seen can be asked.
#[test]
fn a_user_who_may_neither_ask_nor_mark_still_migrates_and_rolls_back() {
    let user = "app on >pw ~* +@all -info -xadd -xgroup -xinfo";
    let server = Server::builder().acl_user(user).start();
    for number in 0..500 {
        server.command(&["SET", &format!("old:{number}"), &format!("ours {number}")]);
    }
    server.command(&["SET", "new:7", "in the way"]);
    let before = server.snapshot();
    let bench = Bench::new(&server.url_as("app", "pw"));
    let migrate = |policy| {
        let (migrated, migration) = bench.migrate(&rules_on_conflict(RULE, policy));
        assert_eq!(migrated.verify.outcome, Outcome::Clean, "{policy:?}");
        assert_eq!(server.number(&["EXISTS", "old:1", "old:499"]), 0, "{policy:?}");
        migration
    };

    let back = bench.rollback(&migrate(OnConflict::Skip));

    assert_eq!(back.outcome, Outcome::Clean, "{:?}", back.accounts);
    server.snapshot().assert_equals(&before);
    // Whether the process is the same is not known, and names do not tell of a stash.
    let evidence = refused_as_other_data(bench.try_rollback(&migrate(OnConflict::Stash)));
    assert_eq!(evidence.doubt, Doubt::Unmarked);
}

/// Each of them is needed to set a marker, to move it on, to read it or to let it rest.
#[test]
fn a_user_without_one_of_the_commands_of_a_marker_migrates_without_it() {
    #[track_caller]
    fn case(denied: &str) {
        let server = Server::builder().acl_user(&format!("app on >pw ~* +@all {denied}")).start();
        let before = swaps(&server, 100);
        let bench = Bench::new(&server.url_as("app", "pw"));

        let (migrated, migration) = bench.migrate(&rules(SWAP));

        assert!(migrated.plan.caveats.contains(&Caveat::NoMarker), "{denied}");
        let outcomes = (migrated.apply.outcome, migrated.verify.outcome);
        assert_eq!(outcomes, (Outcome::Clean, Outcome::Clean), "{denied}");
        assert_eq!(server.markers(), Vec::<String>::new(), "{denied}");
        server.snapshot().assert_equals(&swapped(&before));
        assert_eq!(bench.rollback(&migration).outcome, Outcome::Clean, "{denied}");
        server.snapshot().assert_equals(&before);
    }

    case("-multi");
    case("-exec");
    case("-discard");
    case("-xadd");
    case("-xgroup");
    case("-xgroup|create");
    case("-xgroup|setid");
    case("-xinfo");
    case("-xinfo|groups");
    case("-xrange");
    case("-pexpire");
}

/// Where our user may not lift the expiry it stays, and costs what it costs.
#[test]
fn a_user_who_may_not_persist_has_a_marker_all_the_same() {
    let server = Server::builder().acl_user("app on >pw ~* +@all -persist").start();
    let before = swaps(&server, 100);
    let bench = Bench::new(&server.url_as("app", "pw"));

    let (migrated, _) = bench.migrate(&rules(SWAP));

    assert!(!migrated.plan.caveats.contains(&Caveat::NoMarker));
    assert_eq!(migrated.verify.outcome, Outcome::Clean);
    assert_expires_in_a_month(&server);
    server.snapshot().assert_equals(&swapped(&before));
}

#[test]
fn a_server_with_keys_of_the_migration_has_not_lost_everything_whatever_the_operator_says() {
    let user = "app on >pw ~L_* ~R_* ~cachectl:*:aside:* +@all";
    let server = Server::builder().config("save", "").acl_user(user).start();
    swaps(&server, 1_000);
    let bench = Bench::new(&server.url_as("app", "pw"));
    let (_, migration) = bench.begin(&rules(SWAP));
    let save = At::new(Phase::Apply, 1_500, || drop(server.command(&["SAVE"])));
    let control = Control::new(&save, CancellationToken::new());
    bench.apply_as(&migration, slow(1_000), &control).unwrap();
    lose(&server);
    let half_way = server.snapshot();
    assert_eq!(refused_as_other_data(bench.try_rollback(&migration)).doubt, Doubt::Unmarked);

    for said in [bench.try_apply_after_loss(&migration), bench.try_rollback_after_loss(&migration)]
    {
        let evidence = refused_as_other_data(said);
        assert_eq!(evidence.doubt, Doubt::Contradicted);
        assert!(evidence.survey.ours > 0, "{:?}", evidence.survey);
    }
    server.snapshot().assert_equals(&half_way);
}

#[test]
fn a_second_rollback_leaves_a_key_alone_that_has_its_own_name_again() {
    let server = server();
    server.command(&["MSET", "old:1", "ours", "new:1", "in the way"]);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules_on_conflict(RULE, OnConflict::Overwrite));
    bench.apply(&migration).unwrap();
    bench.rollback(&migration);
    server.command(&["DEL", "old:1"]);
    server.command(&["SET", "new:1", "a client's"]);

    bench.rollback(&migration);

    assert_eq!(server.text(&["GET", "new:1"]), "a client's");
    assert_eq!(server.number(&["EXISTS", "old:1"]), 0);
}

#[test]
fn a_chain_is_not_carried_on_with_where_its_names_have_been_passed_on() {
    let server = server();
    server.command(&["MSET", "a", "1", "b", "2"]);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(&["a => b", "b => c"]));
    // `b` cannot leave, and is gone before its name is needed.
    server.command(&["SET", "c", "in the way"]);
    let gone = At::new(Phase::Apply, 1, || drop(server.command(&["DEL", "b"])));
    let control = Control::new(&gone, CancellationToken::new());
    bench.apply_as(&migration, slow(1), &control).unwrap();
    assert_eq!(server.text(&["GET", "b"]), "1");
    server.command(&["DEL", "c"]);

    let report = bench.apply(&migration).unwrap();

    assert_eq!(server.text(&["GET", "b"]), "1", "{:?}", report.accounts);
    assert_eq!((report.accounts.renamed, report.accounts.conflicts), (1, 1));
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

#[test]
fn verifying_sees_a_key_that_was_gone_and_is_written_again_after_the_end() {
    let server = server();
    server.command(&["MSET", "old:1", "one", "old:2", "two"]);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    server.command(&["DEL", "old:1"]);
    assert_eq!(bench.apply(&migration).unwrap().accounts.vanished, 1);
    assert_eq!(bench.verify(&migration).outcome, Outcome::Clean);
    server.command(&["SET", "old:1", "again"]);

    assert_eq!(bench.verify(&migration).outcome, Outcome::Findings);
    assert_eq!(bench.apply(&migration).unwrap().accounts.vanished, 0);
    assert_eq!(server.text(&["GET", "new:1"]), "again");
}
