//! `health live`, `ready` and `startup`: the three questions of Kubernetes.

use std::io::{self, Write};

use cachectl_core::{
    health::probes::{self, Answered, Question},
    vocabulary::outcome::Outcome,
};

use super::{options::DeadlineArgs, render::plain};
use crate::{
    app::App,
    cli::GlobalArgs,
    error::CliError,
    output::{count::Span, render::Render},
    signals::Signals,
};

/// How `ready` is asked.
#[derive(Debug, clap::Args)]
pub(super) struct ReadyArgs {
    #[command(flatten)]
    pub(super) deadline: DeadlineArgs,
    /// Ready is also what refuses writes because it could not save, as long as it can be read
    #[arg(long)]
    for_reads: bool,
}

impl ReadyArgs {
    pub(super) fn question(&self) -> Question {
        if self.for_reads { Question::ReadyForReads } else { Question::Ready }
    }
}

pub(super) async fn run(
    question: Question,
    deadline: &DeadlineArgs,
    global: &GlobalArgs,
    signals: &Signals,
) -> Result<Outcome, CliError> {
    global.console.refuse_lines()?;
    let app = App::new(global, signals)?;
    let target = app.settings.target()?;
    let within = deadline.resolve(&app.settings.health);
    let answered = tokio::select! {
        answered = probes::ask(&target, question, within) => answered,
        signal = app.signals.stopped() => return Err(CliError::Stopped(signal)),
    };
    app.output.emit(&answered)?;
    Ok(answered.outcome())
}

impl Render for Answered {
    const SCHEMA: &'static str = "cachectl.health.probe/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let state = match (self.question, self.yes) {
            (Question::Live, true) => "alive",
            (Question::Live, false) => "not alive",
            (Question::Ready | Question::ReadyForReads, true) => "ready",
            (Question::Ready | Question::ReadyForReads, false) => "not ready",
            (Question::Startup, true) => "started",
            (Question::Startup, false) => "not started",
        };
        if let Some(endpoint) = &self.endpoint {
            write!(out, "{} is ", plain(endpoint))?;
        }
        writeln!(out, "{state}, after {}: {}", Span(self.elapsed), plain(&self.text))
    }
}
