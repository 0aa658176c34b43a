//! Replicas without their primary.

use cachectl_testkit::{Keyspace, Replicated, Server, wait};

use super::{Patient, USELESS};

fn replication_is(server: &Server, field: &str, expected: &str) -> bool {
    server.info("replication").get(field).is_some_and(|value| value == expected)
}

#[test]
fn a_replica_without_its_primary_is_critical_and_alive() {
    let replicated = Replicated::start();
    let replica = replicated.replica();
    replicated.primary().kill();
    wait::until("the replica notices", || replication_is(replica, "master_link_status", "down"));
    Patient::server(replica).is(2, "not connected to its primary", USELESS);
}

#[test]
fn a_replica_that_serves_no_old_data_is_critical_and_alive() {
    let builder = Server::builder().config("replica-serve-stale-data", "no");
    let replicated = Replicated::start_with(&builder);
    let replica = replicated.replica();
    replicated.primary().kill();
    wait::until("the replica notices", || replication_is(replica, "master_link_status", "down"));
    Patient::server(replica).is(2, "MASTERDOWN", USELESS);
}

#[test]
fn a_replica_that_still_copies_is_critical_and_alive() {
    let builder = Server::builder().tcp().config("repl-diskless-sync", "yes");
    let builder = builder.config("repl-diskless-sync-delay", "0");
    let primary = builder.config("rdb-key-save-delay", "2000").start();
    Keyspace::new(1).keys("key:{}", 3_000).load(&primary);
    let following = format!("127.0.0.1 {}", primary.port());
    let replica = Server::builder().config("replicaof", &following).start();
    wait::until("the replica copies", || replication_is(&replica, "master_sync_in_progress", "1"));
    // From now on it copies as long as it is to.
    primary.stop_process();
    Patient::server(&replica).is(2, "synchronising", USELESS);
    assert!(replication_is(&replica, "master_sync_in_progress", "1"), "it has copied everything");
}
