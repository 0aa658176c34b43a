//! A control group of Linux that gives little CPU.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where control groups are found.
const ROOT: &str = "/sys/fs/cgroup";

/// In how many microseconds a share is given, as Kubernetes has it.
const PERIOD: u32 = 100_000;

/// Enters a group and becomes the program.
const ENTER: &str = r#"echo $$ >"$1" && shift && exec "$@""#;

/// A control group, removed when this value goes away.
#[derive(Debug)]
pub(super) struct Quota {
    directory: PathBuf,
}

impl Quota {
    /// Makes a group that gets so many per cent of one CPU, or says why there is none.
    pub(super) fn new(percent: u32) -> Result<Self, String> {
        let Place { parent, limits } = Place::find(percent)?;
        let directory = parent.join(format!("cachectl-perf-{}", std::process::id()));
        let refused = |error: io::Error| format!("no control group can be made: {error}");
        fs::create_dir(&directory).map_err(refused)?;
        let quota = Self { directory };
        for (file, text) in limits {
            fs::write(quota.directory.join(file), text).map_err(refused)?;
        }
        Ok(quota)
    }

    /// Returns a call that does the same inside the group.
    pub(super) fn command(&self, inner: &Command) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", ENTER, "enter"]).arg(self.directory.join("cgroup.procs"));
        command.arg(inner.get_program()).args(inner.get_args());
        let set = inner.get_envs().filter_map(|(name, value)| Some((name, value?)));
        command.env_clear().envs(set);
        command
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        // An empty group that cannot be removed is no harm.
        fs::remove_dir(&self.directory).ok();
    }
}

/// Where a group can be made.
#[derive(Debug)]
struct Place {
    parent: PathBuf,
    /// What is to be written into which of its files.
    limits: Vec<(&'static str, String)>,
}

impl Place {
    /// Looks in the hierarchy of this system, which may be of the old kind or of the new.
    fn find(percent: u32) -> Result<Self, String> {
        let quota = PERIOD / 100 * percent;
        let old = Path::new(ROOT).join("cpu");
        if old.join("cpu.cfs_quota_us").exists() {
            let period = ("cpu.cfs_period_us", PERIOD.to_string());
            let limits = vec![period, ("cpu.cfs_quota_us", quota.to_string())];
            return Ok(Self { parent: old, limits });
        }
        let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let own = own.lines().find_map(|line| line.strip_prefix("0::/"));
        let parent = own.map(|own| Path::new(ROOT).join(own)).filter(|it| gives_cpu(it));
        let parent = parent.ok_or("no control group here gives out CPU time")?;
        Ok(Self { parent, limits: vec![("cpu.max", format!("{quota} {PERIOD}"))] })
    }
}

/// Returns whether groups in this one can have a share of their own.
fn gives_cpu(group: &Path) -> bool {
    let given = fs::read_to_string(group.join("cgroup.subtree_control")).unwrap_or_default();
    given.split_whitespace().any(|controller| controller == "cpu")
}
