//! Reading rules.

use std::path::Path;

use cachectl_core::{
    migrate::{
        rule::{Rule, RuleError},
        rule_set::RuleSet,
    },
    values::glob::Glob,
};

use crate::error::CliError;

/// The four ways to write a rule in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RuleKind {
    Match,
    Prefix,
    Glob,
    Regex,
}

pub(super) fn build(kind: RuleKind, old: &str, new: &str) -> Result<Rule, RuleError> {
    let _ = (kind, old, new);
    Ok(Rule)
}

/// Reads the rules of the command line.
pub(super) fn of_flags(texts: &[String]) -> Result<RuleSet, CliError> {
    let _ = texts;
    Ok(RuleSet)
}

/// Puts the rules of a file together.
pub(super) fn of_file(path: &Path, rules: Vec<Rule>) -> Result<RuleSet, CliError> {
    drop(rules);
    let _: &Path = path;
    Ok(RuleSet)
}

pub(super) fn glob(text: &str) -> Glob {
    let _ = text;
    Glob
}
