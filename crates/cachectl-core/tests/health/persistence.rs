//! What is on disk, and what a restart would lose.

use std::thread;

use cachectl_core::health::{
    Limits, Profile, Range, Session, Status,
    catalogue::{AOF_DELAYED, DURABILITY, LOADING, RDB, RESTARTED},
    probes::Question,
};
use cachectl_testkit::{Keyspace, Server, wait};
use tokio::runtime::Runtime;

use super::{ask, finding, findings, look, patient, patient_as, target};

#[test]
fn a_server_that_lost_its_disk_is_alive_and_its_snapshot_is_critical() {
    let server = Server::builder();
    let server = server.config("save", "3600 1").config("enable-protected-configs", "yes").start();
    server.command(&["SET", "key", "value"]);
    server.lose_directory();
    server.fail_to_save();
    assert!(ask(&server.url(), Question::Live).yes);
    let report = look(&server.url(), &patient());
    assert_eq!(finding(&report, RDB).status, Status::Critical);
}

#[test]
fn what_must_not_be_lost_is_on_disk() {
    #[track_caller]
    fn case(profile: Profile, aof: &str, save: &str, expected: Option<Status>) {
        let server = Server::builder().config("appendonly", aof).config("save", save).start();
        let report = look(&server.url(), &patient_as(profile));
        let found = findings(&report, DURABILITY).first().map(|finding| finding.status);
        assert_eq!(found, expected, "{profile:?} {aof} {save}");
    }

    case(Profile::Queue, "no", "", Some(Status::Warning));
    case(Profile::Session, "no", "", Some(Status::Warning));
    case(Profile::Session, "no", "3600 1", Some(Status::Ok));
    case(Profile::Queue, "yes", "", Some(Status::Ok));
    case(Profile::Cache, "no", "", None);
}

#[test]
fn writes_that_wait_for_the_disk_are_counted_where_there_is_an_append_only_file() {
    let mut options = patient();
    options.window = Some(std::time::Duration::from_millis(50));
    let server = Server::builder().aof().start();
    assert_eq!(finding(&look(&server.url(), &options), AOF_DELAYED).value, Some(0.0));
    let server = Server::start();
    assert!(findings(&look(&server.url(), &options), AOF_DELAYED).is_empty());
}

#[test]
fn a_young_server_is_news_to_those_who_ask_or_knew_it_before() {
    let server = Server::start();
    assert!(findings(&look(&server.url(), &patient()), RESTARTED).is_empty());
    let mut options = patient();
    let warning = Some(Range::at_least(86_400.0));
    options.thresholds.set(RESTARTED, Limits { warning, critical: None });
    assert_eq!(finding(&look(&server.url(), &options), RESTARTED).status, Status::Warning);
    let session = Session::new(target(&server.url()), patient());
    let runtime = Runtime::new().unwrap();
    let look = || runtime.block_on(session.look());
    assert!(findings(&look(), RESTARTED).is_empty());
    assert_eq!(finding(&look(), RESTARTED).status, Status::Ok);
    server.restart();
    assert_eq!(finding(&look(), RESTARTED).status, Status::Warning);
    assert_eq!(finding(&look(), RESTARTED).status, Status::Ok);
}

#[test]
fn a_server_that_loads_says_how_far_it_is() {
    let builder = Server::builder().config("enable-debug-command", "yes").config("save", "");
    let builder = builder.config("loading-process-events-interval-bytes", "1024");
    let server = builder.config("key-load-delay", "600").start();
    Keyspace::new(1).keys("key:{}", 5_000).load(&server);
    let loading = || {
        let report = look(&server.url(), &patient());
        findings(&report, LOADING).first().map(|it| (it.status, it.value.unwrap()))
    };
    assert_eq!(loading(), Some((Status::Ok, 100.0)));
    thread::scope(|scope| {
        scope.spawn(|| server.command(&["DEBUG", "RELOAD"]));
        wait::until("the server loads", || {
            loading().is_some_and(|(status, share)| status == Status::Warning && share < 100.0)
        });
    });
    assert_eq!(loading(), Some((Status::Ok, 100.0)));
}
