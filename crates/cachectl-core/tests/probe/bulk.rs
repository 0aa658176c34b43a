//! Connections for bulk work: answers that stay with their questions, whatever happens.

use std::{
    io::{Read as _, Write as _},
    time::Duration,
};

use cachectl_core::server::{
    batch::Batch,
    connection::Connection,
    error::Error,
    reply::Reply,
    target::{Login, Target, Timeouts},
};
use cachectl_testkit::{Proxy, Server, proxy::Direction};

use super::{
    asking::{endpoint, target},
    impostor::Impostor,
};

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
    let replies = connection.send(batch).await.unwrap();
    assert_eq!(replies.len(), 512);
    assert!(replies.iter().all(|reply| reply.bytes() == Some(value.as_bytes())));
}

#[tokio::test]
async fn answers_nobody_waits_for_any_more_are_not_taken_for_others() {
    let server = Server::start();
    let connection = open(&target(&server.url())).await.unwrap();
    drop(connection.post(echo("dropped")));
    let kept = connection.post(echo("kept"));
    assert_eq!(texts(&connection.send(echo("last")).await.unwrap()), ["last"]);
    assert_eq!(texts(&kept.replies().await.unwrap()), ["kept"]);
    assert_eq!(connection.post(Batch::default()).replies().await.unwrap(), []);
}

#[tokio::test]
async fn what_nobody_waits_for_is_not_sent() {
    let server = Server::start();
    let connection = open(&target(&server.url())).await.unwrap();
    drop(connection.post(Batch::of("SET", &[b"a", b"1"])));
    connection.ask("PING", &[]).await.unwrap();
    assert_eq!(server.number(&["DBSIZE"]), 0);
}

#[tokio::test]
async fn answers_that_had_come_are_not_lost_with_the_connection() {
    let server = Server::start();
    let proxy = Proxy::start(&server);
    let connection = open(&target(&proxy.url())).await.unwrap();
    let answered = connection.post(echo("answered"));
    connection.send(echo("so it is on its way")).await.unwrap();
    let also = connection.post(echo("also"));
    tokio::task::yield_now().await;
    // Nothing is read meanwhile, because there is no other thread.
    std::thread::sleep(Duration::from_millis(200));
    proxy.cut();
    std::thread::sleep(Duration::from_millis(200));
    let unsent = connection.post(echo("unsent"));
    assert!(matches!(unsent.replies().await, Err(Error::Lost { .. })));
    assert_eq!(texts(&answered.replies().await.unwrap()), ["answered"]);
    assert_eq!(texts(&also.replies().await.unwrap()), ["also"]);
}

