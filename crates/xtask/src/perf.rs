//! Measures speed and memory, outside of the tests: what a figure is depends on the machine.

mod bystander;
mod contender;
mod cpu;
mod docs;
mod keyspace;
mod latency;
mod machine;
mod measure;
mod migrate;
mod pipe;
mod python;
mod render;
mod report;
mod spread;
mod target;
mod workplace;

use crate::failure::Failure;

/// Measure speed and memory on a throw-away server
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    subject: Subject,
}

#[derive(Debug, clap::Subcommand)]
enum Subject {
    Migrate(migrate::Args),
    #[command(hide = true)]
    Pipe(pipe::Args),
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    match &args.subject {
        Subject::Migrate(args) => migrate::run(args),
        Subject::Pipe(args) => pipe::run(args),
    }
}
