//! A bar on a terminal, one for each phase.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use cachectl_core::vocabulary::progress::{Event, Observer, Phase};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::{Screen, describe, line, margin::Margin, meter::Meter, verb};

/// A phase that is over sooner than this is not drawn at all, so that quick commands stay clean.
const FIRST_DRAW: Duration = Duration::from_millis(250);
/// How often the terminal is redrawn.
const TICK: Duration = Duration::from_millis(100);
/// How often a second it is redrawn at most, however often it advances.
const REDRAWS: u8 = 20;

/// Draws one bar at a time.
#[derive(Debug)]
pub(super) struct Bars {
    screen: Screen,
    current: Mutex<Option<Drawn>>,
}

impl Bars {
    pub(super) fn on(screen: &Screen) -> Self {
        Self { screen: screen.clone(), current: Mutex::default() }
    }
}

#[derive(Debug)]
struct Drawn {
    bar: ProgressBar,
    visibility: Visibility,
}

/// Whether a bar may be drawn yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Visibility {
    Hidden,
    Shown,
}

impl Observer for Bars {
    fn observe(&self, phase: Phase, event: Event<'_>) {
        // A panic elsewhere leaves a bar that is still good enough to draw.
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Started(total) => {
                let drawn = current.insert(Drawn::start(phase, total));
                self.screen.show(drawn.bar.clone());
            }
            Event::Advanced(done) => {
                if let Some(drawn) = current.as_mut() {
                    drawn.advance(done);
                }
            }
            Event::Paced(pace) => self.screen.say(describe(pace)),
            Event::Noticed(text) => self.screen.say(text),
            Event::Finished => {
                *current = None;
                self.screen.clear();
            }
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.screen.clear();
    }
}

impl Drawn {
    fn start(phase: Phase, total: Option<u64>) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let template = match total {
            Some(_) => "{line}",
            None => "{spinner} {line}",
        };
        // A template that does not parse would only cost the looks.
        let style = ProgressStyle::with_template(template);
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        let begun = Meter::start(phase, total);
        // It is written when it is drawn, so that it fits a terminal whose size has changed.
        let line = move |state: &ProgressState, out: &mut dyn fmt::Write| {
            let mut meter = begun;
            meter.advance(state.pos());
            out.write_str(&line::of(verb(phase), &meter, columns(total))).ok();
        };
        bar.set_style(style.with_key("line", line));
        Self { bar, visibility: Visibility::Hidden }
    }

    fn advance(&mut self, done: u64) {
        self.bar.set_position(done);
        if self.visibility == Visibility::Hidden && self.bar.elapsed() >= FIRST_DRAW {
            self.visibility = Visibility::Shown;
            self.show();
        }
    }

    /// Draws it from now on, if there is a terminal to draw it on.
    fn show(&self) {
        if console::Term::stderr().is_term() {
            let terminal = Box::new(Margin::of_stderr());
            self.bar.set_draw_target(ProgressDrawTarget::term_like_with_hz(terminal, REDRAWS));
            self.bar.enable_steady_tick(TICK);
        }
    }
}

/// Returns how wide the line of a phase may be. A spinner in front of it takes room as well.
fn columns(total: Option<u64>) -> usize {
    let spinner = if total.is_some() { 0 } else { 2 };
    Margin::columns().saturating_sub(spinner)
}
