//! Renames keys in place.

pub mod rule;
pub mod rule_set;
