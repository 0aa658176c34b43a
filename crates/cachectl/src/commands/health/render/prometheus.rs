//! For Prometheus, in its text format: base units, one block for each metric, no timestamps, as the
//! textfile collector wants it.

use std::{collections::BTreeMap, fmt::Write as _};

use cachectl_core::health::{
    Finding, NodeReport, Report, Status,
    catalogue::{Check, Unit},
};

use super::{gravest_first, plain};
use crate::exit::{Ending, code};

/// A metric: what it is, and its series by their labels.
#[derive(Default)]
struct Metric {
    help: String,
    series: BTreeMap<String, String>,
}

/// Metrics by their names.
type Metrics = BTreeMap<String, Metric>;

pub(super) fn text(report: &Report) -> String {
    let mut metrics = Metrics::new();
    // Of several findings of one check the gravest counts, which is the first of them.
    for (node, finding) in gravest_first(report) {
        status(&mut metrics, node, finding);
    }
    for node in &report.nodes {
        described(&mut metrics, node);
        for finding in &node.findings {
            value(&mut metrics, node, finding);
        }
    }
    overall(&mut metrics, report);
    let mut text = String::new();
    for (name, Metric { help, series }) in metrics {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# HELP {name} {}\n# TYPE {name} gauge", help_text(&help));
        for (labels, value) in series {
            let _ = writeln!(text, "{name}{labels} {value}");
        }
    }
    text
}

fn add(metrics: &mut Metrics, name: &str, help: &str, (labels, value): (String, String)) {
    let metric = metrics.entry(name.to_owned()).or_default();
    help.clone_into(&mut metric.help);
    // One series twice would be refused with everything else.
    metric.series.entry(labels).or_insert(value);
}

fn described(metrics: &mut Metrics, node: &NodeReport) {
    let known = |text: &Option<String>| text.as_deref().unwrap_or_default().to_owned();
    let series = labels(&[
        ("instance", &node.endpoint.to_string()),
        ("role", &known(&node.role)),
        ("version", &known(&node.version)),
    ]);
    let help = "What a server is.";
    add(metrics, "cachectl_health_server_info", help, (series, "1".to_owned()));
}

fn status(metrics: &mut Metrics, node: &NodeReport, finding: &Finding) {
    let series = labels(&[("check", finding.check.id), ("instance", &node.endpoint.to_string())]);
    let help = "The state of a check: 0 ok, 1 warning, 2 critical, 3 unknown.";
    add(metrics, "cachectl_health_status", help, (series, number(finding.status)));
}

fn value(metrics: &mut Metrics, node: &NodeReport, finding: &Finding) {
    let Some(value) = finding.value else { return };
    let (unit, divisor) = base(finding.check.unit);
    let name = name(finding.check, unit);
    let series = labels(&[("instance", &node.endpoint.to_string())]);
    add(metrics, &name, finding.check.what, (series, sample(value / divisor)));
}

fn overall(metrics: &mut Metrics, report: &Report) {
    let help = "The state of all servers together: 0 ok, 1 warning, 2 critical, 3 unknown.";
    let plainly = |value| (String::new(), value);
    add(metrics, "cachectl_health_overall_status", help, plainly(number(report.status)));
    let help = "How long it took to find out.";
    let seconds = sample(report.elapsed.as_secs_f64());
    add(metrics, "cachectl_health_duration_seconds", help, plainly(seconds));
    if let Ok(time) = report.time.parse::<jiff::Timestamp>() {
        let help = "When it was found out; what is old here is old news.";
        let seconds = time.as_second().to_string();
        add(metrics, "cachectl_health_timestamp_seconds", help, plainly(seconds));
    }
}

fn number(status: Status) -> String {
    code(Ending::Judged(status)).number().to_string()
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

/// Returns a value as the format writes it.
fn sample(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else {
        value.to_string()
    }
}

fn labels(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("{name}=\"{}\"", label(value)));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
}

fn label(value: &str) -> String {
    plain(&value).replace('\\', "\\\\").replace('"', "\\\"")
}

fn help_text(help: &str) -> String {
    plain(&help).replace('\\', "\\\\")
}

#[cfg(test)]
mod tests {
    use cachectl_core::health::catalogue;

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
