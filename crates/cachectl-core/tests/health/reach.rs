//! Servers that answer, and those that do not.

use std::time::{Duration, Instant};

use cachectl_core::health::{
    Options, Status,
    catalogue::{MEMORY, PROTECTED, REACH},
    probes::Question,
};
use cachectl_testkit::Server;

use super::{ask, finding, look, patient};

#[test]
fn a_cache_that_is_set_up_well_has_no_findings() {
    let server = Server::builder()
        .config("maxmemory", "100mb")
        .config("maxmemory-policy", "allkeys-lru")
        .password("secret")
        .start();
    let report = look(&server.url_as("default", "secret"), &patient());
    assert_eq!(report.status, Status::Ok, "{report:#?}");
    let node = report.nodes.first().unwrap();
    assert_eq!(node.role.as_deref(), Some("primary"));
    assert!(finding(&report, MEMORY).value.unwrap() < 80.0);
}

#[test]
fn nobody_there_a_wrong_password_and_none_are_critical_and_told_apart() {
    let server = Server::builder().password("secret").start();
    let wrong = look(&server.url_as("default", "wrong"), &patient());
    assert_eq!(wrong.status, Status::Critical);
    assert!(finding(&wrong, REACH).text.contains("WRONGPASS"), "{wrong:#?}");
    let none = look(&server.url(), &patient());
    assert_eq!(none.status, Status::Critical);
    let gone = look("unix:///nobody/is/here.sock", &patient());
    assert_eq!(gone.status, Status::Critical);
    let unknown = look("redis://name.invalid:6379", &patient());
    assert_eq!(finding(&unknown, REACH).status, Status::Critical);
}

#[test]
fn a_server_that_hangs_is_told_within_the_deadline() {
    let server = Server::start();
    server.stop_process();
    let begun = Instant::now();
    let report = look(&server.url(), &Options::default());
    let took = begun.elapsed();
    let live = ask(&server.url(), Question::Live);
    server.continue_process();
    assert_eq!(report.status, Status::Critical);
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert!(!live.yes);
}

#[test]
fn what_is_denied_is_unknown_and_says_what_would_allow_it() {
    let user = "watcher on >secret ~* +@all -config";
    let server = Server::builder().acl_user(user).start();
    let report = look(&server.url_as("watcher", "secret"), &patient());
    let protected = finding(&report, PROTECTED);
    assert_eq!(protected.status, Status::Unknown);
    assert!(protected.text.contains("+config|get"), "{}", protected.text);
}

#[test]
fn a_database_that_may_not_be_chosen_is_critical_and_says_what_would_allow_it() {
    let server = Server::builder().tcp().acl_user("low on >pw +ping +info").start();
    let report = look(&format!("{}/1", server.url_as("low", "pw")), &patient());
    let reach = finding(&report, REACH);
    assert_eq!(reach.status, Status::Critical);
    assert!(reach.text.ends_with("the ACL rule that allows it is `+select`"), "{}", reach.text);
}
