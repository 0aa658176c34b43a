//! Looking again and again over connections that stay.

use cachectl_core::health::{
    Session, Status,
    catalogue::{DEFAULT_USER, REACH},
    metrics::Names,
    probes::Question,
    scrape::Scraper,
};
use cachectl_testkit::Server;
use tokio::runtime::Runtime;

use crate::{finding, patient, target};

fn errors(server: &Server) -> u64 {
    let refused = server.info("stats").remove("total_error_replies");
    refused.unwrap().parse().unwrap()
}

#[test]
fn what_a_server_refuses_is_not_asked_with_every_look() {
    let server = Server::builder().acl_user("low on >pw +ping +info").start();
    let session = Session::new(target(&server.url_as("low", "pw")), patient());
    let runtime = Runtime::new().unwrap();
    let first = runtime.block_on(session.look());
    let refused = errors(&server);
    assert!(refused > 0);
    let second = runtime.block_on(session.look());
    assert_eq!(errors(&server), refused);
    for report in [&first, &second] {
        let policy = finding(report, DEFAULT_USER);
        assert_eq!(policy.status, Status::Unknown);
        assert!(policy.text.contains("`+acl|getuser`"), "{report:#?}");
    }
}

#[test]
fn a_connection_that_the_server_has_closed_is_opened_again() {
    let server = Server::start();
    let session = Session::new(target(&server.url()), patient());
    let runtime = Runtime::new().unwrap();
    drop(runtime.block_on(session.look()));
    drop(runtime.block_on(session.look()));
    assert_eq!(session.connections_opened(), 1);
    server.command(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
    let report = runtime.block_on(session.look());
    assert_eq!(finding(&report, REACH).status, Status::Ok, "{report:#?}");
    assert_eq!(session.connections_opened(), 2);
}

#[test]
fn a_database_that_is_refused_once_is_refused_each_time() {
    let server = Server::start();
    let target = target(&server.url_of_db(99));
    let runtime = Runtime::new().unwrap();
    let scraper = Scraper::new(target.clone(), patient(), Names::Clean);
    let session = Session::new(target, patient());
    for _ in 0..2 {
        let report = runtime.block_on(scraper.scrape()).report;
        assert_eq!(finding(&report, REACH).status, Status::Critical, "{report:#?}");
        let ready = runtime.block_on(session.ask(Question::Ready));
        assert!(!ready.yes, "{ready:?}");
    }
}
