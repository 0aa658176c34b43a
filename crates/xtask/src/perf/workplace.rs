//! A directory for the files of a measurement, gone afterwards however this program ends.

use std::fs;
use std::io::{self, PipeWriter, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Reads process ids until the pipe is closed, then ends the last of them and removes everything.
///
/// A process that is on its way out may still make a file, so removing is tried again.
const WATCH: &str = r#"
    PATH=$PATH:/usr/bin:/bin
    while read -r pid; do victim=$pid; done
    [ "${victim:-none}" = none ] || kill -9 "$victim"
    for attempt in 1 2 3 4 5 6 7 8 9; do rm -rf "$1" && break; sleep 0.2; done
"#;

/// A directory, and a process that removes it as soon as this one is gone.
#[derive(Debug)]
pub(super) struct Workplace {
    directory: PathBuf,
    watchdog: Child,
    /// Held open as long as the directory is needed.
    lifeline: Option<PipeWriter>,
}

impl Workplace {
    /// Makes an empty directory inside `parent`, which should be on a real disk.
    pub(super) fn new(parent: &Path) -> io::Result<Self> {
        fs::create_dir_all(parent)?;
        let directory = tempfile::Builder::new().prefix("perf-").tempdir_in(parent)?;
        let (reader, lifeline) = io::pipe()?;
        let watchdog = Command::new("/bin/sh")
            .args(["-c", WATCH, "watchdog"])
            .arg(directory.path())
            .stdin(reader)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // What a terminal sends to this program must not end the watchdog first.
            .process_group(0)
            .spawn()?;
        Ok(Self { directory: directory.keep(), watchdog, lifeline: Some(lifeline) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.directory
    }

    /// Has this process ended when this program is.
    pub(super) fn started(&self, process: &Child) -> io::Result<()> {
        self.tell(&process.id().to_string())
    }

    /// Takes back `started`: the id may soon be that of another process.
    pub(super) fn ended(&self) -> io::Result<()> {
        self.tell("none")
    }

    fn tell(&self, line: &str) -> io::Result<()> {
        let mut lifeline = self.lifeline.as_ref();
        lifeline.as_mut().map_or(Ok(()), |pipe| writeln!(pipe, "{line}"))
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        // What cannot be removed here the watchdog tries again, after it has ended what is left.
        fs::remove_dir_all(&self.directory).ok();
        drop(self.lifeline.take());
        self.watchdog.wait().ok();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::{Command, Stdio};

    use super::Workplace;

    #[test]
    fn a_workplace_goes_away_with_everything_in_it() {
        let parent = tempfile::tempdir().unwrap();
        let workplace = Workplace::new(parent.path()).unwrap();
        fs::create_dir(workplace.path().join("inner")).unwrap();
        fs::write(workplace.path().join("inner/file"), "text").unwrap();
        drop(workplace);
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_process_ends_with_its_workplace() {
        let parent = tempfile::tempdir().unwrap();
        let workplace = Workplace::new(parent.path()).unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "read -r line"]).stdin(Stdio::piped());
        let mut victim = command.spawn().unwrap();
        workplace.started(&victim).unwrap();
        drop(workplace);
        assert!(!victim.wait().unwrap().success());
    }
}
