//! What must be refused, with nothing written.

use std::fs;

use cachectl_core::{
    migrate::{Error, options::OnConflict},
    server::Error as ServerError,
    vocabulary::{error_kind::ErrorKind, outcome::Outcome},
};
use cachectl_testkit::{Keyspace, Replicated, Server};

use crate::bench::{Bench, rules, rules_on_conflict};

const RULE: &[&str] = &["old:{n} => new:{n}"];

fn server() -> Server {
    let server = Server::start();
    Keyspace::new(4).keys("old:{}", 100).load(&server);
    server
}

#[test]
fn a_plan_that_was_cut_or_altered_anywhere_is_refused() {
    let server = server();
    let bench = Bench::new(&server.url());
    let (_, path) = bench.plan(&rules(RULE)).unwrap();
    let whole = fs::read(&path).unwrap();
    let damaged = bench.path("damaged");
    let refuse = |bytes: &[u8]| {
        fs::write(&damaged, bytes).unwrap();
        let error = bench.begin_with(&damaged).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Data, "{error}");
    };
    for length in (0..whole.len()).step_by(97) {
        refuse(&whole[..length]);
    }
    for index in (0..whole.len()).step_by(53) {
        let mut altered = whole.clone();
        altered[index] ^= 1;
        refuse(&altered);
    }
    refuse(&[&whole[..], b"\n"].concat());
    assert!(bench.store().list().unwrap().is_empty());
}

#[test]
fn a_plan_for_another_server_is_refused() {
    let (one, other) = (server(), server());
    let bench = Bench::new(&one.url());
    let (_, migration) = bench.begin(&rules(RULE));
    let elsewhere = Bench::new(&other.url());
    let before = other.digest();

    let error = elsewhere.apply(&migration).unwrap_err();

    assert!(matches!(error, Error::OtherServer { .. }), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(other.digest(), before);
}

#[test]
fn a_plan_from_before_a_restart_is_refused() {
    let server = Server::builder().aof().start();
    Keyspace::new(4).keys("old:{}", 100).load(&server);
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));
    server.restart();
    let before = server.digest();

    let error = bench.apply(&migration).unwrap_err();

    assert!(matches!(error, Error::Restarted { .. }), "{error:?}");
    assert_eq!(server.digest(), before);
}

#[test]
fn nothing_is_begun_with_a_plan_that_does_not_fit() {
    let server = Server::builder().aof().start();
    Keyspace::new(4).keys("old:{}", 100).load(&server);
    let bench = Bench::new(&server.url());
    let (_, path) = bench.plan(&rules(RULE)).unwrap();
    server.restart();

    let error = bench.begin_with(&path).unwrap_err();

    assert!(matches!(error, Error::Restarted { .. }), "{error:?}");
    assert!(bench.store().list().unwrap().is_empty());
}

#[test]
fn one_plan_is_one_migration() {
    let server = server();
    let bench = Bench::new(&server.url());
    let (_, draft) = bench.plan(&rules(RULE)).unwrap();
    let path = bench.path("plan");
    fs::rename(draft, &path).unwrap();
    let migration = bench.begin_with(&path).unwrap();
    bench.apply(&migration).unwrap();

    let error = bench.begin_with(&path).unwrap_err();

    let Error::AlreadyBegun { id } = &error else { panic!("{error:?}") };
    assert_eq!(id, migration.id());
    assert_eq!(error.kind(), ErrorKind::Refused);
}

#[test]
fn another_database_of_the_same_server_is_another_server() {
    let server = server();
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));

    let error = Bench::new(&server.url_of_db(3)).apply(&migration).unwrap_err();

    let Error::OtherServer { planned, found } = &error else { panic!("{error:?}") };
    assert!(planned.ends_with(" database 0") && found.ends_with(" database 3"), "{error}");
}

#[test]
fn a_replica_is_refused_before_anything_is_looked_at() {
    let replicated = Replicated::start();
    let error = Bench::new(&replicated.replica().url()).plan(&rules(RULE)).unwrap_err();

    assert!(matches!(error, Error::Server(ServerError::IsReplica { .. })), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Refused);
}

#[test]
fn a_user_who_may_not_rename_is_told_so_by_the_plan() {
    let server = Server::builder()
        .acl_user("reader on >pw ~* +@read +@connection +multi +discard +info +time")
        .start();
    Keyspace::new(4).keys("old:{}", 100).load(&server);
    let before = server.digest();
    let bench = Bench::new(&server.url_as("reader", "pw"));

    let (report, _) = bench.plan(&rules(RULE)).unwrap();

    let said = report.refusals.first().unwrap().to_string();
    assert!(said.contains("would not rename") && said.contains("NOPERM"), "{said}");
    assert_eq!(server.digest(), before);
}

#[test]
fn a_user_who_may_not_scan_is_told_which_permissions_are_needed() {
    let server = Server::builder().acl_user("nobody on >pw ~* +@connection").start();
    let error = Bench::new(&server.url_as("nobody", "pw")).plan(&rules(RULE)).unwrap_err();

    let Error::NoPermission { acl, .. } = &error else { panic!("{error:?}") };
    assert!(acl.contains("+scan") && acl.contains("+renamenx"), "{acl}");
    assert_eq!(error.kind(), ErrorKind::Refused);
}

