//! The text of a template, read into parts.

use super::shape::Piece;
use super::{Class, TemplateError, TemplateFault};
use crate::values::glob::byte_set::ByteSet;

/// A part of a template and the place in the text where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) at: usize,
    pub(crate) kind: PartKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PartKind {
    Literal(Vec<u8>),
    Capture { name: String, class: Option<Class> },
    Star,
}

/// The name that stars go by.
pub(crate) const STAR: &str = "*";

impl Part {
    /// Returns the name of a slot.
    pub(crate) fn slot_name(&self) -> Option<&str> {
        match &self.kind {
            PartKind::Literal(_) => None,
            PartKind::Capture { name, .. } => Some(name),
            PartKind::Star => Some(STAR),
        }
    }

    pub(crate) fn class(&self) -> Class {
        match self.kind {
            PartKind::Capture { class: Some(class), .. } => class,
            PartKind::Capture { class: None, .. } | PartKind::Literal(_) | PartKind::Star => {
                Class::Any
            }
        }
    }

    pub(crate) fn piece(&self) -> Piece {
        match &self.kind {
            PartKind::Literal(bytes) => Piece::Literal(bytes.clone()),
            PartKind::Capture { .. } => self.class().piece(),
            PartKind::Star => Piece::ZeroOrMore(ByteSet::ALL),
        }
    }
}

/// Reads a text that may be empty, and may name a capture as often as it likes.
pub(crate) fn parse(text: &str) -> Result<Vec<Part>, TemplateError> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.as_bytes().get(at) {
        let (kind, length) = match byte {
            b'{' => capture(text, at)?,
            b'}' => return Err(TemplateFault::UnopenedBrace.at(at)),
            b'*' => (PartKind::Star, 1),
            _ => {
                let (byte, length) = literal_byte(text.as_bytes(), at)?;
                (PartKind::Literal(vec![byte]), length)
            }
        };
        push(&mut parts, Part { at, kind });
        at += length;
    }
    Ok(parts)
}

/// Appends a part; literals that touch become one.
fn push(parts: &mut Vec<Part>, part: Part) {
    if let PartKind::Literal(bytes) = &part.kind
        && let Some(Part { kind: PartKind::Literal(before), .. }) = parts.last_mut()
    {
        before.extend_from_slice(bytes);
    } else {
        parts.push(part);
    }
}

/// Reads the capture whose brace is at `at`, and its length.
fn capture(text: &str, at: usize) -> Result<(PartKind, usize), TemplateError> {
    let (inside, _) = text
        .get(at + 1..)
        .and_then(|rest| rest.split_once('}'))
        .filter(|(inside, _)| !inside.contains('{'))
        .ok_or_else(|| TemplateFault::UnclosedCapture.at(at))?;
    let (name, class) = match inside.split_once(':') {
        Some((name, class)) => (name, Some(class)),
        None => (inside, None),
    };
    let class = match class {
        Some(written) => Some(Class::named(written).ok_or_else(|| {
            let fault = TemplateFault::UnknownClass {
                class: written.to_owned(),
                nearest: Class::nearest(written),
            };
            fault.at(at + 1 + name.len() + 1)
        })?),
        None => None,
    };
    if !is_name(name) {
        return Err(TemplateFault::BadName { name: name.to_owned() }.at(at + 1));
    }
    Ok((PartKind::Capture { name: name.to_owned(), class }, inside.len() + 2))
}

fn is_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}

/// Reads a byte that stands for itself, or an escape, and the length of what stands for it.
pub(crate) fn literal_byte(text: &[u8], at: usize) -> Result<(u8, usize), TemplateError> {
    let rest = text.get(at..).unwrap_or_default();
    let read = match rest {
        [b'\\', b'n', ..] => Some((b'\n', 2)),
        [b'\\', b'r', ..] => Some((b'\r', 2)),
        [b'\\', b't', ..] => Some((b'\t', 2)),
        [b'\\', b'x', high, low, ..] => hex(*high, *low).map(|byte| (byte, 4)),
        [b'\\', sign, ..] if sign.is_ascii_punctuation() || *sign == b' ' => Some((*sign, 2)),
        [b'\\', ..] | [] => None,
        [byte, ..] => Some((*byte, 1)),
    };
    read.ok_or_else(|| TemplateFault::BadEscape.at(at))
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}
