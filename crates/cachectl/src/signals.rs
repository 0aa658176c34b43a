//! The first signal drains the work, the second one stops it at once.

use std::{
    io,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A signal that asks us to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// `SIGINT`, from Ctrl-C.
    Interrupt,
    /// `SIGTERM`, from a supervisor.
    Terminate,
}

/// What became of our signals so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signals {
    cancellation: CancellationToken,
    first: Arc<OnceLock<Signal>>,
    expected: Arc<AtomicBool>,
}

impl Signals {
    /// Listens from now on. Has to be called inside the runtime.
    pub(crate) fn listen(&self) -> io::Result<()> {
        let mut interrupts = signal(SignalKind::interrupt())?;
        let mut terminations = signal(SignalKind::terminate())?;
        let shared = self.clone();
        tokio::spawn(async move {
            loop {
                let signal = tokio::select! {
                    _ = interrupts.recv() => Signal::Interrupt,
                    _ = terminations.recv() => Signal::Terminate,
                };
                shared.note(signal);
            }
        });
        Ok(())
    }

    fn note(&self, signal: Signal) {
        if self.first.set(signal).is_ok() {
            // A bar may be half-way through the line.
            let terminal = console::Term::stderr();
            if terminal.is_term() {
                terminal.clear_line().ok();
            }
            if !self.expected.load(Ordering::Relaxed) {
                crate::output::say("stopping at the next safe point; once more stops at once");
            }
            self.cancellation.cancel();
        } else {
            stop_at_once(signal);
        }
    }

    /// Says nothing when the first signal comes: it is how this work ends.
    pub(crate) fn are_expected(&self) {
        self.expected.store(true, Ordering::Relaxed);
    }

    /// Waits for the first signal during a question, where nothing has to come to an end first.
    pub(crate) async fn stopped_at_a_question(&self) -> Signal {
        let quiet = Quiet::begin(self.expected.clone());
        let signal = self.stopped().await;
        drop(quiet);
        signal
    }

    /// Returns the token that the first signal cancels.
    pub(crate) fn cancellation(&self) -> CancellationToken {
        self.cancellation.clone()
    }

    /// Waits for the first signal.
    pub(crate) async fn stopped(&self) -> Signal {
        self.cancellation.cancelled().await;
        self.received().unwrap_or(Signal::Interrupt)
    }

    /// Returns the first signal that came, if one did.
    pub(crate) fn received(&self) -> Option<Signal> {
        self.first.get().copied()
    }
}

/// Says nothing of the first signal while it lives.
struct Quiet {
    expected: Arc<AtomicBool>,
    before: bool,
}

impl Quiet {
    fn begin(expected: Arc<AtomicBool>) -> Self {
        let before = expected.swap(true, Ordering::Relaxed);
        Self { expected, before }
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        self.expected.store(self.before, Ordering::Relaxed);
    }
}

#[expect(clippy::exit, reason = "the operator asked twice, so nothing is waited for")]
fn stop_at_once(signal: Signal) -> ! {
    // A bar may have hidden the cursor. If the terminal is gone there is nothing to restore.
    console::Term::stderr().show_cursor().ok();
    let code = crate::exit::code(crate::exit::Ending::Stopped(signal));
    std::process::exit(i32::from(code.number()));
}
