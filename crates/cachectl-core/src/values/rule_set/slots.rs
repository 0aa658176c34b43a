//! Whether a rule leaves keys in their hash slot.

use super::Proof;
use crate::values::glob::byte_set::ByteSet;
use crate::values::rule::mapping::{Mapping, Output};
use crate::values::template::shape::Piece;

/// A byte of a name, or all that one slot stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Atom<'r> {
    Byte(u8),
    Slot(usize, &'r Piece),
}

/// Compares what follows the first `{` of the old and the new name.
///
/// As long as both go on in the same way they have the same hash tag, if it ends there. It must
/// not be empty, because then the whole name decides.
pub(super) fn keeps_slot(mapping: &Mapping) -> Proof {
    let (Some(old), Some(new)) = (after_brace(left(mapping)), after_brace(right(mapping))) else {
        return Proof::Unproven;
    };
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).map(|(old, _)| *old);
    let starts_tag = old.first().is_some_and(|atom| match atom {
        Atom::Byte(byte) => *byte != b'}',
        Atom::Slot(_, Piece::ZeroOrMore(_)) => false,
        Atom::Slot(_, piece) => !can_hold(piece, b'}'),
    });
    let ends_tag = same.into_iter().any(|atom| atom == Atom::Byte(b'}'));
    Proof::of(starts_tag && ends_tag)
}

/// Returns what follows the first `{`, if it is certain which one that is.
fn after_brace<'r>(mut atoms: impl Iterator<Item = Atom<'r>>) -> Option<Vec<Atom<'r>>> {
    loop {
        match atoms.next()? {
            Atom::Byte(b'{') => return Some(atoms.collect()),
            Atom::Slot(_, piece) if can_hold(piece, b'{') => return None,
            Atom::Byte(_) | Atom::Slot(..) => {}
        }
    }
}

fn left(mapping: &Mapping) -> impl Iterator<Item = Atom<'_>> {
    let shape = mapping.left();
    let mut slots = 0..;
    let middle = shape.middle().iter().flat_map(move |piece| match piece {
        Piece::Literal(literal) => bytes(literal),
        slot => slots.next().map(|number| Atom::Slot(number, slot)).into_iter().collect(),
    });
    bytes(shape.head()).into_iter().chain(middle).chain(bytes(shape.tail()))
}

fn right(mapping: &Mapping) -> impl Iterator<Item = Atom<'_>> {
    let slots: Vec<&Piece> = mapping.left().slots().collect();
    mapping.right().iter().flat_map(move |output| match output {
        Output::Literal(literal) => bytes(literal),
        Output::Slot(slot) => {
            slots.get(*slot).map(|piece| Atom::Slot(*slot, piece)).into_iter().collect()
        }
    })
}

fn bytes<'r>(literal: &[u8]) -> Vec<Atom<'r>> {
    literal.iter().copied().map(Atom::Byte).collect()
}

/// Returns whether a slot can stand for bytes with this one among them.
fn can_hold(slot: &Piece, byte: u8) -> bool {
    let holds = |set: &ByteSet| set.contains(byte);
    match slot {
        Piece::Literal(literal) => literal.contains(&byte),
        Piece::Each(sets) => sets.iter().any(holds),
        Piece::ZeroOrMore(set) | Piece::OneOrMore(set) => holds(set),
    }
}
