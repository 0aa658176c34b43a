//! Settings that turn a small mishap into a big one.

use cachectl_core::health::{Status, catalogue::EVICTABLE};
use cachectl_testkit::{Batch, Server};

use super::{finding, look, patient, status};

#[test]
fn a_policy_that_evicts_some_keys_needs_such_keys() {
    let server = Server::builder().config("maxmemory", "100mb");
    let server = server.config("maxmemory-policy", "volatile-lru").start();
    assert_eq!(status(&server.url(), EVICTABLE), None);
    let mut keys = Batch::new();
    keys.push(&["SET", "a", "x"]).push(&["SET", "b", "x", "EX", "1000"]);
    keys.push(&["SELECT", "3"]).push(&["SET", "c", "x"]).push(&["SELECT", "0"]);
    server.pipeline(&keys);
    let report = look(&server.url(), &patient());
    let few = finding(&report, EVICTABLE);
    assert_eq!(few.status, Status::Warning);
    assert_eq!(few.text, "33.3 % of 3 keys have a time to live and can be evicted");
    server.command(&["EXPIRE", "a", "1000"]);
    assert_eq!(status(&server.url(), EVICTABLE), Some(Status::Ok));
    server.command(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]);
    assert_eq!(status(&server.url(), EVICTABLE), None);
}
