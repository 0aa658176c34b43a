//! A report for Prometheus: base units, one block for each metric, no timestamps, as the textfile
//! collector wants it.

use cachectl_core::health::{
    Finding, NodeReport, Report, Status,
    catalogue::{self, Check, Unit},
    metrics::Kind,
};

use super::{
    exposition::{Dialect, Exposition, Labels},
    gravest_first,
};
use crate::exit::{Ending, code};

/// What of a report is said about all servers together.
const OVERALL: [(&str, &str); 3] = [
    (
        "cachectl_health_overall_status",
        "The state of all servers together: 0 ok, 1 warning, 2 critical, 3 unknown.",
    ),
    ("cachectl_health_duration_seconds", "How long it took to find out."),
    ("cachectl_health_timestamp_seconds", "When it was found out; what is old here is old news."),
];
const SERVER: (&str, &str) = ("cachectl_health_server_info", "What a server is.");
const STATUS: (&str, &str) =
    ("cachectl_health_status", "The state of a check: 0 ok, 1 warning, 2 critical, 3 unknown.");

pub(super) fn text(report: &Report) -> String {
    let mut exposition = Exposition::default();
    add(&mut exposition, report, Some("instance"));
    exposition.text(Dialect::Classic)
}

/// Adds what was found to other metrics. Servers are told apart by a label of the given name.
pub(in crate::commands::health) fn add(
    exposition: &mut Exposition,
    report: &Report,
    label: Option<&str>,
) {
    // Of several findings of one check the gravest counts, which is the first of them.
    for (node, finding) in gravest_first(report) {
        let (name, help) = STATUS;
        let check = ("check", finding.check.id);
        with(node, label, &[check], |labels| {
            exposition.add((name, Kind::Gauge, help), labels, number(finding.status));
        });
    }
    for node in &report.nodes {
        described(exposition, node, label);
        for finding in &node.findings {
            value(exposition, node, finding, label);
        }
    }
    overall(exposition, report);
}

/// Puts the label of a server behind others.
fn with(node: &NodeReport, label: Option<&str>, others: Labels<'_>, add: impl FnOnce(Labels<'_>)) {
    let endpoint = node.endpoint.to_string();
    let own = label.map(|label| (label, endpoint.as_str()));
    add(&others.iter().copied().chain(own).collect::<Vec<_>>());
}

fn described(exposition: &mut Exposition, node: &NodeReport, label: Option<&str>) {
    let (name, help) = SERVER;
    let known = |text: &Option<String>| text.clone().unwrap_or_default();
    let (role, version) = (known(&node.role), known(&node.version));
    with(node, label, &[], |labels| {
        let own = [("role", role.as_str()), ("version", version.as_str())];
        let labels: Vec<_> = labels.iter().copied().chain(own).collect();
        exposition.add((name, Kind::Info, help), &labels, 1.0);
    });
}

fn value(exposition: &mut Exposition, node: &NodeReport, finding: &Finding, label: Option<&str>) {
    let Some(value) = finding.value else { return };
    let (unit, divisor) = base(finding.check.unit);
    let name = name(finding.check, unit);
    with(node, label, &[], |labels| {
        exposition.add((&name, Kind::Gauge, finding.check.what), labels, value / divisor);
    });
}

fn overall(exposition: &mut Exposition, report: &Report) {
    let time = report.time.parse::<jiff::Timestamp>().ok();
    let values = [
        Some(number(report.status)),
        Some(report.elapsed.as_secs_f64()),
        time.and_then(|time| time.as_second().to_string().parse().ok()),
    ];
    for ((name, help), value) in OVERALL.into_iter().zip(values) {
        if let Some(value) = value {
            exposition.add((name, Kind::Gauge, help), &[], value);
        }
    }
}

fn number(status: Status) -> f64 {
    f64::from(code(Ending::Judged(status)).number())
}

