use std::collections::BTreeSet;
use std::ffi::c_char;

use cachectl_testkit::{Batch, Server, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;

#[test]
fn a_glob_matches_what_its_table_says() {
    #[track_caller]
    fn case(pattern: &[u8], matching: &[&[u8]], others: &[&[u8]]) {
        let glob = Glob::new(pattern);
        for key in matching {
            assert!(glob.matches(key), "{glob} `{}`", key.escape_ascii());
        }
        for key in others {
            assert!(!glob.matches(key), "{glob} `{}`", key.escape_ascii());
        }
    }

    case(b"", &[b""], &[b"a"]);
    case(b"*", &[b"", b"a", b"\xff\n"], &[]);
    case(b"**", &[b"a"], &[b""]);
    case(b"a*b*c", &[b"abc", b"a--b--c", b"abbc"], &[b"abcd", b"ac"]);
    case(b"a?c", &[b"abc", b"a\xffc"], &[b"ac", b"abbc"]);
    case(b"[a-c]", &[b"a", b"b", b"c"], &[b"d", b"", b"ab"]);
    case(b"[c-a]", &[b"b"], &[b"d"]);
    case(b"[^a-c]", &[b"d", b"\xff"], &[b"b", b""]);
    case(b"[a\\]b]", &[b"a", b"]", b"b"], &[b"\\"]);
    case(b"\\*\\x", &[b"*x"], &[b"\\*x", b"ax"]);
    case(b"a\\", &[b"a\\"], &[b"a"]);
    case(b"[ab", &[b"a", b"b"], &[b"[ab", b"c"]);
    case(b"[", &[], &[b"[", b""]);
    case(b"[^", &[b"x"], &[b"", b"xx"]);
    case(b"[]x", &[], &[b"]x", b"x"]);
    case(b"[^]x", &[b"ax"], &[b"x"]);
    case(b"[\\", &[b"\\"], &[b"["]);
    case(b"[a-]", &[b"]", b"_", b"a"], &[b"-", b"b"]);
    case(b"[\xf0-\xff]", &[b"\xf5"], &[b"a", b"\xef"]);
    case(b"[a-\xff]", &[b"\xff", b"\0", b"a"], &[b"b", b"\xfe"]);
}

#[test]
fn literal_prefix_ends_before_the_first_sign_that_varies() {
    #[track_caller]
    fn case(pattern: &str, expected: &str) {
        assert_eq!(*Glob::new(pattern).literal_prefix(), *expected.as_bytes(), "{pattern}");
    }

    case("", "");
    case("user:*:x", "user:");
    case("user:[ab]", "user:");
    case(r"a\*b?", "a*b");
    case(r"a\", r"a\");
    case("plain", "plain");
    assert!(matches!(Glob::new("user:*").literal_prefix(), Cow::Borrowed(b"user:")));
}

#[test]
fn a_hostile_pattern_is_answered() {
    // Trying every way to cut the key would outlast the universe.
    let glob = Glob::new("a*".repeat(500) + "b");
    assert!(!glob.matches(&b"a".repeat(20_000)));
}

proptest! {
    #[test]
    fn an_escaped_literal_matches_itself_alone(
        bytes in proptest::collection::vec(any::<u8>(), 0..12),
        other in proptest::collection::vec(any::<u8>(), 0..12),
    ) {
        let glob = Glob::new(Glob::escape_literal(&bytes));
        prop_assert!(glob.matches(&bytes));
        prop_assert_eq!(glob.matches(&other), other == bytes);
        prop_assert_eq!(glob.literal_prefix().into_owned(), bytes);
    }
}

/// All keys of up to four bytes that mean something in patterns.
fn small_keys() -> Vec<Vec<u8>> {
    let mut keys = vec![Vec::new()];
    let mut begin = 0;
    for _ in 0..4 {
        let end = keys.len();
        for index in begin..end {
            for byte in b"ab]\\-\xff" {
                let mut key = keys[index].clone();
                key.push(*byte);
                keys.push(key);
            }
        }
        begin = end;
    }
    keys
}

fn answered(server: &Server, command: &[&[u8]]) -> BTreeSet<Vec<u8>> {
    let Value::Array(keys) = server.command(command) else { panic!("no array for {command:?}") };
    keys.into_iter()
        .map(|key| match key {
            Value::BulkString(key) => key,
            other => panic!("no key: {other:?}"),
        })
        .collect()
}

#[test]
fn globs_select_the_keys_that_a_server_selects() {
    let keys = small_keys();
    let server = Server::start();
    let mut batch = Batch::new();
    for key in &keys {
        batch.push(&[b"SET", key.as_slice(), b"1"]);
    }
    server.pipeline(&batch);
    let patterns =
        proptest::collection::vec(proptest::sample::select(&b"ab*?[]^-\\\xff"[..]), 0..9);

    // With another kind of `char`, the server has another idea of ranges between ASCII and not.
    let has_sign = c_char::MIN != 0;
    let mixes =
        |pattern: &[u8]| pattern.windows(2).any(|pair| pair == b"-\xff" || pair == b"\xff-");
    let config = Config { cases: 1_500, ..Config::default() };
    let outcome = TestRunner::new(config).run(&patterns, |pattern| {
        prop_assume!(has_sign || !mixes(&pattern));
        let expected = answered(&server, &[b"KEYS", &pattern]);
        let glob = Glob::new(pattern);
        let selected = keys.iter().filter(|key| glob.matches(key)).cloned().collect();
        prop_assert_eq!(expected, selected, "{}", glob);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn scan_reads_patterns_as_keys_does() {
    let server = Server::start();
    let keys: [&[u8]; 5] = [b"", b"a", b"a*b", b"axb", b"\xff[\n"];
    let mut batch = Batch::new();
    for key in keys {
        batch.push(&[b"SET", key, b"1"]);
    }
    server.pipeline(&batch);
    for pattern in [&b"*"[..], b"**", b"a*", br"a\*b", b"a?b", b"\xff\\[?", b""] {
        let command = [b"SCAN", &b"0"[..], b"COUNT", b"100", b"MATCH", pattern];
        let Value::Array(answer) = server.command(&command) else { panic!("no cursor and keys") };
        let [Value::BulkString(_), Value::Array(found)] = answer.as_slice() else {
            panic!("no cursor and keys: {answer:?}")
        };
        let glob = Glob::new(pattern);
        let selected = keys.iter().filter(|key| glob.matches(key)).count();
        assert_eq!(found.len(), selected, "{glob}");
    }
}
