//! Floods of connections that say nothing, from few addresses.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use cachectl_testkit::{Server, wait};
use socket2::{Domain, Socket, Type};

use super::{
    client::{Serving, request},
    crowd::{LIMIT, is_open},
};
use crate::cachectl;

/// Connections of one address, each of which is made anew when it is closed.
struct Flood {
    stop: Arc<AtomicBool>,
    flooding: Option<JoinHandle<()>>,
}

impl Flood {
    fn start(from: Ipv4Addr, to: SocketAddr, count: usize) -> Self {
        let (stop, there) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let (stops, all) = (Arc::clone(&stop), Arc::clone(&there));
        let flooding = move || {
            let mut clients: Vec<Option<TcpStream>> = (0..count).map(|_| None).collect();
            while !stops.load(Ordering::SeqCst) {
                for client in &mut clients {
                    if !client.as_ref().is_some_and(is_open) {
                        let new = connect(from, to);
                        *client = new.and_then(|it| it.set_nonblocking(true).map(|()| it)).ok();
                    }
                }
                all.store(true, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(5));
            }
        };
        let flooding = Some(thread::spawn(flooding));
        wait::until("all of them are there", || there.load(Ordering::SeqCst));
        Self { stop, flooding }
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(flooding) = self.flooding.take() {
            flooding.join().ok();
        }
    }
}

/// Connects from an address of this machine.
fn connect(from: Ipv4Addr, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((from, 0)).into())?;
    socket.connect_timeout(&to.into(), Duration::from_secs(5))?;
    Ok(socket.into())
}

/// Asks for a page, and returns the answer, or what there is of it.
fn ask(from: Ipv4Addr, to: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = connect(from, to)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.write_all(request("GET", path, &[]).as_bytes())?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

/// Other systems have no more than one loopback address unless they are told to.
#[cfg(target_os = "linux")]
#[test]
fn silent_floods_of_few_addresses_keep_no_probe_of_another_waiting() {
    wait::within(LIMIT, || {
        let server = Server::start();
        let serving = Serving::start(&cachectl().server(&server), &[]);
        let to: SocketAddr = serving.address.parse().unwrap();
        let address = |last| Ipv4Addr::new(127, 0, 0, last);
        for sources in 1..=3 {
            let floods: Vec<_> =
                (0..sources).map(|it| Flood::start(address(10 + it), to, 300)).collect();
            for path in ["/livez", "/readyz", "/metrics"] {
                for _ in 0..10 {
                    let answer = ask(address(3), to, path);
                    let is_answered = answer.as_ref().is_ok_and(|it| it.contains(" 200 OK"));
                    assert!(is_answered, "{sources} floods, {path}: {answer:?}");
                }
            }
            drop(floods);
        }
    });
}

#[test]
fn who_says_nothing_is_left_before_who_has_asked() {
    wait::within(LIMIT, || {
        let server = Server::start();
        let serving = Serving::start(&cachectl().server(&server), &[]);
        let mut asked = serving.connect();
        asked.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        // One after the other: of the same age, they would not show who is left sooner.
        for said in ["", "GET /livez HTTP/1.1\r\nHost: "] {
            let mut silent = serving.connect();
            silent.write_all(said.as_bytes()).unwrap();
            let mut answer = Vec::new();
            // It may be told that it was too slow, or cut off.
            silent.read_to_end(&mut answer).ok();
            assert!(!String::from_utf8_lossy(&answer).contains(" 200 "), "{answer:?}");
        }
        asked.set_nonblocking(true).unwrap();
        assert!(is_open(&asked), "who has asked was left first");
    });
}