#[tokio::test]
async fn answers_that_had_come_are_in_time_if_it_was_we_who_were_stopped() {
    let server = Server::start();
    let mut target = target(&server.url());
    target.timeouts = Timeouts { response: Duration::from_millis(200), ..Timeouts::default() };
    let connection = open(&target).await.unwrap();
    let posted = connection.post(echo("in time"));
    tokio::task::yield_now().await;
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(texts(&posted.replies().await.unwrap()), ["in time"]);
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_not_the_answer_to_the_next_question() {
    let server = Server::start();
    let mut target = target(&server.url());
    target.timeouts = Timeouts { response: Duration::from_secs(1), ..Timeouts::default() };
    let connection = open(&target).await.unwrap();
    server.stop_process();
    let late = connection.send(echo("late")).await.unwrap_err();
    assert!(late.to_string().ends_with("did not answer within 1 s"), "{late}");
    server.continue_process();
    assert_eq!(texts(&connection.send(echo("next")).await.unwrap()), ["next"]);
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
    let again = connection.send(echo("a")).await.unwrap_err();
    assert_eq!(words(&again), words(&lost));
    assert!(words(&again).ends_with("the connection was closed"), "{}", words(&again));
}

#[tokio::test]
async fn what_is_no_answer_breaks_the_connection() {
    let server = Server::start();
    let proxy = Proxy::start(&server);
    let connection = open(&target(&proxy.url())).await.unwrap();
    proxy.garbage(Direction::ToClient);
    let lost = connection.send(echo("a")).await.unwrap_err();
    assert!(words(&lost).ends_with("what came is not an answer of a server"), "{}", words(&lost));
}

#[tokio::test]
async fn a_refusal_that_is_no_text_is_a_refusal() {
    let server = Server::start();
    let connection = open(&target(&server.url())).await.unwrap();
    let refused = connection.ask("NO\u{fffd}SUCH", &[b"\xff\xfe"]).await.unwrap();
    assert!(refused.refusal().unwrap().is_unknown_command(), "{refused:?}");
    assert_eq!(texts(&connection.send(echo("goes on")).await.unwrap()), ["goes on"]);
}

#[tokio::test]
async fn a_server_that_sends_us_away_is_quoted_and_may_be_asked_again() {
    let server = Server::builder().config("maxclients", "1").start();
    let target = target(&server.url());
    let password = Login { username: None, password: Some("secret".into()) };
    for target in
        [target.clone(), Target { db: 1, ..target.clone() }, Target { login: password, ..target }]
    {
        let Err(error) = open(&target).await else { panic!("one client too many was let in") };
        assert!(matches!(error, Error::Connect { .. }) && error.is_transient(), "{error:?}");
        let words = words(&error);
        assert!(words.contains("max number of clients reached"), "{words}");
    }
}

#[tokio::test]
async fn a_user_who_needs_no_password_is_that_user() {
    let server = Server::builder().acl_user("lim on nopass ~a* +ping +acl").start();
    let as_user = |name: &str| {
        let login = Login { username: Some(name.to_owned()), password: None };
        Target { login, ..target(&server.url()) }
    };
    let connection = open(&as_user("lim")).await.unwrap();
    assert_eq!(connection.demand("ACL", &[b"WHOAMI"]).await.unwrap().text(), Some("lim"));
    assert!(matches!(open(&as_user("nobody")).await, Err(Error::Login { .. })));
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

/// Serves one client that logs in: the introduction is accepted, and the first command after it is
/// answered by `endless`, over and over until the client is gone. Returns how much it sent.
fn talking_without_end(head: &'static [u8], endless: Vec<u8>) -> Impostor<usize> {
    Impostor::start(move |mut client| {
        let mut asked = [0; 4096];
        let introduction = b"SETINFO";
        let mut seen: Vec<u8> = Vec::new();
        while seen.windows(introduction.len()).filter(|it| it == introduction).count() < 2 {
            let read = client.read(&mut asked).unwrap();
            assert_ne!(read, 0, "it ended before it had said who it is");
            seen.extend(asked.iter().take(read));
        }
        client.write_all(b"+OK\r\n+OK\r\n").unwrap();
        assert_ne!(client.read(&mut asked).unwrap(), 0, "it asked nothing");
        let mut sent = 0;
        let mut more = head;
        while client.write_all(more).is_ok() {
            sent += more.len();
            more = &endless;
        }
        sent
    })
}

#[tokio::test]
async fn no_answer_takes_more_than_what_was_asked_for_can() {
    async fn case(question: Batch, head: &'static [u8], endless: &[u8], most: usize) {
        let peer = talking_without_end(head, endless.repeat((64 << 10) / endless.len()));
        let connection = open(&peer.target()).await.unwrap();
        let lost = connection.send(question).await.unwrap_err();
        let expected = "the answer is larger than any that we asked for";
        assert!(words(&lost).ends_with(expected), "{}", words(&lost));
        drop(connection);
        // What waits in the buffers of the system counts as sent.
        let sent = peer.join();
        assert!(sent < most + (16 << 20), "{sent} for at most {most}");
    }

    let scan = || Batch::of("SCAN", &[b"0"]);
    case(Batch::of("TYPE", &[b"a"]), b"+", b"x", 0).await;
    case(Batch::of("TYPE", &[b"a"]), b"$100000000\r\n", b"x", 0).await;
    case(Batch::of("INFO", &[]), b"$17000000\r\n", b"x", 0).await;
    case(Batch::of("INFO", &[]), b"*9000000\r\n", b":1\r\n:1\r\n:1\r\n:1\r\n", 16 << 20).await;
    case(scan(), b"*2\r\n$1\r\n7\r\n*1\r\n$700000000\r\n", b"x", 0).await;
    case(scan(), b"*2\r\n$1\r\n7\r\n*900000000\r\n", b"$1\r\na\r\n$1\r\na\r\n", 600 << 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_holds_however_much_comes() {
    let peer = talking_without_end(b"$4000000000\r\n", vec![b'x'; 1 << 16]);
    let mut target = peer.target();
    target.timeouts = Timeouts { response: Duration::from_millis(300), ..Timeouts::default() };
    let connection = open(&target).await.unwrap();
    let begun = std::time::Instant::now();
    let late = connection.send(Batch::of("DUMP", &[b"a"])).await.unwrap_err();
    assert!(matches!(late, Error::TimedOut { .. }), "{late:?}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    drop(connection);
    peer.join();
}
