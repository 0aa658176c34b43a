//! Who asks the server how it is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use cachectl_testkit::Tool;
use cachectl_testkit::locate::{self, Installation, Reach};

use crate::cargo;
use crate::failure::Failure;
use crate::perf::contender::Sender;
use crate::perf::measure;
use crate::perf::workplace::Workplace;

/// The programs that are compared.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) server: Installation,
    pub(super) cachectl: PathBuf,
    /// The client that comes with a server.
    pub(super) cli: PathBuf,
    /// The plugin of Debian.
    pub(super) check_redis: Option<PathBuf>,
}

impl Programs {
    /// Finds all of them, and fetches or builds what is not there.
    pub(super) fn find() -> Result<Self, Failure> {
        let server = locate::find(None, Reach::Package, &mut |notice| eprintln!("{notice}"))?;
        let Sender::Cli(cli) = Sender::find(server.path()) else {
            let text = "there is no `redis-cli` and no `valkey-cli` to compare with";
            return Err(Failure::other(text));
        };
        eprintln!("building cachectl");
        let cachectl = cargo::release_binary("cachectl")?;
        let check_redis = Tool::CheckRedis.find(Reach::Machine, &mut |_| ()).ok();
        Ok(Self { server, cachectl, cli, check_redis })
    }
}

/// One way to ask.
#[derive(Debug)]
pub(super) struct Contender {
    /// What a person would type, without the address.
    pub(super) name: &'static str,
    program: PathBuf,
    arguments: Vec<OsString>,
}

impl Contender {
    /// Returns all of them, the one first that the others are compared with, and then ours.
    pub(super) fn all(programs: &Programs, port: u16) -> Vec<Self> {
        let ours = |name: &'static str| {
            let words = name.split(' ').skip(1);
            let url = ["--url".to_owned(), format!("redis://127.0.0.1:{port}")];
            Self::new(name, &programs.cachectl, url.into_iter().chain(words.map(str::to_owned)))
        };
        let cli = |name: &'static str| {
            let words = name.split(' ').skip(1).map(str::to_owned);
            let address = ["-h", "127.0.0.1", "-p", &port.to_string()].map(str::to_owned);
            Self::new(name, &programs.cli, address.into_iter().chain(words))
        };
        let plugin = programs.check_redis.as_ref().map(|program| {
            let address = ["-H", "127.0.0.1", "-p", &port.to_string()].map(str::to_owned);
            // Response time, hit ratio and the number of clients: a small part of what ours tells.
            let checks = "-T -R -f -a connected_clients,blocked_clients -w 8000,~ -c 9000,~";
            let words = checks.split(' ').map(str::to_owned);
            Self::new("check_redis", program, address.into_iter().chain(words))
        });
        let all = [
            cli("redis-cli ping"),
            ours("cachectl health"),
            ours("cachectl health -o nagios"),
            ours("cachectl health ready"),
            ours("cachectl health live"),
            cli("redis-cli info"),
        ];
        all.into_iter().chain(plugin).collect()
    }

    fn new(
        name: &'static str,
        program: &Path,
        arguments: impl IntoIterator<Item = String>,
    ) -> Self {
        let arguments = arguments.into_iter().map(OsString::from).collect();
        Self { name, program: program.to_owned(), arguments }
    }

    /// Returns a call, in surroundings that do not depend on who calls.
    pub(super) fn command(&self, workplace: &Workplace) -> Command {
        let mut command = measure::clean(&self.program, workplace);
        command.args(&self.arguments);
        command
    }

    /// Fails unless it can be started, and says of the server that it is good, or not quite.
    pub(super) fn check(&self, workplace: &Workplace) -> Result<(), Failure> {
        let output = self.command(workplace).output();
        let output = output
            .map_err(|error| Failure::other(format!("cannot run `{}`: {error}", self.name)))?;
        if output.stdout.is_empty() || output.status.code().is_none_or(|code| code > 1) {
            let said = String::from_utf8_lossy(&output.stderr);
            let text = format!("`{}` ended with {}: {said}", self.name, output.status);
            return Err(Failure::other(text.trim_end()));
        }
        Ok(())
    }
}
