//! What servers say, good or bad.

use std::{
    io::{Read as _, Write as _},
    sync::Arc,
    time::Instant,
};

use cachectl_core::server::{
    error::Refusal,
    probe::{Answer, Exchange, FailureKind},
    target::Target,
};
use cachectl_testkit::{Replicated, Server};
use tokio::task;

use crate::{
    asking::{AMPLE, PING, SHORT, ask, ask_url, codes, failed_as, open, target, texts},
    impostor::Impostor,
};

#[tokio::test]
async fn every_command_is_answered_in_order_and_shape() {
    let server = Server::start();
    let commands: &[&[&[u8]]] = &[
        PING,
        &[b"RPUSH", b"l", b"a", b"b"],
        &[b"LRANGE", b"l", b"0", b"-1"],
        &[b"GET", b"none"],
        &[b"ECHO", b"\0\r\n\xff"],
        &[b"NONSENSE"],
        &[b"INFO"],
    ];
    let exchange = ask_url(&server.url(), commands).await;

    assert_eq!(exchange.failure, None);
    let [pong, pushed, range, none, echo, error, info] = exchange.answers.as_slice() else {
        panic!("{exchange:?}");
    };
    assert_eq!(pong.text(), Some("PONG"));
    assert_eq!(pushed.integer(), Some(2));
    let elements = range.elements().unwrap();
    assert_eq!(elements.iter().map(Answer::text).collect::<Vec<_>>(), [Some("a"), Some("b")]);
    assert!(none.is_nil());
    assert_eq!(*echo, Answer::Bulk(b"\0\r\n\xff".to_vec()));
    assert!(error.refusal().unwrap().is_unknown_command());
    assert!(info.text().unwrap().contains("\r\nredis_version:"));
    assert!(exchange.login.is_none() && exchange.selected.is_none() && !exchange.partial);
    assert!(exchange.first.unwrap() <= exchange.elapsed);
}

#[tokio::test]
async fn login_database_and_commands_go_out_in_one_write() {
    let impostor = Impostor::start(|mut client| {
        let mut heard = [0; 1024];
        // What was written at once, and fits into a packet, is read at once.
        let count = client.read(&mut heard).unwrap();
        client.write_all(b"+OK\r\n+OK\r\n+PONG\r\n:0\r\n").unwrap();
        let more = client.read(&mut [0; 1024]).unwrap();
        client.write_all(b"+PONG\r\n").unwrap();
        (heard[..count].to_vec(), more)
    });
    let login = Target { db: 3, ..target("redis://ops:s3cret@h") };
    let target = Target { topology: impostor.target().topology, ..login };
    let mut probe = open(&target, AMPLE).await.unwrap();
    let exchange = probe.exchange(&[PING, &[b"DBSIZE"]], Instant::now() + AMPLE).await;
    assert_eq!(exchange.login, Some(Answer::Simple("OK".into())));
    assert_eq!(exchange.selected, Some(Answer::Simple("OK".into())));
    assert_eq!(exchange.answers.len(), 2);
    let again = probe.exchange(&[PING], Instant::now() + AMPLE).await;
    assert_eq!(texts(&again), ["PONG"]);
    assert_eq!(again.login, None);

    let (heard, more) = impostor.join();
    let expected = "*3\r\n$4\r\nAUTH\r\n$3\r\nops\r\n$6\r\ns3cret\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n\
                    *1\r\n$4\r\nPING\r\n*1\r\n$6\r\nDBSIZE\r\n";
    assert_eq!(String::from_utf8(heard).unwrap(), expected);
    assert_eq!(more, "*1\r\n$4\r\nPING\r\n".len());
}

#[tokio::test]
async fn passwords_are_right_wrong_or_missing() {
    let server = Server::builder().password("s3cret").start();

    let right = ask_url(&server.url_as("default", "s3cret"), &[PING]).await;
    assert_eq!(right.login.as_ref().and_then(Answer::text), Some("OK"));
    assert_eq!(texts(&right), ["PONG"]);

    let wrong = ask_url(&server.url_as("default", "s3cret2"), &[PING]).await;
    assert_eq!(login_refusal(&wrong).code, "WRONGPASS");
    assert_eq!(codes(&wrong), ["NOAUTH"]);
    assert_eq!(wrong.failure, None);

    let missing = ask_url(&server.url(), &[PING, &[b"INFO"]]).await;
    assert_eq!(missing.login, None);
    assert_eq!(codes(&missing), ["NOAUTH", "NOAUTH"]);
}

