//! What is read of a side.

use std::collections::BTreeSet;

use super::{Name, Options, Side};
use crate::{
    steps::selection::Selection,
    values::{glob::Glob, rule_set::RuleSet},
};

/// What is read of a side.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub(super) side: Name,
    /// Which keys are meant, by their names on this side.
    pub(super) selection: Selection,
    /// What the names are on the other side; only side A has rules.
    pub(super) rules: Option<RuleSet>,
    /// The number of its only database, if the two sides may number it differently.
    pub(super) only: Option<u64>,
}

impl Scope {
    /// Finds out what is read of both sides.
    pub(super) fn of(a: &Side, b: &Side, options: &Options) -> (Self, Self) {
        let (mut of_a, mut of_b) = (Self::a(options), Self::b(options));
        if options.selection.databases.is_empty() {
            match (named(a), named(b)) {
                (None, None) => {}
                (Some(one), Some(other)) => {
                    of_a.narrow(one);
                    of_b.narrow(other);
                }
                (Some(database), None) => {
                    of_a.narrow(database);
                    of_b.narrow(if is_cluster(b) { 0 } else { database });
                }
                (None, Some(database)) => {
                    of_a.narrow(if is_cluster(a) { 0 } else { database });
                    of_b.narrow(database);
                }
            }
        }
        (of_a, of_b)
    }

    fn a(options: &Options) -> Self {
        let (selection, rules) = (options.selection.clone(), options.rules.clone());
        Self { side: Name::A, selection, rules, only: None }
    }

    fn b(options: &Options) -> Self {
        let mut selection = options.selection.clone();
        if let Some(rules) = options.rules.as_ref().filter(|_| !selection.patterns.is_empty()) {
            selection.patterns.extend(rules.output_patterns().into_iter().map(Glob::new));
        }
        Self { side: Name::B, selection, rules: None, only: None }
    }

    fn narrow(&mut self, database: u64) {
        self.selection.databases = BTreeSet::from([database]);
        self.only = Some(database);
    }

    /// Returns whether names that are not meant have to be known all the same: a rule may have
    /// made a name of side B of one of them.
    pub(super) fn needs_outside(&self) -> bool {
        self.rules.is_some() && !self.selection.patterns.is_empty()
    }

    /// Returns the number of a database in hashes: one that both sides give it.
    pub(super) fn number(&self, database: u64) -> u64 {
        if self.only.is_some() { 0 } else { database }
    }

    /// Returns the number that this side gives to a database of the other.
    pub(super) fn translate(&self, database: u64) -> u64 {
        self.only.unwrap_or(database)
    }

    /// Writes what a name is on the other side over what is in `out`. Returns the rule that decided.
    pub(super) fn rename(&self, key: &[u8], out: &mut Vec<u8>) -> Option<u16> {
        RuleSet::rename_or_keep(self.rules.as_ref(), key, out)
    }
}

/// Returns the database that a connection names; 0 is what it has when it names none.
fn named(side: &Side) -> Option<u64> {
    match side {
        Side::Server(deployment) => {
            u64::try_from(deployment.target().db).ok().filter(|database| *database != 0)
        }
        Side::File(_) => None,
    }
}

fn is_cluster(side: &Side) -> bool {
    matches!(side, Side::Server(deployment) if deployment.is_cluster())
}
