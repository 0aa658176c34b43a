//! What the figures depend on: the machine and the versions of everything.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Instant;

use cachectl_testkit::locate::Installation;
use serde::Serialize;

use super::spread::Spread;

/// The machine, as far as it matters. Its name does not.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Machine {
    pub(super) cpu: String,
    pub(super) cores: usize,
    pub(super) memory_gib: Option<f64>,
    pub(super) system: String,
    /// How long it takes to get 4 KiB onto the disk that holds the journal.
    pub(super) sync_ms: Option<Spread>,
}

impl Machine {
    /// Looks at this machine and at the disk that `directory` is on.
    pub(super) fn look(directory: &Path) -> io::Result<Self> {
        let line = |file: &str, name: &str| {
            let text = fs::read_to_string(file).ok()?;
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.split_once(':'))?;
            Some(line.1.trim().to_owned())
        };
        let memory = line("/proc/meminfo", "MemTotal");
        let memory = memory.and_then(|text| text.strip_suffix(" kB")?.parse::<u32>().ok());
        Ok(Self {
            cpu: line("/proc/cpuinfo", "model name")
                .unwrap_or_else(|| std::env::consts::ARCH.into()),
            cores: thread::available_parallelism()?.get(),
            memory_gib: memory.map(|kib| f64::from(kib) / f64::from(1024 * 1024)),
            system: system(),
            sync_ms: Spread::of(sync_times(directory)?),
        })
    }

    /// Describes it in a line.
    pub(super) fn described(&self) -> String {
        let Self { cpu, cores, memory_gib, system, sync_ms } = self;
        let memory = memory_gib.map_or_else(String::new, |gib| format!("{gib:.0} GiB, "));
        let sync = sync_ms.map_or_else(String::new, |it| {
            format!(", a disk that takes {:.2} ms to sync 4 KiB", it.median)
        });
        format!("{cpu}, {cores} cores, {memory}{system}{sync}")
    }
}

/// Returns the day, in UTC.
pub(super) fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}

/// Returns the last word of what a program says when it is asked for its version in this way.
///
/// How it ends does not matter: for monitoring plugins that is an unknown state.
pub(super) fn version(program: &Path, flag: &str) -> Option<String> {
    let output = Command::new(program).arg(flag).output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.split_whitespace().last().map(str::to_owned)
}

/// Returns the kernel and its version, without what its builder has added to that.
fn system() -> String {
    let said = |flag: &str| said_by(Command::new("uname").arg(flag));
    let name = said("-s").unwrap_or_else(|| std::env::consts::OS.to_owned());
    let release = said("-r").unwrap_or_default();
    let version = release.split('-').next().unwrap_or_default();
    format!("{name} {version}").trim_end().to_owned()
}

/// Returns in milliseconds how long some small writes take to be on the disk.
fn sync_times(directory: &Path) -> io::Result<Vec<f64>> {
    let path = directory.join("sync");
    let mut file = File::create(&path)?;
    let times = (0..21).map(|_| {
        let start = Instant::now();
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        Ok(start.elapsed().as_secs_f64() * 1e3)
    });
    let times: io::Result<Vec<f64>> = times.collect();
    fs::remove_file(path)?;
    times
}

/// The versions of what is measured and of what it was built with.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Versions {
    pub(super) server: String,
    pub(super) cachectl: String,
    pub(super) rustc: String,
}

impl Versions {
    pub(super) fn ask(server: &Installation, cachectl: &Path) -> Self {
        let version = |command: &mut Command| {
            let said = said_by(command).unwrap_or_else(|| "unknown".to_owned());
            // The name comes first, and after the version what matters less.
            said.split_whitespace().nth(1).map_or(said.clone(), str::to_owned)
        };
        let (major, minor, patch) = server.version();
        Self {
            server: format!("{} {major}.{minor}.{patch}", server.flavour()),
            cachectl: version(Command::new(cachectl).arg("--version")),
            rustc: version(Command::new("rustc").arg("--version")),
        }
    }
}

fn said_by(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
