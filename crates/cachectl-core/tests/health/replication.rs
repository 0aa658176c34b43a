//! Primaries and their replicas.

use cachectl_core::health::{
    Status,
    catalogue::{GOOD_REPLICAS, LAG_BYTES, LINK, REPLICA_BUFFERS},
    probes::Question,
};
use cachectl_testkit::{Batch, Replicated, Server, wait};

use super::{ask, finding, look, patient, status};

#[test]
fn a_replica_without_its_primary_is_alive_and_not_ready() {
    let replicated = Replicated::start();
    let replica = replicated.replica();
    assert!(ask(&replica.url(), Question::Ready).yes);
    let report = look(&replica.url(), &patient());
    assert_eq!(finding(&report, LINK).status, Status::Ok);
    replicated.primary().kill();
    wait::until("the replica notices", || {
        replica.info("replication").get("master_link_status").is_some_and(|link| link == "down")
    });
    assert!(ask(&replica.url(), Question::Live).yes);
    assert!(!ask(&replica.url(), Question::Ready).yes);
    let report = look(&replica.url(), &patient());
    assert_eq!(finding(&report, LINK).status, Status::Critical);
}

#[test]
fn a_server_that_wants_more_replicas_for_writes_than_there_are_is_critical() {
    let server = Server::start();
    assert_eq!(status(&server.url(), GOOD_REPLICAS), None);
    let server = Server::builder().config("min-replicas-to-write", "1").start();
    assert_eq!(status(&server.url(), GOOD_REPLICAS), Some(Status::Critical));
    let strict = Server::builder().config("min-replicas-to-write", "1");
    let replicated = Replicated::start_with(&strict);
    wait::until("the replica has said that it keeps up", || {
        status(&replicated.primary().url(), GOOD_REPLICAS) == Some(Status::Ok)
    });
}

#[test]
fn a_replica_that_falls_behind_the_backlog_is_critical_and_fills_the_memory_of_its_primary() {
    let small = Server::builder().config("repl-backlog-size", "1mb");
    let replicated = Replicated::start_with(&small);
    let (primary, replica) = (replicated.primary(), replicated.replica());
    for check in [LAG_BYTES, REPLICA_BUFFERS] {
        assert_eq!(status(&primary.url(), check), Some(Status::Ok));
    }
    replica.stop_process();
    let value = "x".repeat(1024 * 1024);
    let mut writes = Batch::new();
    (0..40).for_each(|_| {
        writes.push(&["SET", "key", &value]);
    });
    primary.pipeline(&writes);
    wait::until("the primary counts what it keeps", || {
        status(&primary.url(), REPLICA_BUFFERS) == Some(Status::Warning)
    });
    let report = look(&primary.url(), &patient());
    replica.continue_process();
    let lag = finding(&report, LAG_BYTES);
    assert_eq!(lag.status, Status::Critical);
    assert_eq!(lag.critical.unwrap().to_string(), "1048576");
}
