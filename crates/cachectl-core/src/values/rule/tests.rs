use proptest::prelude::*;

use super::*;

fn rule(text: &str) -> Rule {
    Rule::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Returns the new name as reports write it.
fn renamed(rule: &Rule, key: &[u8]) -> (Reading, String) {
    let mut name = b"left over".to_vec();
    match rule.rename(key, &mut name) {
        Reading::No => (Reading::No, String::new()),
        reading => (reading, name.escape_ascii().to_string()),
    }
}

#[test]
fn keys_are_renamed_as_the_rule_says() {
    #[track_caller]
    fn case(text: &str, key: &str, expected: &str) {
        let rule = rule(text);
        assert_eq!(renamed(&rule, key.as_bytes()), (Reading::One, expected.to_owned()), "{text}");
        assert!(rule.matches(key.as_bytes()), "{text}");
    }

    case("doc_state_{id} => doc:state:{id}", "doc_state_42", "doc:state:42");
    case("  user:*  =>  user:v2:*  ", "user:7", "user:v2:7");
    case("user:* => user:v2:*", "user:", "user:v2:");
    case("user:* => *", "user:7", "7");
    case("a => b", "a", "b");
    case("{x}:{y:digits} => {y}:{x}:{y}", "a:b:7", "7:a:b:7");
    case("{x:word}_{y:digits} => {x}{y}", "a_b_7", "a_b7");
    case("*:{x:digits}:* => {x:digits}/*/*", "a:7:b", "7/a/b");
    case("*-*-*:{x} => *+*+*:{x}", "--:7", "++:7");
    case(r"\{user:{id:digits}\}:n => \{user:{id}\}:m", "{user:7}:n", "{user:7}:m");
    case("прежний:{x} => new:{x}", "прежний:1", "new:1");
    case(r"a:{x} => \xffb\ :{x}", "a:1", r"\xffb :1");
    case(r"a:{x} => b:{x}\ ", "a:1", "b:1 ");
    case(r"a \=> b => c", "a => b", "c");
    case("a=>b => c", "a=>b", "c");
    case(r"match:{x} => game:{x}", "match:1", "game:1");

    case("prefix:sess: => web:sess:", "sess:1", "web:sess:1");
    case("prefix:sess: => web:sess:", "sess:", "web:sess:");
    case(r"prefix: \{a\}\*: => b:", "{a}*:1", "b:1");
    case(r"prefix\:x:{id} => y:{id}", "prefix:x:1", "y:1");

    case("glob:user:* => user:v2:*", "user:7", "user:v2:7");
    case("glob:cache.v[12].* => cache:*", "cache.v2.x", "cache:x");
    case("glob:?:*:? => *", "a:mid:b", "mid");
    case(r"glob:\*{x}* => \?{y}*", "*{x}1", "?{y}1");

    case(r"regex:^u(\d+)$ => user:$1", "u42", "user:42");
    case(r"regex:u(\d+)(?:-old)? => user:$1", "u42-old", "user:42");
    case(r"regex:(?<kind>.)/(.+) => $2:${kind}:${1}$$", "a/b\n", r"b\n:a:a$");
    case(r"regex:a|b => c", "b", "c");
    case(r"regex:(a)?b => x$1y", "b", "xy");
}

#[test]
fn keys_that_a_rule_does_not_mean_are_left_alone() {
    #[track_caller]
    fn case(text: &str, key: &str) {
        let rule = rule(text);
        assert_eq!(renamed(&rule, key.as_bytes()).0, Reading::No, "{text} on {key}");
        assert!(!rule.matches(key.as_bytes()), "{text} on {key}");
    }

    case("user:{id:digits} => user:v2:{id}", "user:v2:7");
    case("{x}Modified => {x}:m", "lastModifiedTimestamp");
    case("a:{x} => b:{x}", "a:");
    case("a:*:a => b:*", "a:a");
    case("prefix:sess: => web:sess:", "sess");
    case("glob:a? => b", "a");
    case("regex:lastModified => m", "lastModifiedTimestamp");
    case(r"regex:^u(\d+)$ => user:$1", "xu42");
    case(r"regex:a|b => c", "ab");
    case(r"regex:\d => c", "٣");
}

#[test]
fn a_key_that_can_be_read_in_several_ways_is_ambiguous_if_it_matters() {
    #[track_caller]
    fn case(text: &str, key: &str, reading: Reading, expected: &str) {
        assert_eq!(renamed(&rule(text), key.as_bytes()), (reading, expected.to_owned()), "{text}");
    }

    case("{x}:{y} => {y}:{x}", "a:b:c", Reading::Several, "b:c:a");
    case("{x}:{y} => {y}:{x}", "a:b", Reading::One, "b:a");
    case("{x:segment}:{y} => {y}:{x}", "a:b:c", Reading::One, "b:c:a");
    case("{x}:{y} => n:{x}:{y}", "a:b:c", Reading::One, "n:a:b:c");
    case("*:* => *_*", "a:b:c", Reading::Several, "a_b:c");
    case("glob:*?* => *-*", "ab", Reading::Several, "-b");
    case("regex:(.*):(.*) => $2:$1", "a:b:c", Reading::One, "c:a:b");
}

#[track_caller]
fn refused(text: &str, at: usize, expected: &str) {
    let error = Rule::parse(text).expect_err(text);
    let found = (error.at, error.fault.to_string());
    assert_eq!(found, (at, expected.to_owned()), "{text}");
}

#[test]
fn a_text_without_two_different_sides_is_refused() {
    let no_separator = "the rule has no `=>` with a space on both sides";
    refused("", 0, no_separator);
    refused("a=>b", 4, no_separator);
    refused("a => b => c", 7, r"the rule has a second `=>`; `\=>` stands for the signs themselves");
    refused(" => b", 1, "the side is empty");
    refused("a => ", 5, "the side is empty");
    refused("prefix: => b", 7, "the side is empty");

    refused("a => a", 5, "the rule changes nothing");
    refused("x:{a} => x:{a}", 9, "the rule changes nothing");
    refused("*:* => *:*", 7, "the rule changes nothing");
    refused("prefix:a => a", 12, "the rule changes nothing");
    refused(r"glob:a* => \a*", 11, "the rule changes nothing");
}

#[test]
fn a_template_that_loses_or_invents_something_is_refused_with_the_place() {
    refused("  x:{a:digit} => y:{a}", 7, "class `digit` is unknown, the nearest is `digits`");
    refused("x:{a} => y:{a", 11, r"`{` has no `}`; `\{` stands for the sign itself");
    refused("{a}:{a} => {a}", 4, "`a` is captured twice");
    let unused = "is captured and not used, so different keys would get the same name";
    refused("{a}:{b} => {a}", 4, &format!("`{{b}}` {unused}"));
    refused("x:{a} => y:{b}", 11, "`{b}` is captured nowhere");
    refused("x:{a:hex} => y:{a:word}", 15, "`{a}` has another class than on the left side");
    let stars = "on the right side: each goes over by position";
    refused("a:*:* => b:*", 4, &format!("2 `*` on the left side and 1 {stars}"));
    refused("a:* => b:*:*", 11, &format!("1 `*` on the left side and 2 {stars}"));
}

#[test]
fn a_prefix_or_glob_that_cannot_be_meant_is_refused_with_the_place() {
    let literal = r"captures nothing; with a `\` before it, it stands for itself";
    refused("prefix:a:* => b:", 9, &format!("`*` in a prefix {literal}"));
    refused("prefix:a: => b:{x}", 15, &format!("`{{x}}` in a prefix {literal}"));

    let stars = "on the right side: each goes over by position";
    refused("glob:a* => b", 6, &format!("1 `*` on the left side and 0 {stars}"));
    let adjacent = "nothing separates `*` from `*`, so a key could be cut anywhere";
    refused("glob:a** => b*", 7, adjacent);
    let class = "the new name has no byte to put for a `?` or a class";
    refused("glob:a?* => b?*", 13, &format!(r"{class}; `\?` and `\[` stand for the signs"));
}

#[test]
fn a_regex_that_cannot_be_meant_is_refused_with_the_place() {
    refused("regex:a(b => c", 7, "the regex does not parse: unclosed group");
    refused("regex:a)(b => c", 7, "the regex does not parse: unopened group");
    let unused = "is captured and not used, so different keys would get the same name";
    refused("regex:(a) => b", 6, &format!("`$1` {unused}"));
    refused("regex:(?<n>a) => b", 6, &format!("`${{n}}` {unused}"));
    refused("regex:(a) => $1$2", 15, "`$2` is captured nowhere");
    refused("regex:(a) => $1${n}", 15, "`${n}` is captured nowhere");
    refused("regex:(a) => $1$n", 15, "`$` stands before a number, `{name}` or another `$`");
    let escape = r"`\` stands before a sign, a space, `n`, `r`, `t`, or `x` and two hex digits";
    refused(r"regex:(a) => $1\1", 15, escape);
}

#[test]
fn the_place_of_a_fault_is_counted_in_its_side() {
    let error = Rule::new(RuleKind::Match, "{a}", "x:{b}").unwrap_err();
    assert_eq!(error.to_string(), "`{b}` is captured nowhere (right side, column 3)");
}

#[test]
fn rules_of_every_kind_are_written_so_that_they_can_be_read_again() {
    #[track_caller]
    fn case(kind: RuleKind, old: &str, new: &str, expected: &str) {
        let rule = Rule::new(kind, old, new).unwrap();
        assert_eq!(rule.to_string(), expected);
        let again = Rule::parse(expected).unwrap();
        assert_eq!((&again, again.kind()), (&rule, kind));
    }

    case(RuleKind::Match, " a:{x} ", "b:{x}", "a:{x} => b:{x}");
    case(RuleKind::Match, "glob:{x}", "b:{x}", r"glob\:{x} => b:{x}");
    case(RuleKind::Match, "a => b", "=> c", r"a \=> b => \=> c");
    case(RuleKind::Match, r"a\ ", r"b\\ ", r"a\  => b\\");
    case(RuleKind::Prefix, "a:", "b:", "prefix:a: => b:");
    case(RuleKind::Prefix, "prefix:", "b:", "prefix:prefix: => b:");
    case(RuleKind::Glob, "a[ => ]*", "b*", r"glob:a[ \=> ]* => b*");
    case(RuleKind::Glob, r"a*\", r"b*\", r"glob:a*\\ => b*\\");
    case(RuleKind::Regex, "a =>", "$$1", r"regex:a \=> => $$1");

    let text = serde_json::to_string(&rule("a:{x} => b:{x}")).unwrap();
    assert_eq!(text, r#""a:{x} => b:{x}""#);
    assert_eq!(serde_json::from_str::<Rule>(&text).unwrap(), rule("a:{x} => b:{x}"));
    assert!(serde_json::from_str::<Rule>(r#""a:{x}""#).is_err());
}

/// Texts of the signs that mean something in some kind of rule.
fn any_side() -> impl Strategy<Value = String> {
    let words = [
        "a",
        "b",
        ":",
        " ",
        "=>",
        " => ",
        r"\",
        "*",
        "{x}",
        "{y:digits}",
        "1",
        "$1",
        "(.*)",
        "?",
        "[a-c]",
        "^",
        "glob:",
        "é",
    ];
    proptest::collection::vec(proptest::sample::select(words.to_vec()), 1..6)
        .prop_map(|words| words.concat())
}

fn any_kind() -> impl Strategy<Value = RuleKind> {
    proptest::sample::select(vec![
        RuleKind::Match,
        RuleKind::Prefix,
        RuleKind::Glob,
        RuleKind::Regex,
    ])
}

fn any_key() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(proptest::sample::select(&b"ab:1 =>*?"[..]), 0..8)
}

/// Rules on the left side of which everything is as on the right, in another order perhaps.
fn any_turnable_rule() -> impl Strategy<Value = (Rule, Rule)> {
    let slots = ["{x}", "{y:digits}", "{z:segment}", "*"];
    let literals = proptest::collection::vec(proptest::sample::select(vec!["", ":", "a", "1:"]), 8);
    let some = proptest::sample::subsequence(slots.to_vec(), 0..=slots.len());
    let orders = some
        .prop_flat_map(|slots| (Just(slots.clone()).prop_shuffle(), Just(slots).prop_shuffle()));
    (orders, literals).prop_filter_map("no rule", |((old, new), literals)| {
        let (before, after) = literals.split_at(4);
        let side = |slots: &[&str], literals: &[&str]| {
            let mut text = String::from("k");
            for (slot, literal) in slots.iter().zip(literals) {
                text.extend([literal, *slot]);
            }
            text
        };
        let (old, new) = (side(&old, before), side(&new, after));
        let rule = Rule::new(RuleKind::Match, &old, &new).ok()?;
        Some((rule, Rule::new(RuleKind::Match, &new, &old).ok()?))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_rule_is_read_again_from_its_text(
        (kind, old, new) in (any_kind(), any_side(), any_side()),
        key in any_key(),
    ) {
        if let Ok(rule) = Rule::new(kind, &old, &new) {
            let again = Rule::parse(&rule.to_string()).map_err(|error| {
                TestCaseError::fail(format!("{rule}: {error}"))
            })?;
            prop_assert_eq!(&again, &rule);
            prop_assert_eq!(again.kind(), kind);
            prop_assert_eq!(renamed(&again, &key), renamed(&rule, &key));
            prop_assert_eq!(rule.matches(&key), renamed(&rule, &key).0 != Reading::No);
        }
    }

    #[test]
    fn any_text_is_a_rule_or_a_fault_with_a_place_in_it(text in any_side()) {
        if let Err(error) = Rule::parse(&text) {
            prop_assert!(text.is_char_boundary(error.at), "{} in {}", error, text);
        }
    }

    #[test]
    fn the_rule_turned_round_gives_the_old_name_back(
        (rule, back) in any_turnable_rule(),
        key in proptest::collection::vec(proptest::sample::select(&b"ka:1"[..]), 0..8),
    ) {
        let mut key = key;
        key.insert(0, b'k');
        let (mut name, mut old) = (Vec::new(), Vec::new());
        if rule.rename(&key, &mut name) != Reading::No {
            match back.rename(&name, &mut old) {
                Reading::No => prop_assert!(false, "{} does not take `{}` back", back, name.escape_ascii()),
                Reading::One => prop_assert_eq!(&key, &old, "{}", rule),
                Reading::Several => {}
            }
        }
    }
}
