//! What carrying on or rolling back would do.

use cachectl_core::{
    migrate::report::{ApplyReport, Neighbour},
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

/// Prints it, and refuses what is not as it was expected.
pub(super) fn show(
    preview: ApplyReport,
    half_way: Vec<Neighbour>,
    expect: Option<u64>,
    app: &App,
) -> Result<Outcome, CliError> {
    let keys = preview.accounts.left;
    let preview = Preview { preview, half_way };
    app.output.emit(&preview)?;
    store::mention(&preview.half_way, app);
    Consent::compare(expect, keys)?;
    Ok(Outcome::Clean)
}
