//! Connections of clients, none of which can hold up another.

use std::{convert::Infallible, sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    pin,
    sync::Semaphore,
    time,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    patience::Patient,
    routes::{self, Serving},
};

/// How many clients are talked to at once; more wait to be accepted.
const MOST_CLIENTS: usize = 128;
/// How long a client may take to ask, which ends connections on which nothing is asked.
const TIME_TO_ASK: Duration = Duration::from_secs(10);
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
    let slots = Arc::new(Semaphore::new(MOST_CLIENTS));
    // The slots are never closed.
    while let Ok(slot) = Arc::clone(&slots).acquire_owned().await {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "could not accept a connection");
                time::sleep(PAUSE).await;
                continue;
            }
        };
        let (serving, stopping) = (Arc::clone(serving), stopping.clone());
        clients.spawn(async move {
            talk(stream, serving, stopping).await;
            drop(slot);
        });
    }
}

async fn talk(stream: TcpStream, serving: Arc<Serving>, stopping: CancellationToken) {
    // Answers go out in few writes, and the last one should not wait for an acknowledgement.
    stream.set_nodelay(true).ok();
    let service = service_fn(move |request| {
        let serving = Arc::clone(&serving);
        async move { Ok::<_, Infallible>(routes::answer(&request, serving).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(TIME_TO_ASK)
        .max_buf_size(LONGEST_REQUEST)
        .serve_connection(TokioIo::new(Patient::new(stream)), service);
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
