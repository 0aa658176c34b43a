//! One rule.

/// TBD
#[derive(Clone, Debug)]
pub struct Rule;
impl std::fmt::Display for Rule { fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { Ok(()) } }
/// TBD
#[derive(Clone, Debug, thiserror::Error)]
#[error("TBD")]
pub struct RuleError;
