//! What another client of the server notices.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::FileExt as _;
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
    thread: JoinHandle<io::Result<Vec<Answer>>>,
}

/// When an answer was waited for, and how long.
#[derive(Clone, Copy, Debug)]
struct Answer {
    asked: Duration,
    took: Duration,
    /// How much of that the client was ready to go on, and all CPUs were busy with others.
    starved: Option<Duration>,
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

    pub(super) fn finish(self) -> io::Result<Answers> {
        self.stop.store(true, Ordering::Relaxed);
        let asked = self.thread.join();
        asked.map_err(|_| io::Error::other("measuring the latency failed"))?.map(Answers)
    }
}

fn ask(mut stream: UnixStream, stop: &AtomicBool) -> io::Result<Vec<Answer>> {
    let begun = Instant::now();
    let mut answers = Vec::new();
    let thread = Schedule::of_this_thread();
    let mut reply = [0; b"+PONG\r\n".len()];
    while !stop.load(Ordering::Relaxed) {
        let starved = thread.starved();
        let asked = begun.elapsed();
        stream.write_all(b"*1\r\n$4\r\nPING\r\n")?;
        stream.read_exact(&mut reply)?;
        let took = begun.elapsed().saturating_sub(asked);
        let starved = starved.zip(thread.starved());
        let starved = starved.map(|(before, after)| after.saturating_sub(before));
        answers.push(Answer { asked, took, starved });
        thread::sleep(INTERVAL.saturating_sub(took));
    }
    Ok(answers)
}

/// The file in which Linux says how long a thread has had to wait for a CPU.
#[derive(Debug)]
struct Schedule(Option<File>);

impl Schedule {
    fn of_this_thread() -> Self {
        Self(File::open("/proc/thread-self/schedstat").ok())
    }

    fn starved(&self) -> Option<Duration> {
        let mut text = [0; 64];
        let length = self.0.as_ref()?.read_at(&mut text, 0).ok()?;
        let text = str::from_utf8(text.get(..length)?).ok()?;
        text.split_whitespace().nth(1)?.parse().ok().map(Duration::from_nanos)
    }
}

/// Everything that a probe was answered.
#[derive(Debug)]
pub(super) struct Answers(Vec<Answer>);

impl Answers {
    pub(super) fn all(&self) -> io::Result<Latency> {
        self.between(0.0, f64::INFINITY)
    }

    /// Returns the latency in a part of the time, in seconds from the start of the probe.
    pub(super) fn between(&self, from: f64, to: f64) -> io::Result<Latency> {
        let answers = || {
            let asked = |answer: &&Answer| (from..to).contains(&answer.asked.as_secs_f64());
            self.0.iter().filter(asked)
        };
        let all = histogram(answers().map(|answer| answer.took))?;
        let known = answers().filter_map(|it| Some(it.took.saturating_sub(it.starved?)));
        let served = histogram(known)?;
        Ok(Latency::of(&all, &served))
    }
}

fn histogram(times: impl Iterator<Item = Duration>) -> io::Result<Histogram<u64>> {
    let mut histogram = Histogram::new(3).map_err(io::Error::other)?;
    let interval = nanoseconds(INTERVAL);
    for time in times {
        // A client that waits does not ask, and what it would have waited then counts too.
        histogram.record_correct(nanoseconds(time), interval).map_err(io::Error::other)?;
    }
    Ok(histogram)
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
    /// The 99th percentile without the time in which the client itself waited for a CPU.
    pub(super) served_p99: Option<f64>,
    pub(super) answers: u64,
}

impl Latency {
    fn of(times: &Histogram<u64>, served: &Histogram<u64>) -> Self {
        let milliseconds = |nanoseconds| Duration::from_nanos(nanoseconds).as_secs_f64() * 1e3;
        let at = |quantile| milliseconds(times.value_at_quantile(quantile));
        Self {
            p50: at(0.5),
            p99: at(0.99),
            p999: at(0.999),
            max: milliseconds(times.max()),
            served_p99: (!served.is_empty()).then(|| milliseconds(served.value_at_quantile(0.99))),
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
        let latency = probe.finish().unwrap().all().unwrap();
        assert!(latency.answers > 50 && latency.p50 <= latency.p99, "{latency:?}");
        assert!(latency.max > 40.0, "{latency:?}");
        assert_eq!(latency.served_p99.is_some(), cfg!(target_os = "linux"), "{latency:?}");
    }
}
