//! Memory: how much, of what, and how well it is used.

use std::{io::Write as _, os::unix::net::UnixStream};

use cachectl_core::health::{
    Status,
    catalogue::{
        ALLOCATOR, CLIENT_BUFFERS, FRAGMENTATION, HOST_MEMORY, MEMORY, MEMORY_LIMIT, PEAK, POLICY,
    },
};
use cachectl_testkit::{Server, wait};

use super::{finding, findings, look, patient, status};

#[test]
fn a_fresh_server_has_three_warnings() {
    let server = Server::start();
    let report = look(&server.url(), &patient());
    let found = report.nodes.iter().flat_map(|node| &node.findings);
    let not_ok: Vec<_> = found.filter(|finding| finding.status != Status::Ok).collect();
    let ids: Vec<_> = not_ok.iter().map(|finding| (finding.check.id, finding.status)).collect();
    let expected = ["memory_limit", "policy", "default_user"].map(|id| (id, Status::Warning));
    assert_eq!(ids, expected, "{report:#?}");
}

#[test]
fn limits_and_policies_are_judged_together() {
    #[track_caller]
    fn case(limit: &str, policy: &str, expected: [Option<Status>; 4]) {
        let server = Server::builder().config("maxmemory-policy", policy).start();
        if limit == "full" {
            server.command(&["SET", "key", &"x".repeat(4 * 1024 * 1024)]);
            // What is in use changes with every connection: it may be a little above the limit.
            let used = server.info("memory").remove("used_memory").unwrap();
            server.command(&["CONFIG", "SET", "maxmemory", &used]);
        } else {
            server.command(&["CONFIG", "SET", "maxmemory", limit]);
        }
        let checks = [MEMORY_LIMIT, MEMORY, HOST_MEMORY, POLICY];
        let report = look(&server.url(), &patient());
        let found = checks.map(|check| Some(findings(&report, check).first()?.status));
        assert_eq!(found, expected, "{limit} {policy}: {report:#?}");
    }

    use Status::{Critical, Ok, Warning};
    case("0", "noeviction", [Some(Warning), None, Some(Ok), Some(Warning)]);
    case("0", "allkeys-lru", [Some(Warning), None, Some(Ok), Some(Ok)]);
    case("100mb", "noeviction", [Some(Ok), Some(Ok), None, Some(Warning)]);
    case("100mb", "allkeys-lru", [Some(Ok), Some(Ok), None, Some(Ok)]);
    case("full", "noeviction", [Some(Ok), Some(Critical), None, Some(Warning)]);
}

#[test]
fn memory_with_holes_in_it_is_fragmented() {
    let server = Server::start();
    // Of every eight values that lie side by side one stays.
    let fill = "for i = 1, 200000 do redis.call('SET', i, string.rep('x', 300)) end";
    let thin = "for i = 1, 200000 do if i % 8 > 0 then redis.call('DEL', i) end end";
    server.command(&["EVAL", fill, "0"]);
    assert_eq!(status(&server.url(), ALLOCATOR), Some(Status::Ok));
    server.command(&["EVAL", thin, "0"]);
    for check in [FRAGMENTATION, ALLOCATOR, PEAK] {
        // The server looks at its memory ten times a second.
        wait::until(check.id, || status(&server.url(), check) == Some(Status::Warning));
    }
    let report = look(&server.url(), &patient());
    assert!(finding(&report, ALLOCATOR).text.contains("in pages for"), "{report:#?}");
}

#[test]
fn a_client_that_does_not_read_fills_memory() {
    let server = Server::start();
    assert_eq!(status(&server.url(), CLIENT_BUFFERS), Some(Status::Ok));
    server.command(&["SET", "key", &"x".repeat(1024 * 1024)]);
    let mut client = UnixStream::connect(server.socket()).unwrap();
    client.write_all("GET key\r\n".repeat(50).as_bytes()).unwrap();
    // The server counts the memory of each client once a second.
    wait::until("the buffer is seen", || {
        status(&server.url(), CLIENT_BUFFERS) == Some(Status::Warning)
    });
    drop(client);
}
