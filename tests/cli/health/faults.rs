//! Faults, all of them real, and what the check makes of each in every format.
//!
//! | the fault is in | file |
//! |---|---|
//! | the way to the server | `network`, `tls` |
//! | what the server thinks of us | `login`, `commands` |
//! | the server itself | `states`, `persistence` |
//! | what answers and is no server | `strangers` |
//! | the other servers | `replication`, `sentinels`, `cluster` |
//! | the time between two looks | `window` |

mod cluster;
mod commands;
mod impostor;
mod login;
mod network;
mod persistence;
mod replication;
mod sentinels;
mod states;
mod strangers;
mod tls;
mod window;

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use cachectl_testkit::{Cachectl, Server, cli::Output};

use super::{
    formats::{FORMATS, read, validate},
    patience,
};
use crate::{cachectl, json};

/// A password that is shown nowhere, whatever happens.
const PASSWORD: &str = "s3cret-of-nobody";

/// How `live`, `ready` and `startup` end if there is nobody.
const DEAD: [i32; 3] = [1, 1, 1];
/// If somebody answers who is of no use to clients.
const USELESS: [i32; 3] = [0, 1, 0];
/// If somebody answers who has not started.
const STARTING: [i32; 3] = [0, 1, 1];
/// If clients can be sent there.
const READY: [i32; 3] = [0, 0, 0];

/// Far more than anything takes that is not waited for, on the busiest machine.
const AMPLE: Duration = Duration::from_secs(20);
/// The deadline if none is given.
const USUAL: Duration = Duration::from_millis(900);
/// How much later than its deadline a run may end on the busiest machine.
const SLACK: Duration = Duration::from_secs(10);

/// A server with a fault, and how it is looked at.
#[derive(Clone)]
struct Patient {
    cachectl: Cachectl,
    /// How it is reached.
    address: Vec<String>,
    /// What the check is told besides.
    flags: Vec<String>,
    deadline: Duration,
    /// It answers nothing, so that each run takes all of its time.
    hangs: bool,
}

/// A run of the binary that has ended.
struct Ran {
    what: String,
    output: Output,
    took: Duration,
}

impl Patient {
    fn at(url: impl Into<String>) -> Self {
        Self::reached_by(cachectl().url(url))
    }

    fn server(server: &Server) -> Self {
        Self::at(server.url())
    }

    fn reached_by(cachectl: Cachectl) -> Self {
        let (address, flags) = (Vec::new(), patience().map(str::to_owned).collect());
        Self { cachectl, address, flags, deadline: AMPLE, hangs: false }
    }

    /// Reaches it with these flags.
    fn by(mut self, flags: &[&str]) -> Self {
        self.address.extend(flags.iter().map(|flag| (*flag).to_owned()));
        self
    }

    /// Tells the check this besides.
    fn with(mut self, flags: &[&str]) -> Self {
        self.flags.extend(flags.iter().map(|flag| (*flag).to_owned()));
        self
    }

    /// Looks at this check only.
    fn about(self, check: &str) -> Self {
        self.with(&["--check", check])
    }

    /// Expects that every run waits for its deadline in vain.
    fn that_hangs(self) -> Self {
        Self { hangs: true, ..self.within(USUAL) }
    }

    fn within(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Looks at it in every format, and asks the three questions.
    ///
    /// The check has to end with this code and say so, with these words wherever there are some.
    #[track_caller]
    fn is(&self, code: i32, words: &str, probes: [i32; 3]) {
        let checks = FORMATS.map(|format| self.check(format));
        let questions = ["live", "ready", "startup"];
        let runs = checks.into_iter().chain(questions.map(question));
        let mut ran = self.run(runs.collect());
        let asked = ran.split_off(FORMATS.len());
        assert_found(&ran, code, words);
        for (ran, expected) in asked.iter().zip(probes) {
            assert_eq!(ran.output.code(), Some(expected), "{ran}");
            let document = json(ran.output.stdout());
            validate(&document);
            assert_eq!(document.get("yes").unwrap(), (expected == 0), "{ran}");
        }
    }

    /// Looks at it in every format.
    #[track_caller]
    fn is_found(&self, code: i32, words: &str) {
        let ran = self.run(FORMATS.map(|format| self.check(format)).to_vec());
        assert_found(&ran, code, words);
    }

    fn check(&self, format: &str) -> Vec<String> {
        let words = ["health", "-o", format].map(str::to_owned);
        words.into_iter().chain(self.flags.iter().cloned()).collect()
    }

    /// Runs everything at once, and looks at what holds for every run.
    #[track_caller]
    fn run(&self, runs: Vec<Vec<String>>) -> Vec<Ran> {
        let ran: Vec<_> = thread::scope(|scope| {
            let started: Vec<_> =
                runs.into_iter().map(|run| scope.spawn(|| self.run_one(run))).collect();
            started.into_iter().map(|started| started.join().unwrap()).collect()
        });
        for ran in &ran {
            let late = self.deadline + SLACK;
            assert!(ran.took < late, "it took {:?}\n{ran}", ran.took);
            assert!(!self.hangs || ran.took >= self.deadline, "{:?}\n{ran}", ran.took);
            let said = [ran.output.stdout(), ran.output.stderr()].concat();
            assert!(!said.contains(PASSWORD), "{ran}");
        }
        ran
    }

    fn run_one(&self, mut arguments: Vec<String>) -> Ran {
        arguments.extend(self.address.iter().cloned());
        arguments.extend(["--deadline".to_owned(), format!("{}ms", self.deadline.as_millis())]);
        let invocation = self.cachectl.args(&arguments);
        let (what, begun) = (invocation.command_line(), Instant::now());
        let running = invocation.spawn();
        let pid = running.pid();
        let output = running.wait(self.deadline + SLACK * 2);
        let took = begun.elapsed();
        let remains = Path::new("/proc").join(pid.to_string());
        assert!(!remains.exists(), "the process is still there: {what}");
        Ran { what, output, took }
    }
}

fn question(question: &str) -> Vec<String> {
    ["health", question, "-o", "json"].map(str::to_owned).to_vec()
}

/// Checks that the reports, one in each format, all say the same.
#[track_caller]
fn assert_found(ran: &[Ran], code: i32, words: &str) {
    for (format, ran) in FORMATS.into_iter().zip(ran) {
        assert_eq!(ran.output.code(), Some(code), "{ran}");
        read(format, ran.output.stdout()).assert_code(code);
        let said = ran.output.stdout().contains(words);
        assert!(said || !has_words(format, code), "there is no word of `{words}`\n{ran}");
    }
}

/// Returns whether findings are put into words: metrics have none, and some have none for good ones.
fn has_words(format: &str, code: i32) -> bool {
    match format {
        "prometheus" => false,
        "human" | "nagios" => true,
        _ => code != 0,
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n{}", self.what, self.output)
    }
}
