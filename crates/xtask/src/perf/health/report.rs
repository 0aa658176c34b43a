//! What was measured about the check, and what it is to be.

use serde::Serialize;

use super::contender::{Contender, Programs};
use super::turn::Turn;
use crate::failure::Failure;
use crate::perf::machine::{self, Machine, Versions};
use crate::perf::spread::Spread;
use crate::perf::target::Target;
use crate::perf::workplace::Workplace;

/// What ours is compared with.
const FLOOR: &str = "redis-cli ping";
/// What the targets are about.
pub(super) const OURS: &str = "cachectl health";

/// What a check may take of the floor's time.
const AGAINST_FLOOR: f64 = 3.0;
/// How many milliseconds nearly every check may take.
const P99_MS: f64 = 10.0;
/// How many it may take with little CPU.
const THROTTLED_MS: f64 = 300.0;
/// How much memory it may take.
const PEAK_MIB: f64 = 12.0;

/// What figures were measured with.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Setting {
    /// The day in UTC.
    pub(super) date: String,
    /// How many runs there are in a turn.
    pub(super) runs: u32,
    pub(super) machine: Machine,
    pub(super) versions: Versions,
    /// The version of `redis-cli`.
    pub(super) cli: Option<String>,
    /// The version of `check_redis`, if it is installed.
    pub(super) check_redis: Option<String>,
}

impl Setting {
    pub(super) fn look(
        programs: &Programs,
        workplace: &Workplace,
        runs: u32,
    ) -> Result<Self, Failure> {
        let machine = Machine::look(workplace.path()).map_err(Failure::other)?;
        let check_redis = programs.check_redis.as_ref();
        Ok(Self {
            date: machine::today(),
            runs,
            // Nothing waits for a disk here.
            machine: Machine { sync_ms: None, ..machine },
            versions: Versions::ask(&programs.server, &programs.cachectl),
            cli: machine::version(&programs.cli, "--version"),
            check_redis: check_redis.and_then(|it| machine::version(it, "-V")),
        })
    }
}

/// All turns of one contender.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Turns {
    pub(super) name: &'static str,
    pub(super) turns: Vec<Turn>,
}

impl Turns {
    /// Has not had a turn yet.
    pub(super) fn of(contender: &Contender) -> Self {
        Self { name: contender.name, turns: Vec::new() }
    }

    pub(super) fn medians(&self) -> Option<Spread> {
        Spread::of(self.turns.iter().map(Turn::median))
    }

    /// Returns what so many per cent of all runs did not exceed.
    pub(super) fn percentile(&self, percent: usize) -> Option<f64> {
        let mut all: Vec<f64> =
            self.turns.iter().flat_map(|turn| turn.milliseconds.iter().copied()).collect();
        all.sort_by(f64::total_cmp);
        let rank = (all.len() * percent).div_ceil(100);
        all.get(rank.checked_sub(1)?).copied()
    }

    /// Returns how the turns compare to those of the same rounds of another.
    pub(super) fn against(&self, other: &Self) -> Option<Spread> {
        let rounds = self.turns.iter().zip(&other.turns);
        Spread::of(rounds.map(|(turn, other)| turn.median() / other.median()))
    }
}

/// What is left of processes that were started.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Leftovers {
    /// How often each contender ran.
    pub(super) runs: u32,
    /// How many processes there were afterwards, dead or alive.
    pub(super) processes: usize,
}

/// Runs with little CPU.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Throttled {
    /// The runs of every contender, with so many per cent of one CPU.
    Measured { percent: u32, milliseconds: Vec<Vec<f64>> },
    /// There are none.
    NotPossible { reason: String },
}

/// Everything that was measured. What has a place for each contender has them in one order.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    pub(super) schema: &'static str,
    #[serde(flatten)]
    pub(super) setting: Setting,
    pub(super) turns: Vec<Turns>,
    pub(super) peak_mib: Vec<Option<f64>>,
    pub(super) throttled: Throttled,
    pub(super) leftovers: Leftovers,
}

impl Report {
    pub(super) fn floor(&self) -> Option<&Turns> {
        self.turns.iter().find(|turns| turns.name == FLOOR)
    }

    /// Returns what was found out about one contender, out of what there is for each.
    fn ours<'a, T>(&self, all: &'a [T]) -> Option<&'a T> {
        let place = self.turns.iter().position(|turns| turns.name == OURS)?;
        all.get(place)
    }

    /// Returns what part of all CPUs everything else on the machine used.
    pub(super) fn others(&self) -> Option<Spread> {
        let turns = self.turns.iter().flat_map(|turns| &turns.turns);
        Spread::of(turns.filter_map(|turn| turn.others))
    }
}

/// Returns all targets, in the order in which they matter.
pub(super) fn targets(report: &Report) -> [Target; 5] {
    let ours = report.ours(&report.turns);
    let ratio = ours.zip(report.floor()).and_then(|(ours, floor)| ours.against(floor));
    let throttled = match &report.throttled {
        Throttled::Measured { milliseconds, .. } => {
            report.ours(milliseconds).and_then(|times| Spread::of(times.iter().copied()))
        }
        Throttled::NotPossible { .. } => None,
    };
    let left = u32::try_from(report.leftovers.processes).ok().map(f64::from);
    [
        Target::new(
            "from start to exit, against redis-cli ping",
            "×",
            ratio.map(|ratio| ratio.median),
            Some(AGAINST_FLOOR),
        ),
        Target::new(
            "p99 from start to exit",
            " ms",
            ours.and_then(|ours| ours.percentile(99)),
            Some(P99_MS),
        ),
        Target::new(
            "peak memory",
            " MiB",
            report.ours(&report.peak_mib).copied().flatten(),
            Some(PEAK_MIB),
        ),
        Target::new(
            "slowest run with little CPU",
            " ms",
            throttled.map(|times| times.max),
            Some(THROTTLED_MS),
        ),
        Target::new("processes that are left over", "", left, Some(0.0)),
    ]
}

#[cfg(test)]
mod tests {
    use super::{Turn, Turns};

    fn turns(rounds: &[&[f64]]) -> Turns {
        let turn = |milliseconds: &&[f64]| Turn {
            milliseconds: milliseconds.to_vec(),
            cpu_ms: None,
            server_cpu_ms: 0.0,
            others: None,
        };
        Turns { name: "x", turns: rounds.iter().map(turn).collect() }
    }

    #[test]
    fn percentiles_are_of_all_runs_and_ratios_of_rounds() {
        let runs: Vec<f64> = (1..=100).map(f64::from).collect();
        let (low, high) = runs.split_at(50);
        assert_eq!(turns(&[high, low]).percentile(99), Some(99.0));
        assert_eq!(turns(&[&[3.0]]).percentile(99), Some(3.0));
        assert_eq!(turns(&[]).percentile(99), None);
        let (ours, floor) = (turns(&[&[2.0], &[9.0]]), turns(&[&[1.0], &[3.0]]));
        let ratio = ours.against(&floor).unwrap();
        assert_eq!((ratio.min, ratio.max), (2.0, 3.0));
    }
}
