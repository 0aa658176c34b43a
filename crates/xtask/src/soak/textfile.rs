//! Has a file of metrics replaced all the time while the node exporter reads it.

mod exporter;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use cachectl_testkit::locate::{self, Reach};
use cachectl_testkit::{Server, Tool};

use crate::cargo;
use crate::failure::Failure;
use exporter::Exporter;

/// What `cargo xtask soak` calls it.
pub(super) const NAME: &str = "textfile";

/// How often the file is replaced at least, however short the time is.
const REWRITES: u64 = 10_000;

/// What the writers look at: little and everything, so that a file that is written over shows the
/// end of the other.
const CHECKS: [&[&str]; 2] = [&["--check", "clients"], &[]];

/// Replaces the file for so long, and fails at the first scrape that cannot read all of it.
pub(super) fn run(length: Duration) -> Result<(), Failure> {
    let mut announce = |notice: &locate::Notice| println!("{notice}");
    let program = Tool::NodeExporter.find(Reach::Package, &mut announce).map_err(Failure::other)?;
    let installation = locate::find(None, Reach::Package, &mut announce)?;
    println!("building the binary");
    let binary = cargo::release_binary("cachectl")?;
    let server = Server::builder().binary(installation.path()).try_start()?;
    let directory = tempfile::tempdir().map_err(Failure::other)?;
    let soak = Soak {
        writer: Writer { binary, url: server.url(), directory: directory.path().to_owned() },
        begun: Instant::now(),
        length,
        rewrites: AtomicU64::new(0),
        over: AtomicBool::new(false),
    };
    soak.writer.write(&[])?;
    let exporter = Exporter::start(&program, directory.path())?;
    let scrapes = soak.run(&exporter)?;
    let left = fs::read_dir(directory.path()).map_err(Failure::other)?.count();
    if left != 1 {
        return Err(Failure::other(format!("{left} files are there where one should be")));
    }
    let rewrites = soak.rewrites.load(Ordering::Relaxed);
    println!("{rewrites} rewrites by as many processes, {scrapes} scrapes, none with an error");
    Ok(())
}

/// One long run.
#[derive(Debug)]
struct Soak {
    writer: Writer,
    begun: Instant,
    length: Duration,
    rewrites: AtomicU64,
    /// Somebody has failed, or is through.
    over: AtomicBool,
}

impl Soak {
    /// Writes and reads at the same time, and returns how often it was read.
    fn run(&self, exporter: &Exporter) -> Result<u64, Failure> {
        thread::scope(|scope| {
            let writers: Vec<ScopedJoinHandle<'_, Result<(), Failure>>> =
                CHECKS.iter().map(|checks| scope.spawn(|| self.write(checks))).collect();
            let scrapes = self.read(exporter);
            self.over.store(true, Ordering::Relaxed);
            for writer in writers {
                writer.join().map_err(|_| Failure::other("a writer panicked"))??;
            }
            scrapes
        })
    }

    fn write(&self, checks: &[&str]) -> Result<(), Failure> {
        while !self.over.load(Ordering::Relaxed) {
            let written = self.writer.write(checks);
            if written.is_err() {
                self.over.store(true, Ordering::Relaxed);
            }
            written?;
            self.rewrites.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn read(&self, exporter: &Exporter) -> Result<u64, Failure> {
        let mut scrapes = 0;
        while !self.over.load(Ordering::Relaxed) {
            exporter.check()?;
            scrapes += 1;
            let enough = self.rewrites.load(Ordering::Relaxed) >= REWRITES;
            if enough && self.begun.elapsed() >= self.length {
                break;
            }
        }
        Ok(scrapes)
    }
}

/// Who replaces the file.
#[derive(Debug)]
struct Writer {
    binary: PathBuf,
    url: String,
    directory: PathBuf,
}

impl Writer {
    fn write(&self, checks: &[&str]) -> Result<(), Failure> {
        let mut command = Command::new(&self.binary);
        command.args(["--url", &self.url, "health", "-o", "prometheus", "--textfile"]);
        command.arg(self.directory.join("redis.prom")).args(checks);
        // Configuration files of whoever runs this are not meant.
        command.env_clear().current_dir(Path::new("/")).stdin(Stdio::null());
        let output = command.output().map_err(Failure::other)?;
        // What is not good about the server does not matter, and neither does a busy machine.
        if output.status.code().is_some_and(|code| code <= 3) {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(Failure::other(format!("writing ended with {}: {}", output.status, said.trim_end())))
    }
}
