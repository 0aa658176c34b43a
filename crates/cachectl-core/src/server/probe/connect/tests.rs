use std::net::{self, Ipv4Addr};

use tokio::net::{TcpListener, TcpSocket};

use super::*;

const LOCAL: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

/// Returns an address that refuses.
async fn refusing() -> SocketAddr {
    TcpListener::bind(LOCAL).await.unwrap().local_addr().unwrap()
}

/// Returns an address that neither lets anybody in nor sends anybody away, as long as the rest is
/// kept.
fn silent() -> (SocketAddr, TcpListener, Vec<net::TcpStream>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(LOCAL.into()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let knock = || net::TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok();
    let waiting = std::iter::from_fn(knock).collect();
    (address, listener, waiting)
}

#[tokio::test]
async fn an_address_that_does_not_answer_keeps_nobody_from_the_next() {
    let (silent, _listener, _waiting) = silent();
    let answering = TcpListener::bind(LOCAL).await.unwrap();
    let address = answering.local_addr().unwrap();
    for addresses in [[silent, address], [refusing().await, address], [address, silent]] {
        let stream = tcp(&addresses).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), address);
        assert!(stream.nodelay().unwrap());
    }
}

#[tokio::test]
async fn an_address_that_is_slow_may_still_be_the_one() {
    let (slow, listener, _waiting) = silent();
    let addresses = [slow, refusing().await];
    // It is knocked at first, in vain. Until the system knocks again the other one has refused.
    let make_room = async {
        drop(listener.accept().await.unwrap());
        drop(listener.accept().await.unwrap());
    };
    let (stream, ()) = tokio::join!(tcp(&addresses), make_room);
    assert_eq!(stream.unwrap().peer_addr().unwrap(), slow);
}

#[tokio::test]
async fn the_failure_that_tells_most_is_reported() {
    let refusing = refusing().await;
    // Nobody can connect to everybody at once.
    let nowhere = SocketAddr::from((Ipv4Addr::BROADCAST, 9));
    for addresses in [[refusing, nowhere], [nowhere, refusing]] {
        assert_eq!(tcp(&addresses).await.unwrap_err(), FailureKind::Refused);
    }
    assert_ne!(tcp(&[nowhere]).await.unwrap_err(), FailureKind::Refused);
}

#[tokio::test]
async fn addresses_are_not_looked_up() {
    for host in ["127.0.0.1", "::1"] {
        let expected = SocketAddr::new(host.parse().unwrap(), 7);
        assert_eq!(resolve(host, 7, NamedBy::Server).await.unwrap(), [expected]);
    }
    assert!(matches!(resolve("", 7, NamedBy::Configuration).await, Err(FailureKind::NotFound(_))));
}
