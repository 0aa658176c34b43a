//! What many rules cost.

use std::fs;
use std::io::{self, Write as _};
use std::num::NonZeroU32;
use std::path::PathBuf;

use cachectl_testkit::Server;
use cachectl_testkit::locate::target_directory;
use serde::Serialize;
use serde_json::Value;

use super::keyspace::write_command;
use super::markdown::{self, cell, grouped, share, table};
use super::publish::{Figures, Output};
use super::report::{Run, spread};
use super::setting::{Programs, Setting};
use super::spread::Spread;
use super::target::Target;
use super::workplace::Workplace;
use super::{bystander, measure, pipe};
use crate::failure::Failure;

/// Measure how long a plan takes with one rule, and with many
///
/// Plans the same renames in turn by one template and by many, of which each matches an equal
/// share of the keys, and compares how long that takes. Leaves nothing behind but the build.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many keys are planned to be renamed
    #[arg(long, value_name = "N", default_value = "1000000")]
    keys: NonZeroU32,
    /// How many templates share the keys
    #[arg(long, value_name = "N", default_value = "10000")]
    rules: NonZeroU32,
    /// How many regexes share the keys
    #[arg(long, value_name = "N", default_value = "2000")]
    regexes: NonZeroU32,
    /// How often each plan is made
    #[arg(long, value_name = "N", default_value = "3")]
    rounds: NonZeroU32,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let programs = Programs::find()?;
    let server = Server::builder().binary(programs.server.path()).try_start()?;
    let workplace = Workplace::new(&target_directory()).map_err(Failure::other)?;
    let bench = Bench { programs: &programs, server: &server, workplace: &workplace, args };
    bench.load().map_err(Failure::other)?;
    let report = Report {
        schema: "cachectl.perf.rules/1",
        setting: Setting::look(&programs, &workplace, args.keys.get())?,
        templates: args.rules.get(),
        regexes: args.regexes.get(),
        rounds: bench.rounds()?,
    };
    let targets = [report.target()];
    args.output.publish("rules", &report.render(), &Figures { report: &report, targets: &targets })
}

/// Which rules a plan is made by.
#[derive(Clone, Copy, Debug)]
enum Rules {
    /// One template for all keys.
    One,
    Templates,
    Regexes,
}

/// The runs of each set of rules, in the order of the rounds.
#[derive(Clone, Debug, Default, Serialize)]
struct Rounds {
    one: Vec<Run>,
    templates: Vec<Run>,
    regexes: Vec<Run>,
}

struct Bench<'a> {
    programs: &'a Programs,
    server: &'a Server,
    workplace: &'a Workplace,
    args: &'a Args,
}

