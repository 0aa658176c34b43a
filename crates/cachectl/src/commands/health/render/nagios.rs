//! For Nagios and its kin, by the development guidelines of the monitoring plugins: a line with
//! performance data, then more text, and no more than 4 KB of everything, because some agents cut
//! there.

use std::{collections::BTreeSet, error::Error as _, fmt::Write as _};

use cachectl_core::health::{Finding, NodeReport, Report, Status, catalogue::Unit};

use super::{Decimal, counts, gravest_first, plain, word};
use crate::{
    error::CliError,
    output::{departure, repeated},
};

/// What everything has to fit into, the line break at the end included.
const LIMIT: usize = 4_000;
/// What the text of the first line may take.
const FIRST: usize = 400;
/// What the performance data may take.
const DATA: usize = 2_400;
/// What the labels of counters end with.
pub(in super::super) const COUNTER: &str = "_total";
/// What one finding may take of the lines after the first.
const LINE: usize = 400;

pub(super) fn text(report: &Report) -> String {
    let mut text = line(report.status, &summary(report));
    let data = performance(report);
    if !data.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(text, " | {data}");
    }
    text.push('\n');
    long(&mut text, report);
    text
}

/// Returns what is printed when nothing could be looked at.
pub(in super::super) fn unable(error: &CliError) -> Vec<u8> {
    let mut words = safe(error);
    let mut cause = error.source();
    while let Some(source) = cause {
        let _ = write!(words, ": {}", safe(&source));
        cause = source.source();
    }
    unknown(&repeated::hidden(&words))
}

/// Returns what is printed when it is not even clear what to look at.
pub(in super::super) fn refused(words: &str) -> Vec<u8> {
    unknown(&safe(&words))
}

fn unknown(words: &str) -> Vec<u8> {
    let mut text = line(Status::Unknown, words);
    text.push('\n');
    text.into_bytes()
}

fn line(status: Status, words: &str) -> String {
    format!("REDIS {} - {}", word(status).to_uppercase(), cut(words, FIRST))
}

/// Returns text of strangers without the bar that begins performance data.
fn safe(text: &impl std::fmt::Display) -> String {
    plain(text).replace('|', "/")
}

/// Returns the beginning of a text that is too long.
fn cut(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    // Half of a secret would not be known for one any more.
    let text = departure::hidden(text);
    let mut kept = String::new();
    for c in text.chars() {
        if kept.len() + c.len_utf8() + 3 > bytes {
            break;
        }
        kept.push(c);
    }
    kept + "..."
}

/// Returns the gravest findings, or how many are good.
fn summary(report: &Report) -> String {
    let grave = gravest_first(report).into_iter();
    let grave = grave.filter(|(_, finding)| finding.status > Status::Unknown);
    let grave: Vec<_> = grave.map(|(node, finding)| sentence(report, node, finding)).collect();
    if grave.is_empty() { counts(report) } else { grave.join("; ") }
}

fn sentence(report: &Report, node: &NodeReport, finding: &Finding) -> String {
    let of =
        if report.nodes.len() > 1 { format!("{} ", safe(&node.endpoint)) } else { String::new() };
    format!("{of}{}: {}", finding.check.id, safe(&finding.text))
}

/// Returns the values, and the counters that `--prev` reads, as many as there is room for.
fn performance(report: &Report) -> String {
    let mut data = String::new();
    let mut labels = BTreeSet::new();
    let mut add = |label: String, entry: String| {
        if labels.insert(label) && data.len() + entry.len() < DATA {
            if !data.is_empty() {
                data.push(' ');
            }
            data.push_str(&entry);
        }
    };
    for node in &report.nodes {
        for finding in &node.findings {
            let label = label(report, node, finding.check.id);
            if let Some(entry) = entry(&label, finding) {
                add(label, entry);
            }
        }
    }
    // They come last: who reads them back loses a rate, not a value, where there is no room.
    for node in &report.nodes {
        for (name, value) in &node.counters.values {
            // Some are called as the check is that judges how fast they grow.
            let label = label(report, node, &format!("{name}{COUNTER}"));
            let entry = format!("'{label}'={}c", Decimal(*value));
            add(label, entry);
        }
    }
    data
}

/// Returns the name of a value, which may have neither quotes nor equals signs.
fn label(report: &Report, node: &NodeReport, name: &str) -> String {
    if report.nodes.len() > 1 {
        let server = safe(&node.endpoint).replace(['\'', '='], "_");
        // Without blanks: Nagios takes the quotes away when it hands the data to `--prev`.
        return format!("{server}/{name}");
    }
    name.to_owned()
}

fn entry(label: &str, finding: &Finding) -> Option<String> {
    let value = finding.value.filter(|value| value.is_finite())?;
    let range = |range: Option<_>| {
        range.map(|range: cachectl_core::health::Range| range.to_string()).unwrap_or_default()
    };
    let (warning, critical) = (range(finding.warning), range(finding.critical));
    let bounds = match finding.check.unit {
        Unit::Percent => ";0;100",
        // What is left of a certificate can be less than nothing.
        Unit::Seconds => "",
        _ => ";0",
    };
    let entry = format!(
        "'{label}'={}{};{warning};{critical}{bounds}",
        Decimal(value),
        finding.check.unit.symbol(),
    );
    Some(entry.trim_end_matches(';').to_owned())
}

/// Writes the findings, as many as there is room for.
fn long(text: &mut String, report: &Report) {
    let all = gravest_first(report);
    let mut left = all.len();
    for (node, finding) in all {
        let sentence = sentence(report, node, finding);
        let line = format!("{} {}\n", word(finding.status), cut(&sentence, LINE));
        // Room for the line that says how many there are besides.
        if text.len() + line.len() + 40 > LIMIT {
            let _ = writeln!(text, "and {left} more");
            return;
        }
        text.push_str(&line);
        left -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{super::example, *};

    #[test]
    fn the_first_line_has_the_worst_and_the_values() {
        insta::assert_snapshot!(text(&example::mixed()), @r#"
        REDIS CRITICAL - memory: 95 % of maxmemory; memory_limit: there is no limit; <b>100%</b> / 'x'=1\n::error::&\u{1b}[31m" | 'reach'=0.412ms;80;90;0 'memory'=95%;80;90;0;100
        critical memory: 95 % of maxmemory
        warning memory_limit: there is no limit; <b>100%</b> / 'x'=1\n::error::&\u{1b}[31m"
        unknown policy: denied
        ok reach: answered in 0.4 ms
        "#);
    }

    #[test]
    fn everything_fits_into_four_kilobytes_whatever_servers_say() {
        for servers in [0, 1, 2, 50, 5_000] {
            let mut report = example::many(servers);
            for node in &mut report.nodes {
                node.findings[1].text = "grün|'\n".repeat(5_000);
            }
            let text = text(&report);
            assert!(text.len() < 4_096, "{servers}: {}", text.len());
            assert!(text.matches('|').count() <= 1, "{text}");
            assert!(text.starts_with("REDIS CRITICAL - "), "{text}");
        }
    }

    #[test]
    fn what_is_good_is_counted() {
        let report = example::report(vec![example::finding(
            cachectl_core::health::catalogue::RDB,
            Status::Ok,
        )]);
        assert_eq!(text(&report), "REDIS OK - 1 ok\nok rdb: as it is\n");
    }
}
