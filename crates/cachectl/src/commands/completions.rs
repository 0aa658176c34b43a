//! Completions for shells.

use cachectl_core::vocabulary::outcome::Outcome;
use clap_complete::Shell;

use crate::{
    error::CliError,
    output::{self, departure::Form},
};

/// Print completions for a shell
///
/// For instance: `cachectl completions bash > ~/.local/share/bash-completion/completions/cachectl`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, CliError> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut crate::command(), "cachectl", &mut text);
    output::write(&text, Form::Text)?;
    Ok(Outcome::Clean)
}
