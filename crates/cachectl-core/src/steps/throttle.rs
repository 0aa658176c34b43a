//! Keeps bulk work from being felt by others.
//!
//! A PING on a connection of its own shows what other clients feel. Its 99th percentile decides
//! how many commands travel together: half as many once it is known to be over the limit, twice as
//! many after a second in which it was not. A rate limit spreads keys over time.

mod aside;

use std::{
    collections::VecDeque,
    mem,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{task::JoinHandle, time, time::Instant};
use tokio_util::task::AbortOnDropHandle;

use self::aside::Aside;
use crate::{
    server::{Error, connection::Connection, deployment::Deployment, node::Node, target::Target},
    values::endpoint::Endpoint,
    vocabulary::{
        control::Control,
        progress::{Event, Pace, Phase},
    },
};

/// How often the server is pinged.
const INTERVAL: Duration = Duration::from_millis(20);
/// How long to wait before a connection that broke is opened anew.
const PAUSE: Duration = Duration::from_secs(1);
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
/// waits for us. It reads all that waits, up to 64 KiB, before it turns to other clients, so each
/// more makes them wait longer.
const DEPTH: usize = 7;
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
    pinging: Mutex<Vec<Pinging>>,
    /// When the next key may go, under a rate limit.
    due: Mutex<Instant>,
    /// Where the PINGs are sent from: an answer that waits until our own work is done would look
    /// like a slow server. Pings nobody without one.
    aside: Option<Aside>,
}

/// A primary that is pinged, until this goes away.
#[derive(Debug)]
struct Pinging {
    endpoint: Endpoint,
    _task: AbortOnDropHandle<()>,
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
#[derive(Clone, Debug)]
struct Primary {
    endpoint: Endpoint,
    batch: u32,
    /// Whether the last verdict was that it is slow, or it has not recovered since.
    is_slow: bool,
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
        let aside = Aside::start("ping");
        let aside =
            aside.map_err(|error| Error::System { what: "start a thread", source: error })?;
        let throttle = Self { aside: Some(aside), ..Self::idle(limits) };
        let mut opened = Vec::new();
        for node in deployment.primaries() {
            let (endpoint, target) = (node.endpoint().clone(), deployment.target().clone());
            let opening = async move { Connection::open(&endpoint, &target).await };
            if let Some(opening) = throttle.spawn(opening) {
                opened.push(opening.await.map_err(|error| Error::Bug(error.into()))??);
            }
        }
        throttle.ping(deployment, opened);
        Ok(throttle)
    }

    /// Limits the pace and pings nobody.
    fn idle(limits: Limits) -> Self {
        Self {
            limits,
            state: Arc::new(Mutex::new(State::new(limits))),
            pinging: Mutex::default(),
            due: Mutex::new(Instant::now()),
            aside: None,
        }
    }

    fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<JoinHandle<T>> {
        self.aside.as_ref().and_then(|aside| aside.spawn(work))
    }

    /// Pings the primaries of `deployment` from now on, and nobody else.
    ///
    /// For work that has found its servers anew: after a failover the old primary says nothing of
    /// what clients of the new one feel.
    pub fn follow(&self, deployment: &Deployment) {
        self.ping(deployment, Vec::new());
    }

