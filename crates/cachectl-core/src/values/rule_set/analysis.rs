//! What is certain about rules before they have seen a key.

use serde::Serialize;

use super::language::Language;
use super::slots;
use crate::values::rule::Rule;

/// Whether something is certain. What is not proven may still be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// It is so for all keys.
    Proven,
    /// It depends on the keys, or cannot be told.
    Unproven,
}

/// What is certain about a set of rules, whatever the keys are.
///
/// Rules are numbered by their place in the order, from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Analysis {
    /// What is certain about each rule alone.
    pub rules: Vec<RuleAnalysis>,
    /// Pairs of rules that may match the same key, the earlier one first.
    pub overlaps: Vec<(u16, u16)>,
    /// Pairs of rules that may give the same name to different keys, the earlier one first.
    pub shared_names: Vec<(u16, u16)>,
    /// Pairs of rules, or one rule twice, where a new name that the first one gives may match the
    /// second one again.
    pub feeds: Vec<(u16, u16)>,
}

/// What is certain about one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RuleAnalysis {
    /// Different keys get different names.
    pub injective: Proof,
    /// No key is reported as ambiguous.
    pub unambiguous: Proof,
    /// The new name is in the hash slot of the old one.
    pub keeps_slot: Proof,
}

impl Proof {
    pub(super) fn of(certain: bool) -> Self {
        if certain { Self::Proven } else { Self::Unproven }
    }

    /// Returns whether it is certain.
    #[must_use]
    pub fn is_proven(self) -> bool {
        self == Self::Proven
    }
}

impl Analysis {
    pub(super) fn of(rules: &[Rule], rivals: &[Vec<u16>]) -> Self {
        let sources: Vec<Language> =
            rules.iter().map(|rule| Language::of(&rule.source())).collect();
        let outputs: Vec<Language> =
            rules.iter().map(|rule| Language::of(&rule.output())).collect();
        let meeting = |ones: &[Language], others: &[Language]| -> Vec<(u16, u16)> {
            let pairs =
                (0..).zip(ones).flat_map(|one| (0..).zip(others).map(move |other| (one, other)));
            pairs.filter_map(|((a, one), (b, other))| one.meets(other).then_some((a, b))).collect()
        };
        let mut shared_names = meeting(&outputs, &outputs);
        shared_names.retain(|(earlier, later)| earlier < later);
        let overlaps = (0..)
            .zip(rivals)
            .flat_map(|(earlier, later)| later.iter().map(move |&later| (earlier, later)));
        Self {
            rules: rules.iter().map(RuleAnalysis::of).collect(),
            overlaps: overlaps.collect(),
            shared_names,
            feeds: meeting(&outputs, &sources),
        }
    }

    /// Returns whether no two keys get the same name, by one rule or by two.
    #[must_use]
    pub fn injective(&self) -> Proof {
        let each = self.rules.iter().all(|rule| rule.injective.is_proven());
        Proof::of(each && self.shared_names.is_empty())
    }

    /// Returns whether no new name matches a rule, so that a second run finds nothing to do.
    #[must_use]
    pub fn idempotent(&self) -> Proof {
        Proof::of(!self.chains_possible())
    }

    /// Returns whether a new name may be the old name of another key: then the order matters.
    #[must_use]
    pub fn chains_possible(&self) -> bool {
        !self.feeds.is_empty()
    }
}

impl RuleAnalysis {
    /// A new name that can be read in one way gives back what the slots stood for, and so the old
    /// name, if it holds all of them. A frame gives back what is between its ends.
    fn of(rule: &Rule) -> Self {
        let Some(mapping) = rule.mapping() else {
            return Self {
                injective: Proof::Unproven,
                unambiguous: Proof::Proven,
                keeps_slot: Proof::Unproven,
            };
        };
        let is_unambiguous = |shape| !Language::of(&shape).is_ambiguous();
        let frame = mapping.is_frame();
        let injective = frame || (mapping.uses_all_slots() && is_unambiguous(mapping.output()));
        Self {
            injective: Proof::of(injective),
            unambiguous: Proof::of(frame || is_unambiguous(mapping.left().clone())),
            keeps_slot: slots::keeps_slot(mapping),
        }
    }
}
