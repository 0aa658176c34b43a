//! A question on the terminal, and the line that answers it.

use std::io::{self, BufRead as _, Write as _};

use rustix::termios::{QueueSelector, tcflush};

use super::Refused;
use crate::{
    output::{plain::Plain, say},
    signals::Signals,
};

/// What the operator typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A line, up to Enter.
    Line(String),
    /// The end of the input: Ctrl-D.
    End,
}

/// Asks a question and waits for a line, which Ctrl-C interrupts.
///
/// What was typed before the question could be seen does not answer it.
pub(super) async fn ask(question: &str, signals: &Signals) -> Result<Answer, Refused> {
    tcflush(io::stdin(), QueueSelector::IFlush).map_err(io::Error::from)?;
    write!(io::stderr(), "{} ", Plain(question))?;
    // A thread of its own, because a read of the terminal cannot be called off.
    let line = tokio::task::spawn_blocking(read);
    let answer = tokio::select! {
        answer = line => answer.map_err(io::Error::other)??,
        signal = signals.stopped_at_a_question() => {
            say("");
            return Err(Refused::Interrupted(signal));
        }
    };
    if answer == Answer::End {
        say("");
    }
    Ok(answer)
}

/// Reads what the terminal gives at once: a line, or less if Ctrl-D ended it.
fn read() -> io::Result<Answer> {
    let mut stdin = io::stdin().lock();
    let typed = stdin.fill_buf()?;
    let (length, line) = (typed.len(), String::from_utf8_lossy(typed).into_owned());
    stdin.consume(length);
    Ok(if line.ends_with('\n') { Answer::Line(line) } else { Answer::End })
}
