use std::collections::HashSet;
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::values::rule::RuleKind;
use crate::values::slot::Slot;

fn set(texts: &[&str]) -> RuleSet {
    RuleSet::new(texts.iter().map(|text| Rule::parse(text).unwrap()).collect()).unwrap()
}

#[test]
fn the_first_rule_that_matches_decides() {
    #[track_caller]
    fn case(texts: &[&str], key: &str, expected: Option<(&str, u16, Option<u16>)>) {
        let mut name = Vec::new();
        let verdict = set(texts).verdict(key.as_bytes(), &mut name);
        let verdict = verdict.map(|verdict| (verdict.rule, verdict.also));
        let expected = expected.map(|(name, rule, also)| (name.as_bytes(), (rule, also)));
        assert_eq!(verdict.map(|verdict| (name.as_slice(), verdict)), expected, "{key}");
    }

    let rules = ["a:{x:digits} => n:{x}", "b:* => m:*", "a:* => o:*", "regex:.:1 => one"];
    case(&rules, "a:1", Some(("n:1", 0, Some(2))));
    case(&rules, "a:x", Some(("o:x", 2, None)));
    case(&rules, "b:1", Some(("m:1", 1, Some(3))));
    case(&rules, "c:1", Some(("one", 3, None)));
    case(&rules, "c:2", None);

    let mut name = Vec::new();
    let verdict = set(&["{x}:{y} => {y}:{x}"]).verdict(b"a:b:c", &mut name);
    assert_eq!(verdict, Some(Verdict { rule: 0, ambiguous: true, also: None }));
}

#[test]
fn rules_that_never_match_are_refused() {
    #[track_caller]
    fn case(texts: &[&str], expected: &str) {
        let rules = texts.iter().map(|text| Rule::parse(text).unwrap()).collect();
        assert_eq!(RuleSet::new(rules).unwrap_err().to_string(), expected);
    }

    case(&[], "there is no rule");
    case(
        &["a:* => b:*", "c => d", "prefix:a: => e:"],
        "rule 3 `prefix:a: => e:` never matches, rule 1 has the same left side",
    );
    case(
        &["regex:a => b", "regex:a => c"],
        "rule 2 `regex:a => c` never matches, rule 1 has the same left side",
    );
}

#[test]
fn the_scan_pattern_lets_every_old_name_through() {
    #[track_caller]
    fn case(texts: &[&str], expected: Option<&str>) {
        let pattern = set(texts).scan_pattern();
        assert_eq!(pattern.as_deref(), expected.map(str::as_bytes), "{texts:?}");
    }

    case(&["doc_state_{id} => doc:state:{id}"], Some("doc_state_*"));
    case(&["a*:{x:digits}:b => *{x}"], Some("a*:*:b"));
    case(&[r"a[\*]:* => b:*"], Some(r"a\[\*]:*"));
    case(&["glob:a?[bc]*d => *"], Some("a??*d"));
    case(&["prefix:sess: => web:"], Some("sess:*"));
    case(&["plain => other"], Some("plain"));
    case(&["{x} => v2:{x}"], None);
    case(&[r"regex:^u:(\d+)$ => $1"], Some("u:*"));
    case(&["regex:ab?(c|d) => $1"], Some("a*"));
    case(&[r"regex:(?:a|b)\.(\d) => $1"], None);
    case(&[r"regex:(?:ab|ac)\.(\d) => $1"], Some("a*"));
    case(&[r"regex:(?i)a:(\d) => $1"], None);
    case(&["regex:a:1|b => c"], None);
    case(&["regex:ab?(c) => $1"], Some("a*"));
    case(&["user:a:* => x:*", "user:b:{y} => z:{y}"], Some("user:*"));
    case(&["user:* => x:*", "job:* => y:*"], None);
}

