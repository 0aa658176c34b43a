//! A connection that fails on demand: a relay between a client and a server.

mod relay;
mod stream;

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::Server;
use crate::server::{Address, port};

use stream::Stream;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the server: commands.
    ToServer,
    /// From the server to the client: replies.
    ToClient,
}

/// What is wrong with the connection at the moment.
#[derive(Clone, Copy, Debug, Default)]
struct Faults {
    delay: Duration,
    /// A cut is due when this many bytes in all have gone that way.
    cut_at: [Option<u64>; 2],
    garbage: [bool; 2],
    black_hole: bool,
    refuse: bool,
    /// The proxy goes away.
    closing: bool,
}

/// What the threads of a proxy share.
#[derive(Debug)]
struct Shared {
    target: Mutex<Address>,
    faults: Mutex<Faults>,
    changed: Condvar,
    bytes: [AtomicU64; 2],
    connections: AtomicU64,
    cuts: AtomicU64,
    /// Both ends of every connection, to be able to end them.
    ends: Mutex<Vec<Stream>>,
}

/// A relay on a port of 127.0.0.1 in front of a server.
///
/// Faults are set while it runs. It ends, with all its connections, when this value goes away.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Starts a relay in front of `server` that does nothing wrong yet.
    #[track_caller]
    #[must_use]
    pub fn start(server: &Server) -> Self {
        Self::to(server.address().clone())
    }

    /// Starts a relay in front of an address that does nothing wrong yet.
    #[track_caller]
    #[must_use]
    pub fn to(target: Address) -> Self {
        let shared = Arc::new(Shared {
            target: Mutex::new(target),
            faults: Mutex::default(),
            changed: Condvar::new(),
            bytes: Default::default(),
            connections: AtomicU64::new(0),
            cuts: AtomicU64::new(0),
            ends: Mutex::default(),
        });
        let bound = std::iter::from_fn(port::free)
            .take(10)
            .find_map(|port| Some((port, TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?)));
        let Some((port, listener)) = bound else { panic!("no port is free for the proxy") };
        let accepting = Arc::clone(&shared);
        let listener = thread::spawn(move || relay::accept(&accepting, listener, port));
        Self { port, shared, listener: Some(listener) }
    }

    /// Returns the port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Returns the URL of the server as seen through the relay.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme =
            if matches!(self.shared.target(), Address::Tls(_)) { "rediss" } else { "redis" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// Leads new connections to another server, as an address does whose service has changed.
    ///
    /// Connections that there are go on, until [`Proxy::cut`] ends them.
    pub fn point_to(&self, server: &Server) {
        *self.shared.target.lock().unwrap_or_else(PoisonError::into_inner) =
            server.address().clone();
    }

    /// Holds everything that passes for this long, in both directions.
    pub fn delay(&self, delay: Duration) {
        self.change(|faults| faults.delay = delay);
    }

    /// Cuts the connection over which the `bytes`th byte from now passes, right after that byte.
    pub fn cut_after(&self, direction: Direction, bytes: u64) {
        let so_far = self.bytes(direction);
        self.change(|faults| *slot(&mut faults.cut_at, direction) = Some(so_far + bytes));
    }

    /// Lets nothing pass: what was sent waits, as it does when packets are lost on the way.
    pub fn black_hole(&self) {
        self.change(|faults| faults.black_hole = true);
    }

    /// Replaces every byte that passes in this direction by a random one.
    pub fn garbage(&self, direction: Direction) {
        self.change(|faults| *slot(&mut faults.garbage, direction) = true);
    }

    /// Refuses new connections, as a port does on which nobody listens.
    pub fn refuse(&self) {
        self.change(|faults| faults.refuse = true);
        self.wake_listener();
    }

    /// Cuts all connections that there are now.
    pub fn cut(&self) {
        self.shared.cut_all();
    }

    /// Ends all faults. What a black hole has held back arrives after all.
    #[track_caller]
    pub fn heal(&self) {
        let refused = self.shared.faults().refuse;
        self.change(|faults| *faults = Faults::default());
        if refused {
            crate::wait::until("the proxy accepts connections again", || {
                TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok()
            });
        }
    }

    /// Returns how many bytes have passed in this direction.
    #[must_use]
    pub fn bytes(&self, direction: Direction) -> u64 {
        self.shared.counter(direction).load(Ordering::SeqCst)
    }

    /// Returns how many connections to the server there have been.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Returns how many connections have been cut by `cut_after`.
    #[must_use]
    pub fn cuts(&self) -> u64 {
        self.shared.cuts.load(Ordering::SeqCst)
    }

    fn change(&self, change: impl FnOnce(&mut Faults)) {
        change(&mut self.shared.faults());
        self.shared.changed.notify_all();
    }

    /// A thread that waits for connections notices a change when one comes.
    fn wake_listener(&self) {
        // It fails when nobody listens, and then nobody waits either.
        TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))).ok();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.change(|faults| faults.closing = true);
        self.shared.cut_all();
        self.wake_listener();
        if let Some(listener) = self.listener.take() {
            // If it panicked it is gone as well.
            listener.join().ok();
        }
    }
}

impl Shared {
    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn target(&self) -> Address {
        self.target.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    const fn counter(&self, direction: Direction) -> &AtomicU64 {
        let [to_server, to_client] = &self.bytes;
        match direction {
            Direction::ToServer => to_server,
            Direction::ToClient => to_client,
        }
    }

    fn keep(&self, end: &Stream) {
        if let Some(end) = end.try_clone() {
            self.ends.lock().unwrap_or_else(PoisonError::into_inner).push(end);
        }
    }

    fn cut_all(&self) {
        let ends = std::mem::take(&mut *self.ends.lock().unwrap_or_else(PoisonError::into_inner));
        ends.iter().for_each(Stream::close);
    }
}

const fn slot<T>(both: &mut [T; 2], direction: Direction) -> &mut T {
    let [to_server, to_client] = both;
    match direction {
        Direction::ToServer => to_server,
        Direction::ToClient => to_client,
    }
}
