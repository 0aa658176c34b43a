//! The shape of a key: literal bytes with slots between them, and how a key is read by it.
//!
//! Templates, globs and prefixes all become shapes. Most of them have one slot, between a head and
//! a tail: such a key is read by comparing both ends. For the others a table says which suffixes
//! of the key the last pieces can read; it costs the number of pieces times the length of the key,
//! whatever the key is.

use std::iter;
use std::mem;
use std::ops::Range;

use crate::values::glob::Glob;
use crate::values::glob::byte_set::ByteSet;

/// A sequence of literals and slots that reads whole keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    head: Vec<u8>,
    middle: Vec<Piece>,
    tail: Vec<u8>,
}

/// A part of a shape. All but literals are slots, counted from the left.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Piece {
    Literal(Vec<u8>),
    /// As many bytes as there are sets, each in its set.
    Each(Vec<ByteSet>),
    ZeroOrMore(ByteSet),
    OneOrMore(ByteSet),
}

/// How a key was read: where its slots are, when each is as short as those before it allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spans {
    pub(crate) slots: Vec<Range<usize>>,
    /// Whether the key can be read in another way too.
    pub(crate) several: bool,
}

impl Shape {
    pub(crate) fn new(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let (mut head, mut middle, mut pending) = (Vec::new(), Vec::new(), Vec::new());
        for piece in pieces {
            if let Piece::Literal(bytes) = piece {
                pending.extend(bytes);
                continue;
            }
            let before = mem::take(&mut pending);
            if middle.is_empty() {
                head = before;
            } else if !before.is_empty() {
                middle.push(Piece::Literal(before));
            }
            middle.push(piece);
        }
        if middle.is_empty() {
            mem::swap(&mut head, &mut pending);
        }
        Self { head, middle, tail: pending }
    }

    /// Returns the bytes before the first slot, or all of them when there is none.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Returns the pieces between head and tail; the first and the last are slots.
    pub(crate) fn middle(&self) -> &[Piece] {
        &self.middle
    }

    /// Returns the slots, from left to right.
    pub(crate) fn slots(&self) -> impl Iterator<Item = &Piece> {
        self.middle.iter().filter(|piece| !matches!(piece, Piece::Literal(_)))
    }

    /// Returns the bytes after the last slot.
    pub(crate) fn tail(&self) -> &[u8] {
        &self.tail
    }

    /// Returns what stands between head and tail, if the key has both.
    ///
    /// An end that is empty is not compared: its address is not mapped, and on some processors
    /// comparing no bytes of it takes ten times as long as all the rest.
    pub(crate) fn inside<'k>(&self, key: &'k [u8]) -> Option<&'k [u8]> {
        let (head, tail) = (self.head.as_slice(), self.tail.as_slice());
        let key = if head.is_empty() { key } else { key.strip_prefix(head)? };
        if tail.is_empty() { Some(key) } else { key.strip_suffix(tail) }
    }

    /// Returns whether the shape reads the whole key.
    pub(crate) fn matches(&self, key: &[u8]) -> bool {
        self.inside(key).is_some_and(|inside| self.reads(inside))
    }

    /// Returns whether the slots can read what stands between head and tail.
    pub(crate) fn reads(&self, inside: &[u8]) -> bool {
        match self.middle.as_slice() {
            [] => inside.is_empty(),
            [slot] => slot.accepts(inside),
            pieces => Table::new(pieces, inside).row(pieces.len()).first() == Some(&true),
        }
    }

    /// Returns a pattern of the server that matches every key of this shape.
    pub(crate) fn glob(&self) -> Vec<u8> {
        let middle = self.middle.iter().flat_map(|piece| match piece {
            Piece::Literal(literal) => Glob::escape_literal(literal),
            Piece::Each(sets) => vec![b'?'; sets.len()],
            Piece::ZeroOrMore(_) | Piece::OneOrMore(_) => vec![b'*'],
        });
        let mut pattern = Glob::escape_literal(&self.head);
        pattern.extend(middle);
        pattern.extend(Glob::escape_literal(&self.tail));
        pattern
    }

    /// Reads a key.
    pub(crate) fn read(&self, key: &[u8]) -> Option<Spans> {
        let text = self.inside(key)?;
        let table = Table::new(&self.middle, text);
        if table.row(self.middle.len()).first() != Some(&true) {
            return None;
        }
        let mut spans = Spans { slots: Vec::with_capacity(self.middle.len()), several: false };
        let mut at = 0;
        for (piece, left) in self.middle.iter().zip((0..self.middle.len()).rev()) {
            let mut ends =
                piece.ends(text, at).filter(|&end| table.row(left).get(end) == Some(&true));
            let end = ends.next()?;
            spans.several |= ends.next().is_some();
            if !matches!(piece, Piece::Literal(_)) {
                spans.slots.push(self.head.len() + at..self.head.len() + end);
            }
            at = end;
        }
        Some(spans)
    }
}

