//! Rules whose old names have a shape: all but regexes.

use std::collections::HashSet;

use super::Reading;
use crate::values::template::shape::{Piece, Shape};

/// Old names of one shape, and what becomes of them.
#[derive(Clone, Debug)]
pub(crate) struct Mapping {
    left: Shape,
    right: Vec<Output>,
    frame: Option<Frame>,
}

/// A part of a new name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Literal(Vec<u8>),
    /// What the slot, or the group of a regex, with this number stands for.
    Slot(usize),
}

/// The ends of the new name, when the rule takes what is between them as it is.
///
/// Such a rule compares and copies; and in whichever way a key is read, the new name is the same.
#[derive(Clone, Debug)]
struct Frame {
    head: Vec<u8>,
    tail: Vec<u8>,
}

impl Mapping {
    pub(super) fn new(left: Shape, right: Vec<Output>) -> Self {
        let frame = Frame::of(&left, &right);
        Self { left, right, frame }
    }

    pub(crate) fn left(&self) -> &Shape {
        &self.left
    }

    pub(crate) fn right(&self) -> &[Output] {
        &self.right
    }

    /// Returns whether only the ends of a name change.
    pub(crate) fn is_frame(&self) -> bool {
        self.frame.is_some()
    }

    /// Returns whether a new name holds all that the old one does.
    pub(crate) fn uses_all_slots(&self) -> bool {
        let used = slots_of(&self.right);
        (0..).zip(self.left.slots()).all(|(slot, _)| used.contains(&slot))
    }

    pub(super) fn changes_nothing(&self) -> bool {
        self.frame
            .as_ref()
            .is_some_and(|frame| frame.head == self.left.head() && frame.tail == self.left.tail())
    }

    pub(super) fn rename(&self, key: &[u8], out: &mut Vec<u8>) -> Reading {
        out.clear();
        if let Some(frame) = &self.frame {
            let inside = self.left.inside(key).filter(|inside| self.left.reads(inside));
            let Some(inside) = inside else {
                return Reading::No;
            };
            out.extend_from_slice(&frame.head);
            out.extend_from_slice(inside);
            out.extend_from_slice(&frame.tail);
            return Reading::One;
        }
        let Some(spans) = self.left.read(key) else {
            return Reading::No;
        };
        write(&self.right, |slot| key.get(spans.slots.get(slot)?.clone()), out);
        if spans.several { Reading::Several } else { Reading::One }
    }

    /// Returns the shape that all new names have.
    pub(crate) fn output(&self) -> Shape {
        let slots: Vec<&Piece> = self.left.slots().collect();
        Shape::new(self.right.iter().filter_map(|output| match output {
            Output::Literal(literal) => Some(Piece::Literal(literal.clone())),
            Output::Slot(slot) => slots.get(*slot).copied().cloned(),
        }))
    }
}

impl Frame {
    fn of(left: &Shape, right: &[Output]) -> Option<Self> {
        let (head, right) = match right {
            [Output::Literal(head), right @ ..] => (head.clone(), right),
            right => (Vec::new(), right),
        };
        let (tail, right) = match right {
            [right @ .., Output::Literal(tail)] => (tail.clone(), right),
            right => (Vec::new(), right),
        };
        let mut slots = 0..;
        let same = |(output, piece): (&Output, &Piece)| match (output, piece) {
            (Output::Literal(output), Piece::Literal(literal)) => output == literal,
            (Output::Literal(_), _) | (Output::Slot(_), Piece::Literal(_)) => false,
            (Output::Slot(slot), _) => slots.next() == Some(*slot),
        };
        let is_frame =
            right.len() == left.middle().len() && right.iter().zip(left.middle()).all(same);
        is_frame.then_some(Self { head, tail })
    }
}

/// Returns the slots that a new name has something of.
pub(super) fn slots_of(right: &[Output]) -> HashSet<usize> {
    let slot = |output: &Output| match output {
        Output::Literal(_) => None,
        Output::Slot(slot) => Some(*slot),
    };
    right.iter().filter_map(slot).collect()
}

/// Appends a new name.
pub(super) fn write<'k>(
    right: &[Output],
    slot: impl Fn(usize) -> Option<&'k [u8]>,
    out: &mut Vec<u8>,
) {
    for output in right {
        out.extend_from_slice(match output {
            Output::Literal(literal) => literal,
            Output::Slot(number) => slot(*number).unwrap_or_default(),
        });
    }
}

/// Appends bytes that stand for themselves to the parts of a new name.
pub(super) fn push_literal(right: &mut Vec<Output>, byte: u8) {
    if let Some(Output::Literal(literal)) = right.last_mut() {
        literal.push(byte);
    } else {
        right.push(Output::Literal(vec![byte]));
    }
}
