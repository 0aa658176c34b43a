//! Rules in order.
use super::rule::Rule;

/// TBD
#[derive(Clone, Debug)]
pub struct RuleSet;
/// TBD
#[derive(Clone, Copy, Debug)]
pub struct Verdict { /// a
    pub rule: u16, /// a
    pub ambiguous: bool, /// a
    pub also: Option<u16> }
impl RuleSet {
    /// TBD
    pub fn rules(&self) -> &[Rule] { &[] }
    /// TBD
    pub fn verdict(&self, _key: &[u8], _out: &mut Vec<u8>) -> Option<Verdict> { None }
    /// TBD
    pub fn scan_pattern(&self) -> Option<Vec<u8>> { None }
}
/// TBD
#[derive(Clone, Debug, thiserror::Error)]
#[error("TBD")]
pub struct RuleSetError;
