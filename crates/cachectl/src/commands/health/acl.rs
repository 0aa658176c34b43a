//! `health acl`: the smallest user that may ask for everything.

use std::io::{self, Write};

use cachectl_core::{
    health::{
        catalogue::{self, Check},
        scrape,
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

/// Print the smallest ACL user that may ask for everything
///
/// A line for redis-cli; replace PASSWORD first. Without `--write` the user sees no keys and changes
/// nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The name of the user
    #[arg(long = "name", value_name = "NAME", default_value = "health", value_parser = name)]
    name: String,
    /// The user for sentinels, which have users of their own
    #[arg(long = "for-sentinels", conflicts_with = "only")]
    sentinel: bool,
    /// Also what `health --write` needs, which is limited to keys of our own
    #[arg(long, conflicts_with_all = ["sentinel", "only"])]
    write: bool,
    /// Also what the metrics of `health serve` need
    #[arg(long, conflicts_with = "only")]
    metrics: bool,
    /// Only what this check needs (can be repeated) [default: all that a data server is asked]
    #[arg(long = "check", value_name = "ID", value_parser = parse::check)]
    only: Vec<&'static Check>,
}

/// A user.
#[derive(Debug, Serialize)]
struct User {
    #[serde(rename = "user")]
    name: String,
    rules: Vec<&'static str>,
    line: String,
}

pub(super) fn run(args: &Args, global: &GlobalArgs) -> Result<Outcome, CliError> {
    let checks = if args.only.is_empty() { args.asked() } else { args.only.clone() };
    let rules = checks.iter().flat_map(|check| check.acl.split_whitespace());
    let rules = rules.chain(args.of_metrics().iter().copied());
    Output::new(&global.console).emit(&User::new(&args.name, rules))?;
    Ok(Outcome::Clean)
}

impl Args {
    /// Returns what a data server is asked, or a sentinel: neither knows the commands of the other.
    fn asked(&self) -> Vec<&'static Check> {
        let asked = |check: &&Check| {
            let written = self.write || check.id != catalogue::WRITE.id;
            written && check.acl.contains("+sentinel|") == self.sentinel
        };
        catalogue::ALL.iter().copied().filter(asked).collect()
    }

    fn of_metrics(&self) -> &'static [&'static str] {
        match (self.metrics, self.sentinel) {
            (false, _) => &[],
            (true, false) => &scrape::ACL,
            (true, true) => &scrape::SENTINEL_ACL,
        }
    }
}

impl User {
    fn new(name: &str, wanted: impl Iterator<Item = &'static str>) -> Self {
        let mut rules = vec!["+ping"];
        for rule in wanted {
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        let line = format!("ACL SETUSER {name} reset on >PASSWORD {}", rules.join(" "));
        Self { name: name.to_owned(), rules, line }
    }
}

impl Render for User {
    const SCHEMA: &'static str = "cachectl.health.acl/1";

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.line)
    }
}

/// Reads a name that needs no quotes, neither in a shell nor in a file of users.
fn name(text: &str) -> Result<String, &'static str> {
    let good = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
    if text.is_empty() || !text.chars().all(good) {
        return Err("a name is made of letters, digits, `-`, `_`, `.` and `@`");
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_stands_there_once() {
        let rules = ["+info", "+slowlog|len", "+info", "+ping", "+config|get"];
        let user = User::new("ops", rules.into_iter());
        assert_eq!(
            user.line,
            "ACL SETUSER ops reset on >PASSWORD +ping +info +slowlog|len +config|get"
        );
    }
}
