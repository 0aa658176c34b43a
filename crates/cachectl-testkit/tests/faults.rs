//! The proxy.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic anywhere")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use cachectl_testkit::proxy::Direction;
use cachectl_testkit::{Proxy, Server, wait};

const PING: &[u8] = b"*1\r\n$4\r\nPING\r\n";
const PONG: &[u8] = b"+PONG\r\n";

struct Client(TcpStream);

impl Client {
    fn connect(proxy: &Proxy) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", proxy.port())).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        Self(stream)
    }

    fn send(&mut self) {
        self.0.write_all(PING).unwrap();
    }

    /// Returns what comes until the answer is complete, the connection ends or time is up.
    fn receive(&mut self) -> (Vec<u8>, bool) {
        let mut received = Vec::new();
        let mut chunk = [0; 64];
        while received.len() < PONG.len() {
            match self.0.read(&mut chunk) {
                Ok(0) => return (received, true),
                Ok(count) => received.extend_from_slice(&chunk[..count]),
                Err(error) => {
                    let timed_out = error.kind() == std::io::ErrorKind::WouldBlock;
                    return (received, !timed_out);
                }
            }
        }
        (received, false)
    }

    #[track_caller]
    fn ping(&mut self) {
        self.send();
        assert_eq!(self.receive(), (PONG.to_vec(), false));
    }
}

#[test]
fn a_proxy_relays_and_counts() {
    for server in [Server::start(), Server::builder().tcp().start()] {
        let proxy = Proxy::start(&server);
        let mut client = Client::connect(&proxy);
        client.ping();
        client.ping();
        assert_eq!(proxy.bytes(Direction::ToServer), 2 * PING.len() as u64);
        assert_eq!(proxy.bytes(Direction::ToClient), 2 * PONG.len() as u64);
        assert_eq!(proxy.connections(), 1);
        let pong = redis::Client::open(proxy.url()).unwrap().get_connection();
        assert!(pong.is_ok());
    }
}

#[test]
fn a_delay_holds_both_directions() {
    let server = Server::start();
    let proxy = Proxy::start(&server);
    let mut client = Client::connect(&proxy);
    proxy.delay(Duration::from_millis(40));
    let start = Instant::now();
    client.ping();
    assert!(start.elapsed() >= Duration::from_millis(80));
}

#[test]
fn a_cut_lets_exactly_so_many_bytes_pass() {
    let server = Server::start();
    let proxy = Proxy::start(&server);
    let mut client = Client::connect(&proxy);
    client.ping();
    proxy.cut_after(Direction::ToClient, 3);
    client.send();
    assert_eq!(client.receive(), (PONG[..3].to_vec(), true));
    assert_eq!(proxy.cuts(), 1);
    Client::connect(&proxy).ping();

    let commands = server.info("stats")["total_commands_processed"].clone();
    proxy.cut_after(Direction::ToServer, PING.len() as u64 - 1);
    let mut client = Client::connect(&proxy);
    client.send();
    assert_eq!(client.receive(), (Vec::new(), true));
    let after: u64 = server.info("stats")["total_commands_processed"].parse().unwrap();
    assert_eq!(after, commands.parse::<u64>().unwrap() + 1, "only INFO was processed");
}

#[test]
fn a_black_hole_answers_nothing_until_it_heals() {
    let server = Server::start();
    let proxy = Proxy::start(&server);
    let mut client = Client::connect(&proxy);
    client.ping();
    proxy.black_hole();
    client.send();
    assert_eq!(client.receive(), (Vec::new(), false));
    proxy.heal();
    assert_eq!(client.receive(), (PONG.to_vec(), false));
}

#[test]
fn garbage_replaces_the_answer() {
    let server = Server::start();
    let proxy = Proxy::start(&server);
    let mut client = Client::connect(&proxy);
    proxy.garbage(Direction::ToClient);
    client.send();
    let (answer, closed) = client.receive();
    assert_eq!((answer.len(), closed), (PONG.len(), false));
    assert_ne!(answer, PONG);
}

#[test]
fn refused_connections_are_accepted_again_later() {
    let server = Server::start();
    let proxy = Proxy::start(&server);
    Client::connect(&proxy).ping();
    proxy.refuse();
    wait::until("connections are refused", || {
        let outcome = TcpStream::connect(("127.0.0.1", proxy.port()));
        outcome.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused)
    });
    proxy.heal();
    Client::connect(&proxy).ping();
}

#[test]
fn connections_can_be_cut_at_once_and_the_server_may_come_back() {
    let server = Server::builder().tcp().start();
    let proxy = Proxy::start(&server);
    let mut client = Client::connect(&proxy);
    client.ping();
    proxy.cut();
    assert_eq!(client.receive(), (Vec::new(), true));
    server.restart();
    Client::connect(&proxy).ping();
}

#[test]
fn a_proxy_can_lead_elsewhere_and_back() {
    let (one, other) = (Server::start(), Server::builder().tcp().start());
    one.command(&["SET", "which", "one"]);
    other.command(&["SET", "which", "other"]);
    let proxy = Proxy::start(&one);
    let open = || redis::Client::open(proxy.url()).unwrap().get_connection().unwrap();
    let which = |connection: &mut redis::Connection| -> Option<String> {
        redis::cmd("GET").arg("which").query(connection).ok()
    };
    let mut connection = open();
    proxy.point_to(&other);
    assert_eq!(which(&mut connection).as_deref(), Some("one"), "it was opened before");
    proxy.cut();
    assert_eq!(which(&mut connection), None);
    assert_eq!(which(&mut open()).as_deref(), Some("other"));
    proxy.point_to(&one);
    proxy.cut();
    assert_eq!(which(&mut open()).as_deref(), Some("one"));
}
