//! The process of a server, and the watchdog that ends it when the test process is gone.

use std::fs::File;
use std::io::{self, PipeWriter};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Says its process id, which becomes that of the server, and turns into the server.
///
/// The watchdog knows the id before there is a server, so there is no moment at which the death
/// of the test process could leave one behind.
const BECOME_SERVER: &str = r#"echo $$; log=$1; shift; exec "$@" >>"$log" 2>&1"#;

/// Reads process ids until the other end of the pipe is closed, then ends and removes everything.
const WATCH: &str = r#"while read -r pid; do victim=$pid; done; kill -9 "$victim"; rm -rf "$1""#;

/// A signal to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM.
    Terminate,
    /// SIGINT, as Ctrl-C sends it.
    Interrupt,
    /// SIGHUP.
    Hangup,
    /// SIGKILL.
    Kill,
    /// SIGSTOP.
    Stop,
    /// SIGCONT.
    Continue,
}

impl Signal {
    /// Sends the signal. Every shell has `kill` built in, and calling it needs no unsafe code.
    #[track_caller]
    pub(crate) fn send(self, pid: u32) {
        let name = match self {
            Self::Terminate => "TERM",
            Self::Interrupt => "INT",
            Self::Hangup => "HUP",
            Self::Kill => "KILL",
            Self::Stop => "STOP",
            Self::Continue => "CONT",
        };
        let pid = pid.to_string();
        let mut shell = Command::new("/bin/sh");
        let sent = shell.args(["-c", r#"kill -s "$1" "$2""#, "kill", name, &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()), "cannot send {name} to {pid}");
    }
}

/// Which program the binary is to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    #[default]
    Server,
    Sentinel,
}

/// A running server. Dropping it ends it and waits until it is gone.
#[derive(Debug)]
pub(super) struct Process {
    server: Child,
    watchdog: Child,
    /// Held open as long as the server is to live.
    _lifeline: PipeWriter,
}

impl Process {
    pub(super) fn spawn(binary: &Path, directory: &Path, mode: Mode) -> io::Result<Self> {
        let log = log_file(directory);
        File::options().create(true).append(true).open(&log)?;
        let (reader, lifeline) = io::pipe()?;
        let watchdog = Command::new("/bin/sh")
            .args(["-c", WATCH, "watchdog"])
            .arg(directory)
            .stdin(reader)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // What a terminal sends to the test must not end the watchdog first.
            .process_group(0)
            .spawn()?;
        let mut server = Command::new("/bin/sh");
        server.args(["-c", BECOME_SERVER, "server"]).arg(&log).arg(binary);
        server.arg(configuration_file(directory));
        if mode == Mode::Sentinel {
            server.arg("--sentinel");
        }
        server.current_dir(directory).stdin(Stdio::null()).stdout(lifeline.try_clone()?);
        let server = server.stderr(Stdio::null()).process_group(0).spawn()?;
        Ok(Self { server, watchdog, _lifeline: lifeline })
    }

    pub(super) fn pid(&self) -> u32 {
        self.server.id()
    }

    #[track_caller]
    pub(super) fn signal(&self, signal: Signal) {
        signal.send(self.pid());
    }

    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.server.try_wait(), Ok(None))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The id of the server stays taken until it has been waited for, so the watchdog, which
        // knows nothing but the id, goes in between. Each step may find its work done already.
        self.server.kill().ok();
        self.watchdog.kill().ok();
        self.watchdog.wait().ok();
        self.server.wait().ok();
    }
}

pub(super) fn configuration_file(directory: &Path) -> PathBuf {
    directory.join("server.conf")
}

pub(super) fn log_file(directory: &Path) -> PathBuf {
    directory.join("server.log")
}

pub(super) fn rdb_file(directory: &Path) -> PathBuf {
    directory.join("dump.rdb")
}

pub(super) fn socket_file(directory: &Path) -> PathBuf {
    directory.join("s")
}
