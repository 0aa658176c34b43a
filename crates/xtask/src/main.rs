//! The project's chores, run as `cargo xtask …`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "these are commands for people, and nothing else reads what they print"
)]

mod cargo;
mod demo;
mod deny;
mod duration;
mod failure;
mod fuzz;
mod generate;
mod needs;
mod perf;
mod soak;
mod test;

use std::process::ExitCode;

use clap::Parser;

use failure::Failure;

/// The project's chores
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Chore {
    Demo(demo::Args),
    Test(test::Args),
    Soak(soak::Args),
    Fuzz(fuzz::Args),
    Deny(deny::Args),
    Perf(perf::Args),
    Generate(generate::Args),
}

impl Chore {
    fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Demo(args) => demo::run(args),
            Self::Test(args) => test::run(args),
            Self::Soak(args) => soak::run(args),
            Self::Fuzz(args) => fuzz::run(args),
            Self::Deny(args) => deny::run(args),
            Self::Perf(args) => perf::run(args),
            Self::Generate(args) => generate::run(args),
        }
    }
}

fn main() -> ExitCode {
    match Chore::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(message) = failure.message() {
                eprintln!("error: {message}");
            }
            ExitCode::from(failure.code())
        }
    }
}
