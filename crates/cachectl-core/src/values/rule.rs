//! Rules: which keys are renamed, and to what.
//!
//! A rule is written `old => new`. Both sides always mean the whole key, and whitespace around
//! them does not count. There are four kinds.
//!
//! **Templates** name what goes over, and say what it may be. Their language is that of
//! [`template`](crate::values::template):
//!
//! ```text
//! doc_state_{id} => doc:state:{id}
//! job_{type:word}_{id:digits} => job:{type}:{id}
//! user:* => user:v2:*
//! \{user:{id:digits}\}:name => \{user:{id}\}:profile:name
//! ```
//!
//! Captures go over by name, in any order and as often as wanted, and stars by position: one side
//! can have both, and neither sees the other. Every capture has to be used, and there must be as
//! many stars on the right as on the left, because what is dropped would give different keys one
//! name. The right side may repeat the class of a capture.
//!
//! **Prefixes** are the shortest form for the commonest case. Both are literal, with the escapes
//! of a template:
//!
//! ```text
//! prefix:sess: => web:sess:
//! ```
//!
//! **Globs** are read as the server reads them, see [`glob`](crate::values::glob). Each `*` goes
//! over by position; what a `?` or a class stood for does not, so that the names of two keys may
//! meet:
//!
//! ```text
//! glob:cache.v[12].* => cache:*
//! ```
//!
//! **Regexes** work on bytes, in linear time, and are anchored at both ends whether or not they
//! say so. `.` is any byte, and `\d` and `\w` mean ASCII. The new name takes the groups as `$1` or
//! `${name}`, and `$$` is a dollar; a group that it does not take is written `(?:…)`:
//!
//! ```text
//! regex:^u(\d+)(?:-old)?$ => user:$1
//! ```
//!
//! A key that a template or glob can read in several ways is read with the first slot as short as
//! possible, then the second, and is reported as ambiguous if another reading could lead to
//! another name. A regex has one reading, the one that regexes prefer.
//!
//! On every side, `\=>` stands for the signs themselves, and `\ ` for a space at the end.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use crate::values::template::shape::Shape;

mod compile;
mod error;
pub(crate) mod mapping;
mod substitution;
#[cfg(test)]
mod tests;
mod text;
pub mod weight;

pub use error::{RuleError, RuleFault, Side};
use mapping::Mapping;
use substitution::Substitution;
use text::Half;

/// A rule that turns old names into new ones.
///
/// ```
/// use cachectl_core::values::rule::{Reading, Rule};
///
/// let rule = Rule::parse("doc_state_{id} => doc:state:{id}")?;
/// let mut name = Vec::new();
/// assert_eq!(rule.rename(b"doc_state_42", &mut name), Reading::One);
/// assert_eq!(name, b"doc:state:42");
/// # Ok::<(), cachectl_core::values::rule::RuleError>(())
/// ```
///
/// Two rules are equal when they are written in the same way. The text of a rule is also how it
/// is serialized.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Rule {
    text: String,
    kind: RuleKind,
    body: Body,
}

/// How many bytes a rule may have. No server has keys for which more would be of use, and what
/// strangers write must not take hours to compile.
pub const LONGEST: usize = 64 << 10;

/// The four ways to write a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RuleKind {
    /// A key template.
    Match,
    /// A literal prefix, to be replaced by another.
    Prefix,
    /// A glob of the server.
    Glob,
    /// A regex on bytes.
    Regex,
}

/// In how many ways a rule can read a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// In none: the rule does not match.
    No,
    /// In one, or in several that all lead to the same name.
    One,
    /// In several that may lead to different names.
    Several,
}

#[derive(Clone, Debug)]
enum Body {
    Mapping(Mapping),
    Substitution(Substitution),
}

