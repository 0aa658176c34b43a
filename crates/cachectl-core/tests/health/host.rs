//! Servers on the machine that we run on.

use std::{fs, path::Path};

use cachectl_core::health::{
    Status,
    catalogue::{BACKLOG, HUGE_PAGES, OVERCOMMIT},
};
use cachectl_testkit::Server;

use super::{finding, findings, look, patient};

#[test]
fn the_system_of_a_server_beside_us_is_judged() {
    let server = Server::builder().tcp().config("tcp-backlog", "1").start();
    let report = look(&server.url(), &patient());
    let mode = fs::read_to_string("/proc/sys/vm/overcommit_memory").unwrap();
    let overcommit = finding(&report, OVERCOMMIT);
    assert!(overcommit.text.contains(&format!("`vm.overcommit_memory` is {}", mode.trim())));
    assert_eq!(finding(&report, BACKLOG).status, Status::Ok);
    if Path::new("/sys/kernel/mm/transparent_hugepage/enabled").exists() {
        assert_eq!(findings(&report, HUGE_PAGES).len(), 1);
    }
}

#[test]
fn a_backlog_that_is_cut_short_is_a_warning() {
    let server = Server::builder().tcp().config("tcp-backlog", "1000000").start();
    let report = look(&server.url(), &patient());
    assert_eq!(finding(&report, BACKLOG).status, Status::Warning);
}

#[test]
fn the_system_of_a_server_elsewhere_is_not_ours_to_judge() {
    // This address is ours as well, and does not say so.
    let server = Server::builder().tcp().start();
    let url = server.url().replace("127.0.0.1", "0.0.0.0");
    let report = look(&url, &patient());
    for check in [HUGE_PAGES, OVERCOMMIT, BACKLOG] {
        assert!(findings(&report, check).is_empty(), "{report:#?}");
    }
}
