//! Ways not to get to a server.

use std::{
    net::{Ipv4Addr, TcpListener, TcpStream},
    time::{Duration, Instant},
};

use cachectl_core::server::probe::{FailureKind, Probe, Stage};
use cachectl_testkit::{Proxy, Server};
use tokio::net::{TcpSocket, UnixSocket, UnixStream};

use crate::asking::{AMPLE, PING, ask_url, endpoint, ends_in_time, failed_as, open, target, texts};

#[tokio::test]
async fn a_port_that_nobody_listens_on_refuses() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);

    let failure = open(&target(&format!("127.0.0.1:{port}")), AMPLE).await.unwrap_err();
    assert_eq!(failed_as(&failure), (Stage::Connect, &FailureKind::Refused));
    assert_eq!(failure.to_string(), format!("could not connect to `127.0.0.1:{port}`"));
    let source = std::error::Error::source(&failure).unwrap();
    assert_eq!(source.to_string(), "the connection was refused");
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_not_found() {
    let failure = open(&target("redis://:s3cret@name.invalid"), AMPLE).await.unwrap_err();
    assert_eq!(failure.stage, Stage::Resolve);
    assert!(matches!(failed_as(&failure).1, FailureKind::NotFound(_)), "{failure:?}");
}

#[tokio::test]
async fn a_socket_that_does_not_exist_is_not_found() {
    let failure = open(&target("unix:///nowhere/s?pass=s3cret"), AMPLE).await.unwrap_err();
    assert_eq!(failure.stage, Stage::Connect);
    assert!(matches!(failed_as(&failure).1, FailureKind::NotFound(_)), "{failure:?}");
}

#[tokio::test]
async fn a_socket_that_its_server_has_left_refuses() {
    let server = Server::start();
    let url = server.url();
    server.kill();
    let failure = open(&target(&url), AMPLE).await.unwrap_err();
    assert_eq!(failed_as(&failure), (Stage::Connect, &FailureKind::Refused));
}

#[tokio::test]
async fn all_addresses_of_a_name_are_tried() {
    // Where `localhost` has two addresses the server listens on the second.
    let server = Server::builder().tcp().start();
    let exchange = ask_url(&format!("localhost:{}", server.port()), &[PING]).await;
    assert_eq!(texts(&exchange), ["PONG"]);
}

#[tokio::test]
async fn a_port_that_lets_nobody_in_is_left_at_the_deadline() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let knock = || TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok();
    let waiting: Vec<_> = std::iter::from_fn(knock).collect();

    let target = target(&format!("redis://{address}"));
    let attempt = async |deadline| Probe::open(&endpoint(&target), &target, deadline).await.err();
    ends_in_time(attempt, Stage::Connect).await;
    assert!(!waiting.is_empty());
}

#[tokio::test]
async fn a_socket_with_too_many_waiting_is_left_at_the_deadline() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s");
    let socket = UnixSocket::new_stream().unwrap();
    socket.bind(&path).unwrap();
    let listener = socket.listen(1).unwrap();
    let mut waiting = Vec::new();
    while let Ok(client) = UnixStream::connect(&path).await {
        waiting.push(client);
    }

    let target = target(&format!("unix://{}", path.display()));
    let attempt = async |deadline| Probe::open(&endpoint(&target), &target, deadline).await.err();
    ends_in_time(attempt, Stage::Connect).await;
    drop(listener);
}

#[tokio::test]
async fn a_server_that_is_frozen_is_left_at_the_deadline() {
    for builder in [Server::builder(), Server::builder().tcp()] {
        let server = builder.start();
        let target = target(&server.url());
        server.stop_process();
        let attempt = async |deadline| {
            let mut probe = Probe::open(&endpoint(&target), &target, deadline).await.unwrap();
            let exchange = probe.exchange(&[PING], deadline).await;
            assert!(exchange.answers.is_empty() && !exchange.partial && exchange.first.is_none());
            exchange.failure
        };
        ends_in_time(attempt, Stage::Receive).await;
        server.continue_process();
    }
}

#[tokio::test]
async fn a_way_on_which_everything_is_lost_is_left_at_the_deadline() {
    let server = Server::builder().tcp().start();
    let proxy = Proxy::start(&server);
    let target = target(&proxy.url());
    let mut probe = open(&target, AMPLE).await.unwrap();
    let exchange = probe.exchange(&[PING], Instant::now() + AMPLE).await;
    assert_eq!(texts(&exchange), ["PONG"]);

    proxy.black_hole();
    let attempt = async |deadline| probe.exchange(&[PING], deadline).await.failure;
    ends_in_time(attempt, Stage::Receive).await;
}

#[tokio::test]
async fn steps_that_are_not_needed_take_no_time() {
    let server = Server::builder().tcp().start();
    let probe = open(&target(&server.url()), AMPLE).await.unwrap();
    assert!(probe.timings().connect > Duration::ZERO);
    assert_eq!(probe.timings().tls, Duration::ZERO);
    assert_eq!(probe.certificate(), None);
}