/// What only the run or its verification needs: it would be found out when keys are renamed.
#[test]
fn a_user_who_may_not_run_or_verify_the_plan_is_told_so_by_it() {
    #[track_caller]
    fn case(denied: &str, on_conflict: OnConflict, words: (&str, &str)) {
        let server = Server::builder().acl_user(&format!("app on >pw ~* +@all {denied}")).start();
        Keyspace::new(4).keys("old:{}", 100).load(&server);
        server.command(&["SET", "new:7", "in the way"]);
        let before = server.digest();
        let bench = Bench::new(&server.url_as("app", "pw"));

        let error = bench.plan(&rules_on_conflict(RULE, on_conflict)).unwrap_err();

        let Error::NoPermission { refusal, acl, .. } = &error else {
            panic!("{denied}: {error:?}")
        };
        assert!(refusal.contains(words.0) && acl.contains(words.1), "{denied}: {refusal}, {acl}");
        assert_eq!(error.kind(), ErrorKind::Refused, "{denied}");
        assert_eq!(server.digest(), before, "{denied}");
        assert_eq!(fs::read_dir(bench.path("migrations")).unwrap().count(), 0, "{denied}");
    }

    case("-exists", OnConflict::Skip, ("'exists'", "+exists"));
    case("-pexpiretime -pttl", OnConflict::Skip, ("'pexpiretime'", "+pexpiretime"));
    for exchange in [OnConflict::Stash, OnConflict::Overwrite] {
        case("-multi", exchange, ("'multi'", "+multi"));
        case("-exec", exchange, ("'exec'", "+exec"));
        case("-discard", exchange, ("'discard'", "+discard"));
        case("resetkeys ~old:* ~new:*", exchange, ("key", "~cachectl:*"));
    }
    case("-unlink", OnConflict::Overwrite, ("'unlink'", "+unlink"));
}

/// What a plan does not need may be denied.
#[test]
fn a_user_who_may_not_use_transactions_migrates_where_nothing_is_in_the_way() {
    for denied in ["-multi", "-exec", "-discard", "-unlink", "resetkeys ~old:* ~new:*"] {
        let server = Server::builder().acl_user(&format!("app on >pw ~* +@all {denied}")).start();
        Keyspace::new(4).keys("old:{}", 100).load(&server);
        let bench = Bench::new(&server.url_as("app", "pw"));

        let (migrated, _) = bench.migrate(&rules_on_conflict(RULE, OnConflict::Stash));

        assert_eq!(migrated.verify.outcome, Outcome::Clean, "{denied}");
    }
}

#[test]
fn a_user_without_our_names_cannot_open_a_cycle() {
    let server = Server::builder().acl_user("app on >pw ~a ~b +@all").start();
    server.command(&["MSET", "a", "1", "b", "2"]);
    let bench = Bench::new(&server.url_as("app", "pw"));

    let error = bench.plan(&rules(&["a => b", "b => a"])).unwrap_err();

    assert!(matches!(&error, Error::NoPermission { acl, .. } if acl == "~cachectl:*"), "{error:?}");
}

#[test]
fn a_wrong_password_is_refused() {
    let server = Server::builder().password("right").start();
    let bench = Bench::new(&server.url_as("default", "wrong"));
    let error = bench.try_open().unwrap_err();

    assert!(matches!(error, ServerError::Login { .. }), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Refused);
}

#[test]
fn a_second_process_is_kept_out() {
    let server = server();
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.begin(&rules(RULE));

    let error = bench.store().open(Some(migration.id())).unwrap_err();
    assert!(matches!(error, Error::Locked { .. }), "{error:?}");
    assert!(bench.store().status(None).unwrap().running);

    drop(migration);
    let migration = bench.reopen(None);
    assert_eq!(bench.apply(&migration).unwrap().outcome, Outcome::Clean);
}

#[test]
fn a_migration_nobody_began_is_unknown() {
    let server = server();
    let bench = Bench::new(&server.url());
    assert!(matches!(bench.store().open(None).unwrap_err(), Error::NoMigration { .. }));
    bench.begin(&rules(RULE));
    let error = bench.store().open(Some("20000101")).unwrap_err();
    assert!(matches!(error, Error::UnknownMigration { .. }), "{error:?}");
}

#[test]
fn a_migration_that_was_rolled_back_is_not_applied_again() {
    let server = server();
    let bench = Bench::new(&server.url());
    let (_, migration) = bench.migrate(&rules(RULE));
    bench.rollback(&migration);

    let error = bench.apply(&migration).unwrap_err();
    assert!(matches!(error, Error::RolledBack { .. }), "{error:?}");
}

/// Plain renames need no memory. A transaction is queued, and nothing is queued then.
#[test]
fn keys_in_the_way_are_not_moved_on_a_server_that_is_out_of_memory() {
    for policy in [OnConflict::Stash, OnConflict::Overwrite] {
        let server = server();
        server.command(&["SET", "new:7", "in the way"]);
        let before = server.snapshot();
        server.command(&["CONFIG", "SET", "maxmemory", "1mb"]);
        let bench = Bench::new(&server.url());

        let error = bench.plan(&rules_on_conflict(RULE, policy)).unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Refused, "{error:?}");
        let is_oom = |error: &ServerError| error.refusal().is_some_and(|it| it.code == "OOM");
        assert!(matches!(&error, Error::Server(error) if is_oom(error)), "{error:?}");
        assert!(bench.plan(&rules_on_conflict(RULE, OnConflict::Skip)).is_ok());
        server.command(&["CONFIG", "SET", "maxmemory", "0"]);
        server.snapshot().assert_equals(&before);
    }
}
