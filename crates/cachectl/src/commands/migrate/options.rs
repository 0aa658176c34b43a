//! From flags, a rules file and the configuration to options of the core, strongest first.

use std::time::Duration;

use cachectl_core::{
    migrate::{
        Keep, Options, RunSettings,
        options::{Level, Pacing, Selection},
    },
    values::{glob::Glob, rule_set::RuleSet},
};

use super::flags::{BackupArgs, RuleArgs, VerifyArgs};
use crate::{
    cli::PaceArgs,
    error::CliError,
    parse::Backup,
    rules::{self, file::RulesFile},
    settings::file::Migrate as Defaults,
    target_file::{self, Taken},
};

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
        let types = if args.types.is_empty() { &file.select.types } else { &args.types };
        // Exclusions add up: a flag that brought back what the file keeps out would be a trap.
        let exclude = [&defaults.exclude, &file.select.exclude, &args.exclude];
        let selection = Selection {
            types: types.iter().copied().collect(),
            exclude: exclude.into_iter().flatten().map(|glob| Glob::new(glob.as_bytes())).collect(),
        };
        let on_conflict = args.on_conflict.or(file.on_conflict).or(defaults.on_conflict);
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
    let max_latency: Option<Duration> =
        args.max_latency.or(file.and_then(|file| file.max_latency)).or(defaults.max_latency);
    Pacing {
        rate: args.rate.or(file.and_then(|file| file.rate)).or(defaults.rate),
        batch: (args.batch.or(file.and_then(|file| file.batch)).or(defaults.batch))
            .unwrap_or(standard.batch),
        max_latency: max_latency.unwrap_or(standard.max_latency),
    }
}

/// Settles how to carry on with a migration: as it was run before, but for what flags say.
pub(super) fn resumed(
    (pace, verify): (&PaceArgs, &VerifyArgs),
    before: Option<RunSettings>,
    defaults: &Defaults,
) -> RunSettings {
    let before = before.unwrap_or_else(|| RunSettings {
        pacing: pacing(pace, None, defaults),
        level: level(verify, None, defaults),
    });
    RunSettings {
        pacing: Pacing {
            rate: pace.rate.or(before.pacing.rate),
            batch: pace.batch.unwrap_or(before.pacing.batch),
            max_latency: pace.max_latency.unwrap_or(before.pacing.max_latency),
        },
        level: verify.level.unwrap_or(before.level),
    }
}

/// Settles what to keep of the keys before they are renamed.
pub(super) fn keep(
    args: &BackupArgs,
    file: Option<&RulesFile>,
    level: Level,
) -> Result<Keep, CliError> {
    let backup = args.backup.as_ref().or(file.and_then(|file| file.backup.as_ref()));
    match (backup, level) {
        (Some(Backup::Beside), _) => Ok(Keep::Everything(None)),
        (Some(Backup::File(path)), _) => {
            target_file::check(path, Taken::Refuse)?;
            Ok(Keep::Everything(Some(path.clone())))
        }
        (None, Level::Values) => Err(CliError::NoBackup),
        (None, Level::Sample) => Ok(Keep::Sample),
        (None, Level::Accounts | Level::Keys) => Ok(Keep::Nothing),
    }
}

/// Settles how much to verify.
pub(super) fn level(args: &VerifyArgs, file: Option<&RulesFile>, defaults: &Defaults) -> Level {
    args.level.or(file.and_then(|file| file.verify)).or(defaults.verify).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroU32, path::Path};

    use cachectl_core::migrate::options::{BatchSize, OnConflict};
    use clap::Parser;

    use super::*;
    use crate::yaml;

    #[derive(Debug, Parser)]
    struct Flags {
        #[command(flatten)]
        rules: RuleArgs,
        #[command(flatten)]
        pace: PaceArgs,
        #[command(flatten)]
        verify: VerifyArgs,
    }

    fn defaults() -> Defaults {
        Defaults {
            on_conflict: Some(OnConflict::Stash),
            batch: BatchSize::new(32),
            verify: Some(Level::Accounts),
            exclude: vec!["lock:*".to_owned()],
            ..Defaults::default()
        }
    }

    const FILE: &str = "\
version: 1
rules: [{ match: 'a:*', to: 'b:*' }]
select: { exclude: ['a:tmp:*'] }
on_conflict: skip
batch: 64
max_latency: 2ms
";

    #[test]
    fn flags_are_stronger_than_a_rules_file_and_that_than_the_configuration() {
        #[track_caller]
        fn case(flags: &[&str], file: Option<&str>, expected: (u32, u64, Level)) {
            let flags = Flags::try_parse_from(["x"].iter().chain(flags)).unwrap();
            let file: Option<RulesFile> = file
                .map(|text| yaml::read(Path::new("r.yaml"), text, yaml::Values::Public).unwrap());
            let pacing = pacing(&flags.pace, file.as_ref(), &defaults());
            let level = level(&flags.verify, file.as_ref(), &defaults());
            let latency = u64::try_from(pacing.max_latency.as_millis()).unwrap();
            assert_eq!((pacing.batch.get(), latency, level), expected);
        }

        case(&[], None, (32, 5, Level::Accounts));
        case(&[], Some(FILE), (64, 2, Level::Accounts));
        case(&["--batch", "128"], Some(FILE), (128, 2, Level::Accounts));
        case(&["--verify", "--max-latency", "1s"], None, (32, 1_000, Level::Keys));
        case(&["--verify=0"], Some(FILE), (64, 2, Level::Accounts));
    }

    #[test]
    fn a_resumed_run_keeps_its_settings_unless_flags_say_otherwise() {
        #[track_caller]
        fn case(flags: &[&str], before: Option<RunSettings>, expected: (Option<u32>, u32, Level)) {
            let flags = Flags::try_parse_from(["x"].iter().chain(flags)).unwrap();
            let settings = resumed((&flags.pace, &flags.verify), before, &defaults());
            let rate = settings.pacing.rate.map(NonZeroU32::get);
            assert_eq!((rate, settings.pacing.batch.get(), settings.level), expected);
        }

        let before = Some(RunSettings {
            pacing: Pacing { rate: NonZeroU32::new(300), ..Pacing::default() },
            level: Level::Sample,
        });
        case(&[], before, (Some(300), 128, Level::Sample));
        case(&["--rate", "5000"], before, (Some(5_000), 128, Level::Sample));
        case(&["--batch", "16", "--verify=0"], before, (Some(300), 16, Level::Accounts));
        // Begun by an older release, which did not write them down.
        case(&[], None, (None, 32, Level::Accounts));
    }

    #[test]
    fn exclusions_add_up_and_a_policy_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("rules.yaml");
        std::fs::write(&path, FILE).unwrap();
        let path = path.to_str().unwrap();
        let flags = |more: &[&str]| {
            let words = ["x", "--rules", path, "--exclude", "a:x"];
            Flags::try_parse_from(words.iter().chain(more)).unwrap()
        };
        let asked = Asked::new(&flags(&[]).rules, &defaults()).unwrap();
        assert_eq!(asked.options.on_conflict, OnConflict::Skip);
        let globs = asked.options.selection.exclude.iter().map(Glob::as_bytes);
        assert_eq!(globs.collect::<Vec<_>>(), [&b"lock:*"[..], b"a:tmp:*", b"a:x"]);
        let asked = Asked::new(&flags(&["--on-conflict", "abort"]).rules, &defaults()).unwrap();
        assert_eq!(asked.options.on_conflict, OnConflict::Abort);
    }
}
