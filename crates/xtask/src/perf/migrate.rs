//! How fast keys are renamed, and what it costs.

use std::io;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use cachectl_testkit::Server;
use cachectl_testkit::locate::target_directory;

use super::contender::{Contender, Course};
use super::latency::{Answers, Probe};
use super::publish::{Figures, Output};
use super::report::{LargeRun, Latencies, Report, Rounds};
use super::setting::{Programs, Setting};
use super::target::targets;
use super::workplace::Workplace;
use super::{bystander, render};
use crate::failure::Failure;

/// How long the server is watched while it has nothing to do.
const IDLE: Duration = Duration::from_secs(2);

/// Measure `cachectl migrate` against the bare commands and against a script
///
/// Renames the same keys in turn with `redis-cli --pipe`, with a redis-py script and with
/// cachectl, always on a fresh keyspace, and compares the figures with what they are to be.
/// Leaves nothing behind but the build.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many keys are renamed
    #[arg(long, value_name = "N", default_value = "1000000")]
    keys: NonZeroU32,
    /// How often every contender runs
    #[arg(long, value_name = "N", default_value = "3")]
    rounds: NonZeroU32,
    /// How many keys are renamed in a further run of cachectl, which is to need no more memory
    #[arg(long, value_name = "N", default_value = "5000000")]
    memory_keys: NonZeroU32,
    /// Leave that run out
    #[arg(long, conflicts_with = "memory_keys")]
    no_memory: bool,
    /// The binary of an earlier release, which takes its turn in every round
    #[arg(long, value_name = "FILE")]
    earlier: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let programs = Programs { earlier: args.earlier.clone(), ..Programs::find()? };
    let server = Server::builder().binary(programs.server.path()).try_start()?;
    // Temporary directories are often in memory, where no journal has to wait for a disk.
    let workplace = Workplace::new(&target_directory()).map_err(Failure::other)?;
    let bench = Bench {
        programs: &programs,
        course: Course { server: &server, workplace: &workplace, keys: args.keys.get() },
    };
    let report = Report {
        schema: "cachectl.perf.migrate/1",
        setting: Setting::look(&programs, &workplace, args.keys.get())?,
        rounds: bench.rounds(args.rounds.get())?,
        latencies: bench.latencies(args.rounds.get())?,
        large: bench.large((!args.no_memory).then_some(args.memory_keys.get()))?,
    };
    let targets = targets(&report);
    args.output.publish(
        "migrate",
        &render::report(&report),
        &Figures { report: &report, targets: &targets },
    )
}

/// Everything that is needed to measure.
#[derive(Debug)]
struct Bench<'a> {
    programs: &'a Programs,
    course: Course<'a>,
}

impl Bench<'_> {
    fn rounds(&self, count: u32) -> Result<Rounds, Failure> {
        self.course.write_renames().map_err(Failure::other)?;
        let python = self.programs.python.as_ref().ok();
        Rounds::measure(count, self.programs, python, |round, name, contender| {
            bystander::measure(&format!("{round}, {name}"), || {
                self.course.load()?;
                self.course.run(contender)
            })
        })
    }

    /// Runs again with another client that measures how long it waits.
    fn latencies(&self, count: u32) -> Result<Vec<Latencies>, Failure> {
        let round = |round| {
            eprintln!("round {round} of {count}, another client's latency");
            bystander::undisturbed(|| {
                let watched = bystander::watch(self.course.server, || self.latencies_once())?;
                let (latencies, load) = watched;
                Ok((load.others, Latencies { others: load.others, ..latencies }))
            })
        };
        (1..=count).map(round).collect()
    }

    fn latencies_once(&self) -> Result<Latencies, Failure> {
        let during = |contender: &Contender<'_>| {
            self.course.load()?;
            let watched = self.watch(|| self.course.measure(contender))?;
            self.course.check().map(|()| watched)
        };
        let (idle, ()) = self.watch(|| {
            thread::sleep(IDLE);
            Ok(())
        })?;
        let (floor, _) = during(&Contender::Floor(&self.programs.sender))?;
        let (cachectl, run) = during(&Contender::Cachectl(&self.programs.cachectl))?;
        let (plan, apply) = run.phases.map_or((0.0, 0.0), |it| (it.plan, it.plan + it.apply));
        let latencies = || {
            Ok(Latencies {
                idle: idle.all()?,
                floor: floor.all()?,
                cachectl: cachectl.all()?,
                plan: cachectl.between(0.0, plan)?,
                apply: cachectl.between(plan, apply)?,
                verify: cachectl.between(apply, f64::INFINITY)?,
                others: None,
            })
        };
        latencies().map_err(|error: io::Error| Failure::other(error))
    }

    fn watch<T>(&self, work: impl FnOnce() -> Result<T, Failure>) -> Result<(Answers, T), Failure> {
        let probe = Probe::start(self.course.server.socket()).map_err(Failure::other)?;
        let outcome = work();
        let answers = probe.finish().map_err(Failure::other);
        outcome.and_then(|done| Ok((answers?, done)))
    }

    fn large(&self, keys: Option<u32>) -> Result<Option<LargeRun>, Failure> {
        let Some(keys) = keys else {
            return Ok(None);
        };
        eprint!("memory with {keys} keys: ");
        let course = Course { keys, ..self.course };
        course.load()?;
        let run = course.run(&Contender::Cachectl(&self.programs.cachectl))?;
        eprintln!("{:.2} s", run.wall);
        Ok(Some(LargeRun { keys, run }))
    }
}
