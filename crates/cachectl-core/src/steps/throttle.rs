//! Keeps bulk work from being felt by others.
//!
//! A PING on a connection of its own shows what other clients feel. Its 99th percentile decides
//! how many commands travel together: half as many after a bad second, a few more after a good
//! one. A rate limit spreads keys over time.

use std::{
    collections::VecDeque,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{task::JoinHandle, time, time::Instant};

use crate::{
    server::{Error, connection::Connection, deployment::Deployment, target::Target},
    vocabulary::progress::Pace,
};

/// How often the server is pinged.
const INTERVAL: Duration = Duration::from_millis(20);
/// How many PINGs decide: a second of them.
const SAMPLES: usize = 50;
/// How many batches are on their way at once while the server is quick: so many that it never
/// waits for us. What waits in its buffers makes nobody else wait, because it turns to other
/// clients after every 16 KiB.
const DEPTH: usize = 8;
/// The smallest batch that the throttle goes down to.
const FLOOR: u32 = 16;

/// What the operator allows.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// At most this many keys a second.
    pub rate: Option<NonZeroU32>,
    /// The largest batch.
    pub batch: u32,
    /// The limit for the 99th percentile of a PING.
    pub max_latency: Duration,
}

/// Keeps bulk work from being felt by others.
#[derive(Debug)]
pub struct Throttle {
    limits: Limits,
    state: Arc<Mutex<State>>,
    pinging: Vec<JoinHandle<()>>,
    /// When the next key may go, under a rate limit.
    due: Mutex<Instant>,
}

#[derive(Debug)]
struct State {
    batch: u32,
    changes: VecDeque<Pace>,
    slowdowns: u64,
}

impl Throttle {
    /// Begins to ping every primary, each over a connection of its own.
    ///
    /// # Errors
    ///
    /// Fails if a connection cannot be opened.
    pub async fn start(deployment: &Deployment, limits: Limits) -> Result<Self, Error> {
        let state = State { batch: limits.batch, changes: VecDeque::new(), slowdowns: 0 };
        let state = Arc::new(Mutex::new(state));
        let mut pinging = Vec::new();
        for node in deployment.primaries() {
            let connection = Connection::open(node.endpoint(), deployment.target()).await?;
            let target = deployment.target().clone();
            pinging.push(tokio::spawn(ping(connection, target, limits, Arc::clone(&state))));
        }
        Ok(Self { limits, state, pinging, due: Mutex::new(Instant::now()) })
    }

    /// Returns how many commands may travel together now.
    #[must_use]
    pub fn batch(&self) -> usize {
        let batch = lock(&self.state).batch;
        // Under a rate limit a batch is what may go in a twentieth of a second.
        let limit = self.limits.rate.map_or(batch, |rate| (rate.get() / 20).max(1));
        batch.min(limit) as usize
    }

    /// Returns how many batches may be on their way at once: one when the server is slow, and one
    /// under a rate limit, so that none waits for its turn while others could be answered.
    #[must_use]
    pub fn depth(&self) -> usize {
        let slowed = lock(&self.state).batch < self.limits.batch;
        if slowed || self.limits.rate.is_some() { 1 } else { DEPTH }
    }

    /// Returns how many keys go in about a second, if there is a limit: what is in doubt after a
    /// crash has to be sent again at the same rate.
    #[must_use]
    pub fn second(&self) -> Option<usize> {
        self.limits.rate.map(|rate| rate.get() as usize)
    }

    /// Waits until this many more keys may go.
    pub async fn admit(&self, keys: usize) {
        let Some(rate) = self.limits.rate else { return };
        let keys = u32::try_from(keys).unwrap_or(u32::MAX);
        let cost = Duration::from_secs(1) * keys / rate.get();
        let due = {
            let mut due = lock(&self.due);
            let start = (*due).max(Instant::now());
            *due = start + cost;
            start
        };
        time::sleep_until(due).await;
    }

    /// Returns the oldest change of pace that nobody asked for yet.
    #[must_use]
    pub fn change(&self) -> Option<Pace> {
        lock(&self.state).changes.pop_front()
    }

