//! A line now and then, for logs.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use cachectl_core::vocabulary::progress::{Event, Observer, Phase};

use super::{describe, meter::Meter, verb};
use crate::output::say;

/// How long to keep silent.
const INTERVAL: Duration = Duration::from_secs(10);

/// Writes a line when the last one is long enough ago.
pub(super) struct Lines {
    interval: Duration,
    write: fn(&str),
    current: Mutex<Option<Told>>,
}

struct Told {
    meter: Meter,
    last: Instant,
    lines: u32,
}

impl Lines {
    pub(super) fn on_stderr() -> Self {
        Self { interval: INTERVAL, write: |line| say(line), current: Mutex::new(None) }
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").field("interval", &self.interval).finish_non_exhaustive()
    }
}

impl Observer for Lines {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        // A panic elsewhere leaves a meter that is still good enough to read.
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Started(total) => {
                *current = Some(Told {
                    meter: Meter::start(phase, total),
                    last: Instant::now(),
                    lines: 0,
                });
            }
            Event::Advanced(done) => {
                let Some(told) = current.as_mut() else { return };
                told.meter.advance(done);
                if told.last.elapsed() >= self.interval {
                    told.last = Instant::now();
                    told.lines += 1;
                    (self.write)(&format!("{}: {}", verb(phase), told.meter));
                }
            }
            Event::Paced(pace) => (self.write)(&describe(pace)),
            Event::Noticed(text) => (self.write)(text),
            Event::Finished => {
                // Whoever saw a phase go on wants to see it end.
                if let Some(told) = current.take().filter(|told| told.lines > 0) {
                    (self.write)(&format!("{}: done, {}", verb(phase), told.meter));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use cachectl_core::vocabulary::progress::Pace;

    use super::*;

    static WRITTEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

    #[test]
    fn a_quick_phase_says_nothing_and_a_slow_one_says_how_far_it_is() {
        let write = |line: &str| WRITTEN.lock().unwrap().push(line.to_owned());
        let silent = Lines { interval: INTERVAL, write, current: Mutex::new(None) };
        let chatty = Lines { interval: Duration::ZERO, write, current: Mutex::new(None) };
        for lines in [&silent, &chatty] {
            lines.observe(Phase::Scan, Event::Started(Some(1_000)));
            lines.observe(Phase::Scan, Event::Advanced(0));
            lines.observe(Phase::Scan, Event::Finished);
        }
        chatty.observe(Phase::Check, Event::Started(Some(4_096)));
        chatty.observe(Phase::Check, Event::Advanced(0));
        silent.observe(
            Phase::Apply,
            Event::Paced(Pace::Slower {
                p99: Duration::from_micros(7_100),
                limit: Duration::from_millis(5),
                batch: 64,
            }),
        );
        assert_eq!(
            *WRITTEN.lock().unwrap(),
            [
                "scanning: 0 of 1,000 keys, 0 a second",
                "scanning: done, 0 of 1,000 keys, 0 a second",
                "checking: 0 bytes of 4.0 KiB, 0 bytes a second",
                "slowing down: PING p99 7.1 ms is over the limit of 5 ms, batch 64",
            ]
        );
    }
}
