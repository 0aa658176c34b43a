//! Output of a monitoring plugin, by the development guidelines.

use std::collections::BTreeSet;

use super::{
    Found, code, lines_with,
    perfdata::{self, Entry},
};

const UNITS: [&str; 10] = ["", "s", "ms", "us", "%", "B", "KB", "MB", "TB", "c"];

#[track_caller]
pub(super) fn read(text: &str) -> Found {
    assert!(text.len() < 4_096 && text.ends_with('\n'), "{text}");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    let (first, long) = text.split_once('\n').unwrap();
    let (words, data) = first.split_once(" | ").unwrap_or((first, ""));
    let state = words.strip_prefix("REDIS ").and_then(|rest| rest.split(' ').next()).unwrap();
    assert_eq!(state, state.to_uppercase(), "{words}");
    assert!(!long.contains('|') && !data.contains('|'), "{text}");
    let entries = performance(data);
    for entry in &entries {
        judged(entry, long);
    }
    Found {
        code: Some(code(&state.to_lowercase())),
        warnings: lines_with(long, "warning "),
        failures: lines_with(long, "critical "),
        unknown: lines_with(long, "unknown "),
        values: entries.len(),
    }
}

/// Reads performance data, and has it read by those that it is for: both have to agree.
#[track_caller]
fn performance(data: &str) -> Vec<Entry> {
    let ours = entries(data);
    let theirs = perfdata::read(data);
    let unjudged: Vec<_> =
        theirs.iter().cloned().map(|entry| Entry { code: None, ..entry }).collect();
    // Their pattern has no word for ranges that are turned round, and stops there.
    if !data.contains('@') {
        assert_eq!(ours, unjudged, "{data}");
    }
    theirs
}

/// Checks that a finding says what a reader makes of its value and its limits.
#[track_caller]
fn judged(entry: &Entry, long: &str) {
    let about = format!(" {}: ", entry.label);
    let said = long.lines().find_map(|line| {
        let (state, rest) = line.split_at_checked(line.find(' ')?)?;
        rest.starts_with(&about).then(|| code(state))
    });
    let is_turned_round = entry.fields.iter().all(String::is_empty);
    if let Some(said) = said
        && !is_turned_round
    {
        assert_eq!(entry.code, Some(said), "{entry:?}\n{long}");
    }
}

/// Splits performance data by the guidelines: `'label'=value[UOM];[warn];[crit];[min];[max]`.
#[track_caller]
fn entries(mut data: &str) -> Vec<Entry> {
    let mut labels = BTreeSet::new();
    let mut entries = Vec::new();
    while !data.is_empty() {
        let (label, rest) = data.strip_prefix('\'').unwrap().split_once("'=").unwrap();
        assert!(!label.is_empty() && !label.contains(['=', '\'']), "{label}");
        assert!(labels.insert(label.to_owned()), "{label} twice");
        let (entry, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        data = rest;
        entries.push(self::entry(label, entry));
    }
    entries
}

#[track_caller]
fn entry(label: &str, text: &str) -> Entry {
    let mut fields = text.split(';');
    let value = fields.next().unwrap();
    let unit = value.trim_start_matches(|c: char| c.is_ascii_digit() || "-.".contains(c));
    assert!(UNITS.contains(&unit), "{text}");
    let value = number(value.strip_suffix(unit).unwrap());
    let fields: Vec<_> = fields.collect();
    assert!(fields.len() <= 4, "{text}");
    let field = |index: usize| fields.get(index).copied().unwrap_or_default().to_owned();
    let fields = [field(0), field(1), field(2), field(3)];
    let (limits, bounds) = fields.split_at(2);
    for range in limits {
        range_ends(range);
    }
    for bound in bounds.iter().filter(|bound| !bound.is_empty()) {
        number(bound);
    }
    Entry { label: label.to_owned(), value, unit: unit.to_owned(), fields, code: None }
}

#[track_caller]
fn number(text: &str) -> f64 {
    assert!(text.chars().all(|c| c.is_ascii_digit() || "-.".contains(c)), "{text}");
    text.parse().unwrap()
}

#[track_caller]
fn range_ends(range: &str) {
    let range = range.strip_prefix('@').unwrap_or(range);
    let ends = range.split_once(':').map_or([range, ""], |(start, end)| [start, end]);
    for end in ends.into_iter().filter(|end| !end.is_empty() && *end != "~") {
        number(end);
    }
}
