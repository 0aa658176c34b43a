//! From the two texts of a template, prefix or glob rule to its mapping.

use std::collections::HashMap;

use super::mapping::{Mapping, Output, push_literal, slots_of};
use super::text::Half;
use super::{RuleError, RuleFault};
use crate::values::glob::byte_set::ByteSet;
use crate::values::glob::{Token, tokens};
use crate::values::template::shape::{Piece, Shape};
use crate::values::template::syntax::{self, Part, PartKind, STAR};
use crate::values::template::{Class, Template, TemplateError, TemplateFault};

/// What stands on the left side for a slot: where, and under which name.
struct Slot<'p> {
    at: usize,
    name: &'p str,
    class: Class,
}

pub(super) fn template(left: Half<'_>, right: Half<'_>) -> Result<Mapping, RuleError> {
    let template = Template::parse(left.text).map_err(|error| in_template(left, error))?;
    let slots: Vec<Slot<'_>> = template
        .parts()
        .iter()
        .filter_map(|part| Some(Slot { at: part.at, name: part.slot_name()?, class: part.class() }))
        .collect();
    let parts = syntax::parse(right.text).map_err(|error| in_template(right, error))?;
    let right_stars: Vec<usize> =
        parts.iter().filter_map(|part| (part.kind == PartKind::Star).then_some(part.at)).collect();
    let mut stars = same_stars((left, &slots), (right, &right_stars))?.into_iter();
    let named = slots.iter().zip(0..).map(|(slot, number)| (slot.name, (slot.class, number)));
    let named: HashMap<&str, (Class, usize)> = named.collect();
    let mut outputs = Vec::new();
    for part in parts {
        outputs.push(match part.kind {
            PartKind::Literal(literal) => Output::Literal(literal),
            PartKind::Star => Output::Slot(stars.next().unwrap_or_default()),
            PartKind::Capture { .. } => Output::Slot(slot_of(&part, &named, right)?),
        });
    }
    let used = slots_of(&outputs);
    for (slot, number) in slots.iter().zip(0..) {
        if !used.contains(&number) {
            let name = format!("{{{}}}", slot.name);
            return Err(left.fault(slot.at, RuleFault::Unused { name }));
        }
    }
    Ok(Mapping::new(template.shape().clone(), outputs))
}

/// Finds the slot that a capture of the right side stands for.
fn slot_of(
    part: &Part,
    named: &HashMap<&str, (Class, usize)>,
    right: Half<'_>,
) -> Result<usize, RuleError> {
    let name = part.slot_name().unwrap_or_default();
    let braced = || format!("{{{name}}}");
    let (written, number) = (named.get(name).copied())
        .ok_or_else(|| right.fault(part.at, RuleFault::Undefined { name: braced() }))?;
    match part.kind {
        PartKind::Capture { class: Some(class), .. } if class != written => {
            Err(right.fault(part.at, RuleFault::ClassDiffers { name: braced() }))
        }
        _ => Ok(number),
    }
}

pub(super) fn prefix(left: Half<'_>, right: Half<'_>) -> Result<Mapping, RuleError> {
    let shape = Shape::new([Piece::Literal(literal(left)?), Piece::ZeroOrMore(ByteSet::ALL)]);
    Ok(Mapping::new(shape, vec![Output::Literal(literal(right)?), Output::Slot(0)]))
}

/// Reads a side that has nothing but literal bytes.
fn literal(half: Half<'_>) -> Result<Vec<u8>, RuleError> {
    let mut bytes = Vec::new();
    for part in syntax::parse(half.text).map_err(|error| in_template(half, error))? {
        let written = match part.kind {
            PartKind::Literal(literal) => {
                bytes.extend(literal);
                continue;
            }
            PartKind::Star => STAR.to_owned(),
            PartKind::Capture { name, .. } => format!("{{{name}}}"),
        };
        return Err(half.fault(part.at, RuleFault::CaptureInPrefix { written }));
    }
    Ok(bytes)
}

pub(super) fn glob(left: Half<'_>, right: Half<'_>) -> Result<Mapping, RuleError> {
    let mut pieces = Vec::new();
    let mut slots: Vec<Slot<'_>> = Vec::new();
    for (at, token) in tokens(left.text.as_bytes()) {
        let (piece, name) = match token {
            Token::Byte(byte) => (Piece::Literal(vec![byte]), None),
            Token::Set(set) => (Piece::Each(vec![set]), Some("")),
            Token::Star => (Piece::ZeroOrMore(ByteSet::ALL), Some(STAR)),
        };
        if token == Token::Star && matches!(pieces.last(), Some(Piece::ZeroOrMore(_))) {
            let (first, second) = (STAR.to_owned(), STAR.to_owned());
            let fault = TemplateFault::AdjacentCaptures { first, second };
            return Err(in_template(left, fault.at(at)));
        }
        pieces.push(piece);
        slots.extend(name.map(|name| Slot { at, name, class: Class::Any }));
    }
    let right_tokens: Vec<(usize, Token)> = tokens(right.text.as_bytes()).collect();
    let right_stars: Vec<usize> = right_tokens
        .iter()
        .filter_map(|(at, token)| (*token == Token::Star).then_some(*at))
        .collect();
    let mut stars = same_stars((left, &slots), (right, &right_stars))?.into_iter();
    let mut outputs = Vec::new();
    for (at, token) in right_tokens {
        match token {
            Token::Byte(byte) => push_literal(&mut outputs, byte),
            Token::Star => outputs.push(Output::Slot(stars.next().unwrap_or_default())),
            Token::Set(_) => return Err(right.fault(at, RuleFault::ClassOnRight)),
        }
    }
    Ok(Mapping::new(Shape::new(pieces), outputs))
}

/// Returns the slots that are stars, when there are as many as on the right side.
fn same_stars(
    (left, slots): (Half<'_>, &[Slot<'_>]),
    (right, right_stars): (Half<'_>, &[usize]),
) -> Result<Vec<usize>, RuleError> {
    let stars: Vec<(&Slot<'_>, usize)> =
        slots.iter().zip(0..).filter(|(slot, _)| slot.name == STAR).collect();
    let fault = RuleFault::StarsDiffer { left: stars.len(), right: right_stars.len() };
    // The place is the first star without a partner.
    if let Some(at) = right_stars.get(stars.len()) {
        return Err(right.fault(*at, fault));
    }
    if let Some((slot, _)) = stars.get(right_stars.len()) {
        return Err(left.fault(slot.at, fault));
    }
    Ok(stars.into_iter().map(|(_, number)| number).collect())
}

fn in_template(half: Half<'_>, error: TemplateError) -> RuleError {
    half.fault(error.at, RuleFault::Template(error.fault))
}
