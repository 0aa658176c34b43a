//! Connections for bulk work: answers that stay with their questions, whatever happens.

use std::time::Duration;

use cachectl_core::server::{
    batch::Batch,
    connection::Connection,
    error::Error,
    reply::Reply,
    target::{Login, Target, Timeouts},
};
use cachectl_testkit::{Proxy, Server, proxy::Direction};

use super::asking::{endpoint, target};

async fn open(target: &Target) -> Result<Connection, Error> {
    Connection::open(&endpoint(target), target).await
}

fn echo(text: &str) -> Batch {
    Batch::of("ECHO", &[text.as_bytes()])
}

fn texts(replies: &[Reply]) -> Vec<&str> {
    replies.iter().filter_map(Reply::text).collect()
}

/// Returns the error and its causes as one text.
fn words(error: &Error) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}

#[tokio::test]
async fn more_than_both_sides_can_hold_goes_both_ways_at_once() {
    let server = Server::start();
    let connection = open(&target(&server.url())).await.unwrap();
    let value = "v".repeat(64 * 1024);
    let mut batch = Batch::default();
    for _ in 0..512 {
        batch.push("ECHO", &[value.as_bytes()]);
    }
    // A client that writes everything before it reads would wait for a server that waits for it.
    let replies = connection.send(&batch).await.unwrap();
    assert_eq!(replies.len(), 512);
    assert!(replies.iter().all(|reply| reply.bytes() == Some(value.as_bytes())));
}

#[tokio::test]
async fn answers_nobody_waits_for_any_more_are_not_taken_for_others() {
    let server = Server::start();
    let connection = open(&target(&server.url())).await.unwrap();
    drop(connection.post(echo("dropped")));
    let kept = connection.post(echo("kept"));
    drop(connection.post(Batch::of("SET", &[b"a", b"was sent"])));
    assert_eq!(texts(&connection.send(&echo("last")).await.unwrap()), ["last"]);
    assert_eq!(texts(&kept.replies().await.unwrap()), ["kept"]);
    assert_eq!(connection.ask("GET", &[b"a"]).await.unwrap().text(), Some("was sent"));
    assert_eq!(connection.post(Batch::default()).replies().await.unwrap(), []);
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_not_the_answer_to_the_next_question() {
    let server = Server::start();
    let mut target = target(&server.url());
    target.timeouts = Timeouts { response: Duration::from_secs(1), ..Timeouts::default() };
    let connection = open(&target).await.unwrap();
    server.stop_process();
    let late = connection.send(&echo("late")).await.unwrap_err();
    assert!(matches!(late, Error::TimedOut { seconds: 1, .. }), "{late:?}");
    server.continue_process();
    assert_eq!(texts(&connection.send(&echo("next")).await.unwrap()), ["next"]);
}

#[tokio::test]
async fn what_breaks_stays_broken_and_says_why() {
    let server = Server::start();
    let proxy = Proxy::start(&server);
    let connection = open(&target(&proxy.url())).await.unwrap();
    let waiting = connection.post(Batch::of("BLPOP", &[b"nothing", b"0"]));
    proxy.cut();
    let lost = waiting.replies().await.unwrap_err();
    assert!(matches!(lost, Error::Lost { .. }), "{lost:?}");
    let again = connection.send(&echo("a")).await.unwrap_err();
    assert_eq!(words(&again), words(&lost));
    assert!(words(&again).ends_with("the connection was closed"), "{}", words(&again));
}

#[tokio::test]
async fn what_is_no_answer_breaks_the_connection() {
    let server = Server::start();
    let proxy = Proxy::start(&server);
    let connection = open(&target(&proxy.url())).await.unwrap();
    proxy.garbage(Direction::ToClient);
    let lost = connection.send(&echo("a")).await.unwrap_err();
    assert!(words(&lost).ends_with("what came is not an answer of a server"), "{}", words(&lost));
}

#[tokio::test]
async fn a_refusal_that_is_no_text_is_a_refusal() {
    let server = Server::start();
    let connection = open(&target(&server.url())).await.unwrap();
    let refused = connection.ask("NO\u{fffd}SUCH", &[b"\xff\xfe"]).await.unwrap();
    assert!(refused.refusal().unwrap().is_unknown_command(), "{refused:?}");
    assert_eq!(texts(&connection.send(&echo("goes on")).await.unwrap()), ["goes on"]);
}

#[tokio::test]
async fn a_server_that_sends_us_away_is_quoted() {
    let server = Server::builder().config("maxclients", "1").start();
    let target = target(&server.url());
    let Err(error) = open(&target).await else { panic!("one client too many was let in") };
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    let words = words(&error);
    assert!(words.contains("max number of clients reached"), "{words}");
}

#[tokio::test]
async fn the_words_of_a_refused_login_do_not_hold_the_password() {
    let server = Server::start();
    server.command(&["CONFIG", "SET", "requirepass", "right"]);
    let mut target = target(&server.url());
    target.login = Login { username: None, password: Some("wr0ng-s3cret".into()) };
    let Err(error) = open(&target).await else { panic!("the login was accepted") };
    assert!(matches!(error, Error::Login { .. }), "{error:?}");
    assert!(!words(&error).contains("wr0ng-s3cret"), "{error:?}");
}

#[tokio::test]
async fn databases_that_are_not_there_are_told_apart() {
    let server = Server::builder().config("databases", "2").start();
    let no_such = open(&Target { db: 7, ..target(&server.url()) }).await;
    assert!(matches!(no_such, Err(Error::NoSuchDb { db: 7, .. })), "{no_such:?}");
    let second = open(&Target { db: 1, ..target(&server.url()) }).await.unwrap();
    second.demand("SET", &[b"a", b"1"]).await.unwrap();
    assert_eq!(server.number(&["DBSIZE"]), 0);
}
