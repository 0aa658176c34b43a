//! Rules in order.
//!
//! The first rule that matches a key decides. That a later one would match it too is told along
//! with the verdict, and what can be known about a set before it has seen a key is in its
//! [`Analysis`].

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::Serialize;

use super::rule::{Reading, Rule};

mod affixes;
mod analysis;
mod index;
mod language;
mod slots;
#[cfg(test)]
mod tests;

pub use analysis::{Analysis, Proof, RuleAnalysis};
use index::Index;

use crate::values::glob::Glob;

/// Rules in the order in which they are asked.
///
/// ```
/// use cachectl_core::values::rule::Rule;
/// use cachectl_core::values::rule_set::RuleSet;
///
/// let rules = RuleSet::new(vec![
///     Rule::parse("user:{id:digits} => account:{id}")?,
///     Rule::parse("user:* => person:*")?,
/// ])?;
/// let mut name = Vec::new();
/// let verdict = rules.verdict(b"user:7", &mut name).expect("both rules match");
/// assert_eq!((name.as_slice(), verdict.rule, verdict.also), (&b"account:7"[..], 0, Some(1)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
    index: Index,
}

/// What a set of rules says about a key that is to be renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The rule that decided, by its place in the order.
    pub rule: u16,
    /// Whether the rule can read the key in ways that may lead to different names.
    pub ambiguous: bool,
    /// The first later rule that matches the key too.
    pub also: Option<u16>,
}

/// Why rules do not make a set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum RuleSetError {
    #[error("there is no rule")]
    Empty,
    #[error("{count} rules are more than {}", u16::MAX)]
    TooMany { count: usize },
    #[error("rule {} `{rule}` never matches, rule {} has the same left side", .second + 1, .first + 1)]
    Duplicate { first: usize, second: usize, rule: String },
}

impl RuleSet {
    /// Takes rules in the order in which they are to be asked.
    ///
    /// # Errors
    ///
    /// Fails when there is no rule, or one whose left side an earlier one has already.
    pub fn new(rules: Vec<Rule>) -> Result<Self, RuleSetError> {
        if rules.is_empty() {
            return Err(RuleSetError::Empty);
        }
        if u16::try_from(rules.len()).is_err() {
            return Err(RuleSetError::TooMany { count: rules.len() });
        }
        let mut known = HashMap::with_capacity(rules.len());
        for (second, rule) in rules.iter().enumerate() {
            match known.entry(rule.old_names()) {
                Entry::Vacant(entry) => drop(entry.insert(second)),
                Entry::Occupied(first) => {
                    let (first, rule) = (*first.get(), rule.to_string());
                    return Err(RuleSetError::Duplicate { first, second, rule });
                }
            }
        }
        Ok(Self { index: Index::of(&rules), rules })
    }

    /// Returns the rules in their order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Asks the rules about a key, and writes the new name over what is in `out`.
    ///
    /// Returns nothing when no rule matches; what `out` holds then means nothing.
    pub fn verdict(&self, key: &[u8], out: &mut Vec<u8>) -> Option<Verdict> {
        let candidates = self.index.candidates(key);
        let mut candidates = candidates.iter().copied();
        while let Some(rule) = candidates.next() {
            let reading = self.rules.get(usize::from(rule))?.rename(key, out);
            if reading != Reading::No {
                let also = candidates.find(|&later| self.matches(later, key));
                return Some(Verdict { rule, ambiguous: reading == Reading::Several, also });
            }
        }
        None
    }

    /// Writes the new name of a key over what is in `out`: its own, if no rule matches. Returns the
    /// rule that decided.
    pub(crate) fn rename_or_keep(
        rules: Option<&Self>,
        key: &[u8],
        out: &mut Vec<u8>,
    ) -> Option<u16> {
        let verdict = rules.and_then(|rules| rules.verdict(key, out));
        if verdict.is_none() {
            out.clear();
            out.extend_from_slice(key);
        }
        verdict.map(|verdict| verdict.rule)
    }

    fn matches(&self, rule: u16, key: &[u8]) -> bool {
        self.rules.get(usize::from(rule)).is_some_and(|rule| rule.matches(key))
    }

    /// Returns a pattern for `SCAN … MATCH` that lets every key through that a rule matches, or
    /// nothing when that is the pattern for all keys.
    #[must_use]
    pub fn scan_pattern(&self) -> Option<Vec<u8>> {
        let pattern = if let [rule] = self.rules.as_slice() {
            rule.source().glob()
        } else {
            let heads = self.rules.iter().map(|rule| rule.source().head().to_vec());
            let mut pattern = Glob::escape_literal(&heads.reduce(common_prefix)?);
            pattern.push(b'*');
            pattern
        };
        (pattern != b"*").then_some(pattern)
    }

    /// Returns globs of which one at least matches every name that a rule makes.
    pub(crate) fn output_patterns(&self) -> Vec<Vec<u8>> {
        self.rules.iter().map(|rule| rule.output().glob()).collect()
    }

    /// Finds out what is certain about the set, whatever the keys are.
    #[must_use]
    pub fn analyse(&self) -> Analysis {
        Analysis::of(&self.rules)
    }

    /// Finds out whether no two keys get the same name, by one rule or by two.
    ///
    /// As the [`Analysis`] says, but it ends with the first pair of rules that may give one name,
    /// and where comparing all pairs would take too long.
    #[must_use]
    pub fn injective(&self) -> Proof {
        analysis::injective(&self.rules)
    }
}

pub(super) fn common_prefix(mut one: Vec<u8>, other: Vec<u8>) -> Vec<u8> {
    let common = one.iter().zip(other).take_while(|(one, other)| *one == other).count();
    one.truncate(common);
    one
}
