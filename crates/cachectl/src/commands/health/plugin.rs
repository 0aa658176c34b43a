//! What monitoring hears of a command line that makes no sense.

use std::ffi::OsString;

use super::render;
use crate::{
    exit::ExitCode,
    output::{self, departure::Form},
};

/// Returns whether the words of a command line ask for a plugin, whatever else is wrong with them.
pub(crate) fn is_meant(words: impl Iterator<Item = OsString>) -> bool {
    let words: Vec<_> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let mut pairs = words.iter().zip(words.iter().skip(1));
    let apart = pairs.any(|(flag, format)| is_output(flag) && format == "nagios");
    let whole = ["-onagios", "-o=nagios", "--output=nagios"];
    let format = apart || words.iter().any(|word| whole.contains(&word.as_str()));
    format && words.iter().any(|word| word == "health")
}

fn is_output(flag: &str) -> bool {
    flag == "-o" || flag == "--output"
}

/// Says on stdout, where monitoring reads, what is wrong with the command line.
pub(crate) fn refuse(words: &str) -> ExitCode {
    let first = words.lines().next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    // With nobody to read it there is nobody to tell.
    output::write(&render::refused(first), Form::Text).ok();
    ExitCode::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_is_asked_for_in_several_ways() {
        #[track_caller]
        fn case(line: &str, expected: bool) {
            assert_eq!(is_meant(line.split(' ').map(OsString::from)), expected, "{line}");
        }

        case("cachectl health -o nagios --bogus", true);
        case("cachectl --output nagios health", true);
        case("cachectl --output=nagios health --warn x", true);
        case("cachectl -onagios health", true);
        case("cachectl health -o json", false);
        case("cachectl health --check nagios", false);
        case("cachectl migrate -o nagios", false);
    }
}
