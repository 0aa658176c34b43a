//! Where backups and restores compete, one at a time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use cachectl_testkit::Server;

use super::keyspace;
use super::read::Depth;
use crate::failure::Failure;
use crate::perf::bystander;
use crate::perf::contender::Contender;
use crate::perf::measure;
use crate::perf::pipe;
use crate::perf::python;
use crate::perf::report::Run;
use crate::perf::workplace::Workplace;

/// What is to be done with all keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// Everything about them is to be read, and by all but the floor to be written to a file.
    Backup,
    /// They are to be made again.
    Restore,
}

/// A server with keys, and a place for files.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course<'a> {
    pub(super) server: &'a Server,
    pub(super) workplace: &'a Workplace,
    pub(super) keys: u32,
}

impl Course<'_> {
    /// Makes all keys, which is not part of any measurement.
    pub(super) fn load(&self) -> Result<(), Failure> {
        keyspace::load(self.server, self.keys).map_err(Failure::other)
    }

    /// Writes the files that the floors are sent from, of the keys that are loaded.
    pub(super) fn write_commands(&self) -> io::Result<()> {
        pipe::write_file(&self.commands(Task::Backup), |out| {
            keyspace::write_dumps(self.server, out)
        })?;
        pipe::write_file(&self.commands(Task::Restore), |out| {
            keyspace::write_restores(self.server, out, self.keys)
        })
    }

    /// Has a task done, and checks that all keys are there afterwards.
    ///
    /// A restore starts without any, and cachectl restores what it has backed up last.
    pub(super) fn run(&self, task: Task, contender: &Contender<'_>) -> Result<Run, Failure> {
        if task == Task::Restore {
            keyspace::empty(self.server).map_err(Failure::other)?;
        }
        let mut command = self.command(task, contender).map_err(Failure::other)?;
        let (cost, load) =
            bystander::watch(self.server, || measure::run(&mut command, self.workplace))?;
        keyspace::check(self.server, self.keys).map_err(Failure::other)?;
        Ok(Run::of(&cost, load, None))
    }

    fn command(&self, task: Task, contender: &Contender<'_>) -> io::Result<Command> {
        let clean = |program: &Path| measure::clean(program, self.workplace);
        Ok(match contender {
            Contender::Floor(sender) => {
                let each = if task == Task::Backup { 2 } else { 1 };
                let file = self.commands(task);
                sender.command(self.server, self.workplace, &file, self.keys * each)?
            }
            Contender::Python(python) => {
                let mut command = clean(&python.program);
                command.args(["-c", python::BACKUP]).arg(self.server.socket());
                command.arg(self.workplace.path().join("python-backup"));
                command
            }
            Contender::Cachectl(binary) => {
                let mut command = clean(binary);
                command.arg("--url").arg(self.server.url());
                match task {
                    Task::Backup => command.args(["backup", "-o"]).arg(self.remove_backup()?),
                    Task::Restore => command.arg("restore").arg(self.backup()).arg("--yes"),
                };
                command.env("CACHECTL_STATE_DIR", self.workplace.path().join("state"));
                command
            }
        })
    }

    /// Has the last backup read by the crate alone, and checks that nothing is missing in it.
    pub(super) fn read(&self, xtask: &Path, depth: Depth) -> Result<Run, Failure> {
        let mut command = measure::clean(xtask, self.workplace);
        command.args(["perf", "read", depth.name()]).arg(self.backup());
        let (cost, load) =
            bystander::watch(self.server, || measure::run(&mut command, self.workplace))?;
        if cost.stdout.trim() != self.keys.to_string() {
            let text = format!("there are {} entries in the backup", cost.stdout.trim());
            return Err(Failure::other(text));
        }
        Ok(Run::of(&cost, load, None))
    }

    /// Returns the size of the last backup in MiB.
    pub(super) fn backup_mib(&self) -> Result<f64, Failure> {
        let bytes = fs::metadata(self.backup()).map_err(Failure::other)?.len();
        let kib = u32::try_from(bytes / 1024).map_err(Failure::other)?;
        Ok(f64::from(kib) / 1024.0)
    }

    fn backup(&self) -> PathBuf {
        self.workplace.path().join("backup.rdb")
    }

    /// Returns the place of the backup, where nothing is any more.
    fn remove_backup(&self) -> io::Result<PathBuf> {
        let backup = self.backup();
        if backup.exists() {
            fs::remove_file(&backup)?;
        }
        Ok(backup)
    }

    fn commands(&self, task: Task) -> PathBuf {
        self.workplace.path().join(match task {
            Task::Backup => "dumps",
            Task::Restore => "restores",
        })
    }
}
