//! Manual pages.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use cachectl_core::{
    files::{self, Readers},
    vocabulary::outcome::Outcome,
};
use clap_mangen::Man;

use crate::{
    error::CliError,
    output::{self, departure::Form},
};

/// Print the manual page, or write all of them into a directory
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to put a page for every command; without it, the main page is printed
    directory: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, CliError> {
    match &args.directory {
        None => {
            let mut page = Vec::new();
            Man::new(crate::command()).render(&mut page).map_err(CliError::Stdout)?;
            output::write(&page, Form::Text)?;
        }
        Some(directory) => {
            let failed = |source| CliError::File { path: directory.clone(), source };
            fs::create_dir_all(directory).map_err(failed)?;
            write(&crate::command(), directory).map_err(failed)?;
        }
    }
    Ok(Outcome::Clean)
}

/// Writes the page of a command, and those of its steps.
fn write(command: &clap::Command, directory: &Path) -> io::Result<()> {
    let mut command = command.clone().disable_help_subcommand(true);
    command.build();
    write_built(&command, directory)
}

fn write_built(command: &clap::Command, directory: &Path) -> io::Result<()> {
    for step in command.get_subcommands().filter(|step| !step.is_hide_set()) {
        write_built(step, directory)?;
    }
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render(&mut page)?;
    files::replace(&directory.join(man.get_filename()), &page, Readers::Everybody)
}
