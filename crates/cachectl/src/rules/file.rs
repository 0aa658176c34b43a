//! Rules files.
//!
//! Every flag of the command may stand in one by its name, so that a migration can be reviewed as
//! one file.

use std::{fmt, num::NonZeroU32, ops::RangeInclusive, path::Path, time::Duration};

use cachectl_core::{
    files::{self, limits::RULES},
    migrate::options::{Assertions, BatchSize, Level, OnConflict},
    values::{
        key_type::KeyType,
        rule::{Rule, RuleKind, weight::Weight},
    },
};
use serde::{
    Deserialize, Deserializer,
    de::{self, SeqAccess, Visitor},
};

use crate::{
    error::CliError,
    parse::{self, Backup},
    settings::file,
    signals::while_reading,
    yaml::{self, Values},
};

/// What a rules file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RulesFile {
    #[serde(rename = "version", deserialize_with = "version")]
    _version: (),
    #[serde(default)]
    pub(crate) select: Select,
    #[serde(deserialize_with = "rules")]
    rules: Vec<Rule>,
    #[serde(default, alias = "on-conflict", deserialize_with = "file::on_conflict")]
    pub(crate) on_conflict: Option<OnConflict>,
    #[serde(default, deserialize_with = "file::rate")]
    pub(crate) rate: Option<NonZeroU32>,
    #[serde(default, deserialize_with = "file::batch")]
    pub(crate) batch: Option<BatchSize>,
    #[serde(default, alias = "max-latency", deserialize_with = "file::duration")]
    pub(crate) max_latency: Option<Duration>,
    #[serde(default, deserialize_with = "file::level")]
    pub(crate) verify: Option<Level>,
    #[serde(default, deserialize_with = "backup")]
    pub(crate) backup: Option<Backup>,
    #[serde(default, alias = "dry-run")]
    pub(crate) dry_run: bool,
    pub(crate) expect: Option<u64>,
    #[serde(default)]
    assert: Assert,
}

/// Which keys are meant.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Select {
    #[serde(default, deserialize_with = "types")]
    pub(crate) types: Vec<KeyType>,
    #[serde(default)]
    pub(crate) exclude: Vec<String>,
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
#[derive(Debug)]
struct Written(Rule);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        yaml::mapping::<D, Sides, Self>(deserializer)
    }
}

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
        let mut given = given.into_iter().filter_map(|(kind, old)| Some((kind, old?)));
        let (Some((kind, old)), None) = (given.next(), given.next()) else {
            return Err("a rule has one of match, prefix, glob and regex".to_owned());
        };
        let rule = Rule::new(kind, &old, &sides.to);
        rule.map(Self).map_err(|error| format!("the rule does not parse: {error}"))
    }
}

impl RulesFile {
    /// Reads one.
    pub(crate) fn read(path: &Path) -> Result<Self, CliError> {
        let text = while_reading(|| files::read_given(path, RULES)).and_then(files::text);
        let text = text.map_err(|source| CliError::Unreadable {
            what: "rules file",
            path: path.to_owned(),
            source,
        })?;
        yaml::read(path, &text, Values::Public).map_err(CliError::RulesFile)
    }

    /// Returns the rules in their order.
    pub(crate) fn take_rules(&mut self) -> Vec<Rule> {
        std::mem::take(&mut self.rules)
    }

    /// Returns whether it leaves keys out that its rules match.
    pub(crate) fn selects(&self) -> bool {
        !self.select.types.is_empty() || !self.select.exclude.is_empty()
    }

    pub(crate) fn assertions(&self) -> Assertions {
        let assert = &self.assert;
        Assertions { matched: assert.matched.clone(), conflicts: assert.conflicts.clone() }
    }
}

/// Reads the rules, and none after their regexes are too large together.
fn rules<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Rule>, D::Error> {
    deserializer.deserialize_seq(Rules)
}

struct Rules;

impl<'de> Visitor<'de> for Rules {
    type Value = Vec<Rule>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of rules")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<Rule>, A::Error> {
        let (mut rules, mut weight) = (Vec::new(), Weight::default());
        while let Some(Written(rule)) = seq.next_element()? {
            weight.add(&rule).map_err(de::Error::custom)?;
            rules.push(rule);
        }
        Ok(rules)
    }
}

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    yaml::scalar(deserializer, |text| match text {
        "1" => Ok(()),
        other => Err(format!("unsupported version {other}; expected 1")),
    })
}

fn backup<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Backup>, D::Error> {
    yaml::scalar(deserializer, |text| match text {
        "true" => Ok(Some(Backup::Beside)),
        "false" => Ok(None),
        path => parse::backup(path).map(Some),
    })
}

/// The name of a type.
#[derive(Debug)]
struct TypeName(KeyType);

impl<'de> Deserialize<'de> for TypeName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        yaml::scalar(deserializer, str::parse::<KeyType>).map(Self)
    }
}

