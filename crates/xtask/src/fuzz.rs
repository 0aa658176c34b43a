//! Looks for inputs of strangers that the project is not up to.

mod instrument;
mod seeds;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use cachectl_testkit::locate::target_directory;
use clap::ValueEnum as _;

use crate::failure::Failure;
use crate::{cargo, duration};

/// Where the package of the targets is, with a corpus for each.
const PACKAGE: &str = "fuzz";

/// What the process may take as a whole. Each input has a limit of its own, in the targets.
const MEMORY_MIB: u32 = 512;

/// How long one input may take.
const LONGEST: Duration = Duration::from_secs(10);

/// Run libFuzzer over everything that reads what strangers wrote
///
/// Needs a C++ compiler and no other toolchain than that of the project. What is found is written
/// below target/fuzz; inputs that lead further are kept there from run to run, and added to the
/// small corpus that is part of the project.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to run, all of them if nothing is named
    #[arg(value_enum)]
    targets: Vec<Target>,
    /// How long each of them goes on, such as 90s, 10m or 2h
    #[arg(long = "for", value_name = "DURATION", default_value = "1m", value_parser = duration::parse)]
    length: Duration,
    /// Make the corpus of the project anew, from real servers, and run nothing
    #[arg(long, conflicts_with_all = ["targets", "length"])]
    seed: bool,
}

/// A fuzz target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Target {
    /// Whole files
    Reader,
    /// Values under any version
    Decoder,
    /// What `DUMP` answers, with any footer
    Payload,
    /// Addresses and connection URLs
    Addresses,
    /// Rules, and a key that they may rename
    Rules,
    /// Configuration and rules files
    Configuration,
    /// Sealed plans of migrations
    Plans,
    /// Journals of migrations
    Journals,
    /// Replies of servers
    Replies,
}

impl Target {
    const ALL: [Self; 9] = [
        Self::Reader,
        Self::Decoder,
        Self::Payload,
        Self::Addresses,
        Self::Rules,
        Self::Configuration,
        Self::Plans,
        Self::Journals,
        Self::Replies,
    ];

    /// Returns the target that `cargo xtask soak` knows by this name.
    pub(crate) fn of_soak(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.soak() == name)
    }

    /// Returns the name for `cargo xtask soak`.
    pub(crate) fn soak(self) -> String {
        format!("fuzz-{}", self.name())
    }

    /// Returns the names of all targets for `cargo xtask soak`.
    pub(crate) fn soaks() -> impl Iterator<Item = String> {
        Self::ALL.into_iter().map(Self::soak)
    }

    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// Returns the longest input that is tried.
    const fn longest(self) -> usize {
        match self {
            Self::Reader | Self::Plans | Self::Journals => 8192,
            Self::Decoder | Self::Payload | Self::Replies => 4096,
            Self::Addresses | Self::Rules => 512,
            Self::Configuration => 2048,
        }
    }

    /// Returns the corpus that is part of the project.
    fn corpus(self) -> PathBuf {
        cargo::workspace().join(PACKAGE).join("corpus").join(self.name())
    }
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    if args.seed {
        return seeds::write();
    }
    let all = &Target::ALL[..];
    let targets = if args.targets.is_empty() { all } else { &args.targets };
    targets.iter().try_for_each(|target| run_for(*target, args.length))
}

/// Runs one target for that long, or until it finds something.
pub(crate) fn run_for(target: Target, length: Duration) -> Result<(), Failure> {
    let program = instrument::build(&target.name())?;
    let place = target_directory().join("fuzz");
    let (found, artifacts) = (place.join("corpus").join(target.name()), place.join("artifacts"));
    fs::create_dir_all(&found).and_then(|()| fs::create_dir_all(&artifacts)).map_err(|error| {
        Failure::other(format!("cannot prepare `{}`: {error}", place.display()))
    })?;
    println!("fuzzing the {} for {} s", target.name(), length.as_secs());
    let prefix = artifacts.join(format!("{}-", target.name()));
    let mut fuzzer = Command::new(program);
    // What is new goes to the first directory.
    fuzzer.args([found, target.corpus()]);
    fuzzer.arg(format!("-max_total_time={}", length.as_secs()));
    fuzzer.arg(format!("-max_len={}", target.longest()));
    fuzzer.arg(format!("-timeout={}", LONGEST.as_secs()));
    fuzzer.arg(format!("-rss_limit_mb={MEMORY_MIB}"));
    fuzzer.arg(format!("-artifact_prefix={}", prefix.display()));
    fuzzer.args(["-print_final_stats=1", "-print_funcs=0", "-verbosity=0"]);
    fuzzer.env("RUST_BACKTRACE", "1");
    cargo::run(&mut fuzzer)
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn every_target_has_a_corpus_and_a_name_for_long_runs() {
        for target in Target::ALL {
            assert!(target.corpus().read_dir().unwrap().next().is_some(), "{target:?}");
            assert_eq!(Target::of_soak(&target.soak()), Some(target));
        }
        assert_eq!(Target::of_soak("migrate"), None);
    }
}
