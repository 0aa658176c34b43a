//! For people: the worst first, a line for each finding.

use std::fmt::Write as _;

use cachectl_core::health::{Finding, NodeReport, Report, Status};

use super::{Detail, counts, limits, plain, word};
use crate::output::count::Span;

pub(super) fn text(report: &Report, detail: Detail) -> String {
    let mut text = String::new();
    let mut nodes: Vec<_> = report.nodes.iter().collect();
    nodes.sort_by_key(|node| std::cmp::Reverse(node.status));
    for node in nodes {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}: {}", name(node), word(node.status));
        let mut findings: Vec<_> = node.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.status));
        for finding in findings {
            line(&mut text, finding, detail);
        }
        text.push('\n');
    }
    let _ =
        writeln!(text, "{}: {}, in {}", word(report.status), counts(report), Span(report.elapsed));
    text
}

fn name(node: &NodeReport) -> String {
    let parts = [
        Some(plain(&node.endpoint)),
        node.version.as_ref().map(plain),
        node.role.as_ref().map(plain),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn line(text: &mut String, finding: &Finding, detail: Detail) {
    let Finding { check, status, .. } = finding;
    let _ = writeln!(text, "  {:<8}  {:<20}  {}", word(*status), check.id, plain(&finding.text));
    if *status == Status::Ok || detail == Detail::Brief {
        return;
    }
    let limits = limits(finding.warning, finding.critical);
    if !limits.is_empty() {
        let _ = writeln!(text, "{:12}limits: {limits}", "");
    }
    let _ = writeln!(text, "{:12}why: {}", "", check.why);
    let _ = writeln!(text, "{:12}fix: {}", "", check.fix);
}

#[cfg(test)]
mod tests {
    use super::{super::example, *};

    #[test]
    fn the_worst_comes_first() {
        insta::assert_snapshot!(text(&example::mixed(), Detail::Brief), @r#"
        cache:6379, redis 7.0.15, primary: critical
          critical  memory                95 % of maxmemory
          warning   memory_limit          there is no limit; <b>100%</b> | 'x'=1\n::error::&\u{1b}[31m"
          unknown   policy                denied
          ok        reach                 answered in 0.4 ms

        critical: 1 critical, 1 warning, 1 unknown, 1 ok, in 4.2 ms
        "#);
    }

    #[test]
    fn reasons_are_given_for_what_is_not_good() {
        insta::assert_snapshot!(text(&example::mixed(), Detail::Reasons), @r#"
        cache:6379, redis 7.0.15, primary: critical
          critical  memory                95 % of maxmemory
                    limits: warning 80, critical 90
                    why: At the limit the server evicts keys, or refuses writes, as its policy says.
                    fix: Raise `maxmemory`, shorten times to live, or spread the keys over more servers.
          warning   memory_limit          there is no limit; <b>100%</b> | 'x'=1\n::error::&\u{1b}[31m"
                    why: Without one it grows until the system kills it, and a cache never evicts.
                    fix: Set `maxmemory` to at most three quarters of the memory that the server has to itself.
          unknown   policy                denied
                    why: A cache that does not evict refuses writes when it is full; a queue that evicts loses jobs.
                    fix: Set `maxmemory-policy`: `allkeys-lru` or `allkeys-lfu` for a cache, `noeviction` for a queue.
          ok        reach                 answered in 0.4 ms

        critical: 1 critical, 1 warning, 1 unknown, 1 ok, in 4.2 ms
        "#);
    }
}
