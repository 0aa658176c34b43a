//! `config check`: whether a file is good.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use cachectl_core::vocabulary::outcome::Outcome;
use serde::Serialize;

use crate::{
    cli::GlobalArgs,
    error::CliError,
    output::{Output, count::Count, render::Render},
    settings::{
        self,
        env::Environment,
        file::{self, Found},
    },
};

/// Check a configuration file, without a server
///
/// Exit 78 if it is wrong, with the place and what was probably meant.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file [default: the one that would be used]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// A file that is good.
#[derive(Debug, Serialize)]
struct Checked {
    file: String,
    contexts: Vec<String>,
    protected: Vec<String>,
}

pub(super) fn run(args: &Args, global: &GlobalArgs) -> Result<Outcome, CliError> {
    let asked = args.file.as_deref().or(global.connection.config.as_deref());
    let found = file::find(asked, &Environment::of_process())?;
    let Found { path, file, .. } = found.ok_or(settings::Error::NoFile)?;
    file::check(&path, &file)?;
    let protected = file.contexts.iter().filter(|(_, context)| context.is_protected());
    let checked = Checked {
        protected: protected.map(|(name, _)| name.clone()).collect(),
        contexts: file.contexts.into_keys().collect(),
        file: path.display().to_string(),
    };
    Output::new(&global.console).emit(&checked)?;
    Ok(Outcome::Clean)
}

impl Render for Checked {
    const SCHEMA: &'static str = "cachectl.config.check/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let contexts = Count(self.contexts.len() as u64, "context");
        match self.protected.as_slice() {
            [] => writeln!(out, "{}: good, {contexts}", self.file),
            names => {
                writeln!(out, "{}: good, {contexts}, protected: {}", self.file, names.join(", "))
            }
        }
    }
}
