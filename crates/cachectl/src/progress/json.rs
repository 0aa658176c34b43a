//! A JSON document a line, for programs that watch.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use cachectl_core::vocabulary::progress::{Event, Observer, Pace, Phase};
use serde::Serialize;

use super::{describe, meter::Meter};
use crate::output::say_json;

/// At most one line a second says that a phase advanced.
const INTERVAL: Duration = Duration::from_secs(1);

/// Writes every event, and every second one of those that say how far it is.
#[derive(Debug, Default)]
pub(super) struct JsonLines {
    current: Mutex<Option<(Meter, Instant)>>,
}

/// One event.
#[derive(Debug, Serialize)]
struct Line<'a> {
    schema: &'static str,
    phase: &'static str,
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    done: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_second: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds_left: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn new(phase: Phase, event: &'static str) -> Self {
        Self {
            schema: "cachectl.progress/1",
            phase: name(phase),
            event,
            unit: None,
            done: None,
            total: None,
            per_second: None,
            seconds_left: None,
            batch: None,
            text: None,
        }
    }

    fn measured(self, meter: &Meter) -> Self {
        Self {
            unit: Some(meter.unit().name()),
            done: Some(meter.done()),
            total: meter.total(),
            per_second: Some(meter.rate()),
            seconds_left: meter.remaining().map(|left| left.as_secs()),
            ..self
        }
    }

    fn with_text(self, text: &'a str) -> Self {
        Self { text: Some(text), ..self }
    }

    fn write(&self) {
        if let Ok(line) = serde_json::to_string(self) {
            say_json(&line);
        }
    }
}

impl Observer for JsonLines {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        // A panic elsewhere leaves a meter that is still good enough to read.
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Started(total) => {
                let (meter, _) = current.insert((Meter::start(phase, total), Instant::now()));
                Line::new(phase, "started").measured(meter).write();
            }
            Event::Advanced(done) => {
                let Some((meter, last)) = current.as_mut() else {
                    return;
                };
                meter.advance(done);
                if last.elapsed() >= INTERVAL {
                    *last = Instant::now();
                    Line::new(phase, "advanced").measured(meter).write();
                }
            }
            Event::Paced(pace) => paced(phase, pace),
            Event::Noticed(text) => Line::new(phase, "noticed").with_text(text).write(),
            Event::Finished => {
                if let Some((meter, _)) = current.take() {
                    Line::new(phase, "finished").measured(&meter).write();
                }
            }
        }
    }
}

fn paced(phase: Phase, pace: Pace) {
    let text = describe(pace);
    let (event, batch) = match pace {
        Pace::Slower { batch, .. } => ("slower", batch),
        Pace::Recovered { batch } => ("recovered", batch),
    };
    Line { batch: Some(batch), ..Line::new(phase, event) }.with_text(&text).write();
}

/// Returns the name of a phase, for programs.
fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Scan => "scan",
        Phase::Plan => "plan",
        Phase::Apply => "apply",
        Phase::Converge => "converge",
        Phase::Verify => "verify",
        Phase::Rollback => "rollback",
        Phase::Backup => "backup",
        Phase::Check => "check",
        Phase::Restore => "restore",
        Phase::Compare => "compare",
    }
}
