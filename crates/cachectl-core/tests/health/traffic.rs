//! Clients, and what they ask.

use std::{io::Write as _, os::unix::net::UnixStream, time::Duration};

use cachectl_core::health::{
    Options, Profile, Status,
    catalogue::{BLOCKED, EXPIRED, HIT_RATIO},
};
use cachectl_testkit::{Server, wait};

use super::{finding, look, patient, patient_as, status};

#[test]
fn the_hit_ratio_is_that_of_the_window_and_not_of_the_lifetime() {
    let server = Server::start();
    server.command(&["SET", "there", "x"]);
    let mut hits = cachectl_testkit::Batch::new();
    (0..20_000).for_each(|_| {
        hits.push(&["GET", "there"]);
    });
    server.pipeline(&hits);
    let options = Options { window: Some(Duration::from_millis(800)), ..patient() };
    let url = server.url();
    let report = std::thread::scope(|scope| {
        let looking = scope.spawn(|| look(&url, &options));
        let mut misses = cachectl_testkit::Batch::new();
        (0..1_000).for_each(|_| {
            misses.push(&["GET", "not there"]);
        });
        while !looking.is_finished() {
            server.pipeline(&misses);
        }
        looking.join().unwrap()
    });
    let ratio = finding(&report, HIT_RATIO);
    assert_eq!(ratio.status, Status::Critical, "{ratio:?}");
}

#[test]
fn keys_that_expire_faster_than_they_are_freed_are_stale() {
    let server = Server::start();
    assert_eq!(status(&server.url(), EXPIRED), Some(Status::Ok));
    let fill = "for i = 1, 400000 do redis.call('SET', i, 'x', 'PX', 1) end";
    server.command(&["EVAL", fill, "0"]);
    wait::until("it is seen", || status(&server.url(), EXPIRED) == Some(Status::Warning));
}

#[test]
fn clients_that_wait_are_normal_for_queues_alone() {
    let server = Server::start();
    let waiting: Vec<_> = (0..101)
        .map(|_| {
            let mut client = UnixStream::connect(server.socket()).unwrap();
            client.write_all(b"BLPOP queue 0\r\n").unwrap();
            client
        })
        .collect();
    wait::until("all wait", || {
        server.info("clients").get("blocked_clients").is_some_and(|count| count == "101")
    });
    let found = |profile| finding(&look(&server.url(), &patient_as(profile)), BLOCKED).status;
    assert_eq!(found(Profile::Cache), Status::Warning);
    assert_eq!(found(Profile::Queue), Status::Ok);
    drop(waiting);
}
