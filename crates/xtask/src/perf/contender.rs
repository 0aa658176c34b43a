//! The ways of renaming all keys that are compared.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use cachectl_testkit::Server;
use serde_json::Value;

use super::keyspace::{self, NEW, OLD, RULE};
use super::measure::{self, Cost};
use super::python::{self, Python};
use super::report::{Phases, Run};
use super::workplace::Workplace;
use super::{bystander, pipe};
use crate::failure::Failure;

/// A way of renaming all keys.
#[derive(Debug)]
pub(super) enum Contender<'a> {
    /// The bare commands, through a program that does nothing but send them.
    Floor(&'a Sender),
    /// A script with redis-py.
    Python(&'a Python),
    /// The release binary.
    Cachectl(&'a Path),
}

/// What sends the bare commands.
#[derive(Debug)]
pub(super) enum Sender {
    /// `redis-cli --pipe`, or the same program of another family.
    Cli(PathBuf),
    /// This program.
    Own,
}

impl Sender {
    /// Looks on `PATH` and beside the server.
    pub(super) fn find(server: &Path) -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let directories = std::env::split_paths(&path).chain(server.parent().map(Path::to_owned));
        let mut programs = directories.flat_map(|directory| {
            ["redis-cli", "valkey-cli"].map(|program| directory.join(program))
        });
        programs.find(|program| program.is_file()).map_or(Self::Own, Self::Cli)
    }

    /// Returns a call that sends `count` commands from a file and waits for the answers.
    pub(super) fn command(
        &self,
        server: &Server,
        workplace: &Workplace,
        file: &Path,
        count: u32,
    ) -> io::Result<Command> {
        Ok(match self {
            Self::Cli(program) => {
                let mut command = measure::clean(program, workplace);
                command.arg("-s").arg(server.socket()).arg("--pipe").stdin(File::open(file)?);
                command
            }
            Self::Own => {
                let mut command = measure::clean(&std::env::current_exe()?, workplace);
                command.args(["perf", "pipe"]).arg(server.socket()).arg(file);
                command.arg(count.to_string());
                command
            }
        })
    }

    pub(super) fn name(&self) -> String {
        match self {
            Self::Cli(program) => {
                let name = program.file_name().unwrap_or_default();
                format!("{} --pipe", name.display())
            }
            Self::Own => "a thread that writes and one that counts replies".to_owned(),
        }
    }
}

/// Where contenders compete, one at a time.
#[derive(Debug)]
pub(super) struct Course<'a> {
    pub(super) server: &'a Server,
    pub(super) workplace: &'a Workplace,
    pub(super) keys: u32,
}

impl Course<'_> {
    /// Writes the file that the floor is sent from.
    pub(super) fn write_renames(&self) -> io::Result<()> {
        pipe::write_file(&self.renames(), |out| keyspace::write_renames(out, self.keys))
    }

    /// Makes a fresh keyspace, which is not part of any measurement.
    pub(super) fn load(&self) -> Result<(), Failure> {
        keyspace::load(self.server, self.keys).map_err(Failure::other)
    }

    /// Has all keys of a fresh keyspace renamed, and checks that they were.
    pub(super) fn run(&self, contender: &Contender<'_>) -> Result<Run, Failure> {
        let run = self.measure(contender)?;
        self.check().map(|()| run)
    }

    /// Has all keys of a fresh keyspace renamed.
    pub(super) fn measure(&self, contender: &Contender<'_>) -> Result<Run, Failure> {
        let mut command = self.command(contender).map_err(Failure::other)?;
        let (cost, load) =
            bystander::watch(self.server, || measure::run(&mut command, self.workplace))?;
        let phases = match contender {
            Contender::Floor(_) | Contender::Python(_) => None,
            Contender::Cachectl(_) => Some(phases(&cost)?),
        };
        Ok(Run::of(&cost, load, phases))
    }

    /// Checks that all keys were renamed. Makes the server wait, so that nothing may be measured
    /// meanwhile.
    pub(super) fn check(&self) -> Result<(), Failure> {
        keyspace::check(self.server, self.keys).map_err(Failure::other)?;
        fs::remove_dir_all(self.state())
            .or_else(|error| if self.state().exists() { Err(error) } else { Ok(()) })
            .map_err(Failure::other)
    }

    fn command(&self, contender: &Contender<'_>) -> io::Result<Command> {
        let clean = |program: &Path| measure::clean(program, self.workplace);
        let socket = self.server.socket();
        Ok(match contender {
            Contender::Floor(sender) => {
                sender.command(self.server, self.workplace, &self.renames(), self.keys)?
            }
            Contender::Python(python) => {
                let mut command = clean(&python.program);
                command.args(["-c", python::RENAME]).arg(socket).args([OLD, NEW]);
                command
            }
            Contender::Cachectl(binary) => {
                let mut command = clean(binary);
                command.arg("--url").arg(self.server.url()).args(["migrate", "--rule", RULE]);
                command.args(["--yes", "-o", "json"]).env("CACHECTL_STATE_DIR", self.state());
                command
            }
        })
    }

    fn renames(&self) -> PathBuf {
        self.workplace.path().join("renames")
    }

    fn state(&self) -> PathBuf {
        self.workplace.path().join("state")
    }
}

/// Reads from the report of a run how its time was divided.
fn phases(cost: &Cost) -> Result<Phases, Failure> {
    let report: Value = serde_json::from_str(&cost.stdout).map_err(Failure::other)?;
    let number = |pointer: &str| {
        let value = report.pointer(pointer).and_then(Value::as_f64);
        value.ok_or_else(|| Failure::other(format!("the report has no number at `{pointer}`")))
    };
    let (apply, verify) = (number("/apply/seconds")?, number("/verify/seconds")?);
    Ok(Phases {
        plan: cost.wall.as_secs_f64() - apply - verify,
        apply,
        verify,
        slowdowns: number("/apply/slowdowns")?,
    })
}
