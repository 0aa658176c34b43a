//! Values by a literal prefix, found for a text in about as many steps as comparing it takes.

use std::iter;

/// Values by the prefixes they are for.
///
/// Prefixes are sorted, and each knows the longest other one that it begins with. All prefixes of
/// a text are then the last one that is not above the text, if it is a prefix, and what that leads
/// to: whatever stands between a prefix and the text begins with that prefix.
#[derive(Clone, Debug)]
pub(super) struct Affixes<T> {
    entries: Vec<Entry<T>>,
    /// The first bytes of each prefix, which tell most of them apart and lie close together.
    heads: Vec<u64>,
}

#[derive(Clone, Debug)]
struct Entry<T> {
    prefix: Vec<u8>,
    /// Where the longest shorter prefix is that this one begins with.
    shorter: Option<usize>,
    value: T,
}

impl<T> Affixes<T> {
    /// Takes values with their prefixes, and makes one of those that share a prefix.
    pub(super) fn new<V>(
        values: impl IntoIterator<Item = (Vec<u8>, V)>,
        together: impl Fn(Vec<V>) -> T,
    ) -> Self {
        let mut values: Vec<(Vec<u8>, V)> = values.into_iter().collect();
        // A stable sort: values of one prefix stay in their order.
        values.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut entries: Vec<Entry<T>> = Vec::new();
        let mut values = values.into_iter().peekable();
        while let Some((prefix, value)) = values.next() {
            let mut same = vec![value];
            while let Some((_, value)) = values.next_if(|(next, _)| *next == prefix) {
                same.push(value);
            }
            let last = entries.len().checked_sub(1);
            let shorter =
                chain(&entries, last).find(|(_, entry)| prefix.starts_with(&entry.prefix));
            let shorter = shorter.map(|(at, _)| at);
            entries.push(Entry { prefix, shorter, value: together(same) });
        }
        let heads = entries.iter().map(|entry| head(&entry.prefix)).collect();
        Self { entries, heads }
    }

    /// Returns the values whose prefixes the text begins with, that of the longest first.
    pub(super) fn prefixes_of(&self, text: &[u8]) -> impl Iterator<Item = &T> {
        chain(&self.entries, self.above(text).checked_sub(1))
            .skip_while(|(_, entry)| !text.starts_with(&entry.prefix))
            .map(|(_, entry)| &entry.value)
    }

    /// Returns where the first prefix is that is above the text.
    fn above(&self, text: &[u8]) -> usize {
        let wanted = head(text);
        let from = self.heads.partition_point(|head| *head < wanted);
        let heads = self.heads.get(from..).unwrap_or_default();
        let to = from + heads.partition_point(|head| *head == wanted);
        let alike = self.entries.get(from..to).unwrap_or_default();
        from + alike.partition_point(|entry| entry.prefix.as_slice() <= text)
    }

    /// Returns the values whose prefixes begin with the text, and are longer.
    pub(super) fn extensions_of(&self, text: &[u8]) -> impl Iterator<Item = &T> {
        let above = self.entries.iter().skip(self.above(text));
        above.take_while(|entry| entry.prefix.starts_with(text)).map(|entry| &entry.value)
    }
}

/// Returns the first eight bytes of a text as a number: of two texts, the greater never has the smaller
/// one.
fn head(text: &[u8]) -> u64 {
    let mut head = [0; 8];
    for (to, from) in head.iter_mut().zip(text) {
        *to = *from;
    }
    u64::from_be_bytes(head)
}

/// Walks from an entry to ever shorter prefixes that it begins with.
fn chain<T>(entries: &[Entry<T>], from: Option<usize>) -> impl Iterator<Item = (usize, &Entry<T>)> {
    let entry = |at: usize| Some((at, entries.get(at)?));
    iter::successors(from.and_then(entry), move |(_, last)| last.shorter.and_then(entry))
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::Affixes;

    fn text() -> impl Strategy<Value = Vec<u8>> {
        // Alike for longer than a head is.
        vec(select(vec![b'a', b'a', b'a', b'a', b'b', 0, 0xff]), 0..12)
    }

    proptest! {
        #[test]
        fn prefixes_and_extensions_are_those_that_comparing_all_finds(
            prefixes in vec(text(), 0..20),
            texts in vec(text(), 1..20),
        ) {
            let numbered = prefixes.iter().cloned().zip(0..);
            let affixes = Affixes::new(numbered, |numbers: Vec<usize>| numbers);
            for text in texts {
                let all = |test: &dyn Fn(&[u8]) -> bool| -> Vec<usize> {
                    let numbered = (0..).zip(&prefixes);
                    numbered.filter(|(_, it)| test(it)).map(|(number, _)| number).collect()
                };
                let mut found = affixes.prefixes_of(&text).flatten().copied().collect::<Vec<_>>();
                let lengths: Vec<usize> = found.iter().map(|at| prefixes[*at].len()).collect();
                prop_assert!(lengths.is_sorted_by(|one, other| one >= other));
                found.sort_unstable();
                prop_assert_eq!(found, all(&|prefix| text.starts_with(prefix)));

                let mut found = affixes.extensions_of(&text).flatten().copied().collect::<Vec<_>>();
                found.sort_unstable();
                let longer = |prefix: &[u8]| prefix.starts_with(&text) && prefix != text;
                prop_assert_eq!(found, all(&longer));
            }
        }
    }
}
