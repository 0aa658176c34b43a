//! The text of a rule: two sides and what separates them.

use super::{RuleError, RuleFault, RuleKind, Side};

const SEPARATOR: &str = "=>";

/// One side of a rule without the whitespace around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Half<'t> {
    pub(super) text: &'t str,
    /// Where it begins in the text that errors count in.
    at: usize,
    side: Side,
}

impl<'t> Half<'t> {
    pub(super) fn new(text: &'t str, at: usize, side: Side) -> Self {
        let at = at + text.len() - text.trim_ascii_start().len();
        Self { text: trim(text), at, side }
    }

    /// Returns the side without the kind that it begins with.
    pub(super) fn split_kind(self) -> (RuleKind, Self) {
        for kind in RuleKind::PREFIXED {
            if let Some(rest) = self.text.strip_prefix(kind.prefix()) {
                return (kind, Self::new(rest, self.at + kind.prefix().len(), self.side));
            }
        }
        (RuleKind::Match, self)
    }

    /// Returns the error that `fault` is when it stands `at` bytes into this side.
    pub(super) fn fault(&self, at: usize, fault: RuleFault) -> RuleError {
        RuleError { at: self.at + at, side: self.side, fault }
    }

    pub(super) fn require(self) -> Result<Self, RuleError> {
        if self.text.is_empty() { Err(self.fault(0, RuleFault::EmptySide)) } else { Ok(self) }
    }
}

/// Cuts a rule at its separator.
pub(super) fn split(text: &str) -> Result<(Half<'_>, Half<'_>), RuleError> {
    let whole = Half { text, at: 0, side: Side::Left };
    let mut places = separators(text);
    let at = places.next().ok_or_else(|| whole.fault(text.len(), RuleFault::NoSeparator))?;
    let right_at = at + SEPARATOR.len();
    let left = Half::new(text.get(..at).unwrap_or_default(), 0, Side::Left);
    let right = Half::new(text.get(right_at..).unwrap_or_default(), right_at, Side::Right);
    match places.next() {
        Some(second) => {
            Err(RuleError { at: second, side: Side::Right, fault: RuleFault::SecondSeparator })
        }
        None => Ok((left, right)),
    }
}

/// Returns the text from which a rule is read again.
pub(super) fn join(kind: RuleKind, left: Half<'_>, right: Half<'_>) -> String {
    let (left, right) = (protect(left.text), protect(right.text));
    let seems_prefixed = RuleKind::PREFIXED.iter().any(|other| left.starts_with(other.prefix()));
    let left =
        if kind == RuleKind::Match && seems_prefixed { left.replacen(':', "\\:", 1) } else { left };
    format!("{}{left} {SEPARATOR} {right}", kind.prefix())
}

/// Puts a backslash before every separator, which all kinds of rules read as the bare signs, and
/// before the lone backslash that may end a glob.
fn protect(text: &str) -> String {
    let mut places: Vec<usize> = separators(text).collect();
    if ends_in_escape(text) {
        places.push(text.len());
    }
    let mut protected = text.to_owned();
    for at in places.into_iter().rev() {
        protected.insert(at, '\\');
    }
    protected
}

/// Returns where `=>` stands free: with whitespace, or nothing, on both sides.
fn separators(text: &str) -> impl Iterator<Item = usize> {
    let is_free = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
    text.match_indices(SEPARATOR).map(|(at, _)| at).filter(move |&at| {
        let before = text.as_bytes().get(..at).and_then(<[u8]>::last);
        is_free(before) && is_free(text.as_bytes().get(at + SEPARATOR.len()))
    })
}

/// Cuts whitespace from both ends, but not a space that a backslash protects.
fn trim(text: &str) -> &str {
    let text = text.trim_ascii_start();
    let end = text.trim_ascii_end().len();
    let is_protected =
        text.as_bytes().get(end) == Some(&b' ') && text.get(..end).is_some_and(ends_in_escape);
    text.get(..end + usize::from(is_protected)).unwrap_or(text)
}

/// Returns whether the last backslash is there for what follows.
fn ends_in_escape(text: &str) -> bool {
    text.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 1
}