impl Bench<'_> {
    /// Makes the keys: every so many in turn have one beginning.
    fn load(&self) -> io::Result<()> {
        let (keys, rules) = (self.args.keys.get(), self.args.rules.get());
        pipe::send(self.server.socket(), keys, |out| {
            for number in 0..keys {
                let name = format!("k{}_{}", number % rules, number / rules);
                write_command(out, &[b"SET", name.as_bytes(), b"x"])?;
            }
            Ok(())
        })
    }

    fn rounds(&self) -> Result<Rounds, Failure> {
        let mut rounds = Rounds::default();
        for round in 1..=self.args.rounds.get() {
            let run = |name: &str, rules: Rules| {
                let what = format!("round {round} of {}, {name}", self.args.rounds);
                bystander::measure(&what, || self.plan(rules))
            };
            rounds.one.push(run("one template", Rules::One)?);
            rounds.templates.push(run("many templates", Rules::Templates)?);
            rounds.regexes.push(run("many regexes", Rules::Regexes)?);
        }
        Ok(rounds)
    }

    /// Makes a plan, and checks that it renames every key that the rules are for.
    fn plan(&self, rules: Rules) -> Result<Run, Failure> {
        let file = self.write(rules).map_err(Failure::other)?;
        let mut command = measure::clean(&self.programs.cachectl, self.workplace);
        command.arg("--url").arg(self.server.url()).args(["migrate", "--rules"]).arg(&file);
        command.args(["--dry-run", "-o", "json"]);
        command.env("CACHECTL_STATE_DIR", self.workplace.path().join("state"));
        let (cost, load) =
            bystander::watch(self.server, || measure::run(&mut command, self.workplace))?;
        let report: Value = serde_json::from_str(&cost.stdout).map_err(Failure::other)?;
        let planned = report.pointer("/totals/renames").and_then(Value::as_u64);
        let expected = self.matched(rules);
        if planned != Some(expected) {
            return Err(Failure::other(format!("{planned:?} renames instead of {expected}")));
        }
        Ok(Run::of(&cost, load, None))
    }

    /// Returns how many keys the rules match.
    fn matched(&self, rules: Rules) -> u64 {
        let (keys, all) = (self.args.keys.get(), self.args.rules.get());
        let matched = |ones: u32| {
            let more = (keys % all).min(ones);
            u64::from(keys / all) * u64::from(ones) + u64::from(more)
        };
        match rules {
            Rules::One | Rules::Templates => u64::from(keys),
            Rules::Regexes => matched(self.args.regexes.get().min(all)),
        }
    }

    fn write(&self, rules: Rules) -> io::Result<PathBuf> {
        let path = self.workplace.path().join("rules.yaml");
        let mut text = b"version: 1\nrules:\n".to_vec();
        match rules {
            Rules::One => writeln!(text, "- {{match: 'k{{id}}', to: 'new:{{id}}'}}")?,
            Rules::Templates => {
                for number in 0..self.args.rules.get() {
                    let (old, new) = (format!("k{number}_{{id}}"), format!("new:{number}_{{id}}"));
                    writeln!(text, "- {{match: '{old}', to: '{new}'}}")?;
                }
            }
            Rules::Regexes => {
                for number in 0..self.args.regexes.get() {
                    let (old, new) = (format!("k{number}_(\\d+)"), format!("new:{number}_$1"));
                    writeln!(text, "- {{regex: '{old}', to: '{new}'}}")?;
                }
            }
        }
        fs::write(&path, text)?;
        Ok(path)
    }
}

/// Everything that was measured.
#[derive(Clone, Debug, Serialize)]
struct Report {
    schema: &'static str,
    #[serde(flatten)]
    setting: Setting,
    templates: u32,
    regexes: u32,
    rounds: Rounds,
}

impl Report {
    /// Returns how times compare to those of one template in the same rounds.
    fn ratio(&self, runs: &[Run]) -> Option<Spread> {
        Spread::of(runs.iter().zip(&self.rounds.one).map(|(run, one)| run.wall / one.wall))
    }

    fn target(&self) -> Target {
        let ratio = self.ratio(&self.rounds.templates).map(|ratio| ratio.median);
        Target::new("a plan by many templates, against one", "×", ratio, Some(1.5))
    }

    fn render(&self) -> String {
        let rounds = &self.rounds;
        let runs = [&rounds.one, &rounds.templates, &rounds.regexes];
        let others = Spread::of(runs.into_iter().flatten().filter_map(|run| run.others));
        let setting = &self.setting;
        let circumstances = [
            format!(
                "- {}, {} string keys of 1 B, {} rounds",
                setting.date,
                grouped(setting.keys),
                rounds.one.len()
            ),
            format!("- {}", setting.machine.described()),
            format!(
                "- {}, cachectl {}, rustc {}",
                setting.versions.server, setting.versions.cachectl, setting.versions.rustc
            ),
            format!("- everything else on the machine used {} of its CPUs", share(others)),
        ];
        let row = |name: String, runs: &[Run]| {
            vec![
                name,
                cell(spread(runs, |run| Some(run.wall)), 2, " s"),
                cell(self.ratio(runs), 2, " ×"),
                cell(spread(runs, |run| Some(run.server_cpu)), 2, " s"),
                cell(spread(runs, |run| run.client_cpu), 2, " s"),
                cell(spread(runs, |run| run.peak_mib), 1, " MiB"),
            ]
        };
        let rows = vec![
            row("one template".to_owned(), &rounds.one),
            row(format!("{} templates", grouped(self.templates)), &rounds.templates),
            row(format!("{} regexes", grouped(self.regexes)), &rounds.regexes),
        ];
        let heads =
            ["a plan by", "wall time", "against one", "server CPU", "client CPU", "peak memory"];
        [circumstances.join("\n"), table(&heads, rows), markdown::targets(&[self.target()])]
            .join("\n\n")
    }
}