impl Piece {
    /// Returns whether the piece can read exactly these bytes.
    pub(crate) fn accepts(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Literal(literal) => literal == bytes,
            Self::Each(sets) => sets.len() == bytes.len() && each_contains(sets, bytes),
            Self::ZeroOrMore(set) => set.contains_all(bytes),
            Self::OneOrMore(set) => !bytes.is_empty() && set.contains_all(bytes),
        }
    }

    /// Returns where the piece can end when it begins at `at`, the shortest first.
    fn ends(&self, text: &[u8], at: usize) -> impl Iterator<Item = usize> {
        let rest = text.get(at..).unwrap_or_default();
        let run = |set: &ByteSet| rest.iter().take_while(|&&byte| set.contains(byte)).count();
        let (shortest, longest) = match self {
            Self::Literal(literal) => (literal.len(), literal.len()),
            Self::Each(sets) => (sets.len(), sets.len()),
            Self::ZeroOrMore(set) => (0, run(set)),
            Self::OneOrMore(set) => (1, run(set)),
        };
        at + shortest..=at + longest
    }
}

fn each_contains(sets: &[ByteSet], bytes: &[u8]) -> bool {
    sets.iter().zip(bytes).all(|(set, &byte)| set.contains(byte))
}

/// Says of every place in a text whether the last pieces, or fewer of them, can read all that
/// follows it.
struct Table {
    cells: Vec<bool>,
    width: usize,
}

impl Table {
    fn new(pieces: &[Piece], text: &[u8]) -> Self {
        let width = text.len() + 1;
        let mut cells = vec![false; width * (pieces.len() + 1)];
        let mut rows = cells.chunks_exact_mut(width);
        let mut after: &mut [bool] = rows.next().unwrap_or_default();
        if let Some(end) = after.last_mut() {
            *end = true; // No pieces read no bytes.
        }
        for (piece, row) in pieces.iter().rev().zip(rows) {
            fill(row, after, piece, text);
            after = row;
        }
        Self { cells, width }
    }

    /// Returns the row of the last `pieces` pieces.
    fn row(&self, pieces: usize) -> &[bool] {
        self.cells.chunks_exact(self.width).nth(pieces).unwrap_or_default()
    }
}

/// Fills the row of a piece from that of the pieces after it.
fn fill(row: &mut [bool], after: &[bool], piece: &Piece, text: &[u8]) {
    match piece {
        Piece::Literal(literal) => {
            let places = row.iter_mut().zip(text.windows(literal.len()));
            for ((cell, window), &end) in places.zip(after.iter().skip(literal.len())) {
                *cell = end && window == literal;
            }
        }
        Piece::Each(sets) => {
            let places = row.iter_mut().zip(text.windows(sets.len()));
            for ((cell, window), &end) in places.zip(after.iter().skip(sets.len())) {
                *cell = end && each_contains(sets, window);
            }
        }
        Piece::ZeroOrMore(set) | Piece::OneOrMore(set) => {
            let bytes = iter::once(None).chain(text.iter().rev().map(Some));
            let mut begun = false;
            for ((cell, &stop), byte) in row.iter_mut().rev().zip(after.iter().rev()).zip(bytes) {
                let longer = begun && byte.is_some_and(|&byte| set.contains(byte));
                begun = longer || stop;
                *cell = if matches!(piece, Piece::OneOrMore(_)) { longer } else { begun };
            }
        }
    }
}
