//! `health explain`: what can be found, why it matters, and what to do about it.

use std::io::{self, Write};

use cachectl_core::{
    health::{
        Limits, Profile, Range, Thresholds,
        catalogue::{self, Check, Unit},
    },
    vocabulary::outcome::Outcome,
};
use serde::Serialize;

use crate::{
    cli::GlobalArgs,
    error::CliError,
    output::{Output, render::Render},
    parse,
};

/// Explain what can be found, why it matters, and what to do about it
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The check [default: list all]
    #[arg(value_name = "ID", value_parser = parse::check)]
    id: Option<&'static Check>,
}

/// Checks, explained.
#[derive(Debug, Serialize)]
struct Explained {
    checks: Vec<Entry>,
}

/// A check with its limits.
#[derive(Debug, Serialize)]
struct Entry {
    #[serde(flatten)]
    check: &'static Check,
    limits: Vec<Limited>,
}

/// The limits of a profile.
#[derive(Debug, Serialize)]
struct Limited {
    profile: &'static str,
    warning: Option<Range>,
    critical: Option<Range>,
}

pub(super) fn run(args: &Args, global: &GlobalArgs) -> Result<Outcome, CliError> {
    let checks = match args.id {
        Some(check) => vec![Entry::of(check)],
        None => catalogue::ALL.iter().copied().map(Entry::of).collect(),
    };
    Output::new(&global.console).emit(&Explained { checks })?;
    Ok(Outcome::Clean)
}

impl Entry {
    fn of(check: &'static Check) -> Self {
        let limits = Profile::ALL.map(|profile| {
            let Limits { warning, critical } = Thresholds::of(profile).get(check);
            Limited { profile: profile.name(), warning, critical }
        });
        let limited = limits.into_iter().filter(|it| it.warning.is_some() || it.critical.is_some());
        Self { check, limits: limited.collect() }
    }

    /// Returns its limits in words, those that profiles share only once.
    fn limits(&self) -> String {
        let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
        for limited in &self.limits {
            let words = super::render::limits(limited.warning, limited.critical);
            match groups.iter_mut().find(|(known, _)| *known == words) {
                Some((_, profiles)) => profiles.push(limited.profile),
                None => groups.push((words, vec![limited.profile])),
            }
        }
        match groups.as_slice() {
            [] if self.check.unit == Unit::State => "none: it is good or is not".to_owned(),
            [] => "none unless they are set".to_owned(),
            [(words, profiles)] if profiles.len() == Profile::ALL.len() => words.clone(),
            groups => {
                let parts = groups.iter().map(|(words, of)| format!("{}: {words}", of.join(", ")));
                parts.collect::<Vec<_>>().join("; ")
            }
        }
    }

    fn needs(&self) -> &'static str {
        if self.check.acl.is_empty() { "nothing" } else { self.check.acl }
    }
}

impl Render for Explained {
    const SCHEMA: &'static str = "cachectl.health.explain/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        if let [entry] = self.checks.as_slice() {
            let check = entry.check;
            writeln!(out, "{}, {}\n", check.id, unit(check.unit))?;
            writeln!(out, "what    {}", check.what)?;
            writeln!(out, "why     {}", check.why)?;
            writeln!(out, "fix     {}", check.fix)?;
            writeln!(out, "limits  {}", entry.limits())?;
            return writeln!(out, "needs   {}", entry.needs());
        }
        for Entry { check, .. } in &self.checks {
            writeln!(out, "{:<20}  {}", check.id, check.what)?;
        }
        Ok(())
    }
}

/// Returns what a value is measured in.
fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::State => "a state",
        Unit::Count => "a count",
        Unit::PerSecond => "a second",
        Unit::Seconds => "in seconds",
        Unit::Milliseconds => "in milliseconds",
        Unit::Bytes => "in bytes",
        Unit::Percent => "in per cent",
        Unit::Ratio => "a ratio",
    }
}

/// Returns the reference of all checks as Markdown.
pub(crate) fn reference() -> String {
    catalogue::ALL.iter().copied().map(section).collect::<Vec<_>>().join("\n")
}

fn section(check: &'static Check) -> String {
    let Check { id, what, why, fix, acl, .. } = check;
    let entry = Entry::of(check);
    let limits = entry.limits();
    let rows = [
        ("what", (*what).to_owned()),
        ("why", (*why).to_owned()),
        ("what to do", (*fix).to_owned()),
        ("measured", unit(check.unit).to_owned()),
        ("limits", if entry.limits.is_empty() { limits } else { format!("`{limits}`") }),
        ("needs", if acl.is_empty() { "nothing".to_owned() } else { format!("`{acl}`") }),
    ];
    let rows = rows.map(|(name, text)| format!("| {name} | {} |\n", text.replace('|', "\\|")));
    format!("## `{id}`\n\n| | |\n|---|---|\n{}", rows.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(check: &'static Check) -> String {
        let mut out = Vec::new();
        Explained { checks: vec![Entry::of(check)] }.human(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn limits_that_profiles_share_are_written_once() {
        assert_eq!(Entry::of(catalogue::MEMORY).limits(), "warning 80, critical 90");
        assert_eq!(
            Entry::of(catalogue::HIT_RATIO).limits(),
            "cache: warning 80:, critical 50:; seed: warning 85:, critical 80:"
        );
        assert_eq!(Entry::of(catalogue::REPLICAS).limits(), "none unless they are set");
        assert_eq!(Entry::of(catalogue::RDB).limits(), "none: it is good or is not");
    }

    #[test]
    fn a_check_is_explained_from_what_to_needs() {
        insta::assert_snapshot!(text(catalogue::LAG), @"
        replication_lag, in seconds

        what    Seconds since the slowest replica last confirmed what it has.
        why     What it has not confirmed is lost if it takes over.
        fix     Look at its network and disk, and at big values that are written.
        limits  warning 10, critical 60
        needs   +info
        ");
    }

    #[test]
    fn the_reference_has_every_check() {
        let text = reference();
        let described = |check: &&Check| text.contains(&format!("## `{}`\n", check.id));
        assert!(catalogue::ALL.iter().copied().all(|check| described(&check)));
    }
}
