//! The one place that knows which parts of an output differ from run to run.

use std::sync::OnceLock;

use regex::Regex;

/// What is replaced by what, in this order.
const FILTERS: [(&str, &str); 14] = [
    // Directories and sockets of this kit.
    (r"(?:/[\w.@+-]+)*/cachectl-[A-Za-z0-9]{6}\b", "[TMP]"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:[PORT]"),
    (r"\bpid \d+", "pid [PID]"),
    // Digests, the ids of servers, and ids in general.
    (r"\b[0-9a-f]{64}\b", "[SHA256]"),
    (r"\b[0-9a-f]{40}\b", "[RUN_ID]"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "[UUID]"),
    (r"\b20\d{6}[T-]?\d{6,9}Z?(?:-[0-9a-z]+)*\b", "[ID]"),
    (r"\bplan [0-9a-f]{12}\b", "plan [PLAN]"),
    // Moments, rates, spans.
    (r"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?", "[MOMENT]"),
    (r"\b\d[\d,._]*(?:\.\d+)? ?[kKMG]?(?:iB|B)?(?: [a-z]+)?(?:/s\b| per second\b)", "[RATE]"),
    (r"\b\d+ ?d(?:ays?)? \d+ ?h(?:ours?)?\b", "[TIME]"),
    (r"\b\d+ ?h(?:ours?)? ?\d+ ?m(?:in)?(?: ?\d+ ?s)?\b", "[TIME]"),
    (r"\b\d+ ?m(?:in)? ?\d+ ?s\b", "[TIME]"),
    (r"\b\d+(?:\.\d+)? ?(?:ns|µs|us|ms|s|milliseconds?|seconds?)\b", "[TIME]"),
];

/// Replaces what `own` says and then whatever usually differs from run to run.
pub(super) fn apply(text: &str, own: &[(String, String)]) -> String {
    static COMPILED: OnceLock<Vec<(Regex, &str)>> = OnceLock::new();
    let usual = COMPILED.get_or_init(|| FILTERS.map(|(from, to)| (compile(from), to)).to_vec());
    let own = own.iter().map(|(from, to)| (compile(from), to.as_str()));
    let all = own.chain(usual.iter().map(|(from, to)| (from.clone(), *to)));
    all.fold(text.to_owned(), |text, (from, to)| from.replace_all(&text, to).into_owned())
}

fn compile(expression: &str) -> Regex {
    Regex::new(expression).unwrap_or_else(|error| panic!("a filter is wrong: {error}"))
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn what_differs_from_run_to_run_is_replaced() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            assert_eq!(apply(text, &[]), expected);
        }

        case("unix:///tmp/cachectl-Ab12xY/s", "unix://[TMP]/s");
        case("redis://127.0.0.1:16000/0", "redis://127.0.0.1:[PORT]/0");
        case("took 1.25 s, 3 keys", "took [TIME], 3 keys");
        case("in 350ms and 2m 3s", "in [TIME] and [TIME]");
        case("in 2 d 10 h or 5 h 7 min", "in [TIME] or [TIME]");
        case("12,345 keys/s", "[RATE]");
        case("(plan 3424cfb804a4)", "(plan [PLAN])");
        case("migration 20261120T065558762-6b95", "migration [ID]");
        case("at 2026-11-20T10:00:00.123Z", "at [MOMENT]");
        case("renamed 1,000 keys", "renamed 1,000 keys");
        case("100 strings", "100 strings");
    }

    #[test]
    fn a_filter_of_the_test_comes_first() {
        let own = [(r"\d+ ms".to_owned(), "[LATENCY]".to_owned())];
        assert_eq!(apply("p99 12 ms", &own), "p99 [LATENCY]");
    }
}
