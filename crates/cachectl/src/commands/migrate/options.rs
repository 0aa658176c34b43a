//! From flags, a rules file and the configuration to options of the core, strongest first.

use std::time::Duration;

use cachectl_core::{
    migrate::{
        Options,
        options::{Level, Pacing, Selection},
        rule_set::RuleSet,
    },
    values::glob::Glob,
};

use super::{
    flags::{PaceArgs, RuleArgs, VerifyArgs},
    rules,
    rules_file::RulesFile,
};
use crate::{error::CliError, settings::file::Migrate as Defaults};

/// What the flags and the rules file ask for.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) options: Options,
    /// The rules file without its rules, for the steps that come after the plan.
    pub(super) file: RulesFile,
}

impl Asked {
    /// Reads the rules, and settles what to rename.
    pub(super) fn new(args: &RuleArgs, defaults: &Defaults) -> Result<Self, CliError> {
        let (rules, file) = read(args)?;
        let types = if args.types.is_empty() {
            &file.select.types
        } else {
            &args.types
        };
        // Exclusions add up: a flag that brought back what the file keeps out would be a trap.
        let exclude = [&defaults.exclude, &file.select.exclude, &args.exclude];
        let selection = Selection {
            types: types.iter().copied().collect(),
            exclude: exclude
                .into_iter()
                .flatten()
                .map(|glob| Glob::new(glob.as_bytes()))
                .collect(),
        };
        let on_conflict = args
            .on_conflict
            .or(file.on_conflict)
            .or(defaults.on_conflict);
        let options = Options {
            rules,
            selection,
            on_conflict: on_conflict.unwrap_or_default(),
            assertions: file.assertions(),
        };
        Ok(Self { options, file })
    }
}

fn read(args: &RuleArgs) -> Result<(RuleSet, RulesFile), CliError> {
    match (&args.file, args.rules.as_slice()) {
        (None, []) => Err(CliError::NoRule),
        (None, texts) => Ok((rules::of_flags(texts)?, RulesFile::default())),
        (Some(path), _) => {
            let mut file = RulesFile::read(path)?;
            let rules = rules::of_file(path, file.take_rules())?;
            Ok((rules, file))
        }
    }
}

/// Settles how fast to go.
pub(super) fn pacing(args: &PaceArgs, file: Option<&RulesFile>, defaults: &Defaults) -> Pacing {
    let standard = Pacing::default();
    let max_latency: Option<Duration> = args
        .max_latency
        .or(file.and_then(|file| file.max_latency))
        .or(defaults.max_latency);
    Pacing {
        rate: args
            .rate
            .or(file.and_then(|file| file.rate))
            .or(defaults.rate),
        batch: (args
            .batch
            .or(file.and_then(|file| file.batch))
            .or(defaults.batch))
        .unwrap_or(standard.batch),
        max_latency: max_latency.unwrap_or(standard.max_latency),
    }
}

/// Settles how much to verify.
pub(super) fn level(args: &VerifyArgs, file: Option<&RulesFile>, defaults: &Defaults) -> Level {
    args.level
        .or(file.and_then(|file| file.verify))
        .or(defaults.verify)
        .unwrap_or_default()
}