fn types<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<KeyType>, D::Error> {
    let names = Vec::<TypeName>::deserialize(deserializer)?;
    Ok(names.into_iter().map(|TypeName(key_type)| key_type).collect())
}

fn range<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<RangeInclusive<u64>>, D::Error> {
    yaml::scalar(deserializer, parse::range).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<RulesFile, String> {
        yaml::read(Path::new("r.yaml"), text, Values::Public).map_err(
            |diagnostic: Box<yaml::Diagnostic>| {
                let advice = diagnostic.advice.clone().map(|advice| format!(" [{advice}]"));
                format!("{diagnostic}{}", advice.unwrap_or_default())
            },
        )
    }

    #[test]
    fn a_file_holds_rules_and_flags() {
        let text = "\
version: 1
select: { types: [hash, string], exclude: ['user:*:lock'] }
rules:
  - match: 'user:{id:digits}:profile'
    to: 'acct:{id}:profile'
  - { prefix: 'sess:', to: 'web:sess:' }
  - { glob: 'tmp.?.*', to: 'tmp:*' }
  - { regex: '^u(\\d+)$', to: 'user:$1' }
on_conflict: skip
batch: 64
rate: 20_000
max-latency: 2ms
verify: 0
backup: before.rdb
expect: 5
assert: { matched: 900000..1100000, conflicts: 0 }
";
        let mut file = read(text).unwrap();
        assert_eq!(file.select.types, [KeyType::Hash, KeyType::String]);
        assert_eq!(file.take_rules().len(), 4);
        assert_eq!(file.on_conflict, Some(OnConflict::Skip));
        assert_eq!(file.batch.map(BatchSize::get), Some(64));
        assert_eq!(file.rate.map(NonZeroU32::get), Some(20_000));
        assert_eq!(file.max_latency, Some(Duration::from_millis(2)));
        assert_eq!(file.verify, Some(Level::Accounts));
        assert_eq!(file.backup, Some(Backup::File("before.rdb".into())));
        assert_eq!(file.expect, Some(5));
        assert_eq!(file.assertions().matched, Some(900_000..=1_100_000));
        assert_eq!(file.assertions().conflicts, Some(0..=0));
    }

    #[test]
    fn a_mistake_is_shown_with_its_place() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            assert_eq!(read(text).unwrap_err(), format!("r.yaml:{expected}"));
        }

        case("rules: []", "1:1: missing key `version`");
        case("version: 2\nrules: []", "1:10: version: unsupported version 2; expected 1");
        case("version: 1\nrule: []", "2:1: unknown key `rule` [did you mean `rules`?]");
        case(
            "version: 1\nrules: []\non_conflct: skip",
            "3:1: unknown key `on_conflct` [did you mean `on_conflict`?]",
        );
        case(
            "version: 1\nrules: []\nbatch: 1000",
            "3:8: batch: a batch is a number from 16 to 512",
        );
        case(
            "version: 1\nrules: []\nselect: { types: [hsh] }",
            "3:19: select.types[0]: unknown type `hsh`; use string, list, set, zset, hash, stream, module or array",
        );
        case(
            "version: 1\nrules: []\nassert: { matched: 5..4 }",
            "3:20: assert.matched: `5..4` ends before it begins",
        );
    }

    #[test]
    fn a_rule_that_is_wrong_is_shown_with_its_place() {
        #[track_caller]
        fn case(rule: &str, expected: &str) {
            let text = format!("version: 1\nrules:\n  - {rule}\n");
            assert_eq!(read(&text).unwrap_err(), format!("r.yaml:{expected}"));
        }

        case("match: 'a:*'", "3:5: rules[0]: missing key `to`");
        case(
            "{ match: 'a:*', prefix: 'a', to: 'b:*' }",
            "3:5: rules[0]: a rule has one of match, prefix, glob and regex",
        );
        case(
            "{ match: 'a:{x}', to: 'b:*' }",
            "3:5: rules[0]: the rule does not parse: 0 `*` on the left side and 1 on the right \
             side: each goes over by position (right side, column 3)",
        );
    }

    #[test]
    fn quotes_that_are_missing_are_asked_for() {
        #[track_caller]
        fn case(rule: &str, value: &str) {
            let text = format!("version: 1\nrules:\n  - {rule}\n");
            let error = read(&text).unwrap_err();
            assert!(error.ends_with(&format!("quote the value: '{value}']")), "{error}");
        }

        case("{ match: *:a, to: 'b:*' }", "*:a");
        case("match: *:a\n    to: 'b:*'", "*:a");
        case("match: *all\n    to: 'b:*'", "*all");
        case("prefix: sess:\n    to: 'b:'", "sess:");
        case("match: {id}:a\n    to: 'b:{id}'", "{id}:a");
    }
}
