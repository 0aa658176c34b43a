//! The words that all operations share, so that renderers know phases and never operations.

pub mod bug;
pub(crate) mod causes;
pub mod control;
pub mod error_kind;
pub mod listed;
pub mod outcome;
pub mod progress;
pub(crate) mod seconds;
