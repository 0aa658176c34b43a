//! The names that a shape stands for, as a language that can be compared with others.
//!
//! A shape is a chain of steps, each of which reads one byte, or any number of bytes, of a set.
//! Two chains are walked side by side over all texts at once: the pairs of places that some text
//! leads to are as many as one length times the other, and searching them answers exactly whether
//! a text is in both languages, and whether one is in the same language in two ways. A search may
//! take so many steps for each byte: long shapes of one repeated byte would take hours, and then it
//! is taken for granted that there is such a text.

use std::collections::HashSet;

use crate::values::glob::byte_set::ByteSet;
use crate::values::template::shape::{Piece, Shape};

/// All names of one shape.
#[derive(Clone, Debug)]
pub(super) struct Language(Vec<Step>);

#[derive(Clone, Copy, Debug)]
enum Step {
    One(ByteSet),
    Any(ByteSet),
}

/// A place in either chain, and whether a byte was read at different places before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pair {
    one: usize,
    other: usize,
    apart: bool,
}

impl Language {
    pub(super) fn of(shape: &Shape) -> Self {
        let mut steps: Vec<Step> = literal(shape.head()).collect();
        for piece in shape.middle() {
            match piece {
                Piece::Literal(bytes) => steps.extend(literal(bytes)),
                Piece::Each(sets) => steps.extend(sets.iter().copied().map(Step::One)),
                Piece::ZeroOrMore(set) => steps.push(Step::Any(*set)),
                Piece::OneOrMore(set) => steps.extend([Step::One(*set), Step::Any(*set)]),
            }
        }
        steps.extend(literal(shape.tail()));
        Self(steps)
    }

    /// Returns whether some name is in both languages.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.reaches_end(other, |_| true)
    }

    /// Returns how many steps comparing with another one takes at most.
    pub(super) fn steps_against(&self, other: &Self) -> usize {
        Places::of(self, other).steps()
    }

    /// Returns whether some name can be read in two ways.
    pub(super) fn is_ambiguous(&self) -> bool {
        self.reaches_end(self, |end| end.apart)
    }

    fn reaches_end(&self, other: &Self, accepts: impl Fn(Pair) -> bool) -> bool {
        let mut seen = Seen::of(Places::of(self, other));
        let mut open = vec![Pair { one: 0, other: 0, apart: false }];
        while let Some(pair) = open.pop() {
            match seen.visit(pair) {
                Visit::First => {}
                Visit::Again => continue,
                Visit::TooMany => return true,
            }
            if pair.one == self.0.len() && pair.other == other.0.len() && accepts(pair) {
                return true;
            }
            let (one, other) = (self.0.get(pair.one), other.0.get(pair.other));
            if let Some(Step::Any(_)) = one {
                open.push(Pair { one: pair.one + 1, ..pair });
            }
            if let Some(Step::Any(_)) = other {
                open.push(Pair { other: pair.other + 1, ..pair });
            }
            if let (Some(one), Some(other)) = (one, other)
                && one.set().meets(other.set())
            {
                open.push(Pair {
                    one: pair.one + one.length(),
                    other: pair.other + other.length(),
                    apart: pair.apart || pair.one != pair.other,
                });
            }
        }
        false
    }
}

/// How many steps a search may take for each byte of the shapes. Two shapes of less than this many
/// bytes are always compared to the end.
const STEPS_PER_BYTE: usize = 64;
/// How many cells a table of places may have; what has more is kept place by place.
const TABLE: usize = 1 << 18;

/// All pairs of places of two chains.
#[derive(Clone, Copy, Debug)]
struct Places {
    width: usize,
    height: usize,
}

impl Places {
    fn of(one: &Language, other: &Language) -> Self {
        Self { width: other.0.len() + 1, height: one.0.len() + 1 }
    }

    /// Returns how many there are, each with and without a byte that was read apart.
    fn count(self) -> usize {
        2 * self.width * self.height
    }

    fn number(self, pair: Pair) -> usize {
        2 * (pair.one * self.width + pair.other) + usize::from(pair.apart)
    }

    /// Returns how many a search may look at.
    fn steps(self) -> usize {
        self.count().min(STEPS_PER_BYTE * (self.width + self.height))
    }
}

/// The places that a search has been at.
struct Seen {
    places: Places,
    left: usize,
    numbers: Numbers,
}

enum Numbers {
    Table(Vec<bool>),
    Sparse(HashSet<usize>),
}

/// What coming to a place means.
enum Visit {
    First,
    Again,
    /// The search takes too long.
    TooMany,
}

impl Seen {
    fn of(places: Places) -> Self {
        let count = places.count();
        let numbers = if count <= TABLE {
            Numbers::Table(vec![false; count])
        } else {
            Numbers::Sparse(HashSet::new())
        };
        Self { places, left: places.steps(), numbers }
    }

    fn visit(&mut self, pair: Pair) -> Visit {
        let number = self.places.number(pair);
        let is_new = match &mut self.numbers {
            Numbers::Table(table) => {
                table.get_mut(number).is_some_and(|seen| !std::mem::replace(seen, true))
            }
            Numbers::Sparse(numbers) => numbers.insert(number),
        };
        if !is_new {
            return Visit::Again;
        }
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Visit::First
            }
            None => Visit::TooMany,
        }
    }
}

/// Returns the steps that read exactly these bytes.
fn literal(bytes: &[u8]) -> impl Iterator<Item = Step> {
    bytes.iter().map(|&byte| Step::One(ByteSet::only(byte)))
}

impl Step {
    fn set(&self) -> &ByteSet {
        match self {
            Self::One(set) | Self::Any(set) => set,
        }
    }

    /// Returns how far reading a byte leads.
    fn length(self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Any(_) => 0,
        }
    }
}
