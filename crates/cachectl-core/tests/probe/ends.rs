//! Answers that end before they should, and words that are no answers.

use std::{
    io::{Read as _, Write as _},
    sync::mpsc,
    time::Instant,
};

use cachectl_core::server::{
    probe::{FailureKind, Stage},
    target::Target,
};
use cachectl_testkit::{Proxy, Server, proxy::Direction};

use crate::{
    asking::{AMPLE, PING, SHORT, ask, ends_in_time, failed_as, open, target, texts},
    impostor::{Impostor, echoing, saying},
};

#[tokio::test]
async fn what_came_before_a_cut_is_kept() {
    let server = Server::builder().tcp().start();
    let proxy = Proxy::start(&server);
    let target = target(&proxy.url());
    let pong = "+PONG\r\n".len() as u64;
    for cut in 1..=2 * pong + 10 {
        let mut probe = open(&target, AMPLE).await.unwrap();
        proxy.cut_after(Direction::ToClient, cut);
        let commands = [PING, PING, &[b"INFO"]];
        let exchange = probe.exchange(&commands, Instant::now() + AMPLE).await;

        let whole = usize::try_from((cut / pong).min(2)).unwrap();
        assert_eq!(texts(&exchange), vec!["PONG"; whole], "cut after {cut}");
        assert_eq!(exchange.partial, cut != pong && cut != 2 * pong, "cut after {cut}");
        let failure = exchange.failure.unwrap();
        assert_eq!(failed_as(&failure), (Stage::Receive, &FailureKind::Closed));
        let again = probe.exchange(&[PING], Instant::now() + AMPLE).await;
        assert_eq!(again.failure, Some(failure));
    }
}

#[tokio::test]
async fn commands_that_are_cut_are_answered_by_nobody() {
    let server = Server::builder().tcp().start();
    let proxy = Proxy::start(&server);
    let mut probe = open(&target(&proxy.url()), AMPLE).await.unwrap();
    proxy.cut_after(Direction::ToServer, 5);
    let exchange = probe.exchange(&[PING], Instant::now() + AMPLE).await;
    assert!(exchange.answers.is_empty() && exchange.first.is_none() && !exchange.partial);
    assert_eq!(failed_as(&exchange.failure.unwrap()).1, &FailureKind::Closed);
}

#[tokio::test]
async fn what_came_before_the_deadline_is_kept() {
    let attempt = async |deadline| {
        let impostor = saying("+PONG\r\n$10\r\nabc");
        let target = impostor.target();
        let mut probe = open(&target, AMPLE).await.unwrap();
        let exchange = probe.exchange(&[PING, &[b"INFO"]], deadline).await;
        assert_eq!(texts(&exchange), ["PONG"]);
        assert!(exchange.partial && exchange.first.unwrap() < exchange.elapsed);
        drop(probe);
        impostor.join();
        exchange.failure
    };
    ends_in_time(attempt, Stage::Receive).await;
}

#[tokio::test]
async fn answers_that_come_too_late_are_not_taken_for_later_ones() {
    let server = Server::start();
    server.command(&["SET", "a", "late"]);
    let target = target(&server.url());
    let mut probe = open(&target, AMPLE).await.unwrap();
    server.stop_process();
    let late = probe.exchange(&[PING, &[b"GET", b"a"]], Instant::now() + SHORT).await;
    assert_eq!(late.failure.unwrap().kind, FailureKind::Deadline);
    server.continue_process();

    let exchange = probe.exchange(&[&[b"ECHO", b"in time"]], Instant::now() + AMPLE).await;
    assert_eq!(texts(&exchange), ["in time"]);
    assert_eq!(exchange.failure, None);
}

#[tokio::test]
async fn an_answer_that_was_begun_before_the_deadline_is_finished_after_it() {
    let (go_on, gone_on) = mpsc::channel();
    let impostor = Impostor::start(move |mut client| {
        client.write_all(b"$4\r\nla").unwrap();
        gone_on.recv().unwrap();
        client.write_all(b"te\r\n+PONG\r\n").unwrap();
        client.read_to_end(&mut Vec::new()).ok();
    });
    let mut probe = open(&impostor.target(), AMPLE).await.unwrap();
    let late = probe.exchange(&[&[b"INFO"]], Instant::now() + SHORT).await;
    assert!(late.partial && late.answers.is_empty());
    go_on.send(()).unwrap();
    let exchange = probe.exchange(&[PING], Instant::now() + AMPLE).await;
    assert_eq!(texts(&exchange), ["PONG"]);
}

#[tokio::test]
async fn whoever_is_no_server_is_shown_by_what_he_says() {
    async fn case(words: &'static [u8], shown: &str) {
        let impostor = saying(words);
        let exchange = ask(&impostor.target(), &[PING]).await;
        let expected = FailureKind::Protocol(shown.to_owned());
        assert_eq!(failed_as(&exchange.failure.unwrap()), (Stage::Receive, &expected));
        assert!(exchange.answers.is_empty());
    }

    case(b"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP/1.1 400 Bad Request\\r\\n\\r\\n").await;
    case(b"SSH-2.0-x\x1b[2J\r\n", "SSH-2.0-x\\u{1b}[2J\\r\\n").await;
    case(b"\x15\x03\x03\0\x02\x02F", "\\u{15}\\u{3}\\u{3}\\u{0}\\u{2}\\u{2}F").await;
    case(b"$99999999\r\n", "more than 8 MiB").await;
}

#[tokio::test]
async fn whoever_repeats_the_password_does_not_make_us_show_it() {
    let impostor = echoing();
    let topology = impostor.target().topology;
    let target = Target { topology, ..target("redis://ops:s3cret@h") };
    let exchange = ask(&target, &[PING]).await;
    let shown = format!("{exchange:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    let secret = format!("{:?}", b"s3cret".to_vec());
    assert!(!shown.contains(&secret), "{shown}");
    drop(exchange);
    impostor.join();
}

#[tokio::test]
async fn garbage_is_no_answer() {
    let server = Server::builder().tcp().start();
    let proxy = Proxy::start(&server);
    let target = target(&proxy.url());
    let mut probe = open(&target, AMPLE).await.unwrap();
    proxy.garbage(Direction::ToClient);
    let exchange = probe.exchange(&[PING, &[b"INFO"]], Instant::now() + AMPLE).await;
    let failure = exchange.failure.unwrap();
    assert!(matches!(failed_as(&failure).1, FailureKind::Protocol(_)), "{failure:?}");
}

#[tokio::test]
async fn whoever_talks_unasked_is_not_asked_again() {
    let impostor = saying("+PONG\r\n+PONG\r\n");
    let mut probe = open(&impostor.target(), AMPLE).await.unwrap();
    // What fits into a packet arrives at once.
    let exchange = probe.exchange(&[PING], Instant::now() + AMPLE).await;
    assert_eq!(texts(&exchange), ["PONG"]);
    assert!(exchange.partial && exchange.failure.is_none());
    let again = probe.exchange(&[PING], Instant::now() + AMPLE).await;
    let expected = FailureKind::Protocol("+PONG\\r\\n".to_owned());
    assert_eq!(again.failure.unwrap().kind, expected);
}
