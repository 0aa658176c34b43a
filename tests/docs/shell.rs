//! A reader at a shell: runs the commands of a page and compares what they print.

use std::{fs, path::Path};

use cachectl_testkit::{Cachectl, Server, cli::Invocation};
use serde_json::Value;

use crate::page::{Command, Page, Step};

/// Stands for any lines, also none.
const ANYTHING: &str = "…";

/// What differs from run to run and from server to server, beyond what the kit filters.
const FILTERS: [(&str, &str); 15] = [
    // A scan has no order, so that the samples are others each time.
    (r"(?m)^  (?:samples|       )  \S+ +-> \S+ +\w+, .*$", "  [SAMPLE]"),
    (r"(?:redis|valkey) \d+\.\d+\.\d+", "[SERVER]"),
    (r#"\n  - idle times:[^\n]*|,\s+"idle_time""#, ""),
    (r" \(os error \d+\)", ""),
    // What a busy machine makes of the throttle.
    (r"(?m)^(?:slowing down: PING|back to speed: PING|looking again at).*\n?", ""),
    // It may be the last line, which ends without a line break here.
    (r"\n  slowed down [^\n]*", ""),
    (r#""slowdowns": \d+"#, r#""slowdowns": 0"#),
    (r#""(bytes|value_bytes|rdb_version|written_at)": \d+"#, r#""$1": [NUMBER]"#),
    (r"\bRDB (version )?\d+", "RDB [N]"),
    (r"\b\d[\d,.]* (?:bytes|[KMG]iB)\b", "[SIZE]"),
    (r#""plan": "[0-9a-f]{12}""#, r#""plan": "[PLAN]""#),
    (r"under a second|about \d+ s\b", "[ESTIMATE]"),
    (r":(?:stash|aside):[0-9a-f]{8}:", ":[NONCE]:"),
    (r"(seconds.?: )\d+\.\d+|\b1[78]\d{11}\b", "$1[NUMBER]"),
    // Columns are as wide as ports and directories are long.
    (r"([^ \n]) {2,}", "$1  "),
];

/// A shell in a home of its own, from which `cachectl` reaches a server of its own.
pub(crate) struct Shell {
    pub(crate) server: Server,
    cachectl: Cachectl,
}

impl Shell {
    pub(crate) fn start() -> Self {
        // On a port, as most readers have it; which one is filtered out of what is printed.
        let server = Server::builder().tcp().start();
        let binary = Path::new(env!("CARGO_BIN_EXE_cachectl"));
        let path = format!("{}:/usr/bin:/bin", binary.parent().unwrap().display());
        let cachectl = Cachectl::new("/bin/sh")
            .env("PATH", path)
            .env("REDIS_URL", server.url())
            .env("USER", "ops")
            .env("HOSTNAME", "jump1");
        Self { server, cachectl }
    }

    /// Prepares a command line. Both outputs are one, as on a terminal.
    pub(crate) fn line(&self, text: &str) -> Invocation {
        let state = self.cachectl.state_directory().display().to_string();
        let run = self.cachectl.args(["-c", &format!("exec 2>&1\n{text}")]);
        let run = run.filter(&state, "/var/lib/cachectl");
        FILTERS.iter().fold(run, |run, (from, to)| run.filter(from, to))
    }

    /// Does what a page asks for, and returns what its commands printed.
    pub(crate) fn follow(&self, page: &Page) -> Vec<String> {
        let mut outputs = Vec::new();
        for step in page.steps() {
            match step {
                Step::Write { name, text } => {
                    fs::write(self.cachectl.directory().join(name), text).unwrap();
                }
                Step::Run(command) => outputs.push(self.run(&command, page)),
            }
        }
        outputs
    }

    fn run(&self, command: &Command, page: &Page) -> String {
        let output = self.line(&command.text).run();
        let (code, printed) = command.expected();
        let place = format!("{}:{}: $ {}", page.path.display(), command.line, command.text);
        assert_eq!(output.code(), Some(code), "{place}\n{output}");
        // What the page says goes through the same filters on its way through `cat`.
        let expected = self.line("cat").stdin(printed.join("\n")).run().to_string();
        let found = output.to_string();
        let found = found.rsplit_once("\n[exit status: ").map_or(&*found, |(text, _)| text);
        let (expected, found): (Vec<_>, Vec<_>) =
            (expected.trim_end().lines().collect(), found.trim_end().lines().collect());
        assert!(
            printed.is_empty() || fits(&expected, &found),
            "{place}\n--- the page says\n{}\n--- and it prints\n{}",
            expected.join("\n"),
            found.join("\n"),
        );
        output.stdout().to_owned()
    }
}

impl Command {
    /// Returns the exit code, which is 0 unless the last line gives another, and what is printed.
    fn expected(&self) -> (i32, &[String]) {
        let code =
            |line: &String| line.strip_prefix("[exit status: ")?.strip_suffix(']')?.parse().ok();
        let given = self.printed.split_last().and_then(|(last, rest)| Some((code(last)?, rest)));
        given.unwrap_or((0, &self.printed))
    }
}

fn fits(expected: &[&str], found: &[&str]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((line, rest)) if line.trim() == ANYTHING => {
            fits(rest, found) || found.split_first().is_some_and(|(_, more)| fits(expected, more))
        }
        Some((line, rest)) => {
            found.split_first().is_some_and(|(first, found)| first == line && fits(rest, found))
        }
    }
}

/// Returns the names of all fields in documents, one of which may stand on each line.
pub(crate) fn fields(outputs: &[String]) -> Vec<String> {
    fn collect(value: &Value, names: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    names.push(name.clone());
                    collect(value, names);
                }
            }
            Value::Array(values) => values.iter().for_each(|value| collect(value, names)),
            _ => {}
        }
    }
    let mut names = Vec::new();
    for output in outputs {
        let documents = serde_json::Deserializer::from_str(output).into_iter::<Value>();
        documents.map_while(Result::ok).for_each(|document| collect(&document, &mut names));
    }
    names.sort();
    names.dedup();
    names
}

#[test]
fn lines_fit_as_they_are_and_around_what_is_left_out() {
    #[track_caller]
    fn case(expected: &[&str], found: &[&str], fit: bool) {
        assert_eq!(fits(expected, found), fit, "{expected:?} {found:?}");
    }

    case(&[], &[], true);
    case(&["a"], &["a"], true);
    case(&["a"], &["a", "b"], false);
    case(&["a", "b"], &["a"], false);
    case(&["a", "…", "c"], &["a", "b", "b", "c"], true);
    case(&["a", "  …", "c"], &["a", "c"], true);
    case(&["…", "c"], &["a", "b"], false);
    case(&["…"], &[], true);
}
