//! Which rules may match a key, so that not every rule is asked about every key.

use std::borrow::Cow;

use regex::bytes::{RegexSet, RegexSetBuilder};

use super::affixes::Affixes;
use crate::values::rule::Rule;

/// So many regexes that begin alike are searched for together.
const TOGETHER: usize = 4;
/// How many bytes the program for regexes that are searched for together may have, and so much
/// again what is remembered of earlier keys. Regexes for which that is too little are asked one
/// by one.
const REGEX_BYTES: usize = 32 << 20;

/// Rules by the literal bytes that their keys begin with.
#[derive(Clone, Debug)]
pub(super) struct Index(Affixes<Group>);

/// Rules whose keys begin alike.
#[derive(Clone, Debug)]
struct Group {
    /// Rules that are asked one by one, in their order.
    single: Vec<u16>,
    /// Regexes that are searched for together.
    together: Option<Together>,
}

#[derive(Clone, Debug)]
struct Together {
    /// Each regex in it has the place of its rule in `rules`.
    set: RegexSet,
    rules: Vec<u16>,
}

impl Index {
    pub(super) fn of(rules: &[Rule]) -> Self {
        let heads = (0..).zip(rules).flat_map(|(number, rule): (u16, &Rule)| {
            rule.heads().into_iter().map(move |head| (head, number))
        });
        Self(Affixes::new(heads, |numbers| Group::of(numbers, rules)))
    }

    /// Returns the rules that may match a key, in their order: all that do are among them.
    pub(super) fn candidates(&self, key: &[u8]) -> Cow<'_, [u16]> {
        let mut candidates = Cow::Borrowed(&[][..]);
        for group in self.0.prefixes_of(key) {
            add(&mut candidates, Cow::Borrowed(&group.single));
            if let Some(together) = &group.together {
                let matches = together.set.matches(key).into_iter();
                let rules = matches.filter_map(|at| together.rules.get(at).copied()).collect();
                add(&mut candidates, Cow::Owned(rules));
            }
        }
        candidates
    }
}

impl Group {
    fn of(numbers: Vec<u16>, rules: &[Rule]) -> Self {
        let pattern = |number: &u16| rules.get(usize::from(*number)).and_then(Rule::regex);
        let regexes: Vec<(u16, &str)> =
            numbers.iter().filter_map(|number| Some((*number, pattern(number)?))).collect();
        let together = if regexes.len() < TOGETHER { None } else { Together::of(&regexes) };
        let mut single = numbers;
        if together.is_some() {
            single.retain(|number| pattern(number).is_none());
        }
        Self { single, together }
    }
}

impl Together {
    /// Returns nothing if there is too much to search for.
    fn of(regexes: &[(u16, &str)]) -> Option<Self> {
        let set = RegexSetBuilder::new(regexes.iter().map(|(_, pattern)| pattern))
            .unicode(false)
            .dot_matches_new_line(true)
            .size_limit(REGEX_BYTES)
            .dfa_size_limit(REGEX_BYTES)
            .build()
            .ok()?;
        Some(Self { set, rules: regexes.iter().map(|(number, _)| *number).collect() })
    }
}

/// Adds rules to others, in order.
fn add<'a>(candidates: &mut Cow<'a, [u16]>, more: Cow<'a, [u16]>) {
    if candidates.is_empty() {
        *candidates = more;
    } else if !more.is_empty() {
        let candidates = candidates.to_mut();
        candidates.extend_from_slice(&more);
        candidates.sort_unstable();
    }
}
