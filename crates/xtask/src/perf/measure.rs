//! Running a program and taking note of what it cost.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::cpu::Used;
use super::workplace::Workplace;
use crate::failure::Failure;

/// How often the memory of a program is looked at.
const GLANCE: Duration = Duration::from_millis(5);

/// What a program cost, from before its start to after its end.
#[derive(Debug)]
pub(super) struct Cost {
    pub(super) wall: Duration,
    /// Of all its threads and children.
    pub(super) cpu: Option<Duration>,
    /// The most memory it had in RAM at one time.
    pub(super) peak_kib: Option<u32>,
    pub(super) stdout: String,
}

/// Runs a program to its end.
///
/// CPU and memory come from `/proc` and are missing where there is none.
pub(super) fn run(command: &mut Command, workplace: &Workplace) -> Result<Cost, Failure> {
    let (stdout, stderr) = (workplace.path().join("stdout"), workplace.path().join("stderr"));
    let files = || Ok((File::create(&stdout)?, File::create(&stderr)?));
    let (out, err) = files().map_err(|error: io::Error| Failure::other(error))?;
    command.stdout(out).stderr(err);

    let program = command.get_program().display().to_string();
    let before = Used::now();
    let start = Instant::now();
    let mut child = command
        .spawn()
        .map_err(|error| Failure::other(format!("cannot run `{program}`: {error}")))?;
    let seen = watch(&mut child, start, workplace).map_err(Failure::other)?;
    let used = before.zip(Used::now());
    if !seen.success {
        let said = read(&stderr).map_err(Failure::other)?;
        return Err(Failure::other(format!("`{program}` failed: {}", said.trim_end())));
    }
    let stdout = read(&stdout).map_err(Failure::other)?;
    Ok(Cost {
        wall: seen.wall,
        cpu: used.map(|(before, after)| after.children_since(before)),
        peak_kib: seen.peak_kib,
        stdout,
    })
}

/// What can be seen of a program from outside.
#[derive(Debug)]
struct Seen {
    success: bool,
    wall: Duration,
    peak_kib: Option<u32>,
}

/// Waits for the end of a program that began at `start`, while looking at its memory.
fn watch(child: &mut Child, start: Instant, workplace: &Workplace) -> io::Result<Seen> {
    workplace.started(child)?;
    let mut status = Status::of(child);
    let over = AtomicBool::new(false);
    let (ended, wall, peak) = thread::scope(|scope| {
        let glancing = scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                status.glance();
                thread::sleep(GLANCE);
            }
            status.peak_kib
        });
        let ended = child.wait();
        let wall = start.elapsed();
        over.store(true, Ordering::Relaxed);
        (ended, wall, glancing.join())
    });
    workplace.ended()?;
    let peak_kib = peak.map_err(|_| io::Error::other("looking at the memory failed"))?;
    Ok(Seen { success: ended?.success(), wall, peak_kib })
}

/// The file in which Linux says how much memory a process has had at most.
#[derive(Debug)]
pub(super) struct Status {
    /// Stays that of this process even when another one gets its id.
    file: Option<File>,
    pub(super) peak_kib: Option<u32>,
}

impl Status {
    pub(super) fn of(child: &Child) -> Self {
        let path = PathBuf::from(format!("/proc/{}/status", child.id()));
        Self { file: File::open(path).ok(), peak_kib: None }
    }

    /// Takes note of the most memory it has had until now.
    pub(super) fn glance(&mut self) {
        let mut text = [0; 4096];
        let Some(length) = self.file.as_ref().and_then(|it| it.read_at(&mut text, 0).ok()) else {
            return;
        };
        let text = String::from_utf8_lossy(text.get(..length).unwrap_or_default());
        // A process that has ended has no memory any more.
        self.peak_kib = peak_kib(&text).max(self.peak_kib);
    }
}

fn peak_kib(status: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim_end().parse().ok()
}

fn read(path: &Path) -> io::Result<String> {
    fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns a call of a program in surroundings that do not depend on who calls.
pub(super) fn clean(program: &Path, workplace: &Workplace) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .env("HOME", workplace.path())
        .current_dir(workplace.path())
        .stdin(Stdio::null());
    command
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::{clean, peak_kib, run};
    use crate::perf::workplace::Workplace;

    #[test]
    fn the_memory_is_found() {
        let status = "Name:\tx\nVmPeak:\t  9000 kB\nVmHWM:\t    1234 kB\nVmRSS:\t 1000 kB\n";
        assert_eq!(peak_kib(status), Some(1234));
        assert_eq!(peak_kib("Name:\tx\nState:\tZ (zombie)\n"), None);
    }

    #[test]
    fn a_busy_program_is_seen_to_be_busy() {
        let parent = tempfile::tempdir().unwrap();
        let workplace = Workplace::new(parent.path()).unwrap();
        let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done";
        let mut command = clean(Path::new("/bin/sh"), &workplace);
        let cost = run(command.args(["-c", busy]), &workplace).unwrap();
        assert_eq!(cost.stdout, "done\n");
        if cfg!(target_os = "linux") {
            assert!(cost.cpu.unwrap() > Duration::ZERO);
            assert!(cost.peak_kib.unwrap() > 100);
        }
    }

    #[test]
    fn a_program_that_fails_says_why() {
        let parent = tempfile::tempdir().unwrap();
        let workplace = Workplace::new(parent.path()).unwrap();
        let mut command = clean(Path::new("/bin/sh"), &workplace);
        let failure = run(command.args(["-c", "echo no luck >&2; exit 3"]), &workplace);
        let message = failure.unwrap_err().message().unwrap();
        assert_eq!(message, "`/bin/sh` failed: no luck");
    }
}
