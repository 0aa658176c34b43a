//! What counts of what was found.

use cachectl_core::health::{
    Counters, Finding, NodeReport, Report, Status,
    catalogue::{Check, OVER_TIME, REACH},
};

/// What counts of what was found.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    /// Only these checks, if there are any.
    pub(super) only: Vec<&'static Check>,
    /// Not these.
    pub(super) skipped: Vec<&'static Check>,
    /// What becomes of what is unknown.
    pub(super) unknowns: Unknowns,
    /// How bad it is that a server does not answer.
    pub(super) silence: Status,
}

/// What becomes of what is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknowns {
    /// It matters where nothing else is known.
    Pass,
    /// Nothing is good while something is unknown.
    Count,
}

/// Drops what was not asked for, and judges what is left.
pub(super) fn judge(mut report: Report, selection: &Selection) -> Report {
    let counts = OVER_TIME.iter().any(|check| selection.wants(check));
    for node in &mut report.nodes {
        node.findings.retain(|finding| selection.takes(finding));
        if !counts {
            node.counters = Counters::default();
        }
    }
    selection.complete(&mut report.nodes);
    // Of a sentinel nothing is left where only memory was asked for, which makes it no riddle.
    if report.nodes.iter().any(|node| !node.findings.is_empty()) {
        report.nodes.retain(|node| !node.findings.is_empty());
    }
    for node in &mut report.nodes {
        // One that refuses PING and answers INFO is there, and says what is wrong.
        let is_silent = node.version.is_none();
        let silences = node.findings.iter_mut().filter(|finding| is_silent && is_silence(finding));
        silences.for_each(|finding| finding.status = selection.silence);
        node.status = selection.gravest(&node.findings);
    }
    let status = report.nodes.iter().map(|node| node.status).max();
    Report { status: status.unwrap_or(Status::Unknown), ..report }
}

impl Selection {
    /// Adds what was asked for and nobody has answered, unless a server answers nothing at all.
    fn complete(&self, nodes: &mut [NodeReport]) {
        let all = || nodes.iter().flat_map(|node| &node.findings);
        if all().any(is_silence) {
            return;
        }
        let asked = self.only.iter().filter(|check| !self.skips(check));
        let missing = asked.filter(|check| all().all(|finding| finding.check.id != check.id));
        let missing: Vec<_> = missing.map(|check| unanswered(check)).collect();
        if let Some(node) = nodes.first_mut() {
            node.findings.extend(missing);
        }
    }

    fn takes(&self, finding: &Finding) -> bool {
        is_silence(finding) || self.wants(finding.check)
    }

    fn wants(&self, check: &Check) -> bool {
        let only = self.only.is_empty() || self.only.iter().any(|it| it.id == check.id);
        only && !self.skips(check)
    }

    fn skips(&self, check: &Check) -> bool {
        self.skipped.iter().any(|it| it.id == check.id)
    }

    /// Returns the gravest of findings.
    ///
    /// | the gravest that is known | anything unknown | counted | result |
    /// |---|---|---|---|
    /// | nothing | | | unknown |
    /// | ok | yes | yes | unknown |
    /// | ok | yes | no | ok |
    /// | ok | no | | ok |
    /// | anything else | | | that |
    fn gravest(&self, findings: &[Finding]) -> Status {
        let statuses = || findings.iter().map(|finding| finding.status);
        let unknown = statuses().any(|status| status == Status::Unknown);
        let known = statuses().filter(|status| *status != Status::Unknown).max();
        match (known, self.unknowns) {
            (None, _) => Status::Unknown,
            (Some(Status::Ok), Unknowns::Count) if unknown => Status::Unknown,
            (Some(status), _) => status,
        }
    }
}

/// Whether the server did not answer, so that nothing else can be known of it.
fn is_silence(finding: &Finding) -> bool {
    finding.check.id == REACH.id && finding.value.is_none() && finding.status == Status::Critical
}

fn unanswered(check: &'static Check) -> Finding {
    Finding {
        check,
        status: Status::Unknown,
        value: None,
        warning: None,
        critical: None,
        text: "nothing is known: it does not apply here, or it needs a flag or an earlier look"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use cachectl_core::health::catalogue::{MEMORY, POLICY};

    use super::{
        super::render::example::{finding, report},
        *,
    };

    fn selection(only: &[&'static Check], skipped: &[&'static Check]) -> Selection {
        Selection {
            only: only.to_vec(),
            skipped: skipped.to_vec(),
            unknowns: Unknowns::Pass,
            silence: Status::Critical,
        }
    }

    #[test]
    fn the_table_of_unknowns_holds() {
        #[track_caller]
        fn case(statuses: &[Status], unknowns: Unknowns, expected: Status) {
            let findings = statuses.iter().map(|status| finding(MEMORY, *status)).collect();
            let selection = Selection { unknowns, ..selection(&[], &[]) };
            assert_eq!(judge(report(findings), &selection).status, expected, "{statuses:?}");
        }
        use Status::{Critical, Ok, Unknown, Warning};

        case(&[], Unknowns::Pass, Unknown);
        case(&[Unknown], Unknowns::Pass, Unknown);
        case(&[Ok, Unknown], Unknowns::Count, Unknown);
        case(&[Ok, Unknown], Unknowns::Pass, Ok);
        case(&[Ok], Unknowns::Count, Ok);
        case(&[Unknown, Warning, Ok], Unknowns::Count, Warning);
        case(&[Warning, Critical], Unknowns::Pass, Critical);
    }

    #[test]
    fn what_was_asked_for_is_reported_and_silence_always_is() {
        #[track_caller]
        fn case(findings: Vec<Finding>, selection: &Selection, expected: &[&str]) {
            let report = judge(report(findings), selection);
            let ids = report.nodes[0].findings.iter().map(|finding| finding.check.id);
            assert_eq!(ids.collect::<Vec<_>>(), expected);
        }
        let both = || vec![finding(REACH, Status::Ok), finding(MEMORY, Status::Ok)];
        let silent = || vec![finding(REACH, Status::Critical)];

        case(both(), &selection(&[MEMORY], &[]), &["memory"]);
        case(both(), &selection(&[], &[MEMORY]), &["reach"]);
        case(both(), &selection(&[POLICY], &[]), &["policy"]);
        case(both(), &selection(&[POLICY], &[POLICY]), &[]);
        case(silent(), &selection(&[MEMORY], &[REACH]), &["reach"]);
    }
}
