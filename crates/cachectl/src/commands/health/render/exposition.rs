//! Metrics as text: the classic format of Prometheus, and `OpenMetrics` for those who ask for it.

use std::{collections::BTreeMap, fmt::Write as _};

use cachectl_core::health::metrics::{Distribution, Kind, Sample, Value};

use super::plain;

/// How metrics are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands::health) enum Dialect {
    /// The text format 0.0.4, which everything reads.
    Classic,
    /// `OpenMetrics` 1.0.
    OpenMetrics,
}

/// Families of series by their names, each name of a series once.
#[derive(Debug, Default)]
pub(in crate::commands::health) struct Exposition(BTreeMap<String, Family>);

#[derive(Debug)]
struct Family {
    kind: Kind,
    help: String,
    series: BTreeMap<String, Value>,
}

/// Names and values of labels.
pub(in crate::commands::health) type Labels<'a> = &'a [(&'a str, &'a str)];

impl Dialect {
    /// Returns what the format is called in the header of a response.
    pub(in crate::commands::health) fn content_type(self) -> &'static str {
        match self {
            Self::Classic => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    /// Returns the format that an `Accept` header prefers.
    ///
    /// `OpenMetrics` has to be named: who takes anything takes the classic format.
    pub(in crate::commands::health) fn accepted(accept: &str) -> Self {
        let mut best = (0.0, 0.0);
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let parameters: Vec<_> = parts.filter_map(|part| part.split_once('=')).collect();
            let parameter = |name: &str| {
                let mut named = parameters.iter().filter(|(it, _)| it.eq_ignore_ascii_case(name));
                named.next().map(|(_, value)| value.trim_matches('"'))
            };
            let quality: f64 = parameter("q").map_or(1.0, |text| text.parse().unwrap_or(0.0));
            let version = parameter("version");
            match name.as_str() {
                "application/openmetrics-text"
                    if version.is_none_or(|it| it == "1.0.0" || it == "0.0.1") =>
                {
                    best.0 = quality.max(best.0);
                }
                "text/plain" | "text/*" | "*/*" => best.1 = quality.max(best.1),
                _ => {}
            }
        }
        let (open, classic): (f64, f64) = best;
        if open > 0.0 && open >= classic { Self::OpenMetrics } else { Self::Classic }
    }
}

impl Exposition {
    /// Adds a number. Of two with the same name and labels the first one counts: both would be
    /// refused with everything else.
    pub(in crate::commands::health) fn add(
        &mut self,
        (name, kind, help): (&str, Kind, &str),
        labels: Labels<'_>,
        value: f64,
    ) {
        self.put((name, kind, help), labels, Value::Number(value));
    }

    /// Adds what a server said, with further labels.
    pub(in crate::commands::health) fn add_sample(&mut self, sample: &Sample, more: Labels<'_>) {
        let series = sample.series;
        let own = sample.labels.iter().map(|(name, value)| (*name, value.as_str()));
        let labels: Vec<_> = more.iter().copied().chain(own).collect();
        self.put((series.name, series.kind, series.help), &labels, sample.value.clone());
    }

    fn put(&mut self, (name, kind, help): (&str, Kind, &str), labels: Labels<'_>, value: Value) {
        let new = || Family { kind, help: help.to_owned(), series: BTreeMap::new() };
        let family = self.0.entry(name.to_owned()).or_insert_with(new);
        family.series.entry(written(labels)).or_insert(value);
    }

    /// Returns everything as text.
    pub(in crate::commands::health) fn text(&self, dialect: Dialect) -> String {
        let mut text = String::new();
        for (name, family) in &self.0 {
            family.describe(name, dialect, &mut text);
            for (labels, value) in &family.series {
                match value {
                    // Writing to a string cannot fail.
                    Value::Number(value) => {
                        let _ = writeln!(text, "{name}{} {}", braced(labels), number(*value));
                    }
                    Value::Distribution(distribution) => {
                        distributed(name, labels, distribution, &mut text);
                    }
                }
            }
        }
        if dialect == Dialect::OpenMetrics {
            text.push_str("# EOF\n");
        }
        text
    }
}

