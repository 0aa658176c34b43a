//! How fast `cachectl health` is, from its start to its end, and what it leaves behind.

mod against;
mod contender;
mod memory;
mod processes;
mod quota;
mod render;
mod report;
mod turn;

use std::num::NonZeroU32;

use cachectl_testkit::Server;
use cachectl_testkit::locate::target_directory;

use super::bystander;
use super::publish::{Figures, Output};
use super::spread::Spread;
use super::workplace::Workplace;
use crate::failure::Failure;

use contender::{Contender, Programs};
use processes::Processes;
use quota::Quota;
use report::{Leftovers, Report, Setting, Throttled, Turns, targets};

/// The share of a CPU that a container without a name for itself may get, in per cent.
const SHARE: u32 = 5;

/// How often each contender runs with that.
const THROTTLED_RUNS: u32 = 20;

/// How often the memory of each contender is looked at.
const MEMORY_RUNS: u32 = 5;

/// Measure `cachectl health` from start to exit against `redis-cli ping` and `check_redis`
///
/// Every contender asks the same server on loopback, always with a process of its own, in turns.
/// Looks at their memory, at what they need with a twentieth of a CPU where control groups can be
/// made, and whether a process is left over. Leaves nothing behind but the build.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How often every contender has its turn
    #[arg(long, value_name = "N", default_value = "20")]
    rounds: NonZeroU32,
    /// How often it runs in each
    #[arg(long, value_name = "N", default_value = "50")]
    runs: NonZeroU32,
    /// Measure nothing: ask `check_redis` and `cachectl health` about servers in many states, and
    /// compare what they say
    #[arg(long, conflicts_with_all = ["rounds", "runs", "Output"])]
    against_check_redis: bool,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    if args.against_check_redis {
        return against::run();
    }
    let programs = Programs::find()?;
    let server = Server::builder().binary(programs.server.path()).tcp().try_start()?;
    let workplace = Workplace::new(&target_directory()).map_err(Failure::other)?;
    let contenders = Contender::all(&programs, server.port());
    let bench = Bench { server: &server, workplace: &workplace, contenders: &contenders };
    bench.rehearse()?;
    let before = Processes::look(&workplace).map_err(Failure::other)?;
    let turns = bench.rounds(args.rounds.get(), args.runs.get())?;
    let after = Processes::look(&workplace).map_err(Failure::other)?;
    let report = Report {
        schema: "cachectl.perf.health/1",
        setting: Setting::look(&programs, &workplace, args.runs.get())?,
        leftovers: Leftovers {
            runs: args.rounds.get() * args.runs.get(),
            processes: after.since(&before),
        },
        peak_mib: bench.peaks()?,
        throttled: bench.throttled()?,
        turns,
    };
    let figures = Figures { report: &report, targets: &targets(&report) };
    args.output.publish("health", &render::report(&report), &figures)
}

/// Everything that is needed to measure.
#[derive(Debug)]
struct Bench<'a> {
    server: &'a Server,
    workplace: &'a Workplace,
    contenders: &'a [Contender],
}

impl Bench<'_> {
    /// Makes sure that all contenders do what they are to do, and have been read from the disk.
    fn rehearse(&self) -> Result<(), Failure> {
        self.contenders.iter().try_for_each(|contender| contender.check(self.workplace))
    }

    fn rounds(&self, rounds: u32, runs: u32) -> Result<Vec<Turns>, Failure> {
        let mut all: Vec<Turns> = self.contenders.iter().map(Turns::of).collect();
        for round in 1..=rounds {
            eprint!("round {round} of {rounds}:");
            for (contender, turns) in self.contenders.iter().zip(&mut all) {
                let turn = bystander::undisturbed(|| {
                    let turn = turn::take(contender, self.server, self.workplace, runs)?;
                    Ok((turn.others, turn))
                })?;
                eprint!(" {} {:.1} ms", contender.name, turn.median());
                turns.turns.push(turn);
            }
            eprintln!();
        }
        Ok(all)
    }

    fn peaks(&self) -> Result<Vec<Option<f64>>, Failure> {
        let peak = |contender: &Contender| {
            let mut peak = None;
            for _ in 0..MEMORY_RUNS {
                let seen = memory::peak_mib(&mut contender.command(self.workplace));
                peak = larger(seen.map_err(Failure::other)?, peak);
            }
            Ok(peak)
        };
        self.contenders.iter().map(peak).collect()
    }

    /// Runs them with little CPU, or says why that cannot be had.
    fn throttled(&self) -> Result<Throttled, Failure> {
        let quota = match Quota::new(SHARE) {
            Ok(quota) => quota,
            Err(reason) => return Ok(Throttled::NotPossible { reason }),
        };
        let mut milliseconds = Vec::new();
        for contender in self.contenders {
            eprintln!("{} with {SHARE} % of a CPU", contender.name);
            let mut command = quota.command(&contender.command(self.workplace));
            let times = (0..THROTTLED_RUNS).map(|_| turn::time(&mut command));
            milliseconds.push(times.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(Throttled::Measured { percent: SHARE, milliseconds })
    }
}

fn larger(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    Spread::of(one.into_iter().chain(other)).map(|both| both.max)
}