    /// Returns how often it slowed down.
    #[must_use]
    pub fn slowdowns(&self) -> u64 {
        lock(&self.state).slowdowns
    }
}

impl Drop for Throttle {
    fn drop(&mut self) {
        for pinging in &self.pinging {
            pinging.abort();
        }
    }
}

async fn ping(
    mut connection: Connection,
    target: Target,
    limits: Limits,
    state: Arc<Mutex<State>>,
) {
    let mut samples = Vec::with_capacity(SAMPLES);
    let mut ticks = time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        let sent = Instant::now();
        if connection.ask("PING", &[]).await.is_err() {
            // The operation notices on a connection of its own; here it is enough to be back.
            time::sleep(Duration::from_secs(1)).await;
            if let Ok(reopened) = Connection::open(connection.endpoint(), &target).await {
                connection = reopened;
            }
            continue;
        }
        samples.push(sent.elapsed());
        if samples.len() == SAMPLES {
            lock(&state).adjust(percentile_99(&mut samples), limits);
            samples.clear();
        }
    }
}

impl State {
    fn adjust(&mut self, p99: Duration, limits: Limits) {
        let before = self.batch;
        if p99 > limits.max_latency {
            self.batch = (self.batch / 2).max(FLOOR).min(limits.batch);
            self.slowdowns += 1;
            if self.batch < before {
                let limit = limits.max_latency;
                self.changes.push_back(Pace::Slower { p99, limit, batch: self.batch });
            }
        } else if self.batch < limits.batch {
            self.batch = (self.batch + FLOOR).min(limits.batch);
            if self.batch == limits.batch {
                self.changes.push_back(Pace::Recovered { batch: self.batch });
            }
        }
    }
}

/// Returns the 99th percentile by the nearest-rank method.
fn percentile_99(samples: &mut [Duration]) -> Duration {
    samples.sort_unstable();
    let rank = (samples.len() * 99).div_ceil(100);
    samples.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { rate: None, batch: 128, max_latency: Duration::from_millis(5) };

    #[test]
    fn batches_halve_when_pings_are_slow_and_grow_back_when_they_are_not() {
        let mut state = State { batch: 128, changes: VecDeque::new(), slowdowns: 0 };
        let slow = Duration::from_millis(9);
        let sizes = |state: &mut State, p99, turns: usize| -> Vec<u32> {
            let mut turn = || {
                state.adjust(p99, LIMITS);
                state.batch
            };
            (0..turns).map(|_| turn()).collect()
        };
        assert_eq!(sizes(&mut state, slow, 5), [64, 32, 16, 16, 16]);
        assert_eq!(sizes(&mut state, Duration::ZERO, 8), [32, 48, 64, 80, 96, 112, 128, 128]);
        assert_eq!(state.slowdowns, 5);
        let limit = LIMITS.max_latency;
        assert_eq!(
            state.changes,
            [
                Pace::Slower { p99: slow, limit, batch: 64 },
                Pace::Slower { p99: slow, limit, batch: 32 },
                Pace::Slower { p99: slow, limit, batch: 16 },
                Pace::Recovered { batch: 128 },
            ]
        );
    }

    #[test]
    fn the_99th_percentile_is_the_nearest_rank() {
        let mut samples: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentile_99(&mut samples), Duration::from_millis(198));
        assert_eq!(percentile_99(&mut []), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_limit_spreads_keys_over_time() {
        let state = State { batch: 128, changes: VecDeque::new(), slowdowns: 0 };
        let limits = Limits { rate: NonZeroU32::new(1_000), ..LIMITS };
        let throttle = Throttle {
            limits,
            state: Arc::new(Mutex::new(state)),
            pinging: Vec::new(),
            due: Mutex::new(Instant::now()),
        };
        let begun = Instant::now();
        for _ in 0..21 {
            throttle.admit(100).await;
        }
        assert_eq!(begun.elapsed(), Duration::from_secs(2));
    }
}