    /// Pings the primaries of `deployment`, over connections that are open where there are any.
    fn ping(&self, deployment: &Deployment, opened: Vec<Connection>) {
        let endpoints = deployment.primaries().iter().map(Node::endpoint);
        let endpoints: Vec<Endpoint> = endpoints.cloned().collect();
        lock(&self.state).follow(&endpoints, self.limits);
        let mut pinging = lock(&self.pinging);
        pinging.retain(|pinged| endpoints.contains(&pinged.endpoint));
        let mut opened = opened.into_iter();
        for endpoint in endpoints {
            let connection = opened.next();
            if pinging.iter().any(|pinged| pinged.endpoint == endpoint) {
                continue;
            }
            let (state, limits) = (Arc::clone(&self.state), self.limits);
            let noted = endpoint.clone();
            let note = move |latency| lock(&state).note(&noted, latency, limits);
            let target = deployment.target().clone();
            if let Some(task) = self.spawn(ping(endpoint.clone(), target, connection, note)) {
                pinging.push(Pinging { endpoint, _task: AbortOnDropHandle::new(task) });
            }
        }
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
        let slowed = lock(&self.state).is_slow();
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

/// Pings a server for ever, and notes how long each answer took.
///
/// A PING without an answer says nothing of the pace: the server is gone. The operation notices on
/// a connection of its own, and has the throttle follow it when another one has taken over.
async fn ping(
    endpoint: Endpoint,
    target: Target,
    mut connection: Option<Connection>,
    note: impl Fn(Duration),
) {
    let mut ticks = time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Skip);
    loop {
        if connection.is_none() {
            connection = Connection::open(&endpoint, &target).await.ok();
        }
        let Some(pinged) = &connection else {
            time::sleep(PAUSE).await;
            continue;
        };
        ticks.tick().await;
        let sent = Instant::now();
        if pinged.ask("PING", &[]).await.is_ok() {
            note(sent.elapsed());
        } else {
            connection = None;
            time::sleep(PAUSE).await;
        }
    }
}

impl State {
    fn new(limits: Limits) -> Self {
        Self { batch: limits.batch, primaries: Vec::new(), changes: VecDeque::new(), slowdowns: 0 }
    }

    /// Goes on with these primaries.
    ///
    /// One that is new begins at the pace of the others: a server that has just taken over is not
    /// the place for a sudden rush.
    fn follow(&mut self, endpoints: &[Endpoint], limits: Limits) {
        let was_slow = self.is_slow();
        self.primaries.retain(|primary| endpoints.contains(&primary.endpoint));
        for endpoint in endpoints {
            if self.primaries.iter().all(|primary| primary.endpoint != *endpoint) {
                let (endpoint, batch) = (endpoint.clone(), self.batch);
                let window = Window::default();
                self.primaries.push(Primary { endpoint, batch, is_slow: was_slow, window });
            }
        }
        self.settle(limits);
        self.tell_recovery(was_slow);
    }

    /// Returns whether a primary is slow, or has not recovered since it was.
    fn is_slow(&self) -> bool {
        self.primaries.iter().any(|primary| primary.is_slow)
    }

    /// Goes at the pace of the slowest; returns the one before.
    fn settle(&mut self, limits: Limits) -> u32 {
        let allowed = self.primaries.iter().map(|primary| primary.batch);
        mem::replace(&mut self.batch, allowed.min().unwrap_or(limits.batch))
    }

    fn tell_recovery(&mut self, was_slow: bool) {
        if was_slow && !self.is_slow() {
            self.changes.push_back(Pace::Recovered { batch: self.batch });
        }
    }

