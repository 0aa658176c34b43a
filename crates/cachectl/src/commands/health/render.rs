//! A report in the formats of those who read it.
//!
//! Names of servers and their words are made by strangers: each format takes them through
//! [`plain`] first, and then through the quoting of its own.

pub(super) mod exposition;
mod github;
mod human;
mod json;
mod junit;
mod nagios;
pub(super) mod prometheus;

use std::fmt::{self, Display};

use cachectl_core::health::{Finding, NodeReport, Range, Report, Status};

pub(super) use self::{
    json::{Document as HealthDocument, status as status_of_the_draft},
    nagios::{COUNTER, refused, unable},
};
use crate::{cli::Format, error::CliError, output::plain::Plain};

/// How much is said to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// What was found.
    Brief,
    /// Also why that matters and what to do about it.
    Reasons,
}

/// Returns a report in a format.
pub(super) fn text(report: &Report, format: Format, detail: Detail) -> Result<Vec<u8>, CliError> {
    let text = match format {
        Format::Human => Plain(human::text(report, detail)).to_string(),
        Format::Json => json::text(report)?,
        Format::Jsonl => json::line(report)?,
        Format::Nagios => nagios::text(report),
        Format::Prometheus => prometheus::text(report),
        Format::Junit => junit::text(report),
        Format::Github => github::text(report),
    };
    Ok(text.into_bytes())
}

/// Returns text of strangers on one line, with everything escaped that is not visible.
pub(super) fn plain(text: &impl Display) -> String {
    let mut escaped = String::new();
    for c in text.to_string().chars() {
        if c.is_ascii_graphic() || c == ' ' {
            escaped.push(c);
        } else {
            escaped.extend(c.escape_debug());
        }
    }
    escaped
}

/// A value with at most three decimals, and without an exponent.
#[derive(Clone, Copy, Debug)]
struct Decimal(f64);

impl Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.3}", self.0);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if text == "-0" { "0" } else { text })
    }
}

/// Returns the word for a status.
pub(super) fn word(status: Status) -> &'static str {
    match status {
        Status::Ok => "ok",
        Status::Warning => "warning",
        Status::Critical => "critical",
        Status::Unknown => "unknown",
    }
}

/// Returns limits in words, and nothing where there are none.
pub(super) fn limits(warning: Option<Range>, critical: Option<Range>) -> String {
    let limits = [("warning", warning), ("critical", critical)].into_iter();
    let limits = limits.filter_map(|(word, range)| Some(format!("{word} {}", range?)));
    limits.collect::<Vec<_>>().join(", ")
}

/// Returns all findings with their servers, the gravest first.
fn gravest_first(report: &Report) -> Vec<(&NodeReport, &Finding)> {
    let nodes = report.nodes.iter();
    let mut all: Vec<_> =
        nodes.flat_map(|node| node.findings.iter().map(move |finding| (node, finding))).collect();
    all.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.status));
    all
}

/// Returns the findings of all servers.
fn findings(report: &Report) -> impl Iterator<Item = &Finding> {
    report.nodes.iter().flat_map(|node| &node.findings)
}

/// Returns how many findings there are of each kind, the gravest first.
fn counts(report: &Report) -> String {
    let kinds = [Status::Critical, Status::Warning, Status::Unknown, Status::Ok];
    let parts = kinds.into_iter().filter_map(|status| {
        let count = count(findings(report), status);
        (count > 0).then(|| format!("{count} {}", word(status)))
    });
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() { "nothing was found out".to_owned() } else { parts.join(", ") }
}

/// Returns the number of findings of a server, or of all, that have a status.
fn count<'a>(findings: impl IntoIterator<Item = &'a Finding>, status: Status) -> usize {
    findings.into_iter().filter(|finding| finding.status == status).count()
}

#[cfg(test)]
pub(super) mod example;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_visible_is_escaped() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            assert_eq!(plain(&text), expected);
        }

        case("a\nb\r\t\0", "a\\nb\\r\\t\\0");
        case("\u{1b}[31mred", "\\u{1b}[31mred");
        case("\u{202e}evil \u{200b}\u{fffe}", "\\u{202e}evil \\u{200b}\\u{fffe}");
        case("Grüße, \"q\" \\", "Grüße, \"q\" \\");
    }

    #[test]
    fn numbers_are_short_and_have_no_exponent() {
        #[track_caller]
        fn case(value: f64, expected: &str) {
            assert_eq!(Decimal(value).to_string(), expected);
        }

        case(0.1 + 0.2, "0.3");
        case(100.0, "100");
        case(-0.000_01, "0");
        case(1e15, "1000000000000000");
        case(-1.5, "-1.5");
    }
}
