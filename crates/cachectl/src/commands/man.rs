//! Manual pages.

use std::{fs, path::PathBuf};

use cachectl_core::vocabulary::outcome::Outcome;
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
            clap_mangen::generate_to(crate::command(), directory).map_err(failed)?;
        }
    }
    Ok(Outcome::Clean)
}