impl Family {
    fn describe(&self, name: &str, dialect: Dialect, text: &mut String) {
        let Self { kind, help, .. } = self;
        let help = plain(help).replace('\\', "\\\\");
        let (name, help, unit) = match dialect {
            Dialect::Classic => (name, help, None),
            Dialect::OpenMetrics => {
                let family = kind.family(name);
                (family, help.replace('"', "\\\""), unit(family))
            }
        };
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {}", word(*kind, dialect));
        if let Some(unit) = unit {
            let _ = writeln!(text, "# UNIT {name} {unit}");
        }
    }
}

/// Returns the word for a kind.
pub(in crate::commands::health) fn word(kind: Kind, dialect: Dialect) -> &'static str {
    match (kind, dialect) {
        (Kind::Counter, _) => "counter",
        (Kind::Gauge, _) | (Kind::Info, Dialect::Classic) => "gauge",
        (Kind::Info, Dialect::OpenMetrics) => "info",
        (Kind::Histogram, _) => "histogram",
        (Kind::Unknown, Dialect::Classic) => "untyped",
        (Kind::Unknown, Dialect::OpenMetrics) => "unknown",
    }
}

/// Returns the unit that a name ends with, if it is one that the format knows.
fn unit(family: &str) -> Option<&'static str> {
    let ends = |unit: &&str| family.strip_suffix(*unit).is_some_and(|rest| rest.ends_with('_'));
    ["seconds", "bytes", "ratio"].into_iter().find(ends)
}

fn distributed(name: &str, labels: &str, distribution: &Distribution, text: &mut String) {
    let comma = if labels.is_empty() { "" } else { "," };
    let Distribution { buckets, count, sum } = distribution;
    for (most, count) in buckets {
        let (most, count) = (bound(*most), number(*count));
        let _ = writeln!(text, "{name}_bucket{{{labels}{comma}le=\"{most}\"}} {count}");
    }
    let _ = writeln!(text, "{name}_bucket{{{labels}{comma}le=\"+Inf\"}} {}", number(*count));
    if let Some(sum) = sum {
        let _ = writeln!(text, "{name}_sum{} {}", braced(labels), number(*sum));
    }
    let _ = writeln!(text, "{name}_count{} {}", braced(labels), number(*count));
}

/// Returns a value as both formats write it.
fn number(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else {
        value.to_string()
    }
}

/// Returns the bound of a bucket. It is a label, so it has to be written as everybody writes it:
/// `0.000264`, and `4e-06` below a ten thousandth.
fn bound(value: f64) -> String {
    let text = if value < 1e-4 { format!("{value:e}") } else { value.to_string() };
    match text.split_once("e-") {
        Some((digits, exponent)) => format!("{digits}e-{exponent:0>2}"),
        None if text.contains('.') => text,
        None => format!("{text}.0"),
    }
}

fn written(labels: Labels<'_>) -> String {
    let quoted = |text: &str| plain(&text).replace('\\', "\\\\").replace('"', "\\\"");
    let pairs = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", quoted(value)));
    pairs.collect::<Vec<_>>().join(",")
}

fn braced(labels: &str) -> String {
    if labels.is_empty() { String::new() } else { format!("{{{labels}}}") }
}

#[cfg(test)]
mod tests {
    use cachectl_core::health::metrics::catalogue;

    use super::*;

    fn example() -> Exposition {
        let mut exposition = Exposition::default();
        let counter = ("redis_net_input_bytes_total", Kind::Counter, "A \"count\" of \\.");
        exposition.add(counter, &[], 5.0);
        exposition.add(("redis_slave_info", Kind::Info, "Info."), &[("a", "b\n\"c\\")], 1.0);
        exposition.add(("a_seconds", Kind::Gauge, "Time."), &[], 1.5);
        exposition.add(("a_seconds", Kind::Gauge, "Time."), &[], 2.5);
        let buckets = vec![(4e-6, 1.0), (0.000_264, 2.0), (1.0, 3.0)];
        let value = Value::Distribution(Distribution { buckets, count: 4.0, sum: Some(0.25) });
        let labels = vec![("cmd", "get".to_owned())];
        let sample = Sample { series: catalogue::COMMAND_LATENCY, labels, value };
        exposition.add_sample(&sample, &[("node", "h:1")]);
        exposition
    }

