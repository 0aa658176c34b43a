//! Keeps bulk work from being felt by others.
//!
//! A PING on a connection of its own shows what other clients feel. Its 99th percentile decides
//! how many commands travel together: half as many once it is known to be over the limit, twice as
//! many after a second in which it was not. A rate limit spreads keys over time.

use std::{
    collections::VecDeque,
    mem,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{task::JoinHandle, time, time::Instant};

use crate::{
    server::{Error, connection::Connection, deployment::Deployment, target::Target},
    vocabulary::{
        control::Control,
        progress::{Event, Pace, Phase},
    },
};

/// How often the server is pinged.
const INTERVAL: Duration = Duration::from_millis(20);
/// How many PINGs are judged together: a second of them.
const WINDOW: u32 = 50;
/// How many slow PINGs of a window show that the 99th percentile is over the limit.
///
/// The worst of 50 PINGs is no measure of it. At a server whose 99th percentile is the limit, one
/// PING in a hundred is slow, and by the binomial distribution 39 % of all windows have one or
/// more, 9 % two or more, and 1.4 % three or more: three accuse it about once in 70 seconds. They
/// find 89 % of the windows in which one PING in ten is slow, and need 3 PINGs where all are. A
/// single hiccup is one slow PING, however long, because the next one waits for its answer.
const EVIDENCE: u32 = 3;
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
    /// What the slowest primary allows.
    batch: u32,
    primaries: Vec<Primary>,
    changes: VecDeque<Pace>,
    slowdowns: u64,
}

/// What the PINGs of one primary say.
///
/// Each has a batch size of its own, so that quick primaries do not outvote a slow one.
#[derive(Clone, Copy, Debug)]
struct Primary {
    batch: u32,
    window: Window,
}

/// The PINGs since the last verdict.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    pings: u32,
    slow: u32,
    worst: Duration,
}

/// What a window says about a primary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The 99th percentile, which is this, is over the limit.
    Slow(Duration),
    /// It is not known to be.
    Quick,
}

