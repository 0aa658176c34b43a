//! Asks which names are taken, and says what is missing where our user may not ask.

use super::{Error, plan::explain};
use crate::{server::deployment::Deployment, steps::presence};

/// Tells of every name whether it is taken.
pub(super) async fn present(deployment: &Deployment, names: &[&[u8]]) -> Result<Vec<bool>, Error> {
    presence::present(deployment, names).await.map_err(explain)
}

/// Counts how many of the names are taken.
pub(super) async fn count(deployment: &Deployment, names: &[&[u8]]) -> Result<usize, Error> {
    presence::count(deployment, names).await.map_err(explain)
}
