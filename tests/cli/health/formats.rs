//! Reads each format back, as strictly as those that it is made for.

use std::collections::{BTreeMap, BTreeSet};

use crate::json;

/// The formats of `cachectl health`.
pub(super) const FORMATS: [&str; 6] = ["human", "json", "nagios", "prometheus", "junit", "github"];

/// What a report says, as far as its format has it.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) warnings: usize,
    pub(super) failures: usize,
    pub(super) unknown: usize,
    /// How many values it gives, where that is told; without the duration.
    pub(super) values: usize,
}

impl Found {
    pub(super) fn is_good(&self) -> bool {
        self.warnings + self.failures + self.unknown == 0
    }
}

/// Reads a report, and panics if it is not what its format asks for.
#[track_caller]
pub(super) fn read(format: &str, text: &str) -> Found {
    match format {
        "human" => human(text),
        "json" => health_json(text),
        "nagios" => nagios(text),
        "prometheus" => prometheus(text),
        "junit" => junit(text),
        "github" => github(text),
        other => panic!("there is no format {other}"),
    }
}

fn lines_with(text: &str, start: &str) -> usize {
    text.lines().filter(|line| line.starts_with(start)).count()
}

fn human(text: &str) -> Found {
    Found {
        warnings: lines_with(text, "  warning "),
        failures: lines_with(text, "  critical "),
        unknown: lines_with(text, "  unknown "),
        values: 0,
    }
}

#[track_caller]
fn health_json(text: &str) -> Found {
    let document = json(text);
    assert_eq!(document.get("schema").unwrap(), "cachectl.health/1");
    let status = |value: &serde_json::Value| {
        let status = value["status"].as_str().unwrap();
        assert!(["pass", "warn", "fail"].contains(&status), "{status}");
    };
    status(&document);
    let mut found = Found::default();
    for (name, entries) in document.get("checks").unwrap().as_object().unwrap() {
        assert!(name.starts_with("redis:"), "{name}");
        for entry in entries.as_array().unwrap() {
            status(entry);
            assert!(entry["componentId"].is_string() && entry["time"].is_string(), "{entry}");
            assert_eq!(entry["status"] == "pass", entry.get("output").is_none(), "{entry}");
            assert_eq!(entry.get("observedValue").is_some(), entry.get("observedUnit").is_some());
            match entry["state"].as_str().unwrap() {
                "ok" => {}
                "warning" => found.warnings += 1,
                "critical" => found.failures += 1,
                "unknown" => found.unknown += 1,
                other => panic!("there is no state {other}"),
            }
            found.values += usize::from(entry.get("observedValue").is_some());
        }
    }
    found
}

#[track_caller]
fn nagios(text: &str) -> Found {
    assert!(text.len() < 4_096 && text.ends_with('\n'), "{text}");
    let (first, long) = text.split_once('\n').unwrap();
    let (words, data) = first.split_once(" | ").unwrap_or((first, ""));
    let state = words.strip_prefix("REDIS ").and_then(|rest| rest.split(' ').next()).unwrap();
    assert!(["OK", "WARNING", "CRITICAL", "UNKNOWN"].contains(&state), "{words}");
    assert!(!long.contains('|') && !data.contains('|'), "{text}");
    Found {
        warnings: lines_with(long, "warning "),
        failures: lines_with(long, "critical "),
        unknown: lines_with(long, "unknown "),
        values: performance(data),
    }
}