impl Throttle {
    /// Begins to ping every primary, each over a connection of its own.
    ///
    /// # Errors
    ///
    /// Fails if a connection cannot be opened.
    pub async fn start(deployment: &Deployment, limits: Limits) -> Result<Self, Error> {
        let primaries = deployment.primaries();
        let state = Arc::new(Mutex::new(State::new(limits, primaries.len())));
        let mut pinging = Vec::new();
        for (index, node) in primaries.iter().enumerate() {
            let connection = Connection::open(node.endpoint(), deployment.target()).await?;
            let target = deployment.target().clone();
            let state = Arc::clone(&state);
            let note = move |latency| lock(&state).note(index, latency, limits);
            pinging.push(tokio::spawn(ping(connection, target, note)));
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
    fn change(&self) -> Option<Pace> {
        lock(&self.state).changes.pop_front()
    }

    /// Tells how the pace has changed since this was asked for last.
    pub(crate) fn tell_changes(&self, phase: Phase, control: &Control<'_>) {
        while let Some(pace) = self.change() {
            control.tell(phase, Event::Paced(pace));
        }
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

async fn ping(mut connection: Connection, target: Target, note: impl Fn(Duration)) {
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
        note(sent.elapsed());
    }
}

impl State {
    fn new(limits: Limits, primaries: usize) -> Self {
        let primary = Primary { batch: limits.batch, window: Window::default() };
        Self {
            batch: limits.batch,
            primaries: vec![primary; primaries],
            changes: VecDeque::new(),
            slowdowns: 0,
        }
    }

    /// Takes note of how long a primary took to answer a PING.
    ///
    /// A window ends with its verdict. The next one is then about the new pace alone.
    fn note(&mut self, primary: usize, latency: Duration, limits: Limits) {
        let Some(primary) = self.primaries.get_mut(primary) else { return };
        let Some(verdict) = primary.window.note(latency, limits.max_latency) else { return };
        primary.window = Window::default();
        primary.batch = match verdict {
            Verdict::Slow(_) => (primary.batch / 2).max(FLOOR).min(limits.batch),
            Verdict::Quick => primary.batch.saturating_mul(2).min(limits.batch),
        };
        let allowed = self.primaries.iter().map(|primary| primary.batch);
        let batch = allowed.min().unwrap_or(limits.batch);
        let before = mem::replace(&mut self.batch, batch);
        match verdict {
            Verdict::Slow(p99) if batch < before => {
                self.slowdowns += 1;
                let limit = limits.max_latency;
                self.changes.push_back(Pace::Slower { p99, limit, batch });
            }
            Verdict::Quick if before < batch && batch == limits.batch => {
                self.changes.push_back(Pace::Recovered { batch });
            }
            Verdict::Slow(_) | Verdict::Quick => {}
        }
    }
}

impl Window {
    /// Adds a PING; returns a verdict as soon as there is one.
    fn note(&mut self, latency: Duration, limit: Duration) -> Option<Verdict> {
        self.pings += 1;
        self.slow += u32::from(latency > limit);
        self.worst = self.worst.max(latency);
        if self.slow >= EVIDENCE {
            // By the nearest-rank method the 99th percentile of up to 99 values is the worst.
            Some(Verdict::Slow(self.worst))
        } else {
            (self.pings >= WINDOW).then_some(Verdict::Quick)
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { rate: None, batch: 128, max_latency: Duration::from_millis(5) };
    /// As long as is allowed.
    const QUICK: Duration = LIMITS.max_latency;
    const SLOW: Duration = Duration::from_millis(9);
    const HICCUP: Duration = Duration::from_secs(2);

    /// Takes note of runs of PINGs that are alike.
    fn note(state: &mut State, primary: usize, limits: Limits, runs: &[(Duration, usize)]) {
        for (latency, count) in runs {
            for _ in 0..*count {
                state.note(primary, *latency, limits);
            }
        }
    }

    #[test]
    fn batches_shrink_when_several_pings_of_a_second_are_slow_and_grow_back_after_it() {
        #[track_caller]
        fn case(what: &str, runs: &[(Duration, usize)], expected: u32) {
            let mut state = State::new(LIMITS, 1);
            note(&mut state, 0, LIMITS, runs);
            assert_eq!(state.batch, expected, "{what}");
        }

        case("no PING yet", &[], 128);
        case("a PING as long as is allowed", &[(QUICK, 500)], 128);
        case("a hiccup", &[(QUICK, 20), (HICCUP, 1), (QUICK, 29)], 128);
        case("a hiccup every second", &[(HICCUP, 1), (QUICK, 49), (HICCUP, 1), (QUICK, 49)], 128);
        case("two slow PINGs", &[(SLOW, 2), (QUICK, 48)], 128);
        case("two, and one in the next second", &[(SLOW, 2), (QUICK, 48), (SLOW, 1)], 128);
        case("three at once", &[(QUICK, 10), (SLOW, 3)], 64);
        case("three apart", &[(SLOW, 1), (QUICK, 24), (SLOW, 1), (QUICK, 23), (SLOW, 1)], 64);
        case("three, and two more", &[(SLOW, 5)], 64);
        case("slow all the time", &[(SLOW, 6)], 32);
        case("slow all the time, until the floor", &[(SLOW, 9)], 16);
        case("slow for long", &[(SLOW, 500)], 16);
        case("not yet a good second", &[(SLOW, 9), (QUICK, 49)], 16);
        case("a good second", &[(SLOW, 9), (QUICK, 50)], 32);
        case("a good second with a hiccup", &[(SLOW, 9), (QUICK, 49), (HICCUP, 1)], 32);
        case("two good seconds", &[(SLOW, 9), (QUICK, 100)], 64);
        case("three good seconds", &[(SLOW, 9), (QUICK, 150)], 128);
        case("many good seconds", &[(SLOW, 9), (QUICK, 500)], 128);
        case("slow again", &[(SLOW, 9), (QUICK, 50), (SLOW, 3)], 16);
    }

    #[test]
    fn batches_stay_between_the_floor_and_what_was_asked_for() {
        #[track_caller]
        fn case(batch: u32, expected: &[u32]) {
            let limits = Limits { batch, ..LIMITS };
            let mut state = State::new(limits, 1);
            let mut turn = |latency, count| {
                note(&mut state, 0, limits, &[(latency, count)]);
                state.batch
            };
            let mut sizes: Vec<u32> = (0..3).map(|_| turn(SLOW, 3)).collect();
            sizes.extend((0..3).map(|_| turn(QUICK, 50)));
            assert_eq!(sizes, expected, "batch {batch}");
        }

        case(16, &[16, 16, 16, 16, 16, 16]);
        case(20, &[16, 16, 16, 20, 20, 20]);
        case(100, &[50, 25, 16, 32, 64, 100]);
        case(512, &[256, 128, 64, 128, 256, 512]);
    }

    #[test]
    fn the_slowest_primary_decides() {
        let mut state = State::new(LIMITS, 3);
        note(&mut state, 1, LIMITS, &[(SLOW, 6)]);
        assert_eq!(state.batch, 32);
        for quick in [0, 2] {
            note(&mut state, quick, LIMITS, &[(QUICK, 500)]);
        }
        assert_eq!(state.batch, 32, "quick primaries do not outvote it");
        note(&mut state, 0, LIMITS, &[(SLOW, 3)]);
        assert_eq!((state.batch, state.slowdowns), (32, 2), "it was slower than that already");
        note(&mut state, 1, LIMITS, &[(QUICK, 100)]);
        assert_eq!(state.batch, 64, "now the other one is the slowest");
    }

    #[test]
    fn every_change_for_the_worse_is_told_and_the_end_of_the_recovery() {
        let mut state = State::new(LIMITS, 1);
        note(&mut state, 0, LIMITS, &[(SLOW, 2), (HICCUP, 1), (SLOW, 30), (QUICK, 500)]);
        let limit = LIMITS.max_latency;
        assert_eq!(
            state.changes,
            [
                Pace::Slower { p99: HICCUP, limit, batch: 64 },
                Pace::Slower { p99: SLOW, limit, batch: 32 },
                Pace::Slower { p99: SLOW, limit, batch: 16 },
                Pace::Recovered { batch: 128 },
            ]
        );
        assert_eq!(state.slowdowns, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_limit_spreads_keys_over_time() {
        let limits = Limits { rate: NonZeroU32::new(1_000), ..LIMITS };
        let throttle = Throttle {
            limits,
            state: Arc::new(Mutex::new(State::new(limits, 0))),
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
