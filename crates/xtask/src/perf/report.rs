//! What was measured.

use serde::Serialize;

use super::bystander::Load;
use super::contender::Contender;
use super::latency::Latency;
use super::measure::Cost;
use super::python::Python;
use super::setting::{Programs, Setting};
use super::spread::Spread;
use crate::failure::Failure;

/// One run of one contender. Times are in seconds.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Run {
    pub(super) wall: f64,
    pub(super) server_cpu: f64,
    pub(super) client_cpu: Option<f64>,
    /// The part of all CPUs that everything else on the machine used meanwhile.
    pub(super) others: Option<f64>,
    pub(super) peak_mib: Option<f64>,
    pub(super) phases: Option<Phases>,
}

impl Run {
    /// Takes what a program has cost while the machine was under some load.
    pub(super) fn of(cost: &Cost, load: Load, phases: Option<Phases>) -> Self {
        Self {
            wall: cost.wall.as_secs_f64(),
            server_cpu: load.server_cpu,
            client_cpu: cost.cpu.map(|cpu| cpu.as_secs_f64()),
            others: load.others,
            peak_mib: cost.peak_kib.map(|kib| f64::from(kib) / 1024.0),
            phases,
        }
    }
}

/// Where the time of a run of cachectl went.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Phases {
    /// All the rest, nearly all of it before the first rename.
    pub(super) plan: f64,
    pub(super) apply: f64,
    pub(super) verify: f64,
    /// How often the throttle stepped in.
    pub(super) slowdowns: f64,
}

/// The runs of all contenders, in the order of the rounds.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Rounds {
    pub(super) floor: Vec<Run>,
    /// Empty when there is no redis-py.
    pub(super) python: Vec<Run>,
    pub(super) cachectl: Vec<Run>,
    /// Empty when there is no earlier release to compare with.
    pub(super) earlier: Vec<Run>,
}

impl Rounds {
    /// Lets the contenders take turns, so that whatever else the machine does hits all of them.
    ///
    /// What `run` gets is the round and the name of the contender, and the contender itself.
    pub(super) fn measure(
        count: u32,
        programs: &Programs,
        python: Option<&Python>,
        run: impl Fn(&str, &str, &Contender<'_>) -> Result<Run, Failure>,
    ) -> Result<Self, Failure> {
        let mut rounds = Self::default();
        for round in 1..=count {
            let run = |name: &str, contender: &Contender<'_>| {
                run(&format!("round {round} of {count}"), name, contender)
            };
            rounds.floor.push(run("floor", &Contender::Floor(&programs.sender))?);
            if let Some(python) = python {
                rounds.python.push(run("Python script", &Contender::Python(python))?);
            }
            rounds.cachectl.push(run("cachectl", &Contender::Cachectl(&programs.cachectl))?);
            if let Some(earlier) = &programs.earlier {
                rounds.earlier.push(run("earlier release", &Contender::Cachectl(earlier))?);
            }
        }
        Ok(rounds)
    }

    /// Returns what part of all CPUs everything else on the machine used.
    pub(super) fn others(&self) -> Option<Spread> {
        let runs = self.floor.iter().chain(&self.python).chain(&self.cachectl).chain(&self.earlier);
        Spread::of(runs.filter_map(|run| run.others))
    }

    /// Returns how the apply phase compares to that of an earlier release in the same rounds.
    pub(super) fn apply_to_earlier(&self) -> Option<Spread> {
        let rounds = self.cachectl.iter().zip(&self.earlier);
        Spread::of(rounds.filter_map(|(now, then)| Some(now.phases?.apply / then.phases?.apply)))
    }

    /// Returns how a time of some runs compares to the floor of the same rounds.
    pub(super) fn ratio(&self, runs: &[Run], time: impl Fn(&Run) -> Option<f64>) -> Option<Spread> {
        let rounds = runs.iter().zip(&self.floor);
        Spread::of(rounds.filter_map(|(run, floor)| Some(time(run)? / floor.wall)))
    }
}

/// Returns a figure of some runs.
pub(super) fn spread(runs: &[Run], figure: impl Fn(&Run) -> Option<f64>) -> Option<Spread> {
    Spread::of(runs.iter().filter_map(figure))
}

/// What another client noticed in one round, in several states of the server.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Latencies {
    pub(super) idle: Latency,
    pub(super) floor: Latency,
    pub(super) cachectl: Latency,
    /// The phases of the run of cachectl.
    pub(super) plan: Latency,
    pub(super) apply: Latency,
    pub(super) verify: Latency,
    /// The part of all CPUs that everything else on the machine used meanwhile.
    pub(super) others: Option<f64>,
}

impl Latencies {
    /// Returns how the 99th percentile during a run of cachectl compares to that during the floor
    /// of the same round; `None` if the floor made nobody wait.
    pub(super) fn ratio(&self) -> Option<f64> {
        (self.floor.p99 > 0.0).then(|| self.cachectl.p99 / self.floor.p99)
    }
}

/// A run with more keys, for its memory.
#[derive(Clone, Debug, Serialize)]
pub(super) struct LargeRun {
    pub(super) keys: u32,
    pub(super) run: Run,
}

/// Everything that was measured.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    pub(super) schema: &'static str,
    #[serde(flatten)]
    pub(super) setting: Setting,
    pub(super) rounds: Rounds,
    /// A round each, in milliseconds.
    pub(super) latencies: Vec<Latencies>,
    pub(super) large: Option<LargeRun>,
}
