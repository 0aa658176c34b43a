//! How much the regexes of several rules take together.
//!
//! A regex of a few bytes can be a program of megabytes, and there may be thousands of them.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::Rule;

/// How many states all regexes may have together, which is about 200 MB.
const HEAVIEST: u64 = 2_000_000;

/// What the rules weigh that were added.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weight(u64);

/// The regexes are too large together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the regexes are too large together: give some of them fewer repetitions or other kinds")]
pub struct TooHeavy;

impl Weight {
    /// Adds a rule, as soon as it is read: thousands of them would not fit into memory.
    ///
    /// # Errors
    ///
    /// Fails if all that were added are too large together.
    pub fn add(&mut self, rule: &Rule) -> Result<(), TooHeavy> {
        self.0 = self.0.saturating_add(rule.weight());
        if self.0 > HEAVIEST { Err(TooHeavy) } else { Ok(()) }
    }
}

/// Returns how many states the program of a regex has, roughly.
pub(super) fn of(regex: &Hir) -> u64 {
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    match regex.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => count(literal.0.len()),
        HirKind::Class(Class::Bytes(class)) => count(class.ranges().len()),
        // Each range of characters is several of bytes.
        HirKind::Class(Class::Unicode(class)) => count(class.ranges().len()).saturating_mul(4),
        HirKind::Repetition(repeated) => {
            let times = repeated.max.unwrap_or(repeated.min.saturating_add(1)).max(1);
            of(&repeated.sub).saturating_mul(times.into()).saturating_add(1)
        }
        HirKind::Capture(capture) => of(&capture.sub).saturating_add(2),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(of).fold(1, u64::saturating_add)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_of_large_regexes_are_too_much_and_small_ones_are_not() {
        let add = |weight: &mut Weight, text: &str| weight.add(&Rule::parse(text).unwrap());
        let mut small = Weight::default();
        let mut large = Weight::default();
        for _ in 0..20 {
            add(&mut small, r"regex:^u(\d+)(?:-old)?$ => user:$1").unwrap();
            add(&mut large, r"regex:((?:\w{99}){9}) => n$1").unwrap();
        }
        assert!(small.0 < 1_000, "{small:?}");
        assert!(large.0 > 60_000, "{large:?}");
        assert_eq!(Weight(HEAVIEST).add(&Rule::parse("regex:a => b").unwrap()), Err(TooHeavy));
    }
}
