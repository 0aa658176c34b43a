//! The states that `check_redis` and `cachectl health` find, of the same servers.

mod scenes;

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

use cachectl_testkit::Tool;
use cachectl_testkit::locate::Reach;
use tempfile::TempDir;

use super::contender::Programs;
use crate::failure::Failure;
use crate::perf::markdown::table;

/// Brings servers into one state after the other, and asks both programs about each.
///
/// Fails if one of them finds anything else than is known.
pub(super) fn run() -> Result<(), Failure> {
    let programs = Programs::find()?;
    let plugin = Tool::CheckRedis.find(Reach::Package, &mut |notice| eprintln!("{notice}"));
    let plugin = plugin.map_err(Failure::other)?;
    let server = programs.server.path().to_owned();
    let mut comparison = Comparison {
        server,
        plugin,
        cachectl: programs.cachectl,
        place: tempfile::tempdir().map_err(Failure::other)?,
        rows: Vec::new(),
        wrong: 0,
    };
    // A busy machine is not what is compared.
    let patience = "health: { deadline: 10s, thresholds: { reach: { warn: 10000, crit: 10000 } } }";
    let file = comparison.place.path().join("cachectl.yaml");
    fs::write(file, patience).map_err(Failure::other)?;
    scenes::all(&mut comparison)?;
    println!("{}", comparison.table());
    let (cases, wrong) = (comparison.rows.len(), comparison.wrong);
    println!("\n{cases} cases, {wrong} with a state that is not the known one");
    if wrong == 0 { Ok(()) } else { Err(Failure::other("they do not find what is known")) }
}

/// What a plugin says by its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ok,
    Warning,
    Critical,
    Unknown,
    /// An exit code that monitoring does not know.
    None(Option<i32>),
}

impl State {
    fn of(status: ExitStatus) -> Self {
        match status.code() {
            Some(0) => Self::Ok,
            Some(1) => Self::Warning,
            Some(2) => Self::Critical,
            Some(3) => Self::Unknown,
            other => Self::None(other),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("OK"),
            Self::Warning => f.write_str("WARNING"),
            Self::Critical => f.write_str("CRITICAL"),
            Self::Unknown => f.write_str("UNKNOWN"),
            Self::None(Some(code)) => write!(f, "exit {code}"),
            Self::None(None) => f.write_str("killed"),
        }
    }
}

/// A question to both, in the words of each.
#[derive(Clone, Copy, Debug)]
struct Case<'a> {
    what: &'static str,
    port: u16,
    /// The options of `check_redis`.
    theirs: &'a str,
    /// Those of `cachectl health -o nagios`.
    ours: &'a str,
    expected: Expected,
}

/// What both are known to find.
#[derive(Clone, Copy, Debug)]
enum Expected {
    Both(State),
    /// The one this, and the other that.
    Differ(State, State),
}

/// All cases so far.
#[derive(Debug)]
struct Comparison {
    server: PathBuf,
    plugin: PathBuf,
    cachectl: PathBuf,
    /// Where both run.
    place: TempDir,
    rows: Vec<Vec<String>>,
    wrong: usize,
}

impl Comparison {
    /// Asks both at the same time, so that they see the same.
    fn ask(&mut self, case: Case<'_>) -> Result<(), Failure> {
        let port = case.port.to_string();
        let mut theirs = Command::new(&self.plugin);
        theirs.args(["-H", "127.0.0.1", "-p", &port]).args(case.theirs.split_whitespace());
        let mut ours = Command::new(&self.cachectl);
        ours.args(["--url", &format!("redis://127.0.0.1:{port}"), "health", "-o", "nagios"]);
        ours.args(case.ours.split_whitespace()).env_clear();
        let running = [theirs, ours].map(|mut command| {
            command.current_dir(self.place.path());
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
        });
        let [theirs, ours] = running.map(|child| {
            let output = child.and_then(std::process::Child::wait_with_output);
            output.map(|output| State::of(output.status)).map_err(Failure::other)
        });
        self.note(case, theirs?, ours?);
        Ok(())
    }

    fn note(&mut self, case: Case<'_>, theirs: State, ours: State) {
        let known = match case.expected {
            Expected::Both(state) => (state, state),
            Expected::Differ(theirs, ours) => (theirs, ours),
        };
        let verdict = match (known == (theirs, ours), theirs == ours) {
            (true, true) => "same",
            (true, false) => "differs",
            (false, _) => "**not as known**",
        };
        self.wrong += usize::from(known != (theirs, ours));
        let (options, ours_options) = (code(case.theirs), code(case.ours));
        let states = [theirs.to_string(), ours.to_string(), verdict.to_owned()];
        let row = [case.what.to_owned(), options, ours_options].into_iter().chain(states);
        self.rows.push(row.collect());
    }

    fn table(&self) -> String {
        let heads = ["state of the server", "check_redis", "cachectl health", "theirs", "ours", ""];
        table(&heads, self.rows.clone())
    }
}

fn code(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!("`{words}`") }
}