#[test]
fn what_is_certain_about_usual_rules_is_found() {
    #[track_caller]
    fn case(text: &str, expected: &str) {
        let analysis = set(&[text]).analyse();
        let rule = analysis.rules[0];
        let proofs = [
            ("injective", rule.injective),
            ("unambiguous", rule.unambiguous),
            ("idempotent", analysis.idempotent()),
            ("same slot", rule.keeps_slot),
        ];
        let proven = proofs.into_iter().filter(|(_, proof)| proof.is_proven());
        let names: Vec<&str> = proven.map(|(name, _)| name).collect();
        assert_eq!(names.join(", "), expected, "{text}");
    }

    case("doc_state_{id} => doc:state:{id}", "injective, unambiguous, idempotent");
    case("user:* => user:v2:*", "injective, unambiguous");
    case("user:{id:digits} => user:v2:{id}", "injective, unambiguous, idempotent");
    case("{x} => v2:{x}", "injective, unambiguous");
    case("prefix:sess: => web:sess:", "injective, unambiguous, idempotent");
    case("a:{x}:{y} => b:{x}:{y}", "injective, unambiguous, idempotent");
    case("a:{x}:{y} => b:{y}:{x}", "idempotent");
    case("a:{x:segment}:{y} => b:{y}:{x}", "injective, unambiguous, idempotent");
    case("a:{x:digits}:{y:word} => b:{x}{y}", "unambiguous, idempotent");
    case("a:{x:uuid}:{y} => b:{x}{y}", "injective, unambiguous, idempotent");
    case("glob:cache.v[12].* => cache:*", "unambiguous, idempotent");
    case("glob:a?* => b*", "unambiguous, idempotent");
    case(r"regex:^u(\d+)$ => user:$1", "unambiguous");
    case(r"regex:^u(\d+)$ => account:$1", "unambiguous, idempotent");
}

#[test]
fn a_rule_keeps_the_slot_when_the_hash_tag_goes_over_as_it_is() {
    #[track_caller]
    fn case(text: &str, expected: Proof) {
        assert_eq!(set(&[text]).analyse().rules[0].keeps_slot, expected, "{text}");
    }

    case("user:* => account:*", Proof::Unproven);
    case(r"a:\{u1\}:* => b:\{u1\}:*", Proof::Proven);
    case(r"a:\{u1\}:* => b:\{u2\}:*", Proof::Unproven);
    case(r"a:\{\}:* => b:\{\}:*", Proof::Unproven);
    case(r"a:\{{x:digits}\}:* => b\{{x}\}:*", Proof::Proven);
    // A capture that begins with `}` makes the tag empty, and then the whole name counts.
    case(r"a:\{{x}\}:{y} => b\{{x}\}:{y}", Proof::Unproven);
    case(r"a:\{u{x}\}:* => b\{u{x}\}:*", Proof::Proven);
    // The tag may be in `{y}`.
    case(r"{y}:\{u{x}\}:z => {y}:v2:\{u{x}\}", Proof::Unproven);
    case(r"{y:word}:\{u{x}\}:z => {y}:v2:\{u{x}\}", Proof::Proven);
}

#[test]
fn pairs_of_rules_are_compared() {
    let analysis = set(&[
        "a:{x:digits} => n:{x}",
        "a:{x} => b:{x}",
        "b:{x:digits} => n:b:{x}",
        "c:{x} => n:{x}",
    ])
    .analyse();
    assert_eq!(analysis.overlaps, [(0, 1)]);
    assert_eq!(analysis.shared_names, [(0, 3), (2, 3)]);
    assert_eq!(analysis.feeds, [(1, 2)]);
    assert!(analysis.chains_possible());
    assert_eq!(analysis.injective(), Proof::Unproven);
}

