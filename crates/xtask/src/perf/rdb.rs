//! How fast backups are written, restored and read, and what that costs.

mod course;
mod keyspace;
pub(super) mod read;
mod render;
mod report;

use std::num::NonZeroU32;
use std::path::Path;

use cachectl_testkit::Server;
use cachectl_testkit::locate::target_directory;

use super::bystander;
use super::contender::Contender;
use super::publish::{Figures, Output};
use super::report::Rounds;
use super::setting::{Programs, Setting};
use super::workplace::Workplace;
use crate::cargo;
use crate::failure::Failure;

use course::{Course, Task};
use read::Depth;
use report::{Large, Reading, Report, targets};

/// Measure `cachectl backup` and `restore` against the bare commands and against a script
///
/// Dumps the same keys in turn with `redis-cli --pipe`, with a redis-py script and with cachectl,
/// restores them with `redis-cli --pipe` and with cachectl, and reads the backup with the crate
/// alone. Leaves nothing behind but the build.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many keys there are
    #[arg(long, value_name = "N", default_value = "1000000")]
    keys: NonZeroU32,
    /// How often every contender runs
    #[arg(long, value_name = "N", default_value = "3")]
    rounds: NonZeroU32,
    /// How many keys there are in a further run of cachectl, for its memory
    #[arg(long, value_name = "N", default_value = "5000000")]
    memory_keys: NonZeroU32,
    /// Leave that run out
    #[arg(long, conflicts_with = "memory_keys")]
    no_memory: bool,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let programs = Programs::find()?;
    eprintln!("building xtask");
    let xtask = cargo::release_binary("xtask")?;
    let server = Server::builder().binary(programs.server.path()).try_start()?;
    // Temporary directories are often in memory, and backups are not.
    let workplace = Workplace::new(&target_directory()).map_err(Failure::other)?;
    let course = Course { server: &server, workplace: &workplace, keys: args.keys.get() };
    let bench = Bench { programs: &programs, xtask: &xtask, course };
    let rounds = args.rounds.get();
    course.load()?;
    course.write_commands().map_err(Failure::other)?;
    let backup = bench.rounds(Task::Backup, rounds)?;
    let report = Report {
        schema: "cachectl.perf.rdb/1",
        setting: Setting::look(&programs, &workplace, args.keys.get())?,
        backup_mib: course.backup_mib()?,
        backup,
        restore: bench.rounds(Task::Restore, rounds)?,
        reading: bench.reading(rounds)?,
        large: bench.large((!args.no_memory).then_some(args.memory_keys.get()))?,
    };
    let figures = Figures { report: &report, targets: &targets(&report) };
    args.output.publish("rdb", &render::report(&report), &figures)
}

/// Everything that is needed to measure.
#[derive(Debug)]
struct Bench<'a> {
    programs: &'a Programs,
    /// This program, built as fast as the binary.
    xtask: &'a Path,
    course: Course<'a>,
}

impl Bench<'_> {
    fn rounds(&self, task: Task, count: u32) -> Result<Rounds, Failure> {
        let python = self.programs.python.as_ref().ok().filter(|_| task == Task::Backup);
        Rounds::measure(count, self.programs, python, |round, name, contender| {
            let what = format!("{round}, {task:?}, {name}");
            bystander::measure(&what, || self.course.run(task, contender))
        })
    }

    fn reading(&self, count: u32) -> Result<Reading, Failure> {
        let mut reading = Reading::default();
        for round in 1..=count {
            let measure = |depth: Depth| {
                let what = format!("round {round} of {count}, reading, {}", depth.name());
                bystander::measure(&what, || self.course.read(self.xtask, depth))
            };
            reading.raw.push(measure(Depth::Raw)?);
            reading.decode.push(measure(Depth::Decode)?);
            reading.digest.push(measure(Depth::Digest)?);
        }
        Ok(reading)
    }

    fn large(&self, keys: Option<u32>) -> Result<Option<Large>, Failure> {
        let Some(keys) = keys else {
            return Ok(None);
        };
        let course = Course { keys, ..self.course };
        course.load()?;
        let run = |task: Task| {
            eprint!("{task:?} of {keys} keys: ");
            let run = course.run(task, &Contender::Cachectl(&self.programs.cachectl))?;
            eprintln!("{:.2} s", run.wall);
            Ok::<_, Failure>(run)
        };
        let (backup, restore) = (run(Task::Backup)?, run(Task::Restore)?);
        let reading = course.read(self.xtask, Depth::Raw)?;
        Ok(Some(Large { keys, backup, restore, reading }))
    }
}