/// Reads performance data by the guidelines: `'label'=value[UOM];[warn];[crit];[min];[max]`.
#[track_caller]
fn performance(mut data: &str) -> usize {
    let mut labels = BTreeSet::new();
    while !data.is_empty() {
        let (label, rest) = data.strip_prefix('\'').unwrap().split_once("'=").unwrap();
        assert!(!label.is_empty() && !label.contains(['=', '\'']), "{label}");
        assert!(labels.insert(label.to_owned()), "{label} twice");
        let (entry, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        data = rest;
        assert!(entry.split(';').count() <= 5, "{entry}");
        let mut fields = entry.split(';');
        let value = fields.next().unwrap();
        let unit = value.trim_start_matches(|c: char| c.is_ascii_digit() || "-.".contains(c));
        assert!(["", "s", "ms", "us", "%", "B", "KB", "MB", "TB", "c"].contains(&unit), "{entry}");
        number(value.strip_suffix(unit).unwrap());
        fields.by_ref().take(2).for_each(|range| limits(range));
        fields.filter(|bound| !bound.is_empty()).for_each(|bound| number(bound));
    }
    labels.len()
}

#[track_caller]
fn number(text: &str) {
    assert!(text.chars().all(|c| c.is_ascii_digit() || "-.".contains(c)), "{text}");
    text.parse::<f64>().unwrap();
}

#[track_caller]
fn limits(range: &str) {
    let range = range.strip_prefix('@').unwrap_or(range);
    let ends = range.split_once(':').map_or([range, ""], |(start, end)| [start, end]);
    ends.into_iter().filter(|end| !end.is_empty() && *end != "~").for_each(|end| number(end));
}

#[track_caller]
fn prometheus(text: &str) -> Found {
    assert!(text.ends_with('\n'));
    let (mut types, mut series) = (BTreeMap::new(), BTreeSet::new());
    let mut found = Found::default();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            assert!(rest.split_once(' ').is_some_and(|(_, help)| !help.is_empty()), "{line}");
            continue;
        }
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(types.insert(name, kind), None, "{name} twice");
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(series.insert(name), "{name} twice");
        let value: f64 = value.parse().unwrap();
        let metric = name.split('{').next().unwrap();
        assert_eq!(types.get(metric), Some(&"gauge"), "{line}");
        assert!(metric.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{metric}");
        match metric {
            "cachectl_health_status" if (value - 1.0).abs() < 0.1 => found.warnings += 1,
            "cachectl_health_status" if (value - 2.0).abs() < 0.1 => found.failures += 1,
            "cachectl_health_status" if (value - 3.0).abs() < 0.1 => found.unknown += 1,
            "cachectl_health_status" => {}
            name if name.contains("server_info") => {}
            _ if name.contains("instance=") => found.values += 1,
            _ => {}
        }
    }
    found
}

/// Walks through the elements of a document that has no comments and no CDATA.
#[track_caller]
fn junit(text: &str) -> Found {
    let mut rest = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap();
    let mut open: Vec<&str> = Vec::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    while let Some((between, tail)) = rest.split_once('<') {
        references(between);
        let (tag, tail) = tail.split_once('>').unwrap();
        rest = tail;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{text}");
            continue;
        }
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        quoted(attributes);
        *counts.entry(name).or_default() += 1;
        if !is_empty {
            open.push(name);
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    assert!(count("testcase") > 0 && count("testsuites") == 1, "{text}");
    Found {
        warnings: count("system-out"),
        failures: count("failure"),
        unknown: count("error"),
        values: 0,
    }
}

/// Checks that attributes are names with values in quotes.
#[track_caller]
fn quoted(mut attributes: &str) {
    while !attributes.is_empty() {
        let (name, rest) = attributes.split_once("=\"").unwrap();
        assert!(name.chars().all(|c| c.is_ascii_alphabetic()), "{name}");
        let (value, rest) = rest.split_once('"').unwrap();
        references(value);
        attributes = rest.trim_start();
    }
}

/// Checks that an ampersand begins one of the references that every document has.
#[track_caller]
fn references(text: &str) {
    for after in text.split('&').skip(1) {
        let name = after.split(';').next().unwrap();
        assert!(["amp", "lt", "gt", "quot", "apos"].contains(&name), "{text}");
    }
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
}

#[track_caller]
fn github(text: &str) -> Found {
    for line in text.lines().filter(|line| line.starts_with("::")) {
        let (command, message) = line.trim_start_matches(':').split_once("::").unwrap();
        let (_, title) = command.split_once(" title=").unwrap();
        assert!(!title.contains([',', ':']) && !message.is_empty(), "{line}");
    }
    Found {
        warnings: lines_with(text, "::warning title="),
        failures: lines_with(text, "::error title="),
        unknown: lines_with(text, "::notice title="),
        values: 0,
    }
}
