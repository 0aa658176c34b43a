//! The first signal drains the work, the second one stops it at once.

use std::{
    io,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering, fence},
    },
};

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::{
    error::{CliError, print_hints},
    output::{Label, say, say_labelled},
    progress::Screen,
};

/// A signal that asks us to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// `SIGINT`, from Ctrl-C.
    Interrupt,
    /// `SIGTERM`, from a supervisor.
    Terminate,
    /// `SIGHUP`, from a terminal that is closed.
    HangUp,
}

/// What is left behind if the work is stopped at once.
#[derive(Clone, Debug)]
pub(crate) struct Unfinished {
    /// The state that it is left in.
    pub(crate) state: String,
    /// What can be done then.
    pub(crate) hints: Vec<String>,
}

/// How much is being read of what this process was given.
static READING: AtomicUsize = AtomicUsize::new(0);
/// The first signal that this process heard of.
static RECEIVED: OnceLock<Signal> = OnceLock::new();

/// Reads what may keep us waiting for whoever writes to standard input. Nothing has been changed by
/// then, and the first signal ends the process.
pub(crate) fn while_reading<T>(read: impl FnOnce() -> T) -> T {
    READING.fetch_add(1, Ordering::SeqCst);
    fence(Ordering::SeqCst);
    // Either it is seen here, or whoever notes it sees that something is being read.
    if let Some(signal) = RECEIVED.get() {
        end_unchanged(*signal);
    }
    let read = read();
    READING.fetch_sub(1, Ordering::SeqCst);
    read
}

/// Ends the process, in which nothing has been changed yet.
fn end_unchanged(signal: Signal) -> ! {
    clear_line();
    say_labelled(Label::Error, CliError::Stopped(signal));
    end(signal);
}

/// Ends the process.
#[expect(clippy::exit, reason = "what runs is not to be waited for")]
fn end(signal: Signal) -> ! {
    let code = crate::exit::code(crate::exit::Ending::Stopped(signal));
    std::process::exit(i32::from(code.number()));
}

/// The number of `SIGXFSZ`.
const FILE_TOO_LONG: i32 = 25;

/// Listens to a signal, unless whoever started us wants it to be ignored, as `nohup` does.
fn unless_ignored(kind: SignalKind) -> io::Result<Option<tokio::signal::unix::Signal>> {
    let ignored = || {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
        u64::from_str_radix(mask.trim(), 16).ok()
    };
    let bit = 1_u64.checked_shl(kind.as_raw_value().unsigned_abs() - 1).unwrap_or_default();
    if ignored().unwrap_or_default() & bit != 0 { Ok(None) } else { signal(kind).map(Some) }
}

async fn next_of(signal: Option<&mut tokio::signal::unix::Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// What became of our signals so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signals {
    cancellation: CancellationToken,
    first: Arc<OnceLock<Signal>>,
    expected: Arc<AtomicBool>,
    outlives_terminal: Arc<AtomicBool>,
    screen: Screen,
    unfinished: Arc<Mutex<Option<Unfinished>>>,
}

impl Signals {
    /// Listens from now on. Has to be called inside the runtime.
    pub(crate) fn listen(&self) -> io::Result<()> {
        let mut interrupts = signal(SignalKind::interrupt())?;
        let mut terminations = signal(SignalKind::terminate())?;
        let mut hang_ups = unless_ignored(SignalKind::hangup())?;
        // A file that becomes too long is an error of its write then, and not the end of us.
        drop(signal(SignalKind::from_raw(FILE_TOO_LONG))?);
        let shared = self.clone();
        tokio::spawn(async move {
            loop {
                let signal = tokio::select! {
                    _ = interrupts.recv() => Signal::Interrupt,
                    _ = terminations.recv() => Signal::Terminate,
                    () = next_of(hang_ups.as_mut()) => Signal::HangUp,
                };
                shared.note(signal);
            }
        });
        Ok(())
    }

    fn note(&self, signal: Signal) {
        if signal == Signal::HangUp && self.outlives_terminal.load(Ordering::Relaxed) {
            tracing::info!("files are read again when they change");
            return;
        }
        RECEIVED.get_or_init(|| signal);
        fence(Ordering::SeqCst);
        if READING.load(Ordering::SeqCst) > 0 {
            end_unchanged(signal);
        }
        if signal == Signal::HangUp && self.first.get().is_some() {
            // A shell tells its jobs that the terminal is gone, and then the system does. Nobody has
            // asked twice.
            return;
        }
        if self.first.set(signal).is_ok() {
            clear_line();
            if !self.expected.load(Ordering::Relaxed) {
                self.screen.say("stopping at the next safe point; once more stops at once");
            }
            self.cancellation.cancel();
        } else {
            self.stop_at_once(signal);
        }
    }

    /// Ends the process. The operator asked twice, so that nothing is waited for.
    fn stop_at_once(&self, signal: Signal) -> ! {
        self.screen.clear();
        clear_line();
        // A panic elsewhere does not change what is left behind.
        let unfinished = self.unfinished.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Unfinished { state, hints }) = unfinished.as_ref() {
            say_labelled(Label::Error, format_args!("stopped at once: {state}"));
            say("");
            print_hints(hints);
        }
        end(signal);
    }

    /// Tells what is left behind from now on if the work is stopped at once.
    pub(crate) fn would_leave(&self, unfinished: Unfinished) {
        let mut current = self.unfinished.lock().unwrap_or_else(PoisonError::into_inner);
        *current = Some(unfinished);
    }

    /// Returns what else is on the terminal.
    pub(crate) fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Says nothing when the first signal comes: it is how this work ends.
    pub(crate) fn are_expected(&self) {
        self.expected.store(true, Ordering::Relaxed);
    }

    /// Takes no notice of `SIGHUP` from now on.
    pub(crate) fn outlive_the_terminal(&self) {
        self.outlives_terminal.store(true, Ordering::Relaxed);
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

/// Removes the `^C` that a terminal writes when it is typed.
fn clear_line() {
    let terminal = console::Term::stderr();
    if terminal.is_term() {
        terminal.clear_line().ok();
    }
}
