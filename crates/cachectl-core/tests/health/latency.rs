//! Delays that the server records by itself.

use cachectl_core::health::{Limits, Range, Status, catalogue::EVENTS};
use cachectl_testkit::Server;

use super::{finding, look, patient, status};

/// Keeps the server busy for a while.
const SLOW: &str = "local start = redis.call('TIME')
    local function since() local now = redis.call('TIME')
        return (now[1] - start[1]) * 1000 + (now[2] - start[2]) / 1000 end
    while since() < 60 do end";

#[test]
fn a_delay_that_the_server_recorded_is_named() {
    let server = Server::builder().config("latency-monitor-threshold", "50").start();
    assert_eq!(status(&server.url(), EVENTS), Some(Status::Ok));
    server.command(&["EVAL", SLOW, "0"]);
    let report = look(&server.url(), &patient());
    let event = finding(&report, EVENTS);
    assert_eq!(event.status, Status::Warning);
    assert!(event.text.starts_with("`command` took "), "{}", event.text);
    assert!(event.value.unwrap() >= 50.0);
    let mut options = patient();
    let warning = Some(Range::up_to(60_000.0));
    options.thresholds.set(EVENTS, Limits { warning, critical: None });
    assert_eq!(finding(&look(&server.url(), &options), EVENTS).status, Status::Ok);
}

#[test]
fn a_server_that_records_no_delays_is_not_judged_by_them() {
    let server = Server::start();
    assert_eq!(status(&server.url(), EVENTS), None);
}

#[test]
fn recorded_delays_that_we_may_not_see_are_unknown() {
    let user = "watcher on >secret +@all -latency";
    let server = Server::builder().config("latency-monitor-threshold", "50").acl_user(user).start();
    let report = look(&server.url_as("watcher", "secret"), &patient());
    let event = finding(&report, EVENTS);
    assert_eq!(event.status, Status::Unknown);
    assert!(event.text.ends_with("`+latency|latest`"), "{}", event.text);
}