impl Rule {
    /// Reads a rule that is written `old => new`. The kind stands before the old names, as
    /// `prefix:`, `glob:` or `regex:`; without it they are a template.
    ///
    /// # Errors
    ///
    /// Fails when the text is no rule, or one that cannot be meant, with the place.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        if text.len() > LONGEST {
            return Err(RuleError { at: 0, side: Side::Left, fault: RuleFault::TooLong });
        }
        let (left, right) = text::split(text)?;
        let (kind, left) = left.split_kind();
        Self::build(kind, left, right)
    }

    /// Makes a rule from its two sides.
    ///
    /// # Errors
    ///
    /// Fails when the texts are no rule, or one that cannot be meant, with the place.
    pub fn new(kind: RuleKind, old: &str, new: &str) -> Result<Self, RuleError> {
        Self::build(kind, Half::new(old, 0, Side::Left), Half::new(new, 0, Side::Right))
    }

    fn build(kind: RuleKind, left: Half<'_>, right: Half<'_>) -> Result<Self, RuleError> {
        if left.text.len() + right.text.len() > LONGEST {
            return Err(left.fault(0, RuleFault::TooLong));
        }
        let (left, right) = (left.require()?, right.require()?);
        let body = match kind {
            RuleKind::Match => Body::Mapping(compile::template(left, right)?),
            RuleKind::Prefix => Body::Mapping(compile::prefix(left, right)?),
            RuleKind::Glob => Body::Mapping(compile::glob(left, right)?),
            RuleKind::Regex => Body::Substitution(Substitution::new(left, right)?),
        };
        match &body {
            Body::Mapping(mapping) if mapping.changes_nothing() => {
                Err(right.fault(0, RuleFault::Unchanged))
            }
            _ => Ok(Self { text: text::join(kind, left, right), kind, body }),
        }
    }

    /// Returns how the rule is written.
    #[must_use]
    pub fn kind(&self) -> RuleKind {
        self.kind
    }

    /// Writes the new name of a key over what is in `out`.
    ///
    /// What `out` holds afterwards means nothing when the rule does not match. The new name can be
    /// the old one, for example when captures that change places stand for the same bytes.
    pub fn rename(&self, key: &[u8], out: &mut Vec<u8>) -> Reading {
        match &self.body {
            Body::Mapping(mapping) => mapping.rename(key, out),
            Body::Substitution(substitution) => substitution.rename(key, out),
        }
    }

    /// Returns whether the rule matches a key.
    #[must_use]
    pub fn matches(&self, key: &[u8]) -> bool {
        match &self.body {
            Body::Mapping(mapping) => mapping.left().matches(key),
            Body::Substitution(substitution) => substitution.matches(key),
        }
    }

    /// Returns how names go over, unless a regex says so.
    pub(super) fn mapping(&self) -> Option<&Mapping> {
        match &self.body {
            Body::Mapping(mapping) => Some(mapping),
            Body::Substitution(_) => None,
        }
    }

    /// Returns a shape that all keys have that the rule matches.
    pub(super) fn source(&self) -> Shape {
        match &self.body {
            Body::Mapping(mapping) => mapping.left().clone(),
            Body::Substitution(substitution) => substitution.source(),
        }
    }

    /// Returns a shape that all new names have.
    pub(super) fn output(&self) -> Shape {
        match &self.body {
            Body::Mapping(mapping) => mapping.output(),
            Body::Substitution(substitution) => substitution.output(),
        }
    }

    /// Returns literals of which exactly one begins every key that the rule matches.
    pub(super) fn heads(&self) -> Vec<Vec<u8>> {
        match &self.body {
            Body::Mapping(mapping) => vec![mapping.left().head().to_vec()],
            Body::Substitution(substitution) => substitution.heads(),
        }
    }

    /// Returns the regex for whole keys, of a rule that is one.
    pub(super) fn regex(&self) -> Option<&str> {
        match &self.body {
            Body::Mapping(_) => None,
            Body::Substitution(substitution) => Some(substitution.regex()),
        }
    }

    /// Returns how large its regex is, if it has one.
    fn weight(&self) -> u64 {
        match &self.body {
            Body::Mapping(_) => 0,
            Body::Substitution(substitution) => substitution.weight(),
        }
    }

    /// Returns what the rule matches: rules of the same old names match the same keys for certain.
    pub(super) fn old_names(&self) -> OldNames<'_> {
        match &self.body {
            Body::Mapping(mapping) => OldNames::Shape(mapping.left()),
            Body::Substitution(substitution) => OldNames::Regex(substitution.regex()),
        }
    }
}

/// What a rule matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum OldNames<'r> {
    Shape(&'r Shape),
    Regex(&'r str),
}

impl RuleKind {
    const PREFIXED: [Self; 3] = [Self::Prefix, Self::Glob, Self::Regex];

    /// Returns what stands before a rule of this kind.
    fn prefix(self) -> &'static str {
        match self {
            Self::Match => "",
            Self::Prefix => "prefix:",
            Self::Glob => "glob:",
            Self::Regex => "regex:",
        }
    }
}

/// Writes the text from which the rule is read again.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Rule {}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl TryFrom<String> for Rule {
    type Error = RuleError;

    fn try_from(text: String) -> Result<Self, RuleError> {
        Self::parse(&text)
    }
}
