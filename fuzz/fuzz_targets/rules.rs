//! Rules, one on each line, and a key behind them: what they say together is what each says alone.

#![no_main]

use cachectl_core::values::{
    glob::Glob,
    rule::{Reading, Rule},
    rule_set::RuleSet,
};
use cachectl_fuzz::{prepare, within};
use libfuzzer_sys::fuzz_target;

/// More rules than these show nothing that these do not.
const RULES: usize = 4;

/// What the rules of an input may take: a regex has a limit of its own, whatever its length.
const MEMORY: usize = 64 << 20;

fuzz_target!(
    init: prepare(),
    |input: &[u8]| within(MEMORY, || {
        let mut lines = input.rsplitn(2, |byte| *byte == b'\n');
        if let (Some(key), Some(rules)) = (lines.next(), lines.next())
            && let Ok(text) = str::from_utf8(rules)
        {
            let rules = text.lines().take(RULES).filter_map(|line| Rule::parse(line).ok());
            examine(rules.collect(), key);
        }
    })
);

fn examine(rules: Vec<Rule>, key: &[u8]) {
    for rule in &rules {
        let text = rule.to_string();
        assert_eq!(Rule::parse(&text).ok().as_ref(), Some(rule), "`{text}` reads as another rule");
    }
    let mut name = Vec::new();
    let matches = rules.iter().any(|rule| rule.rename(key, &mut name) != Reading::No);
    let Ok(set) = RuleSet::new(rules) else { return };
    assert_eq!(set.verdict(key, &mut name).is_some(), matches);
    if let (true, Some(pattern)) = (matches, set.scan_pattern()) {
        assert!(Glob::new(pattern).matches(key), "the scan leaves out what a rule matches");
    }
    let _analysis = set.analyse();
    let _proof = set.injective();
}
