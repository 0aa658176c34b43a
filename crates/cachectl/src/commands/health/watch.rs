//! `health --watch`: a look again and again.

use std::time::Duration;

use cachectl_core::{health::Report, vocabulary::outcome::Outcome};
use console::Term;
use tokio::time::{self, MissedTickBehavior};

use super::{Looking, select};
use crate::{
    cli::Format,
    error::CliError,
    exit::Ending,
    output::{self, Reader, count::Span, departure::Form},
    parse,
};

/// Whether and how often to look again.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct WatchArgs {
    /// Look again and again, until Ctrl-C [default without a value: 2s]
    ///
    /// Connections stay open, and how fast counters grow is told from the look before. For people,
    /// `-o jsonl`, or metrics that go into a `--textfile`.
    #[arg(long, value_name = "INTERVAL", num_args = 0..=1, require_equals = true,
        default_missing_value = "2s", value_parser = parse::duration)]
    watch: Option<Duration>,
}

impl WatchArgs {
    pub(super) fn is_empty(self) -> bool {
        self.watch.is_none()
    }

    pub(super) fn interval(self) -> Option<Duration> {
        self.watch
    }

    /// Refuses formats that have room for one report only, or that have none for it.
    pub(super) fn allow(self, format: Format, is_into_file: bool) -> Result<(), CliError> {
        match (self.watch, format) {
            (None, Format::Jsonl) => Err(CliError::NotInLines),
            (None, _) | (Some(_), Format::Human | Format::Jsonl) => Ok(()),
            (Some(_), Format::Prometheus) if is_into_file => Ok(()),
            (Some(_), _) => Err(CliError::NotWatched),
        }
    }
}

/// Looks and prints until a signal comes, or nobody reads any more.
pub(super) async fn run(looking: &Looking<'_>, interval: Duration) -> Result<Ending, CliError> {
    looking.app.signals.are_expected();
    let mut ticks = time::interval(interval);
    // A server that is slow to answer is not asked twice in a row for that.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let looked = async {
            ticks.tick().await;
            looking.session.look().await
        };
        let report = tokio::select! {
            report = looked => report,
            signal = looking.app.signals.stopped() => return Ok(Ending::Stopped(signal)),
        };
        let report = select::judge(report, &looking.args.checks.selection());
        if show(looking, &report, interval)? == Reader::Gone {
            return Ok(Ending::Finished(Outcome::Clean));
        }
    }
}

/// Prints a report, on a terminal in the place of the one before.
fn show(looking: &Looking<'_>, report: &Report, interval: Duration) -> Result<Reader, CliError> {
    if looking.global.console.format() != Format::Human {
        return looking.print(report);
    }
    let screen = Term::stdout();
    if screen.is_term() {
        screen.clear_screen().map_err(CliError::Stdout)?;
        let (rows, columns) = screen.size();
        looking.print_fitting(report, |text| fitting(text, rows.into(), columns.into()))?;
    } else {
        looking.print(report)?;
    }
    output::write_on(
        format!("{}, every {}\n\n", report.time, Span(interval)).as_bytes(),
        Form::Text,
    )
}

/// How many lines are below a report: when it was made, an empty one, and that of the cursor.
const BELOW: usize = 3;

/// Returns what fits on a screen: all of a report, or what is not good of it. What is worst stands
/// at the top, and would be the first to be gone.
fn fitting(text: Vec<u8>, rows: usize, columns: usize) -> Vec<u8> {
    let lines = || text.split_inclusive(|byte| *byte == b'\n');
    let tall = |line: &[u8]| line.len().saturating_sub(1).div_ceil(columns.max(1)).max(1);
    if lines().map(tall).sum::<usize>() + BELOW <= rows {
        return text;
    }
    lines().filter(|line| !line.starts_with(GOOD)).flatten().copied().collect()
}

/// What the line of a finding begins with that is good.
const GOOD: &[u8] = b"  ok  ";

#[cfg(test)]
mod tests {
    use super::{
        super::render::{self, Detail, example},
        *,
    };

    #[test]
    fn a_screen_that_is_too_small_has_what_is_not_good() {
        let text = render::text(&example::mixed(), Format::Human, Detail::Brief).unwrap();
        let shown = |rows, columns| {
            let shown = fitting(text.clone(), rows, columns);
            String::from_utf8(shown).unwrap().lines().count()
        };
        assert_eq!((shown(10, 100), shown(9, 100), shown(10, 40)), (7, 6, 6));
    }
}
