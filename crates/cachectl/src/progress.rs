//! Progress on stderr: a bar, a line now and then, JSON lines, or nothing.

mod bar;
mod json;
mod line;
mod lines;
mod margin;
mod meter;
mod screen;

use std::io::{self, IsTerminal as _};

use cachectl_core::vocabulary::progress::{Observer, Pace, Phase, Silent};

use crate::{
    cli::{ConsoleArgs, ProgressStyle},
    output::words::apart,
};

pub(crate) use self::screen::Screen;

/// Returns the observer that was asked for, or the one that fits where stderr leads.
pub(crate) fn choose(console: &ConsoleArgs, screen: &Screen) -> Box<dyn Observer> {
    if console.quiet {
        return Box::new(Silent);
    }
    match console.progress.unwrap_or_default() {
        ProgressStyle::Auto if io::stderr().is_terminal() => Box::new(bar::Bars::on(screen)),
        ProgressStyle::Bar => Box::new(bar::Bars::on(screen)),
        ProgressStyle::Auto | ProgressStyle::Lines => Box::new(lines::Lines::on_stderr()),
        ProgressStyle::Json => Box::new(json::JsonLines::default()),
        ProgressStyle::None => Box::new(Silent),
    }
}

/// Returns what a phase does, for people.
fn verb(phase: Phase) -> &'static str {
    match phase {
        Phase::Scan => "scanning",
        Phase::Plan => "planning",
        Phase::Apply => "renaming",
        Phase::Converge => "converging",
        Phase::Verify => "verifying",
        Phase::Rollback => "rolling back",
        Phase::Backup => "backing up",
        Phase::Check => "checking",
        Phase::Restore => "restoring",
        Phase::Compare => "comparing",
    }
}

/// Returns what the throttle does and why, for people.
fn describe(pace: Pace) -> String {
    match pace {
        Pace::Slower { p99, limit, batch } => {
            let [p99, limit] = apart(p99, limit);
            format!("slowing down: PING p99 {p99} is over the limit of {limit}, batch {batch}")
        }
        Pace::Recovered { batch } => {
            format!("back to speed: PING p99 is within the limit, batch {batch}")
        }
    }
}
