//! Telling whether something occurs twice.

use std::collections::HashSet;
use std::hash::Hash;

/// Up to so many things, comparing each with each is faster than hashing them.
const FEW: usize = 12;

/// Returns whether no two of the keys of `things` are equal.
pub(super) fn all_differ<'t, T, K: Eq + Hash>(things: &'t [T], key: impl Fn(&'t T) -> K) -> bool {
    if things.len() > FEW {
        let mut seen = HashSet::with_capacity(things.len());
        return things.iter().all(|thing| seen.insert(key(thing)));
    }
    let mut rest = things.iter();
    while let Some(thing) = rest.next() {
        let thing = key(thing);
        if rest.clone().any(|other| key(other) == thing) {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::all_differ;

    #[test]
    fn a_repetition_is_found_among_few_and_among_many() {
        for count in [0, 1, 2, 12, 13, 1000] {
            let mut numbers: Vec<usize> = (0..count).collect();
            assert!(all_differ(&numbers, |number| number), "{count}");
            if let Some(first) = numbers.first().copied() {
                numbers.push(first);
                assert!(!all_differ(&numbers, |number| number), "{count}");
            }
        }
    }
}
