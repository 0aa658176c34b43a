//! Steps that operations share.

pub mod facts;
pub mod fence;
pub(crate) mod fields;
pub mod journal;
pub mod pacing;
pub mod scan;
pub mod sorter;
pub mod throttle;
