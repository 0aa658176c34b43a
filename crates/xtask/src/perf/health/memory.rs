//! The peak memory of a program that is over in milliseconds.

use std::fs;
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::perf::measure::Status;

/// How long a program has to have been asleep to be known to wait for us.
const ASLEEP: Duration = Duration::from_millis(100);

/// How often it is looked at.
const GLANCE: Duration = Duration::from_millis(5);

/// How long to wait for that.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs a program to its end and returns how many MiB it had in RAM at most; `None` where there is
/// no `/proc`.
///
/// It is looked at in the moment in which it tells its result, with everything it has needed for
/// that: nobody takes the result before it was looked at. To ask Linux when it is over would not
/// do, because that answer contains the memory of whoever started it.
pub(super) fn peak_mib(command: &mut Command) -> io::Result<Option<f64>> {
    let (reader, writer) = full()?;
    command.stdout(Stdio::from(OwnedFd::from(writer))).stderr(Stdio::null());
    let mut child = command.spawn()?;
    // Our own ends of the stream would keep it open.
    command.stdout(Stdio::null());
    let mut status = Status::of(&child);
    await_sleep(child.id());
    status.glance();
    io::copy(&mut &reader, &mut io::sink())?;
    child.wait()?;
    Ok(status.peak_kib.map(|kib| f64::from(kib) / 1024.0))
}

/// Returns two ends of a stream in which there is no room left.
fn full() -> io::Result<(UnixStream, UnixStream)> {
    let (reader, mut writer) = UnixStream::pair()?;
    writer.set_nonblocking(true)?;
    loop {
        match writer.write(&[0; 4096]) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    writer.set_nonblocking(false)?;
    Ok((reader, writer))
}

/// Waits until a program does nothing any more. One that does not come to rest is looked at as it
/// is.
fn await_sleep(pid: u32) {
    let begun = Instant::now();
    let mut since = None;
    while begun.elapsed() < PATIENCE {
        match state(pid) {
            // It is over.
            None | Some('Z') => return,
            Some('S') => {
                let since: &Instant = since.get_or_insert_with(Instant::now);
                if since.elapsed() >= ASLEEP {
                    return;
                }
            }
            Some(_) => since = None,
        }
        thread::sleep(GLANCE);
    }
}

/// Returns the letter that Linux has for what a process does.
fn state(pid: u32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    fields.trim_start().chars().next()
}