#[tokio::test]
async fn a_command_that_the_user_may_not_run_is_an_answer_like_others() {
    let server = Server::builder().acl_user("ops on >s3cret +ping").start();
    let exchange = ask_url(&server.url_as("ops", "s3cret"), &[PING, &[b"INFO"], PING]).await;
    assert_eq!(exchange.answers.len(), 3);
    assert_eq!(exchange.answers[1].refusal().unwrap().code, "NOPERM");
    assert_eq!(exchange.answers[2].text(), Some("PONG"));
}

#[tokio::test]
async fn a_server_that_does_not_know_auth_does_not_make_us_show_the_password() {
    let server = Server::builder().deny_command("AUTH").start();
    let exchange = ask_url(&server.url_as("default", "s3cret"), &[PING]).await;
    assert!(login_refusal(&exchange).is_unknown_command());
    assert!(!format!("{exchange:?}").contains("s3cret"), "{exchange:?}");
    assert_eq!(texts(&exchange), ["PONG"]);
}

#[tokio::test]
async fn the_database_is_chosen_first() {
    let server = Server::start();
    server.command(&["SET", "a", "b"]);
    let other = ask_url(&server.url_of_db(3), &[&[b"DBSIZE"]]).await;
    assert_eq!(other.answers, [Answer::Integer(0)]);
    assert_eq!(other.selected.as_ref().and_then(Answer::text), Some("OK"));

    let beyond = ask_url(&server.url_of_db(99), &[PING]).await;
    let refusal = beyond.selected.as_ref().and_then(Answer::refusal).unwrap();
    assert!(refusal.detail.contains("out of range"), "{refusal}");
    assert_eq!(texts(&beyond), ["PONG"]);
}

#[tokio::test]
async fn a_server_that_loads_its_data_says_so() {
    // A second of loading. Every two megabytes the server looks whether anybody asks something.
    let server = Server::builder()
        .tcp()
        .config("key-load-delay", "20000")
        .config("rdbcompression", "no")
        .start();
    for key in 0..50 {
        server.command(&["SET", &format!("large:{key}"), &"x".repeat(500_000)]);
    }
    server.command(&["SAVE"]);
    let target = target(&server.url());

    let server = Arc::new(server);
    let restarting = Arc::clone(&server);
    let restarting = task::spawn_blocking(move || restarting.restart());
    assert_eq!(refusal(&target, PING).await.code, "LOADING");
    restarting.await.unwrap();
}

#[tokio::test]
async fn a_replica_without_its_primary_says_so() {
    let builder = Server::builder().config("replica-serve-stale-data", "no");
    let replicated = Replicated::start_with(&builder);
    let target = target(&replicated.replica().url());
    assert_eq!(texts(&ask(&target, &[PING]).await), ["PONG"]);

    replicated.primary().kill();
    // Before Redis 7 it still answered `PING`.
    let get: &[&[u8]] = &[b"GET", b"a"];
    assert_eq!(refusal(&target, get).await.code, "MASTERDOWN");
}

#[tokio::test]
async fn a_server_that_is_busy_says_so() {
    let server = Server::builder().config("lua-time-limit", "10").start();
    let target = target(&server.url());
    let mut other = open(&target, AMPLE).await.unwrap();
    let endless: &[&[u8]] = &[b"EVAL", b"while true do end", b"0"];
    let exchange = other.exchange(&[endless], Instant::now() + SHORT).await;
    assert_eq!(exchange.failure.unwrap().kind, FailureKind::Deadline);

    assert_eq!(refusal(&target, PING).await.code, "BUSY");
    server.command(&["SCRIPT", "KILL"]);
}

#[tokio::test]
async fn a_server_with_too_many_clients_says_so_and_closes() {
    let server = Server::builder().config("maxclients", "1").start();
    // The kit's own connection is the one that fits.
    assert_eq!(server.text(&["PING"]), "PONG");
    let exchange = ask_url(&server.url(), &[PING, PING, PING]).await;
    let refusal = exchange.answers[0].refusal().unwrap();
    assert_eq!(refusal.detail, "max number of clients reached");
    assert_eq!(failed_as(exchange.failure.as_ref().unwrap()).1, &FailureKind::Closed);
    assert_eq!(exchange.first_answer(), exchange.answers.first());
}

#[track_caller]
fn login_refusal(exchange: &Exchange) -> &Refusal {
    exchange.login.as_ref().and_then(Answer::refusal).unwrap()
}

/// Asks until the server answers with an error.
async fn refusal(target: &Target, command: &[&[u8]]) -> Refusal {
    let limit = Instant::now() + AMPLE;
    while Instant::now() < limit {
        let Ok(mut probe) = open(target, AMPLE).await else { continue };
        let exchange = probe.exchange(&[command], limit).await;
        if let Some(refusal) = exchange.answers.first().and_then(Answer::refusal) {
            return refusal.clone();
        }
    }
    panic!("the command is never refused");
}
