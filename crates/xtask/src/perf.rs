//! Measures speed and memory, outside of the tests: what a figure is depends on the machine.

mod bystander;
mod contender;
mod cpu;
mod docs;
mod health;
mod keyspace;
mod latency;
mod machine;
mod markdown;
mod measure;
mod migrate;
mod pipe;
mod publish;
mod python;
mod rdb;
mod render;
mod report;
mod rules;
mod setting;
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
    Health(health::Args),
    Migrate(migrate::Args),
    Rdb(rdb::Args),
    Rules(rules::Args),
    #[command(hide = true)]
    Pipe(pipe::Args),
    #[command(hide = true)]
    Read(rdb::read::Args),
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    match &args.subject {
        Subject::Health(args) => health::run(args),
        Subject::Migrate(args) => migrate::run(args),
        Subject::Rdb(args) => rdb::run(args),
        Subject::Rules(args) => rules::run(args),
        Subject::Pipe(args) => pipe::run(args),
        Subject::Read(args) => rdb::read::run(args),
    }
}
