//! For workflows on GitHub: a workflow command for each finding that is not good.

use std::fmt::{Display, Write as _};

use cachectl_core::health::{Report, Status};

use super::{counts, gravest_first, plain, word};

pub(super) fn text(report: &Report) -> String {
    let mut text = String::new();
    for (node, finding) in gravest_first(report) {
        let Some(command) = command(finding.status) else { continue };
        let title = format!("redis {} on {}", finding.check.id, plain(&node.endpoint));
        let message = plain(&finding.text);
        let advice = if finding.status > Status::Unknown {
            format!(" {}", finding.check.fix)
        } else {
            String::new()
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "::{command} title={}::{}",
            property(&title),
            data(&format!("{message}.{advice}"))
        );
    }
    let _ = writeln!(text, "{}: {}", word(report.status), counts(report));
    text
}

/// Returns the workflow command for a status. What is unknown is no reason to look at the change.
fn command(status: Status) -> Option<&'static str> {
    match status {
        Status::Critical => Some("error"),
        Status::Warning => Some("warning"),
        Status::Unknown => Some("notice"),
        Status::Ok => None,
    }
}

/// Returns text for what stands behind the second pair of colons.
fn data(text: &impl Display) -> String {
    text.to_string().replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Returns text for what stands between the pairs of colons.
fn property(text: &impl Display) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{super::example, *};

    #[test]
    fn what_is_not_good_is_annotated() {
        insta::assert_snapshot!(text(&example::mixed()), @r#"
        ::error title=redis memory on cache%3A6379::95 %25 of maxmemory. Raise `maxmemory`, shorten times to live, or spread the keys over more servers.
        ::warning title=redis memory_limit on cache%3A6379::there is no limit; <b>100%25</b> | 'x'=1\n::error::&\u{1b}[31m". Set `maxmemory` to at most three quarters of the memory that the server has to itself.
        ::notice title=redis policy on cache%3A6379::denied.
        critical: 1 critical, 1 warning, 1 unknown, 1 ok
        "#);
    }

    #[test]
    fn strangers_cannot_write_commands() {
        let text = text(&example::many(2));
        let commands = text.lines().filter(|line| line.starts_with("::"));
        assert_eq!(commands.count(), 6);
        assert!(text.contains("title=redis memory on /run/a'b=c|\"<\\n0::"), "{text}");
    }
}
