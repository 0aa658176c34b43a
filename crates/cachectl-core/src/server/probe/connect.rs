//! Finds a server and connects to it.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    path::Path,
    time::Duration,
};

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use socket2::{SockRef, TcpKeepalive};
use tokio::{
    net::{TcpStream, UnixStream},
    time::{self, Instant},
};

use super::{
    failure::FailureKind,
    lookup::{self, NamedBy},
};

/// How long an address is tried before the next one is tried as well.
const HEAD_START: Duration = Duration::from_millis(200);
/// How long a peer may be silent before it is asked for a sign of life.
const KEEPALIVE: Duration = Duration::from_secs(30);
/// How long to wait before knocking again at a socket where too many wait already.
const KNOCK_PAUSE: Duration = Duration::from_millis(5);

/// Looks up a name.
pub(super) async fn resolve(
    host: &str,
    port: u16,
    by: NamedBy,
) -> Result<Vec<SocketAddr>, FailureKind> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let addresses = lookup::addresses(host, by).await?;
    Ok(addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect())
}

/// Connects to the first of the addresses that lets us, and begins with all that take long.
pub(super) async fn tcp(addresses: &[SocketAddr]) -> Result<TcpStream, FailureKind> {
    let mut waiting = addresses.iter();
    let mut trying = FuturesUnordered::new();
    let mut failure = None;
    loop {
        trying.extend(waiting.next().map(|address| TcpStream::connect(*address)));
        let outcome = if waiting.len() == 0 {
            trying.next().await
        } else {
            match time::timeout(HEAD_START, trying.next()).await {
                Ok(outcome) => outcome,
                Err(_) => continue,
            }
        };
        match outcome {
            Some(Ok(stream)) => {
                tune(&stream).map_err(|error| FailureKind::of(&error))?;
                return Ok(stream);
            }
            Some(Err(error)) => failure = Some(graver(failure, FailureKind::of(&error))),
            None if waiting.len() == 0 => {
                return Err(failure.unwrap_or(FailureKind::Refused));
            }
            None => {}
        }
    }
}

fn tune(stream: &TcpStream) -> io::Result<()> {
    // Without it a request of several packets would wait for an acknowledgement.
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE / 3);
    socket.set_tcp_keepalive(&keepalive)?;
    // What was sent and not acknowledged for so long is taken for lost.
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(KEEPALIVE))?;
    Ok(())
}

/// Of two failures, returns the one that tells more: a machine that refuses us is one that exists.
fn graver(earlier: Option<FailureKind>, later: FailureKind) -> FailureKind {
    match earlier {
        Some(earlier) if later != FailureKind::Refused => earlier,
        _ => later,
    }
}

/// Connects to a unix socket.
pub(super) async fn unix(path: &Path) -> Result<UnixStream, FailureKind> {
    loop {
        match UnixStream::connect(path).await {
            Ok(stream) => return Ok(stream),
            // A port with too many waiting keeps us waiting as well; a socket sends us away.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                time::sleep_until(Instant::now() + KNOCK_PAUSE).await;
            }
            Err(error) => return Err(FailureKind::of(&error)),
        }
    }
}

#[cfg(test)]
mod tests;
