//! A listener that does what no server does.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

/// A listener that treats every client in the same way of its own, until this value goes away.
pub(super) struct Impostor {
    port: u16,
    closing: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

impl Impostor {
    pub(super) fn start(treat: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let closing = Arc::new(AtomicBool::new(false));
        let (closes, treat) = (Arc::clone(&closing), Arc::new(treat));
        let accept = move || {
            for client in listener.incoming().flatten() {
                if closes.load(Ordering::SeqCst) {
                    return;
                }
                let treat = Arc::clone(&treat);
                thread::spawn(move || treat(client));
            }
        };
        Self { port, closing, listener: Some(thread::spawn(accept)) }
    }

    /// Says something, and then listens until the client is gone.
    pub(super) fn saying(words: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        Self::start(move |mut client| {
            // Whoever has heard enough hangs up.
            client.write_all(words.as_ref()).ok();
            listen(client);
        })
    }

    /// Hears a question, says something, and hangs up.
    pub(super) fn hanging_up(words: &'static [u8]) -> Self {
        Self::start(move |mut client| {
            // The question comes in one piece, and what it is does not matter.
            let heard = client.read(&mut [0; 4096]);
            assert!(heard.is_ok(), "{heard:?}");
            client.write_all(words).ok();
            client.shutdown(Shutdown::Write).ok();
            listen(client);
        })
    }

    /// Repeats all that it hears.
    pub(super) fn echoing() -> Self {
        Self::start(|mut client| {
            let mut output = client.try_clone().unwrap();
            std::io::copy(&mut client, &mut output).ok();
        })
    }

    /// Passes on what a server says, one byte at a time.
    pub(super) fn dripping(server: PathBuf) -> Self {
        Self::start(move |mut client| {
            let mut server = UnixStream::connect(&server).unwrap();
            client.set_nodelay(true).unwrap();
            let (mut asks, mut hears) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || {
                std::io::copy(&mut asks, &mut hears).ok();
                hears.shutdown(Shutdown::Both).ok();
            });
            let mut byte = [0];
            while server.read_exact(&mut byte).and_then(|()| client.write_all(&byte)).is_ok() {}
        })
    }

    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for Impostor {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok();
        if let Some(listener) = self.listener.take() {
            // If it panicked it is gone as well.
            listener.join().ok();
        }
    }
}

/// Reads until the client is gone, which ends with an error if it has not read everything.
fn listen(mut client: TcpStream) {
    client.read_to_end(&mut Vec::new()).ok();
}
