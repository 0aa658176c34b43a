//! Rules whose old names are given by a regex.

use std::collections::HashMap;

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::{
    ParserBuilder,
    hir::{Hir, literal::Extractor},
};

use super::mapping::{Output, push_literal, slots_of, write};
use super::text::Half;
use super::{Reading, RuleError, RuleFault, weight};
use crate::values::glob::byte_set::ByteSet;
use crate::values::rule_set::common_prefix;
use crate::values::template::shape::{Piece, Shape};
use crate::values::template::syntax;

/// A regex for whole keys, and what becomes of them.
#[derive(Clone, Debug)]
pub(super) struct Substitution {
    regex: Regex,
    /// Literals of which exactly one begins every match: the empty one if nothing is known.
    heads: Vec<Vec<u8>>,
    right: Vec<Output>,
    /// How large the regex is.
    weight: u64,
}

/// How many literals are told apart at the beginning of a regex.
const HEADS: usize = 32;
/// How many bytes a class may have to count as that many literals.
const CLASS: usize = 4;

impl Substitution {
    pub(super) fn new(left: Half<'_>, right: Half<'_>) -> Result<Self, RuleError> {
        // Compiled alone first: a `)` of its own must not close the group that anchors it.
        compile(left.text).map_err(|error| bad_regex(left, &error))?;
        let regex =
            compile(&format!(r"\A(?:{})\z", left.text)).map_err(|error| bad_regex(left, &error))?;
        let outputs = replacement(right, &regex)?;
        let used = slots_of(&outputs);
        for (name, number) in regex.capture_names().zip(0..).skip(1) {
            if !used.contains(&number) {
                let name = name.map_or(format!("${number}"), |name| format!("${{{name}}}"));
                return Err(left.fault(0, RuleFault::Unused { name }));
            }
        }
        let (heads, weight) = parse(regex.as_str())
            .map_or((unknown(), 0), |parsed| (heads(&parsed), weight::of(&parsed)));
        Ok(Self { regex, heads, right: outputs, weight })
    }

    /// Returns the regex for whole keys.
    pub(super) fn regex(&self) -> &str {
        self.regex.as_str()
    }

    /// Returns how large the regex is.
    pub(super) fn weight(&self) -> u64 {
        self.weight
    }

    /// Returns literals of which exactly one begins every match.
    pub(super) fn heads(&self) -> Vec<Vec<u8>> {
        self.heads.clone()
    }

    pub(super) fn matches(&self, key: &[u8]) -> bool {
        self.regex.is_match(key)
    }

    pub(super) fn rename(&self, key: &[u8], out: &mut Vec<u8>) -> Reading {
        out.clear();
        let mut places = self.regex.capture_locations();
        if self.regex.captures_read(&mut places, key).is_none() {
            return Reading::No;
        }
        let group = |number| places.get(number).and_then(|(start, end)| key.get(start..end));
        write(&self.right, group, out);
        Reading::One
    }

    /// Returns a shape that all old names have.
    pub(super) fn source(&self) -> Shape {
        let head = self.heads.iter().cloned().reduce(common_prefix).unwrap_or_default();
        Shape::new([Piece::Literal(head), Piece::ZeroOrMore(ByteSet::ALL)])
    }

    /// Returns a shape that all new names have.
    pub(super) fn output(&self) -> Shape {
        Shape::new(self.right.iter().map(|output| match output {
            Output::Literal(literal) => Piece::Literal(literal.clone()),
            Output::Slot(_) => Piece::ZeroOrMore(ByteSet::ALL),
        }))
    }
}

/// Keys are bytes: `.` is any of them, `\d` is an ASCII digit.
fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).unicode(false).dot_matches_new_line(true).build()
}

/// Takes reason and place from the message, which shows the pattern with a caret below it.
fn bad_regex(left: Half<'_>, error: &regex::Error) -> RuleError {
    let message = error.to_string();
    let reason = message.lines().last().unwrap_or_default();
    let reason = reason.strip_prefix("error: ").unwrap_or(reason).to_owned();
    let caret = message
        .lines()
        .skip_while(|line| line.trim_start() != left.text)
        .nth(1)
        .and_then(|line| line.strip_prefix("    ")?.find('^'));
    let at = caret.and_then(|column| left.text.char_indices().nth(column));
    left.fault(at.map_or(0, |(at, _)| at), RuleFault::BadRegex { reason })
}

/// Reads the new name: `$1`, `${name}`, `$$`, escapes, and bytes that stand for themselves.
fn replacement(right: Half<'_>, regex: &Regex) -> Result<Vec<Output>, RuleError> {
    let groups = regex.capture_names().zip(0..).filter_map(|(name, number)| Some((name?, number)));
    let groups: HashMap<&str, usize> = groups.collect();
    let mut outputs = Vec::new();
    let mut at = 0;
    while at < right.text.len() {
        let rest = right.text.get(at..).unwrap_or_default();
        if let Some(after) = rest.strip_prefix('$').filter(|after| !after.starts_with('$')) {
            let (name, length) =
                reference(after).ok_or_else(|| right.fault(at, RuleFault::BadReference))?;
            let group = match name.parse() {
                Ok(number) => (number < regex.captures_len()).then_some(number),
                Err(_) => groups.get(name).copied(),
            };
            let group = group.ok_or_else(|| {
                let name = rest.get(..1 + length).unwrap_or(rest).to_owned();
                right.fault(at, RuleFault::Undefined { name })
            })?;
            outputs.push(Output::Slot(group));
            at += 1 + length;
        } else {
            let bytes = right.text.as_bytes();
            let (byte, length) = syntax::literal_byte(bytes, at)
                .map_err(|error| right.fault(error.at, RuleFault::Template(error.fault)))?;
            push_literal(&mut outputs, byte);
            at += length + usize::from(byte == b'$' && length == 1);
        }
    }
    Ok(outputs)
}

/// Reads the name of a group behind a `$`, and the length of what stands there.
fn reference(after: &str) -> Option<(&str, usize)> {
    if let Some(braced) = after.strip_prefix('{') {
        let (name, _) = braced.split_once('}')?;
        return Some((name, name.len() + 2));
    }
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let number = after.get(..digits).filter(|number| !number.is_empty())?;
    Some((number, digits))
}

fn parse(pattern: &str) -> Option<Hir> {
    let mut parser =
        ParserBuilder::new().utf8(false).unicode(false).dot_matches_new_line(true).build();
    parser.parse(pattern).ok()
}

/// Returns what every match begins with if nothing is known.
fn unknown() -> Vec<Vec<u8>> {
    vec![Vec::new()]
}

/// Returns literals of which exactly one begins every match.
fn heads(parsed: &Hir) -> Vec<Vec<u8>> {
    let mut extractor = Extractor::new();
    extractor.limit_class(CLASS).limit_total(HEADS);
    let literals = extractor.extract(parsed);
    let Some(literals) = literals.literals() else {
        return unknown();
    };
    let mut heads: Vec<Vec<u8>> = literals.iter().map(|it| it.as_bytes().to_vec()).collect();
    heads.sort_unstable();
    heads.dedup_by(|next, shorter| next.starts_with(shorter));
    heads
}
