//! How an operation that ran to its end came out.

use serde::{Deserialize, Serialize};

/// How an operation that ran to its end came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing to report.
    Clean,
    /// It found what it looked for: a difference, a sick node, a regression.
    Findings,
    /// Some keys are left to do; running it again carries on.
    Incomplete,
    /// The operator stopped it, at a point from which it can resume.
    Interrupted,
}

impl Outcome {
    /// Returns the graver of two outcomes, for an operation of several steps.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }
}
