//! A report to print.

use std::time::Duration;

use cachectl_core::{
    health::{
        Counters, Finding, NodeReport, Range, Report, Status,
        catalogue::{self, Check},
    },
    values::endpoint::Endpoint,
};

/// Returns a finding without a value.
pub(crate) fn finding(check: &'static Check, status: Status) -> Finding {
    let text = "as it is".to_owned();
    Finding { check, status, value: None, warning: None, critical: None, text }
}

/// Returns a report on one server, which is as bad as the worst of the findings.
pub(crate) fn report(findings: Vec<Finding>) -> Report {
    let status = findings.iter().map(|finding| finding.status).max().unwrap_or(Status::Unknown);
    let node = NodeReport {
        endpoint: Endpoint::parse("cache", 6379).unwrap(),
        version: Some("redis 7.0.15".to_owned()),
        role: Some("primary".to_owned()),
        status,
        findings,
        counters: Counters::default(),
    };
    Report {
        status,
        time: "2026-11-20T10:00:00Z".to_owned(),
        nodes: vec![node],
        elapsed: Duration::from_micros(4_250),
    }
}

/// Returns a report with something of every status, and the words of a hostile server.
pub(crate) fn mixed() -> Report {
    let limited = |check, status, value, text: &str| Finding {
        check,
        status,
        value: Some(value),
        warning: Some(Range::up_to(80.0)),
        critical: Some(Range::up_to(90.0)),
        text: text.to_owned(),
    };
    report(vec![
        limited(catalogue::REACH, Status::Ok, 0.412_345, "answered in 0.4 ms"),
        limited(catalogue::MEMORY, Status::Critical, 95.0, "95 % of maxmemory"),
        Finding {
            text: "there is no limit; <b>100%</b> | 'x'=1\n::error::&\u{1b}[31m\"".to_owned(),
            ..finding(catalogue::MEMORY_LIMIT, Status::Warning)
        },
        Finding { text: "denied".to_owned(), ..finding(catalogue::POLICY, Status::Unknown) },
    ])
}

/// Returns a report on so many servers with hostile names.
pub(crate) fn many(servers: usize) -> Report {
    let mut report = mixed();
    let node = report.nodes.remove(0);
    report.nodes = (0..servers)
        .map(|number| NodeReport {
            endpoint: Endpoint::Unix(format!("/run/a'b=c|\"<\n{number}").into()),
            ..node.clone()
        })
        .collect();
    report
}
