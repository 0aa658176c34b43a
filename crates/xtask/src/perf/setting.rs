//! What figures were measured with, without which they say nothing.

use std::path::PathBuf;

use cachectl_testkit::locate::{self, Installation, Reach};
use serde::Serialize;

use super::contender::Sender;
use super::machine::{self, Machine, Versions};
use super::markdown::grouped;
use super::python::{self, Python};
use super::workplace::Workplace;
use crate::cargo;
use crate::failure::Failure;

/// The day, the size, the machine and the programs.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Setting {
    /// The day in UTC.
    pub(super) date: String,
    pub(super) keys: u32,
    /// The program that the floor was sent with.
    pub(super) sender: String,
    pub(super) machine: Machine,
    pub(super) versions: Versions,
    pub(super) python: Option<Python>,
    /// Why there is no Python with redis-py.
    pub(super) no_python: Option<String>,
}

/// The programs that are measured or needed for that.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) server: Installation,
    pub(super) cachectl: PathBuf,
    /// An earlier release, to compare with.
    pub(super) earlier: Option<PathBuf>,
    pub(super) sender: Sender,
    pub(super) python: Result<Python, String>,
}

impl Programs {
    /// Finds all of them, and fetches or builds what is not there.
    pub(super) fn find() -> Result<Self, Failure> {
        let server = locate::find(None, Reach::Package, &mut |notice| eprintln!("{notice}"))?;
        eprintln!("building cachectl");
        Ok(Self {
            cachectl: cargo::release_binary("cachectl")?,
            earlier: None,
            sender: Sender::find(server.path()),
            python: python::find(),
            server,
        })
    }
}

impl Setting {
    /// Takes note of everything, with `keys` keys to be measured.
    pub(super) fn look(
        programs: &Programs,
        workplace: &Workplace,
        keys: u32,
    ) -> Result<Self, Failure> {
        Ok(Self {
            date: machine::today(),
            keys,
            sender: programs.sender.name(),
            machine: Machine::look(workplace.path()).map_err(Failure::other)?,
            versions: Versions::ask(&programs.server, &programs.cachectl),
            python: programs.python.as_ref().ok().cloned(),
            no_python: programs.python.as_ref().err().cloned(),
        })
    }

    /// Describes it in a list, with `what` the keys are.
    pub(super) fn lines(&self, what: &str) -> Vec<String> {
        let Self { date, keys, sender, machine, versions, python, no_python } = self;
        let missing = no_python.as_deref().unwrap_or("no reason given");
        let python = python.as_ref().map_or_else(
            || format!("no Python with redis-py, and none could be made: {missing}"),
            |it| format!("Python {}, redis-py {} with {}", it.version, it.redis_py, it.parser),
        );
        vec![
            format!("- {date}, {} {what}", grouped(*keys)),
            format!("- {}", machine.described()),
            format!(
                "- {}, cachectl {}, rustc {}",
                versions.server, versions.cachectl, versions.rustc
            ),
            format!("- {python}"),
            format!("- the floor was sent by {sender}"),
        ]
    }
}
