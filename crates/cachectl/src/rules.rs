//! Reading rules, from flags and from a file.

pub(crate) mod file;

use std::path::Path;

use cachectl_core::values::{
    rule::{Rule, RuleError, weight::Weight},
    rule_set::RuleSet,
};

use crate::{error::CliError, yaml::Diagnostic};

/// A rule of the command line that does not parse.
#[derive(Debug, thiserror::Error)]
#[error("the rule does not parse: {error}")]
pub(crate) struct BadRule {
    text: String,
    error: RuleError,
}

/// How long a rule may be, in bytes, that is drawn: the mark has to be found.
const DRAWN: usize = 1_000;

impl BadRule {
    /// Returns the rule with a mark below the place that is wrong, if a terminal can show it.
    pub(crate) fn drawing(&self) -> Option<[String; 2]> {
        let before = self.text.get(..self.error.at)?;
        let is_plain = self.text.len() <= DRAWN && !self.text.chars().any(char::is_control);
        let indent = console::measure_text_width(before);
        is_plain.then(|| [format!("  {}", self.text), format!("  {:indent$}^", "")])
    }
}

/// Reads the rules of the command line.
pub(crate) fn of_flags(texts: &[String]) -> Result<RuleSet, CliError> {
    let read = |text: &String| {
        Rule::parse(text)
            .map_err(|error| CliError::Rule(Box::new(BadRule { text: text.clone(), error })))
    };
    let (mut rules, mut weight) = (Vec::new(), Weight::default());
    for text in texts {
        let rule = read(text)?;
        weight.add(&rule).map_err(|error| CliError::Rules(error.to_string()))?;
        rules.push(rule);
    }
    RuleSet::new(rules).map_err(|error| CliError::Rules(error.to_string()))
}

/// Puts the rules of a file together.
pub(crate) fn of_file(path: &Path, rules: Vec<Rule>) -> Result<RuleSet, CliError> {
    RuleSet::new(rules).map_err(|error| {
        let file = path.to_owned();
        let message = error.to_string();
        CliError::RulesFile(Box::new(Diagnostic { file, place: None, message, advice: None }))
    })
}
