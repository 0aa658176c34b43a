//! What can be wrong with a rule.

use std::fmt;

use crate::values::template::TemplateFault;

/// Why a text is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault} ({side}, column {})", .at + 1)]
pub struct RuleError {
    /// Where, in bytes from the beginning: of the whole text for [`Rule::parse`](super::Rule::parse),
    /// of the text of that side for [`Rule::new`](super::Rule::new).
    pub at: usize,
    /// The side that is wrong.
    pub side: Side,
    /// What is wrong there.
    pub fault: RuleFault,
}

/// A side of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The old names.
    Left,
    /// The new names.
    Right,
}

/// What can be wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum RuleFault {
    #[error("the rule has no `=>` with a space on both sides")]
    NoSeparator,
    #[error("the rule has a second `=>`; `\\=>` stands for the signs themselves")]
    SecondSeparator,
    #[error("the rule has more than {} bytes", super::LONGEST)]
    TooLong,
    #[error("the side is empty")]
    EmptySide,
    #[error(transparent)]
    Template(TemplateFault),
    #[error(
        "`{written}` in a prefix captures nothing; with a `\\` before it, it stands for itself"
    )]
    CaptureInPrefix { written: String },
    #[error(
        "the new name has no byte to put for a `?` or a class; `\\?` and `\\[` stand for the signs"
    )]
    ClassOnRight,
    #[error("the regex does not parse: {reason}")]
    BadRegex { reason: String },
    #[error("`$` stands before a number, `{{name}}` or another `$`")]
    BadReference,
    #[error("`{name}` is captured and not used, so different keys would get the same name")]
    Unused { name: String },
    #[error("`{name}` is captured nowhere")]
    Undefined { name: String },
    #[error("`{name}` has another class than on the left side")]
    ClassDiffers { name: String },
    #[error(
        "{left} `*` on the left side and {right} on the right side: each goes over by position"
    )]
    StarsDiffer { left: usize, right: usize },
    #[error("the rule changes nothing")]
    Unchanged,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Left => "left side",
            Self::Right => "right side",
        })
    }
}
