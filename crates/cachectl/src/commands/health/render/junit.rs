//! For CI systems: a report of tests in the XML that JUnit made common. A server is a suite and a
//! finding a case.

use std::fmt::{Display, Write as _};

use cachectl_core::health::{Finding, NodeReport, Report, Status};

use super::{count, findings, plain};

pub(super) fn text(report: &Report) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "<testsuites name=\"cachectl health\" tests=\"{}\" failures=\"{}\" errors=\"{}\" \
         time=\"{:.3}\">",
        findings(report).count(),
        count(findings(report), Status::Critical),
        count(findings(report), Status::Unknown),
        report.elapsed.as_secs_f64(),
    );
    for node in &report.nodes {
        suite(&mut text, report, node);
    }
    text.push_str("</testsuites>\n");
    text
}

fn suite(text: &mut String, report: &Report, node: &NodeReport) {
    let name = escaped(&node.endpoint);
    let _ = writeln!(
        text,
        "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\" \
         time=\"{:.3}\" timestamp=\"{}\">",
        node.findings.len(),
        count(&node.findings, Status::Critical),
        count(&node.findings, Status::Unknown),
        report.elapsed.as_secs_f64(),
        escaped(&report.time),
    );
    for finding in &node.findings {
        case(text, &name, finding);
    }
    text.push_str("  </testsuite>\n");
}

fn case(text: &mut String, suite: &str, finding: &Finding) {
    let id = finding.check.id;
    let opened = format!("    <testcase classname=\"{suite}\" name=\"{id}\" time=\"0\"");
    let said = escaped(&finding.text);
    let advice =
        format!("{said}\n{}\n{}", escaped(&finding.check.why), escaped(&finding.check.fix));
    let inside = match finding.status {
        Status::Ok => {
            let _ = writeln!(text, "{opened}/>");
            return;
        }
        Status::Warning => format!("<system-out>warning: {advice}</system-out>"),
        Status::Critical => {
            format!("<failure type=\"critical\" message=\"{said}\">{advice}</failure>")
        }
        Status::Unknown => format!("<error type=\"unknown\" message=\"{said}\">{said}</error>"),
    };
    let _ = writeln!(text, "{opened}>\n      {inside}\n    </testcase>");
}

/// Returns text for attributes and elements. What XML cannot have at all is not in plain text.
fn escaped(text: &impl Display) -> String {
    let mut escaped = String::new();
    for c in plain(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{super::example, *};

    #[test]
    fn a_case_fails_if_it_is_critical_and_is_an_error_if_it_is_unknown() {
        insta::assert_snapshot!(text(&example::mixed()), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="cachectl health" tests="4" failures="1" errors="1" time="0.004">
          <testsuite name="cache:6379" tests="4" failures="1" errors="1" skipped="0" time="0.004" timestamp="2026-11-20T10:00:00Z">
            <testcase classname="cache:6379" name="reach" time="0"/>
            <testcase classname="cache:6379" name="memory" time="0">
              <failure type="critical" message="95 % of maxmemory">95 % of maxmemory
        At the limit the server evicts keys, or refuses writes, as its policy says.
        Raise `maxmemory`, shorten times to live, or spread the keys over more servers.</failure>
            </testcase>
            <testcase classname="cache:6379" name="memory_limit" time="0">
              <system-out>warning: there is no limit; &lt;b&gt;100%&lt;/b&gt; | &apos;x&apos;=1\n::error::&amp;\u{1b}[31m&quot;
        Without one it grows until the system kills it, and a cache never evicts.
        Set `maxmemory` to at most three quarters of the memory that the server has to itself.</system-out>
            </testcase>
            <testcase classname="cache:6379" name="policy" time="0">
              <error type="unknown" message="denied">denied</error>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn names_of_servers_cannot_end_an_attribute() {
        let text = text(&example::many(2));
        assert!(text.contains("<testsuite name=\"/run/a&apos;b=c|&quot;&lt;\\n0\""), "{text}");
    }
}
