//! `config init`: a file to start from.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use cachectl_core::{files, vocabulary::outcome::Outcome};
use serde::Serialize;

use crate::{
    cli::GlobalArgs,
    error::CliError,
    output::{Output, render::Render},
    target_file::Unwritable,
};

/// Write a commented cachectl.yaml to start from
///
/// Only its owner may read it, and a file that is there already is left alone.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to write it [default: ./cachectl.yaml, or what `--config` says]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// A file that was written.
#[derive(Debug, Serialize)]
struct Written {
    file: String,
}

const STARTER: &str = include_str!("starter.yaml");

pub(super) fn run(args: &Args, global: &GlobalArgs) -> Result<Outcome, CliError> {
    let asked = args.file.clone().or_else(|| global.connection.config.clone());
    let path = asked.unwrap_or_else(|| PathBuf::from("cachectl.yaml"));
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => Unwritable::Exists { path: path.clone() }.into(),
        _ => CliError::File { path: path.clone(), source },
    };
    files::write_new(&path, STARTER.as_bytes()).map_err(failed)?;
    Output::new(&global.console).emit(&Written { file: path.display().to_string() })?;
    Ok(Outcome::Clean)
}

impl Render for Written {
    const SCHEMA: &'static str = "cachectl.config.init/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "wrote {}", self.file)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{settings::file, yaml};

    #[test]
    fn the_starter_is_good_as_it_is_and_with_every_example_taken() {
        let read = |text: &str| {
            yaml::read::<file::File>(Path::new("cachectl.yaml"), text, yaml::Values::Private)
        };
        read(STARTER).unwrap();
        let uncommented = STARTER.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line));
        let file = read(&uncommented.collect::<Vec<_>>().join("\n")).unwrap();
        assert_eq!(file.contexts.len(), 4);
        file::check(Path::new("cachectl.yaml"), &file).unwrap();
    }
}