#[test]
fn regexes_that_are_searched_for_together_decide_in_their_order() {
    let texts: Vec<String> = (0..9).map(|at| format!("regex:u(.*)[{at}-9] => {at}:$1")).collect();
    let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    texts.insert(3, "u{x}7 => seven:{x}");
    let rules = set(&texts);
    let verdict = |key: &[u8]| {
        let mut name = Vec::new();
        let verdict = rules.verdict(key, &mut name)?;
        Some((String::from_utf8(name).unwrap(), verdict.rule, verdict.also))
    };
    assert_eq!(verdict(b"u-0"), Some(("0:-".to_owned(), 0, None)));
    assert_eq!(verdict(b"u-7"), Some(("0:-".to_owned(), 0, Some(1))));
    assert_eq!(verdict(b"u-x"), None);
    let later = set(&texts[2..]);
    let mut name = Vec::new();
    let also = later.verdict(b"u-7", &mut name).map(|verdict| (verdict.rule, verdict.also));
    assert_eq!(also, Some((0, Some(1))));
}

#[test]
fn ten_thousand_rules_are_analysed_in_well_under_a_second() {
    #[track_caller]
    fn case(rule: impl Fn(u32) -> String, injective: Proof, feeds: usize) {
        let rules = (0..10_000).map(|number| Rule::parse(&rule(number)).unwrap()).collect();
        let begun = Instant::now();
        let rules = RuleSet::new(rules).unwrap();
        assert_eq!(rules.injective(), injective);
        let analysis = rules.analyse();
        let took = begun.elapsed();
        assert_eq!((analysis.injective(), analysis.feeds.len()), (injective, feeds));
        // All pairs would take more than a minute in a debug build.
        assert!(took < Duration::from_secs(10), "{took:?}");
    }

    case(|n| format!("old{n}_{{id}} => new:{n}:{{id}}"), Proof::Proven, 0);
    // Each new name matches the next rule again.
    case(|n| format!("k{n}_{{id}} => k{}_{{id}}", n + 1), Proof::Proven, 9_999);
}

/// Asks all rules one by one.
fn linear_verdict(rules: &RuleSet, key: &[u8], out: &mut Vec<u8>) -> Option<Verdict> {
    let mut all = (0..).zip(rules.rules());
    let (rule, reading) = all.find_map(|(number, rule)| {
        let reading = rule.rename(key, out);
        (reading != Reading::No).then_some((number, reading))
    })?;
    let also = all.find_map(|(number, rule)| rule.matches(key).then_some(number));
    Some(Verdict { rule, ambiguous: reading == Reading::Several, also })
}

/// All keys of up to so many bytes over an alphabet in which rules overlap.
fn small_keys(longest: usize) -> Vec<Vec<u8>> {
    let mut keys = vec![Vec::new()];
    let mut begin = 0;
    for _ in 0..longest {
        let end = keys.len();
        for index in begin..end {
            for byte in b"a:1{}" {
                keys.push([keys[index].as_slice(), &[*byte]].concat());
            }
        }
        begin = end;
    }
    keys
}

fn slots_of(kind: RuleKind) -> Vec<&'static str> {
    match kind {
        RuleKind::Match => vec!["{x}", "{y:digits}", "{z:segment}", "{w:word}", "*"],
        RuleKind::Prefix => Vec::new(),
        RuleKind::Glob => vec!["*", "?", "[a1]"],
        RuleKind::Regex => vec!["(.*)", "(1+)", "(a?)"],
    }
}

/// Rules that take their slots over in some order, with other literals or the same between them.
fn any_rule() -> impl Strategy<Value = Rule> {
    let kinds = [RuleKind::Prefix, RuleKind::Glob, RuleKind::Regex];
    let literals = vec!["", ":", "a", "1", r"\{", r"\}", r"\{\}", r"\{a\}", "a:"];
    let side = vec(select(literals), 4);
    let kind = prop_oneof![Just(RuleKind::Match), select(kinds.to_vec())];
    kind.prop_flat_map(move |kind| {
        let slots = slots_of(kind);
        let most = slots.len().min(3);
        let chosen = subsequence(slots, 0..=most).prop_shuffle();
        let order = Just((0..most).collect::<Vec<_>>()).prop_shuffle();
        let new = prop_oneof![side.clone().prop_map(Some), Just(None)];
        (Just(kind), chosen, order, side.clone(), new).prop_filter_map("no rule", assemble)
    })
}

