//! Entrances for fuzz targets to the files that people write, and others may.

use std::path::Path;

use crate::{
    rules::file::RulesFile,
    settings::file::File,
    yaml::{self, Values},
};

/// Reads a configuration file; returns whether it is one, or what is wrong.
///
/// # Errors
///
/// Fails where a command would.
pub fn configuration(text: &str) -> Result<(), String> {
    yaml::read::<File>(Path::new("cachectl.yaml"), text, Values::Private).map(drop).map_err(told)
}

/// Reads a rules file.
///
/// # Errors
///
/// Fails where a command would.
pub fn rules_file(text: &str) -> Result<(), String> {
    yaml::read::<RulesFile>(Path::new("rules.yaml"), text, Values::Public).map(drop).map_err(told)
}

fn told(diagnostic: Box<yaml::Diagnostic>) -> String {
    format!("{diagnostic} {}", diagnostic.advice.as_deref().unwrap_or_default())
}
