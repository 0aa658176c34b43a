//! A bar on a terminal, one for each phase.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use cachectl_core::vocabulary::progress::{Event, Observer, Phase};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{describe, meter::Meter, verb};
use crate::output::say;

/// A phase that is over sooner than this is not drawn at all, so that quick commands stay clean.
const FIRST_DRAW: Duration = Duration::from_millis(250);
/// How often the terminal is redrawn.
const TICK: Duration = Duration::from_millis(100);

/// Draws one bar at a time.
#[derive(Debug, Default)]
pub(super) struct Bars {
    current: Mutex<Option<Drawn>>,
}

#[derive(Debug)]
struct Drawn {
    bar: ProgressBar,
    meter: Meter,
}

impl Observer for Bars {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        // A panic elsewhere leaves a bar that is still good enough to draw.
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Started(total) => *current = Some(Drawn::start(phase, total)),
            Event::Advanced(done) => {
                if let Some(drawn) = current.as_mut() {
                    drawn.advance(done);
                }
            }
            Event::Paced(pace) => above(current.as_ref(), &describe(pace)),
            Event::Noticed(text) => above(current.as_ref(), text),
            Event::Finished => {
                if let Some(drawn) = current.take() {
                    drawn.bar.finish_and_clear();
                }
            }
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        let current = self.current.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(drawn) = current.take() {
            drawn.bar.finish_and_clear();
        }
    }
}

impl Drawn {
    fn start(phase: Phase, total: Option<u64>) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let template = match total {
            Some(_) => "{prefix:>12} [{bar:24}] {msg}",
            None => "{prefix:>12} {spinner} {msg}",
        };
        // A template that does not parse would only cost the looks.
        let style = ProgressStyle::with_template(template);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
        bar.set_prefix(verb(phase));
        Self { bar, meter: Meter::start(phase, total) }
    }

    fn advance(&mut self, done: u64) {
        self.meter.advance(done);
        self.bar.set_position(done);
        if self.meter.elapsed() < FIRST_DRAW {
            return;
        }
        self.bar.set_message(self.meter.to_string());
        if self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.enable_steady_tick(TICK);
        }
    }
}

/// Writes a line above the bar.
fn above(current: Option<&Drawn>, text: &str) {
    match current {
        Some(drawn) => drawn.bar.suspend(|| say(text)),
        None => say(text),
    }
}
