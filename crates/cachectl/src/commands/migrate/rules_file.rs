//! Rules files.
//!
//! Every flag of the command may stand in one by its name, so that a migration can be reviewed as
//! one file.

use std::{fs, num::NonZeroU32, ops::RangeInclusive, path::Path, time::Duration};

use cachectl_core::{
    migrate::{
        options::{Assertions, BatchSize, Level, OnConflict},
        rule::{Rule, RuleKind},
    },
    values::key_type::KeyType,
};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::{
    error::CliError,
    parse,
    settings::file,
    yaml::{self, Scalar},
};

/// What a rules file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RulesFile {
    #[serde(rename = "version", deserialize_with = "version")]
    _version: (),
    #[serde(default)]
    pub(super) select: Select,
    rules: Vec<Written>,
    #[serde(default, alias = "on-conflict", deserialize_with = "file::on_conflict")]
    pub(super) on_conflict: Option<OnConflict>,
    #[serde(default, deserialize_with = "file::rate")]
    pub(super) rate: Option<NonZeroU32>,
    #[serde(default, deserialize_with = "file::batch")]
    pub(super) batch: Option<BatchSize>,
    #[serde(default, alias = "max-latency", deserialize_with = "file::duration")]
    pub(super) max_latency: Option<Duration>,
    #[serde(default, deserialize_with = "file::level")]
    pub(super) verify: Option<Level>,
    #[serde(default, alias = "dry-run")]
    pub(super) dry_run: bool,
    pub(super) expect: Option<u64>,
    #[serde(default)]
    assert: Assert,
}

/// Which keys are meant.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Select {
    #[serde(default, deserialize_with = "types")]
    pub(super) types: Vec<KeyType>,
    #[serde(default)]
    pub(super) exclude: Vec<String>,
}

/// What must be true of the plan.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Assert {
    #[serde(default, deserialize_with = "range")]
    matched: Option<RangeInclusive<u64>>,
    #[serde(default, deserialize_with = "range")]
    conflicts: Option<RangeInclusive<u64>>,
}

/// A rule as it is written down.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Sides")]
struct Written(Rule);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sides {
    #[serde(rename = "match")]
    template: Option<String>,
    prefix: Option<String>,
    glob: Option<String>,
    regex: Option<String>,
    to: String,
}

impl TryFrom<Sides> for Written {
    type Error = String;

    fn try_from(sides: Sides) -> Result<Self, String> {
        let given = [
            (RuleKind::Match, sides.template),
            (RuleKind::Prefix, sides.prefix),
            (RuleKind::Glob, sides.glob),
            (RuleKind::Regex, sides.regex),
        ];
        let mut given = given
            .into_iter()
            .filter_map(|(kind, old)| Some((kind, old?)));
        let (Some((kind, old)), None) = (given.next(), given.next()) else {
            return Err("a rule has one of match, prefix, glob and regex".to_owned());
        };
        let rule = Rule::new(kind, &old, &sides.to);
        rule.map(Self)
            .map_err(|error| format!("the rule does not parse: {error}"))
    }
}

impl RulesFile {
    /// Reads one.
    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        let text = fs::read_to_string(path).map_err(|source| CliError::RulesUnreadable {
            path: path.to_owned(),
            source,
        })?;
        yaml::read(path, &text).map_err(CliError::RulesFile)
    }

    /// Returns the rules in their order.
    pub(super) fn take_rules(&mut self) -> Vec<Rule> {
        std::mem::take(&mut self.rules)
            .into_iter()
            .map(|written| written.0)
            .collect()
    }

    pub(super) fn assertions(&self) -> Assertions {
        let assert = &self.assert;
        Assertions {
            matched: assert.matched.clone(),
            conflicts: assert.conflicts.clone(),
        }
    }
}

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    match Scalar::deserialize(deserializer)?.0.as_str() {
        "1" => Ok(()),
        other => Err(D::Error::custom(format!(
            "version {other} is none that this release reads; it reads 1"
        ))),
    }
}

fn types<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<KeyType>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    names
        .iter()
        .map(|name| name.parse().map_err(D::Error::custom))
        .collect()
}

fn range<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<RangeInclusive<u64>>, D::Error> {
    let text = Scalar::deserialize(deserializer)?;
    parse::range(&text.0).map(Some).map_err(D::Error::custom)
}
