//! Running the binary as a user would, but always in the same surroundings.

mod filters;
mod output;
mod running;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use crate::Server;

pub use output::Output;
pub use running::Running;

/// How long a run may take before it counts as hanging.
const LIMIT: Duration = Duration::from_secs(120);

/// The binary with a home and a state directory of its own, which all its runs share.
#[derive(Clone, Debug)]
#[must_use = "nothing runs before `args(…).run()`"]
pub struct Cachectl {
    binary: PathBuf,
    home: Arc<TempDir>,
    url: Option<String>,
    environment: BTreeMap<OsString, OsString>,
}

impl Cachectl {
    /// Makes an empty home for the binary, which in tests is `env!("CARGO_BIN_EXE_cachectl")`.
    pub fn new(binary: impl Into<PathBuf>) -> Self {
        let home = tempfile::Builder::new().prefix("cachectl-").tempdir();
        let home = home.unwrap_or_else(|error| panic!("cannot make a home directory: {error}"));
        let mut cachectl = Self {
            binary: binary.into(),
            home: Arc::new(home),
            url: None,
            environment: BTreeMap::new(),
        };
        let inside = |name: &str| cachectl.home.path().join(name).into_os_string();
        let directories = [
            ("HOME", inside("home")),
            ("TMPDIR", inside("tmp")),
            ("XDG_CACHE_HOME", inside("home/.cache")),
            ("XDG_CONFIG_HOME", inside("home/.config")),
            ("XDG_DATA_HOME", inside("home/.local/share")),
            ("XDG_STATE_HOME", inside("home/.local/state")),
            ("XDG_RUNTIME_DIR", inside("run")),
        ];
        for (_, path) in &directories {
            let made = std::fs::create_dir_all(path);
            assert!(made.is_ok(), "cannot make `{}`: {made:?}", path.display());
        }
        let fixed = [
            ("CACHECTL_STATE_DIR", inside("state")),
            ("PATH", "/usr/bin:/bin".into()),
            ("TZ", "UTC".into()),
            ("LANG", "C.UTF-8".into()),
            ("TERM", "dumb".into()),
            ("COLUMNS", "100".into()),
        ];
        for (name, value) in directories.into_iter().chain(fixed) {
            cachectl.environment.insert(name.into(), value);
        }
        cachectl
    }

    /// Passes `--url` with the address of `server` in front of the arguments of every run.
    pub fn server(self, server: &Server) -> Self {
        self.url(server.url())
    }

    /// Passes `--url` in front of the arguments of every run.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Sets a variable for every run.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.insert(name.as_ref().to_owned(), value.as_ref().to_owned());
        self
    }

    /// Returns the directory that `CACHECTL_STATE_DIR` names. Nobody makes it but the binary.
    #[must_use]
    pub fn state_directory(&self) -> PathBuf {
        self.home.path().join("state")
    }

    /// Returns the directory in which the binary runs; files that a test writes there are
    /// reached by their names.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.home.path()
    }

    /// Prepares a run.
    pub fn args<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Invocation {
        let url = self.url.iter().flat_map(|url| ["--url".into(), url.into()]);
        let arguments = arguments.into_iter().map(|argument| argument.as_ref().to_owned());
        Invocation {
            cachectl: self.clone(),
            arguments: url.chain(arguments).collect(),
            stdin: None,
            limit: LIMIT,
            filters: Vec::new(),
        }
    }
}

/// One run of the binary.
#[derive(Clone, Debug)]
#[must_use = "nothing runs before `run()` or `spawn()`"]
pub struct Invocation {
    cachectl: Cachectl,
    arguments: Vec<OsString>,
    stdin: Option<Vec<u8>>,
    limit: Duration,
    filters: Vec<(String, String)>,
}

impl Invocation {
    /// Adds an argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Sets a variable for this run.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.cachectl = self.cachectl.env(name, value);
        self
    }

    /// Feeds these bytes to standard input, which is otherwise empty and no terminal.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// Lets the run take this long; the default is two minutes.
    pub const fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Replaces what this regular expression matches in the snapshot, before the usual filters.
    pub fn filter(mut self, expression: &str, replacement: &str) -> Self {
        self.filters.push((expression.to_owned(), replacement.to_owned()));
        self
    }

    /// Returns the command as a shell would take it, without the surroundings.
    #[must_use]
    pub fn command_line(&self) -> String {
        let words = self.arguments.iter().map(|word| quoted(&word.to_string_lossy()));
        ["cachectl".to_owned()].into_iter().chain(words).collect::<Vec<_>>().join(" ")
    }

    /// Runs the binary to its end.
    ///
    /// Panics when it takes too long.
    #[track_caller]
    pub fn run(self) -> Output {
        let limit = self.limit;
        self.spawn().wait(limit)
    }

    /// Starts the binary and leaves it running.
    #[track_caller]
    #[must_use]
    pub fn spawn(self) -> Running {
        let mut command = self.command();
        command.stdin(if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap_or_else(|error| {
            panic!("cannot run `{}`: {error}", self.cachectl.binary.display())
        });
        Running::new(child, self.stdin, self.cachectl.home, self.filters)
    }

    /// Returns the prepared process, for tests that run it on a terminal of their own.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.cachectl.binary);
        command.args(&self.arguments).current_dir(self.cachectl.home.path());
        command.env_clear().envs(&self.cachectl.environment);
        command
    }
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=:/.,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
