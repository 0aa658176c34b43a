//! The write probe: what PING does not show.

use cachectl_testkit::{Cluster, Replicated, Server};

use super::{as_user, good, patiently};
use crate::{cachectl, json};

const WRITE: [&str; 3] = ["--write", "--check", "write"];

#[test]
fn a_key_is_written_read_back_and_removed() {
    let server = good();
    let before = server.digest();
    let run = patiently(&as_user(&server, "default", "secret"), &WRITE).assert_code(0);
    assert!(run.stdout().contains("a key was written, read back and removed"), "{run}");
    assert_eq!(server.digest(), before);
    // Nothing is written unless it is asked for.
    drop(patiently(&as_user(&server, "default", "secret"), &["--check", "write"]).assert_code(3));
}

#[test]
fn a_server_that_answers_ping_and_refuses_writes_is_critical() {
    for (setting, word) in [("maxmemory", "OOM"), ("min-replicas-to-write", "NOREPLICAS")] {
        let server = Server::builder().config(setting, "1").start();
        drop(
            cachectl()
                .server(&server)
                .args(["health", "ready", "--deadline", "20s"])
                .run()
                .assert_code(0),
        );
        let run = patiently(&cachectl().server(&server), &WRITE).assert_code(2);
        assert!(run.stdout().contains(word), "{run}");
    }
}

#[test]
fn a_replica_is_not_written_to() {
    let replicated = Replicated::start();
    let cachectl = cachectl().server(replicated.replica());
    let run = patiently(&cachectl, &["--write", "-o", "json"]);
    assert!(json(run.stdout())["checks"]["redis:write"].is_null(), "{run}");
}

#[test]
fn every_primary_of_a_cluster_is_written_to_in_a_slot_of_its_own() {
    let cluster = Cluster::start();
    let cachectl = cachectl().url(cluster.primary(0).url());
    let run = patiently(&cachectl, &["--write", "--check", "write", "-o", "json"]).assert_code(0);
    let written = json(run.stdout())["checks"]["redis:write"].as_array().unwrap().len();
    assert_eq!(written, 3, "{run}");
}

#[test]
fn the_user_for_writing_may_write_keys_of_ours_and_no_others() {
    let server = Server::builder().password("secret").start();
    let line = cachectl().args(["health", "acl", "--write"]).run().assert_success();
    let line = line.stdout().trim_end().replace("PASSWORD", "pw");
    server.command(&line.split(' ').collect::<Vec<_>>());
    drop(patiently(&as_user(&server, "health", "pw"), &WRITE).assert_code(0));
    let readers = cachectl().args(["health", "acl", "--name", "reader"]).run().assert_success();
    let line = readers.stdout().trim_end().replace("PASSWORD", "pw");
    server.command(&line.split(' ').collect::<Vec<_>>());
    let run = patiently(&as_user(&server, "reader", "pw"), &WRITE).assert_code(3);
    assert!(run.stdout().contains("`+set +get +unlink ~cachectl:health:*`"), "{run}");
}
