//! What the system gives this process, and what is said where the process breaks.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io,
    os::{
        fd::AsFd as _,
        unix::fs::{FileTypeExt as _, MetadataExt as _},
    },
    panic::PanicHookInfo,
    path::Path,
};

use cachectl_core::files;
use rustix::{
    fs::OFlags,
    process::{Resource, Rlimit, getrlimit, setrlimit},
};

use crate::{
    error::print_hints,
    hints,
    output::{Label, say, say_labelled},
};

/// How many files may be open at least: those of the runtime, a server and what is written.
const FEWEST_FILES: u64 = 32;
/// How many are enough for clusters of 1,000 nodes, each of which has several connections.
const ENOUGH_FILES: u64 = 65_536;

/// Asks for as many open files as this process may have.
///
/// # Errors
///
/// Fails if they are too few for anything.
pub(crate) fn raise_limits() -> io::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(u64::MAX).min(ENOUGH_FILES);
    let now = limit.current.unwrap_or(u64::MAX);
    if now < most {
        // Where that is refused, as much as there is has to do.
        setrlimit(Resource::Nofile, Rlimit { current: Some(most), ..limit }).ok();
    }
    let now = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    if now >= FEWEST_FILES {
        return Ok(());
    }
    let reason =
        format!("only {now} files may be open at the same time, and {FEWEST_FILES} are needed");
    Err(io::Error::other(reason))
}

/// Returns whether the command line names something to read that this process was given, such as `-`.
pub(crate) fn has_input() -> bool {
    std::env::args_os().any(|word| word == "-" || files::is_given(Path::new(&word)))
}

/// Says what went wrong where the program itself is at fault, without secrets and control
/// characters, as everything else is said.
pub(crate) fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        say_labelled(Label::Error, format_args!("internal error: {}", described(panic)));
        let trace = Backtrace::capture();
        if trace.status() == BacktraceStatus::Captured {
            say(trace);
        }
        say("");
        print_hints(&[hints::BUG.to_owned()]);
    }));
}

fn described(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let words = (payload.downcast_ref::<&str>().copied())
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("nothing is known of what");
    match panic.location() {
        Some(place) => format!("{words} ({}:{})", place.file(), place.line()),
        None => words.to_owned(),
    }
}

/// Returns whether standard output may have been closed when this process began. Then the null device
/// has taken its place, open for reading as well; `> /dev/null` opens it for writing alone.
pub(crate) fn is_output_closed() -> bool {
    let stdout = io::stdout();
    let fd = stdout.as_fd();
    let is_both =
        rustix::fs::fcntl_getfl(fd).is_ok_and(|flags| flags & OFlags::ACCMODE == OFlags::RDWR);
    let null = std::fs::metadata(Path::new("/dev/null")).ok();
    let is_null = null
        .filter(|null| null.file_type().is_char_device())
        .is_some_and(|null| rustix::fs::fstat(fd).is_ok_and(|about| about.st_rdev == null.rdev()));
    is_both && is_null
}
