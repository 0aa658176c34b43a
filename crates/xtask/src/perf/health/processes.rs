//! Processes that should not be there any more.

use std::fs;
use std::io;
use std::path::Path;

use crate::perf::workplace::Workplace;

/// Some processes, by their ids.
#[derive(Debug)]
pub(super) struct Processes(Vec<u32>);

impl Processes {
    /// Finds all children of this process, dead or alive, and whatever else runs that was started
    /// for a measurement, even if its parent is gone.
    ///
    /// Empty where there is no `/proc`.
    pub(super) fn look(workplace: &Workplace) -> io::Result<Self> {
        let Ok(entries) = fs::read_dir("/proc") else {
            return Ok(Self(Vec::new()));
        };
        let home = format!("HOME={}", workplace.path().display());
        let mut found = Vec::new();
        for entry in entries {
            let directory = entry?.path();
            let name = directory.file_name().and_then(|name| name.to_str());
            let Some(pid) = name.and_then(|name| name.parse().ok()) else { continue };
            if is_child(&directory) || has_home(&directory, home.as_bytes()) {
                found.push(pid);
            }
        }
        Ok(Self(found))
    }

    /// Returns how many there are that were not there before.
    pub(super) fn since(&self, before: &Self) -> usize {
        self.0.iter().filter(|pid| !before.0.contains(pid)).count()
    }
}

fn is_child(directory: &Path) -> bool {
    // It may have ended since it was listed.
    let stat = fs::read_to_string(directory.join("stat")).unwrap_or_default();
    let parent = stat.rsplit_once(')').and_then(|(_, fields)| fields.split_whitespace().nth(1));
    parent.is_some_and(|parent| parent == std::process::id().to_string())
}

fn has_home(directory: &Path, home: &[u8]) -> bool {
    let environment = fs::read(directory.join("environ")).unwrap_or_default();
    environment.split(|byte| *byte == 0).any(|variable| variable == home)
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read as _};
    use std::path::Path;
    use std::process::Stdio;

    use super::Processes;
    use crate::perf::measure;
    use crate::perf::workplace::Workplace;

    #[test]
    fn what_is_left_over_is_found() {
        let parent = tempfile::tempdir().unwrap();
        let workplace = Workplace::new(parent.path()).unwrap();
        // The shell ends at once, and what it started does not: it waits for its input.
        let (mut said, stdout) = io::pipe().unwrap();
        let mut shell = measure::clean(Path::new("/bin/sh"), &workplace);
        shell.args(["-c", "exec 3<&0; cat <&3 >/dev/null & echo $!"]).stdin(Stdio::piped());
        let mut shell = shell.stdout(stdout).spawn().unwrap();
        let input = shell.stdin.take();
        assert!(shell.wait().unwrap().success());
        let mut pid = [0; 16];
        let length = said.read(&mut pid).unwrap();
        let pid: u32 = str::from_utf8(&pid[..length]).unwrap().trim().parse().unwrap();
        let found = || Processes::look(&workplace).unwrap().0.contains(&pid);
        // While it becomes another program it shows no environment.
        if cfg!(target_os = "linux") {
            cachectl_testkit::wait::until("it is found", &found);
        } else {
            assert!(!found());
        }
        drop(input);
        cachectl_testkit::wait::until("it has ended", || !found());
    }
}