    #[test]
    fn the_classic_format_knows_neither_info_nor_units() {
        insta::assert_snapshot!(example().text(Dialect::Classic), @r#"
        # HELP a_seconds Time.
        # TYPE a_seconds gauge
        a_seconds 1.5
        # HELP redis_command_latency_seconds How long calls of a command took, from Redis 7.0 on.
        # TYPE redis_command_latency_seconds histogram
        redis_command_latency_seconds_bucket{node="h:1",cmd="get",le="4e-06"} 1
        redis_command_latency_seconds_bucket{node="h:1",cmd="get",le="0.000264"} 2
        redis_command_latency_seconds_bucket{node="h:1",cmd="get",le="1.0"} 3
        redis_command_latency_seconds_bucket{node="h:1",cmd="get",le="+Inf"} 4
        redis_command_latency_seconds_sum{node="h:1",cmd="get"} 0.25
        redis_command_latency_seconds_count{node="h:1",cmd="get"} 4
        # HELP redis_net_input_bytes_total A "count" of \\.
        # TYPE redis_net_input_bytes_total counter
        redis_net_input_bytes_total 5
        # HELP redis_slave_info Info.
        # TYPE redis_slave_info gauge
        redis_slave_info{a="b\\n\"c\\"} 1
        "#);
    }

    #[test]
    fn open_metrics_has_families_units_and_an_end() {
        insta::assert_snapshot!(example().text(Dialect::OpenMetrics), @r#"
        # HELP a_seconds Time.
        # TYPE a_seconds gauge
        # UNIT a_seconds seconds
        a_seconds 1.5
        # HELP redis_command_latency_seconds How long calls of a command took, from Redis 7.0 on.
        # TYPE redis_command_latency_seconds histogram
        # UNIT redis_command_latency_seconds seconds
        redis_command_latency_seconds_bucket{node="h:1",cmd="get",le="4e-06"} 1
        redis_command_latency_seconds_bucket{node="h:1",cmd="get",le="0.000264"} 2
        redis_command_latency_seconds_bucket{node="h:1",cmd="get",le="1.0"} 3
        redis_command_latency_seconds_bucket{node="h:1",cmd="get",le="+Inf"} 4
        redis_command_latency_seconds_sum{node="h:1",cmd="get"} 0.25
        redis_command_latency_seconds_count{node="h:1",cmd="get"} 4
        # HELP redis_net_input_bytes A \"count\" of \\.
        # TYPE redis_net_input_bytes counter
        # UNIT redis_net_input_bytes bytes
        redis_net_input_bytes_total 5
        # HELP redis_slave Info.
        # TYPE redis_slave info
        redis_slave_info{a="b\\n\"c\\"} 1
        # EOF
        "#);
    }

    #[test]
    fn the_format_that_is_preferred_is_chosen() {
        #[track_caller]
        fn case(accept: &str, expected: Dialect) {
            assert_eq!(Dialect::accepted(accept), expected, "{accept}");
        }
        use Dialect::{Classic, OpenMetrics};

        case("", Classic);
        case("*/*", Classic);
        case("text/html, text/plain;q=0.5", Classic);
        case("application/openmetrics-text", OpenMetrics);
        case("application/openmetrics-text;version=2.0.0, */*;q=0.1", Classic);
        case("application/openmetrics-text; version=\"1.0.0\"; q=0", Classic);
        case("application/openmetrics-text;q=0.4,text/plain;q=0.5", Classic);
        case(
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;\
             version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            OpenMetrics,
        );
        case(
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
             text/plain;version=1.0.0;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
            OpenMetrics,
        );
    }
}
