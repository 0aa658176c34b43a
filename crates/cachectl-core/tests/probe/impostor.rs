//! A listener that says what a test tells it to, for what no server says.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    thread::{self, JoinHandle},
};

use cachectl_core::server::target::Target;

use crate::asking;

/// A listener that treats one client in a way of its own.
pub(crate) struct Impostor<T> {
    port: u16,
    client: JoinHandle<T>,
}

impl<T: Send + 'static> Impostor<T> {
    pub(crate) fn start(treat: impl FnOnce(TcpStream) -> T + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let client = thread::spawn(move || treat(listener.accept().unwrap().0));
        Self { port, client }
    }

    pub(crate) fn target(&self) -> Target {
        asking::target(&format!("redis://127.0.0.1:{}", self.port))
    }

    /// Waits until the client is gone.
    pub(crate) fn join(self) -> T {
        self.client.join().unwrap()
    }
}

/// Says something, and then listens until the client is gone.
pub(crate) fn saying(words: impl AsRef<[u8]> + Send + 'static) -> Impostor<()> {
    Impostor::start(move |mut client| {
        client.write_all(words.as_ref()).unwrap();
        // It ends with an error when the client is gone with words of ours unread.
        client.read_to_end(&mut Vec::new()).ok();
    })
}

/// Repeats all that it hears.
pub(crate) fn echoing() -> Impostor<()> {
    Impostor::start(|mut client| {
        let mut output = client.try_clone().unwrap();
        std::io::copy(&mut client, &mut output).ok();
    })
}
