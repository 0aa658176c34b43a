//! How many keys each part of a selection and each rule fits.
//!
//! A glob or a rule that fits no key is a slip, as a rule, and what is done without it is not what
//! was meant: a key that was to be restored beside another replaces it.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use super::selection::Selection;
use crate::values::{glob::Glob, key::Key, plain::plain, rule_set::RuleSet};

/// What happens if a part of a selection or a rule fits no key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IfUnfit {
    /// Nothing is done.
    #[default]
    Refuse,
    /// It is reported, and what fits is done.
    Report,
}

/// What fits no key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfit {
    /// A glob, which selects none.
    Glob(Key),
    /// A database, of which none is selected.
    Database(u64),
    /// Everything that selects keys together, though each part of it may fit some.
    Selection,
    /// A rule, which decides about none.
    Rule(String),
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Glob(glob) => write!(f, "no key fits the glob `{}`", plain_glob(glob)),
            Self::Database(number) => write!(f, "no key of database {number} is selected"),
            Self::Selection => f.write_str("no key is selected"),
            Self::Rule(rule) => write!(f, "no key fits the rule `{}`", plain(rule)),
        }
    }
}

/// Returns a glob as it was written, as far as it is text.
fn plain_glob(glob: &Key) -> String {
    std::str::from_utf8(glob.as_bytes()).map_or_else(|_| glob.to_string(), plain)
}

/// Several of them in one line: the first, and how many there are besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct UnfitParts(pub Vec<Unfit>);

impl fmt::Display for UnfitParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.0.first() else {
            return f.write_str("everything fits a key");
        };
        match self.0.len() - 1 {
            0 => write!(f, "{first}"),
            1 => write!(f, "{first}; 1 more fits none either"),
            more => write!(f, "{first}; {more} more fit none either"),
        }
    }
}

/// Counts which keys each part fits.
#[derive(Clone, Debug, Default)]
pub struct Fit {
    keys: u64,
    globs: Vec<u64>,
    databases: BTreeMap<u64, u64>,
    rules: Vec<u64>,
}

impl Fit {
    /// Begins with no key.
    #[must_use]
    pub fn new(selection: &Selection, rules: Option<&RuleSet>) -> Self {
        Self {
            keys: 0,
            globs: vec![0; selection.patterns.len()],
            databases: BTreeMap::new(),
            rules: vec![0; rules.map_or(0, |rules| rules.rules().len())],
        }
    }

    /// Counts a key that is selected.
    pub fn key(&mut self, selection: &Selection, database: u64, key: &[u8]) {
        self.keys += 1;
        *self.databases.entry(database).or_default() += 1;
        if let [only] = self.globs.as_mut_slice() {
            // It would not be selected otherwise.
            *only += 1;
            return;
        }
        for (count, glob) in self.globs.iter_mut().zip(&selection.patterns) {
            *count += u64::from(glob.matches(key));
        }
    }

    /// Counts a key that a rule decides about.
    pub fn rule(&mut self, rule: u16) {
        if let Some(count) = self.rules.get_mut(usize::from(rule)) {
            *count += 1;
        }
    }

    /// Adds what was counted elsewhere, as far as it is about the same parts.
    pub fn add(&mut self, other: &Self) {
        self.keys += other.keys;
        for (count, more) in self.globs.iter_mut().zip(&other.globs) {
            *count += more;
        }
        for (database, more) in &other.databases {
            *self.databases.entry(*database).or_default() += more;
        }
        for (count, more) in self.rules.iter_mut().zip(&other.rules) {
            *count += more;
        }
    }

    /// Returns whether no key is selected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys == 0
    }

    /// Returns how many keys each glob fits, in their order.
    #[must_use]
    pub fn globs(&self) -> &[u64] {
        &self.globs
    }

    /// Returns how many keys each rule decides about, in their order.
    #[must_use]
    pub fn rules(&self) -> &[u64] {
        &self.rules
    }

    /// Returns what fits no key. That no key has a selected type is only told if none is selected
    /// at all: a type cannot be mistyped.
    #[must_use]
    pub fn unfit(&self, selection: &Selection, rules: Option<&RuleSet>) -> Vec<Unfit> {
        let globs = self.globs.iter().zip(&selection.patterns).filter(|(keys, _)| **keys == 0);
        let glob = |glob: &Glob| Unfit::Glob(Key::from(glob.as_bytes()));
        let mut unfit: Vec<Unfit> = globs.map(|(_, pattern)| glob(pattern)).collect();
        let absent = selection.databases.iter().filter(|it| !self.databases.contains_key(it));
        unfit.extend(absent.map(|number| Unfit::Database(*number)));
        if self.keys == 0 && unfit.is_empty() && !selection.is_everything() {
            unfit.push(Unfit::Selection);
        }
        // Without a key no rule can fit one, and the reason is named above.
        if self.keys > 0 || unfit.is_empty() {
            let rules = rules.into_iter().flat_map(RuleSet::rules).zip(&self.rules);
            let idle = rules.filter(|(_, keys)| **keys == 0);
            unfit.extend(idle.map(|(rule, _)| Unfit::Rule(rule.to_string())));
        }
        unfit
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::values::{key_type::KeyType, rule::Rule};

    #[test]
    fn what_fits_no_key_is_named() {
        #[track_caller]
        fn case(globs: &[&str], databases: &[u64], keys: &[&str], expected: &str) {
            let selection = Selection {
                patterns: globs.iter().map(|glob| Glob::new(*glob)).collect(),
                types: BTreeSet::from([KeyType::Hash]),
                databases: databases.iter().copied().collect(),
            };
            let rules = ["a:* => x:*", "b:* => y:*"].map(|rule| Rule::parse(rule).unwrap());
            let rules = RuleSet::new(rules.to_vec()).unwrap();
            let mut fit = Fit::new(&selection, Some(&rules));
            for key in keys {
                fit.key(&selection, 0, key.as_bytes());
                if let Some(verdict) = rules.verdict(key.as_bytes(), &mut Vec::new()) {
                    fit.rule(verdict.rule);
                }
            }
            assert_eq!(UnfitParts(fit.unfit(&selection, Some(&rules))).to_string(), expected);
        }

        case(&[], &[], &["a:1", "b:1"], "everything fits a key");
        case(&["a:*", "b:*"], &[], &["a:1", "b:1"], "everything fits a key");
        case(&["a:*"], &[], &["a:1"], "no key fits the rule `b:* => y:*`");
        case(&[], &[], &["c"], "no key fits the rule `a:* => x:*`; 1 more fits none either");
        case(&["b:*", "c:\x1b\\d"], &[], &["b:1", "a:1"], r"no key fits the glob `c:\u{1b}\d`");
        case(&["d", "e"], &[4], &[], "no key fits the glob `d`; 2 more fit none either");
        case(&[], &[0, 4], &["a:1", "b:1"], "no key of database 4 is selected");
        case(&[], &[], &[], "no key is selected");
    }

    #[test]
    fn nothing_is_missed_where_nothing_is_asked_for() {
        let everything = Selection::default();
        assert_eq!(Fit::new(&everything, None).unfit(&everything, None), []);
    }
}