    /// Takes note of how long a primary took to answer a PING.
    ///
    /// A window ends with its verdict. The next one is then about the new pace alone.
    fn note(&mut self, endpoint: &Endpoint, latency: Duration, limits: Limits) {
        let was_slow = self.is_slow();
        let mut primaries = self.primaries.iter_mut();
        let Some(primary) = primaries.find(|primary| primary.endpoint == *endpoint) else {
            return;
        };
        let Some(verdict) = primary.window.note(latency, limits.max_latency) else { return };
        primary.window = Window::default();
        primary.batch = match verdict {
            Verdict::Slow(_) => (primary.batch / 2).max(FLOOR).min(limits.batch),
            Verdict::Quick => primary.batch.saturating_mul(2).min(limits.batch),
        };
        // The batch alone does not tell: the smallest that there is cannot shrink.
        primary.is_slow = matches!(verdict, Verdict::Slow(_)) || primary.batch < limits.batch;
        let before = self.settle(limits);
        match verdict {
            Verdict::Slow(p99) if self.batch < before || !was_slow => {
                self.slowdowns += 1;
                let (limit, batch) = (limits.max_latency, self.batch);
                self.changes.push_back(Pace::Slower { p99, limit, batch });
            }
            Verdict::Slow(_) => {}
            Verdict::Quick => self.tell_recovery(was_slow),
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

    fn endpoint(number: usize) -> Endpoint {
        Endpoint::parse(&format!("10.0.0.{number}"), 6379).unwrap()
    }

    fn endpoints(numbers: impl IntoIterator<Item = usize>) -> Vec<Endpoint> {
        numbers.into_iter().map(endpoint).collect()
    }

    fn state(limits: Limits, primaries: usize) -> State {
        let mut state = State::new(limits);
        state.follow(&endpoints(0..primaries), limits);
        state
    }

    /// Takes note of runs of PINGs that are alike.
    fn note(state: &mut State, primary: usize, limits: Limits, runs: &[(Duration, usize)]) {
        for (latency, count) in runs {
            for _ in 0..*count {
                state.note(&endpoint(primary), *latency, limits);
            }
        }
    }

    #[test]
    fn batches_shrink_when_several_pings_of_a_second_are_slow_and_grow_back_after_it() {
        #[track_caller]
        fn case(what: &str, runs: &[(Duration, usize)], expected: u32) {
            let mut state = state(LIMITS, 1);
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
            let mut state = state(limits, 1);
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
    fn the_smallest_batches_are_slowed_down_too() {
        let limits = Limits { batch: FLOOR, ..LIMITS };
        let throttle = Throttle::idle(limits);
        lock(&throttle.state).follow(&endpoints([0]), limits);
        assert_eq!(throttle.depth(), DEPTH);
        note(&mut lock(&throttle.state), 0, limits, &[(SLOW, 6)]);
        assert_eq!((throttle.depth(), throttle.slowdowns()), (1, 1));
        note(&mut lock(&throttle.state), 0, limits, &[(QUICK, 50)]);
        assert_eq!(throttle.depth(), DEPTH);
        let changes = &lock(&throttle.state).changes;
        assert_eq!(changes.back(), Some(&Pace::Recovered { batch: FLOOR }));
        assert_eq!(changes.len(), 2);
    }

    #[test]
    fn the_slowest_primary_decides() {
        let mut state = state(LIMITS, 3);
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
    fn a_primary_that_takes_over_begins_at_the_pace_of_the_one_before() {
        let mut state = state(LIMITS, 1);
        note(&mut state, 0, LIMITS, &[(SLOW, 6)]);
        state.follow(&endpoints([1]), LIMITS);
        assert_eq!(state.batch, 32);
        note(&mut state, 0, LIMITS, &[(SLOW, 9)]);
        assert_eq!(state.batch, 32, "nobody works with the old one any more");
        note(&mut state, 1, LIMITS, &[(QUICK, 100)]);
        assert_eq!(state.batch, 128);
        note(&mut state, 1, LIMITS, &[(SLOW, 3)]);
        assert_eq!((state.batch, state.slowdowns), (64, 3));
    }

    #[test]
    fn a_slow_primary_that_leaves_slows_nobody_down_any_more() {
        let mut state = state(LIMITS, 3);
        note(&mut state, 1, LIMITS, &[(SLOW, 3)]);
        state.follow(&endpoints([0, 2]), LIMITS);
        assert_eq!(state.batch, 128);
        assert_eq!(state.changes.back(), Some(&Pace::Recovered { batch: 128 }));
    }

    #[test]
    fn primaries_that_stay_keep_what_is_known_of_them() {
        let mut state = state(LIMITS, 2);
        note(&mut state, 0, LIMITS, &[(SLOW, 2)]);
        state.follow(&endpoints([1, 0]), LIMITS);
        note(&mut state, 0, LIMITS, &[(SLOW, 1)]);
        assert_eq!(state.batch, 64);
    }

    #[test]
    fn every_change_for_the_worse_is_told_and_the_end_of_the_recovery() {
        let mut state = state(LIMITS, 1);
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
        let throttle = Throttle::idle(limits);
        let begun = Instant::now();
        for _ in 0..21 {
            throttle.admit(100).await;
        }
        assert_eq!(begun.elapsed(), Duration::from_secs(2));
    }
}
