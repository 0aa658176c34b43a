//! Connections of clients, none of which can hold up another.

use std::{convert::Infallible, future, net::IpAddr, sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    pin, time,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    patience::Patient,
    routes::{self, Serving},
    seats::{Seat, Seats},
};

/// How often clients that wait for a place look for one.
const LOOKING: Duration = Duration::from_millis(20);
/// How long a client may take to ask, which ends connections on which nothing is asked.
const TIME_TO_ASK: Duration = Duration::from_secs(10);
/// How long a new client may take to ask for something that it may ask.
const TIME_TO_BEGIN: Duration = Duration::from_secs(3);
/// How much a client may say in one request.
const LONGEST_REQUEST: usize = 16 * 1024;
/// How long to wait for what is being answered when it is time to stop.
const TIME_TO_STOP: Duration = Duration::from_secs(5);
/// How long to wait when no connection can be accepted: there may be too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers until it is time to stop, and then what has been asked.
pub(super) async fn serve(
    listener: TcpListener,
    serving: Arc<Serving>,
    stopping: CancellationToken,
) {
    let clients = TaskTracker::new();
    let accepting = accept(&listener, &serving, &stopping, &clients);
    stopping.run_until_cancelled(accepting).await;
    // Nobody who comes now is kept waiting.
    drop(listener);
    clients.close();
    // Who has not read the answer by then is left alone.
    time::timeout(TIME_TO_STOP, clients.wait()).await.ok();
}

async fn accept(
    listener: &TcpListener,
    serving: &Arc<Serving>,
    stopping: &CancellationToken,
    clients: &TaskTracker,
) {
    let house = House { seats: Arc::new(Seats::patient()), waiting: Arc::new(Seats::waiting()) };
    loop {
        let (stream, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "could not accept a connection");
                time::sleep(PAUSE).await;
                continue;
            }
        };
        let Some(place) = house.place(address.ip()) else {
            tracing::debug!(%address, "sent away: too many wait for a place");
            continue;
        };
        let (serving, stopping, seats) =
            (Arc::clone(serving), stopping.clone(), Arc::clone(&house.seats));
        clients.spawn(async move {
            let seat = match place {
                Place::Seat(seat) => Some(seat),
                Place::Waiting(place) => wait_for_seat(&seats, &place, &stopping).await,
            };
            let Some(seat) = seat.map(Arc::new) else { return };
            // Whoever has lost the place is not waited for.
            tokio::select! {
                () = talk(stream, serving, Arc::clone(&seat), stopping) => {}
                () = seat.lost() => tracing::debug!(%address, "had to make room"),
                () = silence(&seat) => tracing::debug!(%address, "did not ask for anything"),
            }
        });
    }
}

/// The places that there are, and those for who waits for one. Networks share both alike.
#[derive(Debug)]
struct House {
    seats: Arc<Seats>,
    waiting: Arc<Seats>,
}

/// Where a client is.
#[derive(Debug)]
enum Place {
    Seat(Seat),
    Waiting(Seat),
}

impl House {
    /// Returns a place for a client; nothing where it cannot even wait.
    fn place(&self, address: IpAddr) -> Option<Place> {
        let seat = self.seats.take(address).map(Place::Seat);
        seat.or_else(|| self.waiting.take(address).map(Place::Waiting))
    }
}

/// Waits until others have had their time; nothing if that takes too long, or if the place among
/// those who wait is needed for somebody else.
async fn wait_for_seat(
    seats: &Arc<Seats>,
    place: &Seat,
    stopping: &CancellationToken,
) -> Option<Seat> {
    let taking = async {
        loop {
            if let Some(seat) = seats.take(place.address()) {
                return Some(seat);
            }
            tokio::select! {
                () = time::sleep(LOOKING) => {}
                () = place.lost() => return None,
            }
        }
    };
    let in_time = time::timeout(TIME_TO_ASK, taking);
    stopping.run_until_cancelled(in_time).await?.ok()?
}

/// Waits until a client has had the time to ask, and ends only if it has not done so.
async fn silence(seat: &Seat) {
    time::sleep(TIME_TO_BEGIN).await;
    if !seat.is_silent() {
        future::pending::<()>().await;
    }
}

async fn talk(
    stream: TcpStream,
    serving: Arc<Serving>,
    seat: Arc<Seat>,
    stopping: CancellationToken,
) {
    // Answers go out in few writes, and the last one should not wait for an acknowledgement.
    stream.set_nodelay(true).ok();
    let stream = Patient::new(stream);
    let Some(certificates) = &serving.certificates else {
        return converse(stream, serving, seat, stopping).await;
    };
    let agreeing = certificates.acceptor().accept(stream);
    match time::timeout(TIME_TO_ASK, agreeing).await {
        Ok(Ok(stream)) => converse(stream, serving, seat, stopping).await,
        Ok(Err(error)) => tracing::debug!(%error, "could not agree on encryption"),
        Err(_) => tracing::debug!("a client did not go on"),
    }
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    serving: Arc<Serving>,
    seat: Arc<Seat>,
    stopping: CancellationToken,
) {
    let service = service_fn(move |request| {
        let (serving, seat) = (Arc::clone(&serving), Arc::clone(&seat));
        async move { Ok::<_, Infallible>(routes::answer(&request, serving, &seat).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(TIME_TO_ASK)
        .max_buf_size(LONGEST_REQUEST)
        .serve_connection(TokioIo::new(stream), service);
    pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a client did not go on");
    }
}
