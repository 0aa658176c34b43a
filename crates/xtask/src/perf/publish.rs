//! Where the results of a measurement go.

use std::fs;
use std::path::PathBuf;

use serde::Serialize;

use super::docs;
use super::target::{Target, Verdict};
use crate::failure::Failure;

/// What is done with the results, beside printing them.
#[derive(Debug, clap::Args)]
pub(super) struct Output {
    /// Write the figures to a file as JSON
    #[arg(short = 'o', long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the tables into docs/performance.md
    #[arg(long)]
    update_docs: bool,
    /// Fail if a figure is not what it is to be
    #[arg(long)]
    check: bool,
}

/// A report as a file has it.
#[derive(Debug, Serialize)]
pub(super) struct Figures<'a, R> {
    #[serde(flatten)]
    pub(super) report: &'a R,
    pub(super) targets: &'a [Target],
}

impl Output {
    /// Publishes the results about `subject`.
    pub(super) fn publish<R: Serialize>(
        &self,
        subject: &str,
        markdown: &str,
        figures: &Figures<'_, R>,
    ) -> Result<(), Failure> {
        println!("{markdown}");
        if let Some(file) = &self.json {
            let json = serde_json::to_string_pretty(figures).map_err(Failure::other)?;
            fs::write(file, json + "\n").map_err(|error| {
                Failure::other(format!("cannot write `{}`: {error}", file.display()))
            })?;
        }
        if self.update_docs {
            docs::update(subject, markdown)?;
        }
        let missed = figures.targets.iter().any(|target| target.verdict == Verdict::Missed);
        if self.check && missed {
            return Err(Failure::other("a figure is not what it is to be"));
        }
        Ok(())
    }
}
