//! One rule.

/// TBD
#[derive(Clone, Debug)]
pub struct Rule;
/// TBD
#[derive(Clone, Debug, thiserror::Error)]
#[error("TBD")]
pub struct RuleError;
