//! What carrying on or rolling back would do.

use cachectl_core::{
    migrate::report::{ApplyReport, Direction, Neighbour},
    vocabulary::outcome::Outcome,
};
use serde::Serialize;

use super::store;
use crate::{app::App, confirm::Consent, error::CliError};

/// What carrying on or rolling back would do.
#[derive(Debug, Serialize)]
pub(super) struct Preview {
    pub(super) preview: ApplyReport,
    /// Other migrations that are half-way on the same servers.
    pub(super) half_way: Vec<Neighbour>,
}

/// What carrying on would do, under the name of its command.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct ResumePreview(pub(super) Preview);

/// Prints it, and refuses what is not as it was expected.
pub(super) fn show(
    preview: ApplyReport,
    half_way: Vec<Neighbour>,
    expect: Option<u64>,
    app: &App,
) -> Result<Outcome, CliError> {
    let keys = preview.accounts.left;
    let direction = preview.direction;
    let preview = Preview { preview, half_way };
    store::mention(&preview.half_way, app);
    match direction {
        Direction::Forward => app.output.emit(&ResumePreview(preview))?,
        Direction::Back => app.output.emit(&preview)?,
    }
    Consent::compare(expect, keys)?;
    Ok(Outcome::Clean)
}
