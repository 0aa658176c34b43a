//! One end of a connection, of either kind.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::os::unix::net::UnixStream;

use crate::server::Address;

#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Stream {
    pub(super) fn connect(target: &Address) -> io::Result<Self> {
        match target {
            Address::Unix(path) => UnixStream::connect(path).map(Self::Unix),
            Address::Tcp(port) | Address::Tls(port) => {
                TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).and_then(Self::from_tcp)
            }
        }
    }

    pub(super) fn from_tcp(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self::Tcp(stream))
    }

    pub(super) fn try_clone(&self) -> Option<Self> {
        match self {
            Self::Tcp(stream) => stream.try_clone().ok().map(Self::Tcp),
            Self::Unix(stream) => stream.try_clone().ok().map(Self::Unix),
        }
    }

    /// Ends the connection for all who hold it. It may have ended before.
    pub(super) fn close(&self) {
        match self {
            Self::Tcp(stream) => stream.shutdown(Shutdown::Both).ok(),
            Self::Unix(stream) => stream.shutdown(Shutdown::Both).ok(),
        };
    }
}

impl Read for Stream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(buf),
            Self::Unix(stream) => stream.read(buf),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.write(buf),
            Self::Unix(stream) => stream.write(buf),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.flush(),
            Self::Unix(stream) => stream.flush(),
        }
    }
}
