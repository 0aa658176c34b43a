//! What is certain about rules before they have seen a key.

use serde::Serialize;

use super::affixes::Affixes;
use super::language::Language;
use super::slots;
use crate::values::rule::Rule;
use crate::values::template::shape::Shape;

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
    pub(super) fn of(rules: &[Rule]) -> Self {
        let sources: Vec<Shape> = rules.iter().map(Rule::source).collect();
        let outputs: Vec<Shape> = rules.iter().map(Rule::output).collect();
        let later = |pairs: Vec<(u16, u16)>| {
            pairs.into_iter().filter(|(earlier, later)| earlier < later).collect()
        };
        Self {
            rules: rules.iter().map(RuleAnalysis::of).collect(),
            overlaps: later(meeting(&sources, &sources)),
            shared_names: later(meeting(&outputs, &outputs)),
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

/// How many steps comparing rules may take before the answer is that nothing is proven: well
/// below a second.
const STEPS: usize = 20_000_000;

/// Returns whether no two keys get the same name, by one rule or by two.
pub(super) fn injective(rules: &[Rule]) -> Proof {
    if !rules.iter().all(|rule| RuleAnalysis::of(rule).injective.is_proven()) {
        return Proof::Unproven;
    }
    let outputs: Vec<Shape> = rules.iter().map(Rule::output).collect();
    let heads = heads(&outputs);
    let mut steps = 0;
    for (number, one) in (0..).zip(&outputs) {
        let language = Language::of(one);
        for other in beginning_alike(&heads, one).filter(|other| number < *other) {
            let Some(other) = outputs.get(usize::from(other)) else {
                continue;
            };
            steps += 1;
            if end_alike(one, other) {
                let other = Language::of(other);
                steps += language.steps_against(&other);
                if language.meets(&other) {
                    return Proof::Unproven;
                }
            }
            if steps > STEPS {
                return Proof::Unproven;
            }
        }
    }
    Proof::Proven
}

/// Returns the pairs of shapes that some name has both of, in order.
fn meeting(ones: &[Shape], others: &[Shape]) -> Vec<(u16, u16)> {
    let heads = heads(others);
    let languages: Vec<Language> = others.iter().map(Language::of).collect();
    let mut pairs = Vec::new();
    for (a, one) in (0..).zip(ones) {
        let language = Language::of(one);
        let met = beginning_alike(&heads, one).filter(|b| {
            let other = others.get(usize::from(*b)).zip(languages.get(usize::from(*b)));
            other.is_some_and(|(other, it)| end_alike(one, other) && language.meets(it))
        });
        let mut met: Vec<u16> = met.collect();
        met.sort_unstable();
        pairs.extend(met.into_iter().map(|b| (a, b)));
    }
    pairs
}

/// Sorts shapes by their heads.
fn heads(shapes: &[Shape]) -> Affixes<Vec<u16>> {
    let heads = shapes.iter().map(|shape| shape.head().to_vec());
    Affixes::new(heads.zip(0..), |numbers| numbers)
}

/// Returns the shapes whose head one shape begins with, or the other way round: no others have a
/// name in common with it.
fn beginning_alike<'a>(
    heads: &'a Affixes<Vec<u16>>,
    one: &'a Shape,
) -> impl Iterator<Item = u16> + 'a {
    let (shorter, longer) = (heads.prefixes_of(one.head()), heads.extensions_of(one.head()));
    shorter.chain(longer).flatten().copied()
}

/// Returns whether the tail of one shape ends with that of the other.
fn end_alike(one: &Shape, other: &Shape) -> bool {
    one.tail().ends_with(other.tail()) || other.tail().ends_with(one.tail())
}
