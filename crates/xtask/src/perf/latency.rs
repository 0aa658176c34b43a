//! What another client of the server notices.

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde::Serialize;

/// How often the other client asks, unless it still waits for an answer.
const INTERVAL: Duration = Duration::from_micros(500);

/// A client that sends PING all the time, on a connection and a thread of its own.
#[derive(Debug)]
pub(super) struct Probe {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<io::Result<Histogram<u64>>>,
}

impl Probe {
    pub(super) fn start(socket: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || ask(stream, &stopped));
        Ok(Self { stop, thread })
    }

    pub(super) fn finish(self) -> io::Result<Latency> {
        self.stop.store(true, Ordering::Relaxed);
        let asked = self.thread.join();
        let times = asked.map_err(|_| io::Error::other("measuring the latency failed"))??;
        Ok(Latency::of(&times))
    }
}

fn ask(mut stream: UnixStream, stop: &AtomicBool) -> io::Result<Histogram<u64>> {
    let mut times = Histogram::new(3).map_err(io::Error::other)?;
    let interval = nanoseconds(INTERVAL);
    let mut answer = [0; b"+PONG\r\n".len()];
    while !stop.load(Ordering::Relaxed) {
        let asked = Instant::now();
        stream.write_all(b"*1\r\n$4\r\nPING\r\n")?;
        stream.read_exact(&mut answer)?;
        let took = asked.elapsed();
        // A client that waits does not ask, and what it would have waited then counts as well.
        times.record_correct(nanoseconds(took), interval).map_err(io::Error::other)?;
        thread::sleep(INTERVAL.saturating_sub(took));
    }
    Ok(times)
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// How long answers took, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Latency {
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) p999: f64,
    pub(super) max: f64,
    pub(super) answers: u64,
}

impl Latency {
    fn of(times: &Histogram<u64>) -> Self {
        let milliseconds = |nanoseconds| Duration::from_nanos(nanoseconds).as_secs_f64() * 1e3;
        let at = |quantile| milliseconds(times.value_at_quantile(quantile));
        Self {
            p50: at(0.5),
            p99: at(0.99),
            p999: at(0.999),
            max: milliseconds(times.max()),
            answers: times.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use cachectl_testkit::{Server, wait};

    use super::Probe;

    #[test]
    fn a_frozen_server_is_noticed() {
        let server = Server::start();
        let probe = Probe::start(server.socket()).unwrap();
        let answered = || server.info("stats")["total_commands_processed"].parse::<u32>().unwrap();
        let count = answered();
        wait::until("some answers were given", || answered() > count + 100);
        server.stop_process();
        std::thread::sleep(std::time::Duration::from_millis(50));
        server.continue_process();
        let latency = probe.finish().unwrap();
        assert!(latency.answers > 50 && latency.p50 <= latency.p99, "{latency:?}");
        assert!(latency.max > 40.0, "{latency:?}");
    }
}
