//! Flags about names that become other names.

use std::path::PathBuf;

use cachectl_core::values::rule_set::RuleSet;
use clap::Args;

use crate::{
    error::CliError,
    rules::{self, file::RulesFile},
};

/// How names become others.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Keys")]
pub(crate) struct MapArgs {
    /// Give keys other names by this rule (can be repeated; the first that matches decides)
    ///
    /// Written as for `migrate`, for instance `'user:* => restored:user:*'`. A key that no rule
    /// matches keeps its name.
    #[arg(long = "map", value_name = "OLD => NEW", conflicts_with = "rules_file")]
    rules: Vec<String>,
    /// Give keys other names by the rules of this file
    ///
    /// Only its rules count here; a file that selects keys besides is refused, because here
    /// `--match` and `--type` do that.
    #[arg(id = "rules_file", long = "rules", value_name = "FILE.yaml")]
    file: Option<PathBuf>,
}

impl MapArgs {
    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.file.is_none()
    }

    /// Returns the rules, if there are any.
    pub(crate) fn rules(&self) -> Result<Option<RuleSet>, CliError> {
        match (&self.file, self.rules.as_slice()) {
            (None, []) => Ok(None),
            (None, texts) => rules::of_flags(texts).map(Some),
            (Some(path), _) => {
                let mut file = RulesFile::read(path)?;
                if file.selects() {
                    return Err(CliError::Selects { path: path.clone() });
                }
                rules::of_file(path, file.take_rules()).map(Some)
            }
        }
    }
}