/// Returns the name, the kind and the help of everything that a report can have.
pub(in crate::commands::health) fn described_series() -> Vec<(String, Kind, String)> {
    let gauge = |(name, help): (&str, &str)| (name.to_owned(), Kind::Gauge, help.to_owned());
    let values = catalogue::ALL.iter().filter(|check| check.unit != Unit::State);
    let values = values.map(|check| gauge((&name(check, base(check.unit).0), check.what)));
    let (name, help) = SERVER;
    let server = (name.to_owned(), Kind::Info, help.to_owned());
    let mut all: Vec<_> = values.chain(OVERALL.map(gauge)).chain([gauge(STATUS), server]).collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

/// Returns the base unit of a unit, as names of metrics end, and what values are divided by.
fn base(unit: Unit) -> (&'static str, f64) {
    match unit {
        Unit::State | Unit::Count => ("", 1.0),
        Unit::PerSecond => ("per_second", 1.0),
        Unit::Seconds => ("seconds", 1.0),
        Unit::Milliseconds => ("seconds", 1_000.0),
        Unit::Bytes => ("bytes", 1.0),
        Unit::Percent => ("ratio", 100.0),
        Unit::Ratio => ("ratio", 1.0),
    }
}

fn name(check: &Check, unit: &str) -> String {
    let id = check.id;
    if unit.is_empty() || id.ends_with(unit) {
        return format!("cachectl_health_{id}");
    }
    format!("cachectl_health_{id}_{unit}")
}

#[cfg(test)]
mod tests {
    use super::{super::example, *};

    #[test]
    fn every_metric_has_its_help_its_type_and_base_units() {
        insta::assert_snapshot!(text(&example::mixed()), @r#"
        # HELP cachectl_health_duration_seconds How long it took to find out.
        # TYPE cachectl_health_duration_seconds gauge
        cachectl_health_duration_seconds 0.00425
        # HELP cachectl_health_memory_ratio Memory in use, as a share of `maxmemory`.
        # TYPE cachectl_health_memory_ratio gauge
        cachectl_health_memory_ratio{instance="cache:6379"} 0.95
        # HELP cachectl_health_overall_status The state of all servers together: 0 ok, 1 warning, 2 critical, 3 unknown.
        # TYPE cachectl_health_overall_status gauge
        cachectl_health_overall_status 2
        # HELP cachectl_health_reach_seconds The server answers: the time from name look-up to its first answer.
        # TYPE cachectl_health_reach_seconds gauge
        cachectl_health_reach_seconds{instance="cache:6379"} 0.000412345
        # HELP cachectl_health_server_info What a server is.
        # TYPE cachectl_health_server_info gauge
        cachectl_health_server_info{instance="cache:6379",role="primary",version="redis 7.0.15"} 1
        # HELP cachectl_health_status The state of a check: 0 ok, 1 warning, 2 critical, 3 unknown.
        # TYPE cachectl_health_status gauge
        cachectl_health_status{check="memory",instance="cache:6379"} 2
        cachectl_health_status{check="memory_limit",instance="cache:6379"} 1
        cachectl_health_status{check="policy",instance="cache:6379"} 3
        cachectl_health_status{check="reach",instance="cache:6379"} 0
        # HELP cachectl_health_timestamp_seconds When it was found out; what is old here is old news.
        # TYPE cachectl_health_timestamp_seconds gauge
        cachectl_health_timestamp_seconds 1795168800
        "#);
    }

    #[test]
    fn one_series_stands_there_once_and_the_gravest_counts() {
        let finding = |status| example::finding(catalogue::RDB, status);
        let report = example::report(vec![finding(Status::Unknown), finding(Status::Warning)]);
        let text = text(&report);
        let series = "cachectl_health_status{check=\"rdb\",instance=\"cache:6379\"}";
        assert_eq!(text.matches(series).count(), 1);
        assert!(text.contains(&format!("{series} 1\n")), "{text}");
    }

    #[test]
    fn names_of_servers_cannot_end_a_label() {
        let text = text(&example::many(1));
        assert!(text.contains("instance=\"/run/a'b=c|\\\"<\\\\n0\""), "{text}");
    }

    #[test]
    fn no_two_checks_share_a_name() {
        let mut names: Vec<_> =
            catalogue::ALL.iter().map(|check| name(check, base(check.unit).0)).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), catalogue::ALL.len());
        assert!(!names.contains(&"cachectl_health_status".to_owned()));
    }
}