type Parts =
    (RuleKind, Vec<&'static str>, Vec<usize>, Vec<&'static str>, Option<Vec<&'static str>>);

fn assemble((kind, slots, order, old, new): Parts) -> Option<Rule> {
    let new = new.unwrap_or_else(|| old.clone());
    let slot = |place: usize| slots.get(place).copied().unwrap_or_default();
    let taken = |place: usize| match (kind, slot(place)) {
        (_, "" | "?" | "[a1]") => String::new(),
        (RuleKind::Regex, _) => format!("${}", place + 1),
        (_, slot) => slot.to_owned(),
    };
    let (mut left, mut right) = (old[3].to_owned(), new[3].to_owned());
    for (place, from) in order.into_iter().enumerate() {
        left.extend([slot(place), old[place]]);
        right.extend([taken(from).as_str(), new[place]]);
    }
    Rule::new(kind, &left, &right).ok()
}

/// Checks what is claimed about a key and its new name.
fn check_claims(
    rules: &RuleSet,
    analysis: &Analysis,
    key: &[u8],
    (name, verdict): (&[u8], Verdict),
) -> Result<(), TestCaseError> {
    let claimed = analysis.rules[usize::from(verdict.rule)];
    prop_assert!(!(verdict.ambiguous && claimed.unambiguous.is_proven()));
    if claimed.keeps_slot.is_proven() {
        prop_assert_eq!(Slot::of(key), Slot::of(name));
    }
    for (other, rule) in (0..).zip(rules.rules()) {
        let pair = (verdict.rule, other);
        if rule.matches(name) {
            prop_assert!(analysis.feeds.contains(&pair), "{} is fed", rule);
        }
        if other != verdict.rule && rule.matches(key) {
            prop_assert!(analysis.overlaps.contains(&pair), "{} overlaps", rule);
        }
    }
    Ok(())
}

/// Checks all that is claimed about a set on all small keys.
fn check_set(rules: &RuleSet) -> Result<(), TestCaseError> {
    let analysis = rules.analyse();
    let pattern = rules.scan_pattern().map(Glob::new);
    let mut owners: HashMap<Vec<u8>, u16> = HashMap::new();
    let mut name = Vec::new();
    for key in small_keys(6) {
        let Some(verdict) = rules.verdict(&key, &mut name) else {
            continue;
        };
        prop_assert!(pattern.as_ref().is_none_or(|pattern| pattern.matches(&key)));
        check_claims(rules, &analysis, &key, (&name, verdict))?;
        if let Some(owner) = owners.insert(name.clone(), verdict.rule) {
            prop_assert!(!analysis.injective().is_proven());
            if owner == verdict.rule {
                prop_assert!(!analysis.rules[usize::from(owner)].injective.is_proven());
            } else {
                let pair = (owner.min(verdict.rule), owner.max(verdict.rule));
                prop_assert!(analysis.shared_names.contains(&pair));
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_index_gives_the_verdict_of_asking_all_rules(rules in vec(any_rule(), 1..40)) {
        // Rules that are written twice are refused.
        let mut known = HashSet::new();
        let rules = rules.into_iter().filter(|rule| {
            known.insert(format!("{:?}", rule.old_names()))
        });
        let rules = RuleSet::new(rules.collect()).unwrap();
        let (mut name, mut expected) = (Vec::new(), Vec::new());
        for key in small_keys(4) {
            let verdict = rules.verdict(&key, &mut name);
            prop_assert_eq!(verdict, linear_verdict(&rules, &key, &mut expected));
            prop_assert!(verdict.is_none() || name == expected);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_is_proven_holds_for_all_small_keys(rules in vec(any_rule(), 1..4)) {
        if let Ok(rules) = RuleSet::new(rules) {
            check_set(&rules)?;
        }
    }
}
