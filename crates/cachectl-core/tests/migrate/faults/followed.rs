//! The throttle goes where the work goes.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use cachectl_core::{
    migrate::options::Pacing,
    vocabulary::{
        control::Control,
        outcome::Outcome,
        progress::{Event, Observer, Pace, Phase},
    },
};
use cachectl_testkit::{Keyspace, Sentinels, Server, Value, wait};
use tokio_util::sync::CancellationToken;

use super::{RULE, renamed, with_fault};
use crate::bench::{Bench, rules};

/// How slow a PING may be: so much that a busy machine is not taken for a slow server.
const MAX_LATENCY: Duration = Duration::from_millis(200);
/// How long the server sleeps at a time: too long for a PING, too short for a sentinel to worry.
const SLEEP: Duration = Duration::from_millis(300);

/// Remembers that the pace became slower.
struct Slowed<'a> {
    inner: &'a dyn Observer,
    slowed: &'a AtomicBool,
}

impl Observer for Slowed<'_> {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        if let Event::Paced(Pace::Slower { .. }) = event {
            self.slowed.store(true, Ordering::SeqCst);
        }
        self.inner.observe(phase, event);
    }
}

/// Returns whether the server is pinged by somebody who is no sentinel, as those have names, and
/// not the primary that it follows. `None` if it does not tell: sentinels cut all clients.
fn is_pinged(server: &Server) -> Option<bool> {
    let Ok(Value::BulkString(clients)) = server.try_command(&["CLIENT", "LIST"]) else {
        return None;
    };
    let clients = String::from_utf8(clients).unwrap();
    let pings = |client: &str| client.contains(" name= ") && client.contains(" cmd=ping ");
    Some(clients.lines().any(|client| pings(client) && !client.contains(" flags=M")))
}

fn sleep_now_and_then(server: &Server, until: &AtomicBool) {
    wait::until("the throttle slows down", || {
        server.stop_process();
        thread::sleep(SLEEP);
        server.continue_process();
        thread::sleep(SLEEP / 3);
        until.load(Ordering::SeqCst)
    });
}

#[test]
fn the_throttle_follows_a_failover_to_the_new_primary() {
    let sentinels = Sentinels::start();
    Keyspace::new(40).keys("old:{}", 60_000).load(sentinels.primary());
    let before = sentinels.primary().snapshot();
    let bench = Bench::of(crate::clusters::sentinel_target(&sentinels));
    let (_, migration) = bench.begin(&rules(RULE));
    let rate = NonZeroU32::new(4_000);
    let pacing = Pacing { rate, max_latency: MAX_LATENCY, ..Pacing::default() };
    let (stop, slowed) = (CancellationToken::new(), AtomicBool::new(false));

    let fault = || {
        let old = sentinels.servers().primary();
        wait::until("the primary is pinged", || is_pinged(old) == Some(true));
        sentinels.fail_over();
        let new = sentinels.primary();
        wait::until("the new primary is pinged", || is_pinged(new) == Some(true));
        wait::until("the old one is not any more", || is_pinged(old) == Some(false));
        slowed.store(false, Ordering::SeqCst);
        sleep_now_and_then(new, &slowed);
        stop.cancel();
    };
    let report = with_fault(2_000, fault, |observer| {
        let observer = Slowed { inner: observer, slowed: &slowed };
        bench.apply_as(&migration, pacing, &Control::new(&observer, stop.clone())).unwrap()
    });

    assert_eq!(report.outcome, Outcome::Interrupted, "the work went on all the time");
    assert!(report.slowdowns > 0);
    assert_eq!(bench.apply(&migration).unwrap().outcome, Outcome::Clean);
    sentinels.primary().snapshot().assert_equals(&renamed(&before));
}
