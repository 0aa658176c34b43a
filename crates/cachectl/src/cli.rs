//! The command line: what may be typed.

mod connection;
mod console;
mod file;
mod keys;
mod map;
mod mentioned;
mod pace;

use clap::{Args, Parser};

pub(crate) use self::{
    connection::{ConnectionArgs, hidden},
    console::{ColorChoice, ConsoleArgs, Format, ProgressStyle, ReportFormat},
    file::FileArgs,
    keys::{EmptyArgs, KeyArgs},
    map::MapArgs,
    mentioned::{Mentioned, parse},
    pace::PaceArgs,
};
use crate::commands::Command;

/// Look after the keys of Redis and Valkey caches, safely
///
/// Renames millions of keys on a live server: shows first what it would do, survives being stopped
/// at any moment, verifies itself, and can be rolled back. Copies keys into RDB files, restores those
/// of any server into any other, and compares two sides by what their values mean.
///
/// Global options may stand before or after the command. Each of them can also be set by an
/// environment variable, and most by a context in cachectl.yaml: `cachectl config show` prints
/// what holds here, and who says so.
#[derive(Debug, Parser)]
#[command(name = "cachectl", version, max_term_width = 100, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Exit codes: 0 good, 1 the answer is bad, 2 critical and 3 unknown (health only), 64 usage, 65 bad
input data, 69 unreachable, 70 internal, 73 cannot write, 75 incomplete (run again to resume), 77
refused, 78 configuration, 130/143 interrupted or terminated after draining.";

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct GlobalArgs {
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    #[command(flatten)]
    pub(crate) console: ConsoleArgs,
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, error::ErrorKind};

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn command_lines_are_accepted_or_refused_for_the_right_reason() {
        #[track_caller]
        fn case(line: &str, expected: Option<ErrorKind>) {
            let words = ["cachectl"].into_iter().chain(line.split(' '));
            let refused = Cli::try_parse_from(words).err().map(|error| error.kind());
            assert_eq!(refused, expected, "{line}");
        }

        case("migrate --rule a=>b --rule c=>d --type hash --type string --dry-run", None);
        case("migrate --rules f.yaml --batch 16 --rate 1000 --max-latency 2ms --verify", None);
        case("migrate --rules f.yaml --verify=0 --yes --expect 5", None);
        case("migrate -q list -o jsonl", None);
        case("-C prod migrate-keys rollback 20261120 --dry-run", None);
        case("--sentinel a --sentinel b:1 --master m migrate status", None);
        case("migrate --rule a=>b --rules f.yaml", Some(ErrorKind::ArgumentConflict));
        case("migrate --verify=4 --rule a=>b", Some(ErrorKind::ValueValidation));
        case("migrate --rules f.yaml --backup --verify=3", None);
        case("migrate --rules f.yaml --backup=f.rdb --verify=2", None);
        case("migrate rollback --from-backup", None);
        case("migrate --rule a=>b --rdb f.rdb --dry-run", None);
        case("migrate --rule a=>b --rdb f.rdb --output-rdb g.rdb", None);
        case("migrate --rule a=>b --rdb f.rdb --backup", Some(ErrorKind::ArgumentConflict));
        case("migrate --rule a=>b --rdb f.rdb --rate 5", Some(ErrorKind::ArgumentConflict));
        case("migrate --rule a=>b --output-rdb f", Some(ErrorKind::MissingRequiredArgument));
        case("migrate --type hsh --rule a=>b", Some(ErrorKind::ValueValidation));
        case("migrate --rate 0 --rule a=>b", Some(ErrorKind::ValueValidation));
        case("migrate --max-latency 5 --rule a=>b", Some(ErrorKind::ValueValidation));
        case("migrate plan --rule a=>b", Some(ErrorKind::MissingRequiredArgument));
        case("migrate apply", Some(ErrorKind::MissingRequiredArgument));
        case("-o xml migrate list", Some(ErrorKind::InvalidValue));
        case("--password x migrate list", Some(ErrorKind::UnknownArgument));
        case("health --warn memory=70 --crit memory=~:85 --skip reach --check memory", None);
        case("health -o nagios --deadline 500ms --window 1s --profile queue --strict", None);
        case("-o junit health", None);
        case("health live --deadline 1s", None);
        case("health explain memory", None);
        case("health --warn memory", Some(ErrorKind::ValueValidation));
        case("health --warn memory=20:10", Some(ErrorKind::ValueValidation));
        case("health --warn rdb=1", Some(ErrorKind::ValueValidation));
        case("health --check memori", Some(ErrorKind::ValueValidation));
        case("health --profile cash", Some(ErrorKind::InvalidValue));
        case("frobnicate", Some(ErrorKind::InvalidSubcommand));
    }

    #[test]
    fn while_planning_the_short_o_is_the_plan_and_the_long_one_the_format() {
        #[track_caller]
        fn case(line: &str, expected: Option<Format>) {
            let words = ["cachectl"].into_iter().chain(line.split(' '));
            let cli = Cli::try_parse_from(words).unwrap();
            assert_eq!(cli.global.console.format, expected, "{line}");
        }

        case("migrate plan --rule a=>b -o f", None);
        case("migrate plan --rule a=>b -o f --output json", Some(Format::Json));
        case("-o json migrate plan --rule a=>b -o f", Some(Format::Json));
        case("migrate -o json plan --rule a=>b --out f", Some(Format::Json));
        case("migrate list -o jsonl", Some(Format::Jsonl));
    }
}
