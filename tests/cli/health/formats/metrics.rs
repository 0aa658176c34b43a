//! Metrics, as `promtool` checks them, and what is in them.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    process::{Command, Stdio},
};

use cachectl_testkit::Tool;

use super::Found;

#[track_caller]
pub(super) fn read(text: &str) -> Found {
    check(text);
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
        let metric = name.split('{').next().unwrap();
        let kind = if metric.ends_with("_total") { "counter" } else { "gauge" };
        assert_eq!(types.get(metric), Some(&kind), "{line}");
        found.count(name, metric, value.parse().unwrap());
    }
    found
}

impl Found {
    #[track_caller]
    fn count(&mut self, name: &str, metric: &str, value: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "states are 0 to 3")]
        let state = value.round() as i32;
        match (metric, state) {
            ("cachectl_health_overall_status", state) => self.code = Some(state),
            ("cachectl_health_status", 0) | ("cachectl_health_server_info", _) => {}
            ("cachectl_health_status", 1) => self.warnings += 1,
            ("cachectl_health_status", 2) => self.failures += 1,
            ("cachectl_health_status", 3) => self.unknown += 1,
            ("cachectl_health_status", other) => panic!("there is no state {other}"),
            _ if name.contains("instance=") => self.values += 1,
            _ => {}
        }
    }
}

/// Has metrics checked. Whatever is said is a fault: exit 3 is one of style, and no better.
#[track_caller]
fn check(text: &str) {
    assert!(text.ends_with('\n'));
    let mut promtool = Command::new(Tool::Promtool.path());
    promtool.args(["check", "metrics"]);
    let promtool = promtool.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = promtool.spawn().unwrap();
    process.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && said.is_empty(), "{said}\n{text}");
}
