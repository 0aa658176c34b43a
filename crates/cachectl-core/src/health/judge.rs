//! Holds values against their limits.

use super::{
    catalogue::Check,
    report::{Finding, Status},
    sample::Said,
    thresholds::{Limits, Thresholds},
};
use crate::server::error::Refusal;

/// Holds values against their limits, and collects what comes of it.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    thresholds: &'a Thresholds,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(thresholds: &'a Thresholds) -> Self {
        Self { thresholds, findings: Vec::new() }
    }

    /// Judges a value by the limits of its check.
    pub(super) fn value(&mut self, check: &'static Check, value: f64, text: String) {
        self.value_within(check, value, Limits::default(), text);
    }

    /// Judges a value by the limits of its check, and where there are none by these, which depend
    /// on the server.
    pub(super) fn value_within(
        &mut self,
        check: &'static Check,
        value: f64,
        usual: Limits,
        text: String,
    ) {
        let set = self.thresholds.get(check);
        let warning = set.warning.or(usual.warning);
        let critical = set.critical.or(usual.critical);
        let status = if critical.is_some_and(|range| range.alerts(value)) {
            Status::Critical
        } else if warning.is_some_and(|range| range.alerts(value)) {
            Status::Warning
        } else {
            Status::Ok
        };
        let (value, text) = (Some(value), cut(text, LONGEST));
        self.findings.push(Finding { check, status, value, warning, critical, text });
    }

    /// Returns whether a check has limits.
    pub(super) fn is_limited(&self, check: &'static Check) -> bool {
        self.thresholds.get(check) != Limits::default()
    }

    /// Takes note of a state, which has no value.
    pub(super) fn state(&mut self, check: &'static Check, status: Status, text: impl Into<String>) {
        let (value, text) = (None, cut(text.into(), LONGEST));
        self.findings.push(Finding { check, status, value, warning: None, critical: None, text });
    }

    /// Takes note that the server did not say what a check needs.
    pub(super) fn unsaid<T>(&mut self, check: &'static Check, said: &Said<T>) {
        let text = match said {
            Said::No(refusal) if refusal.is_denied() => {
                return self.denied_by(check, refusal, &missing(check, refusal));
            }
            Said::No(refusal) => refusal.to_string(),
            Said::Yes(_) | Said::Nothing => "the server did not say".to_owned(),
        };
        self.state(check, Status::Unknown, text);
    }

    /// Takes note that we may not ask what a check needs, and of what would allow it.
    pub(super) fn denied(&mut self, check: &'static Check, refusal: &Refusal) {
        self.denied_by(check, refusal, check.acl);
    }

    fn denied_by(&mut self, check: &'static Check, refusal: &Refusal, rules: &str) {
        let text = format!("{refusal}; the ACL rule that allows it is `{rules}`");
        self.state(check, Status::Unknown, text);
    }
}

/// How long the text of a finding may be, in bytes. What servers say is a part of some of them.
const LONGEST: usize = 2_000;

/// Cuts a text that is too long, and shows that it was.
pub(super) fn cut(mut text: String, longest: usize) -> String {
    if text.len() > longest {
        let end = (0..=longest).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or_default());
        text.push('…');
    }
    text
}

/// Returns the rules that a check needs and the server names in its refusal of one question, or
/// all of them if it names none. Other questions may have been answered.
///
/// It writes `'config|get'`, before 7.0 `'config'`, and what it does not know as it was sent.
fn missing(check: &Check, refusal: &Refusal) -> String {
    let detail = refusal.detail.to_lowercase();
    let named = |rule: &&str| {
        let command = rule.trim_start_matches('+').split('|').next().unwrap_or_default();
        [format!("'{command}'"), format!("'{command}|")].iter().any(|it| detail.contains(it))
    };
    let rules: Vec<&str> = check.acl.split(' ').filter(named).collect();
    if rules.is_empty() { check.acl.to_owned() } else { rules.join(" ") }
}
