//! Reading a file with the crate and nothing else, for the measurements.

use std::fs::File;
use std::path::PathBuf;

use cachectl_rdb::{Reader, Record};

use crate::failure::Failure;

/// Read an RDB file and print how many entries it has, for measurements
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What is done with each value
    #[arg(value_enum)]
    depth: Depth,
    /// The file
    file: PathBuf,
}

/// How far into a value one looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Depth {
    /// Not at all
    Raw,
    /// It is decoded
    Decode,
    /// It is decoded and digested
    Digest,
}

impl Depth {
    /// Returns the word that chooses it on the command line.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Decode => "decode",
            Self::Digest => "digest",
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let file = File::open(&args.file).map_err(Failure::other)?;
    let mut reader = Reader::new(file).map_err(Failure::other)?;
    let mut entries: u64 = 0;
    while let Some(record) = reader.record().map_err(Failure::other)? {
        let Record::Entry(entry) = record else { continue };
        match args.depth {
            Depth::Raw => {}
            Depth::Decode => drop(entry.value.decode().map_err(Failure::other)?),
            Depth::Digest => {
                let digest = entry.value.digest().map_err(Failure::other)?;
                // Nobody needs it, but that is for the compiler not to know.
                std::hint::black_box(digest);
            }
        }
        entries += 1;
    }
    println!("{entries}");
    Ok(())
}
