//! Learning what a binary is and can do by running it.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::Feature;
use crate::wait;

/// Which family a server is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "these are names")]
pub enum Flavour {
    Redis,
    Valkey,
    Redict,
    KeyDb,
}

impl fmt::Display for Flavour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Redis => "Redis",
            Self::Valkey => "Valkey",
            Self::Redict => "Redict",
            Self::KeyDb => "KeyDB",
        })
    }
}

/// A server binary that runs on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    path: PathBuf,
    flavour: Flavour,
    version: (u32, u32, u32),
}

impl Installation {
    /// Asks the binary for its version; `None` when it does not answer like a server.
    pub(super) fn probe(path: &Path) -> Option<Self> {
        let said = output(Command::new(path).arg("--version"))?;
        let (name, rest) = said.trim_start().split_once(" server v=")?;
        let flavour = match name {
            "Redis" => Flavour::Redis,
            "Valkey" => Flavour::Valkey,
            "Redict" => Flavour::Redict,
            "KeyDB" => Flavour::KeyDb,
            _ => return None,
        };
        let mut numbers = rest.split_whitespace().next()?.split('.').map(leading_number);
        let mut number = || numbers.next().unwrap_or(0);
        let version = (number(), number(), number());
        Some(Self { path: path.to_owned(), flavour, version })
    }

    /// Returns where the binary is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the family of the server.
    #[must_use]
    pub const fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// Returns the version, as major, minor and patch level.
    #[must_use]
    pub const fn version(&self) -> (u32, u32, u32) {
        self.version
    }

    /// Returns whether the binary can do that.
    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        match (feature, self.flavour) {
            (Feature::Tls, _) => has_tls(&self.path),
            (Feature::HashFieldTtl, Flavour::Valkey) => self.version >= (9, 0, 0),
            (Feature::HashFieldTtl, Flavour::Redis) => self.version >= (7, 4, 0),
            (Feature::HashFieldTtl, Flavour::Redict | Flavour::KeyDb) => false,
        }
    }
}

fn leading_number(text: &str) -> u32 {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Asks for a TLS port with a certificate that does not exist, and looks what the complaint is about.
fn has_tls(path: &Path) -> bool {
    static KNOWN: OnceLock<Mutex<BTreeMap<PathBuf, bool>>> = OnceLock::new();
    let mut known =
        KNOWN.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    *known.entry(path.to_owned()).or_insert_with(|| {
        let options = ["--port", "0", "--tls-cert-file", "/nonexistent", "--tls-port", "1"];
        let said = output(Command::new(path).args(options)).unwrap_or_default();
        ["configure TLS", "No tls-", "Failed to load certificate"]
            .iter()
            .any(|it| said.contains(it))
    })
}

/// Runs a program that should end by itself, and returns what it said; `None` when it did not start.
fn output(command: &mut Command) -> Option<String> {
    let directory = tempfile::tempdir().ok()?;
    let mut child = command
        .current_dir(directory.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let ended = wait::poll(Duration::from_secs(10), || child.try_wait().ok().flatten());
    if ended.is_none() {
        end(&mut child);
    }
    let mut said = Vec::new();
    child.stdout.take()?.read_to_end(&mut said).ok()?;
    Some(String::from_utf8_lossy(&said).into_owned())
}

fn end(child: &mut Child) {
    // It may have ended in the meantime, and that is what is wanted.
    child.kill().ok();
    child.wait().ok();
}

/// Returns the first of the programs that is on `PATH`.
pub(crate) fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|directory| {
            names.iter().map(move |name| directory.join(name)).collect::<Vec<_>>()
        })
        .find(|candidate| fs::metadata(candidate).is_ok_and(|found| found.is_file()))
}

/// Runs a program to its end; if that is not a good one, returns the last that it said.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let program = Path::new(command.get_program()).display().to_string();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let mut lines = said.lines().rev().map(str::trim);
    let reason = lines.find(|line| !line.is_empty()).unwrap_or("no reason given");
    Err(format!("{program} failed: {reason}"))
}
