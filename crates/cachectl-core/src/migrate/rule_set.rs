//! Rules in order.

/// TBD
#[derive(Clone, Debug)]
pub struct RuleSet;
/// TBD
#[derive(Clone, Debug, thiserror::Error)]
#[error("TBD")]
pub struct RuleSetError;
