//! Key templates: how the keys of one kind are named.
//!
//! A template is a key with captures in it, and always means the whole key:
//!
//! | written | stands for |
//! |---|---|
//! | `{id}` | one or more bytes |
//! | `{id:digits}` | one or more of `0` to `9` |
//! | `{id:hex}` | one or more hex digits, small or capital |
//! | `{id:uuid}` | a UUID: 8, 4, 4, 4 and 12 hex digits with dashes between |
//! | `{id:word}` | one or more letters and digits of ASCII, and `_` |
//! | `{id:segment}` | one or more bytes, none of them `:` |
//! | `{id:rest}` | one or more bytes, and nothing may stand behind it |
//! | `*` | zero or more bytes, known by its position |
//! | `\{` `\}` `\*` `\\` | that sign, and so for every other sign and the space |
//! | `\n` `\r` `\t` `\x1f` | a byte by its name, as reports write it |
//! | everything else | itself |
//!
//! Names consist of letters, digits and `_`, and each can be given once. Where a key can be read
//! in more than one way, the captures are as short as possible, the first one first: of `a:b:c`,
//! the template `{x}:{y}` reads `a` and `b:c`. With `{x:segment}:{y}` that is the only way. Two
//! captures that touch have no such rule and are refused, unless one of them is a `uuid`.

use std::{collections::HashSet, fmt};

mod class;
pub(crate) mod shape;
pub(crate) mod syntax;
#[cfg(test)]
mod tests;

pub use class::Class;
use shape::Shape;
use syntax::{Part, PartKind, STAR};

use super::glob::Glob;

/// The names of the keys of one kind.
///
/// ```
/// use cachectl_core::values::template::Template;
///
/// let template = Template::parse("doc:state:{document:uuid}")?;
/// let key = b"doc:state:6f1c1d4e-0c36-4a53-9d2b-0b3f2f1f8a77";
/// let captures = template.captures(key).expect("the key has that form");
/// assert_eq!(captures.get("document"), Some(&b"6f1c1d4e-0c36-4a53-9d2b-0b3f2f1f8a77"[..]));
/// assert_eq!(template.expand(&captures)?, key);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
    shape: Shape,
}

/// What the captures of a template stand for in one key, from left to right.
///
/// A `*` is called by that name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captures<'t, 'k>(Vec<(&'t str, &'k [u8])>);

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault} (column {})", .at + 1)]
pub struct TemplateError {
    /// Where in the text, in bytes from its beginning.
    pub at: usize,
    /// What is wrong there.
    pub fault: TemplateFault,
}

/// What can be wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum TemplateFault {
    #[error("the template is empty")]
    Empty,
    #[error("`{{` has no `}}`; `\\{{` stands for the sign itself")]
    UnclosedCapture,
    #[error("`}}` has no `{{`; `\\}}` stands for the sign itself")]
    UnopenedBrace,
    #[error("`{name}` is no name for a capture: letters, digits and `_`, no digit first")]
    BadName { name: String },
    #[error("class `{class}` is unknown, {}", nearest_class(*.nearest))]
    UnknownClass { class: String, nearest: Option<&'static str> },
    #[error("`\\` stands before a sign, a space, `n`, `r`, `t`, or `x` and two hex digits")]
    BadEscape,
    #[error("`{name}` is captured twice")]
    DuplicateCapture { name: String },
    #[error("nothing separates `{first}` from `{second}`, so a key could be cut anywhere")]
    AdjacentCaptures { first: String, second: String },
    #[error("`{name}` is the rest of the key, and something stands behind it")]
    RestNotLast { name: String },
}

/// Why a key cannot be made from values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum FormatError {
    #[error("`{name}` has no value")]
    Missing { name: String },
    #[error("`{name}` cannot be `{}`, it is of class `{class}`", .value.escape_ascii())]
    Unfit { name: String, class: Class, value: Vec<u8> },
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// Fails when the text is not written as this module describes, with the place.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let parts = syntax::parse(text)?;
        if parts.is_empty() {
            return Err(TemplateFault::Empty.at(0));
        }
        check_names(&parts)?;
        check_neighbours(&parts)?;
        let shape = Shape::new(parts.iter().map(Part::piece));
        Ok(Self { text: text.to_owned(), parts, shape })
    }

    /// Returns the names of the captures, from left to right.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match &part.kind {
            PartKind::Capture { name, .. } => Some(name.as_str()),
            PartKind::Literal(_) | PartKind::Star => None,
        })
    }

    /// Returns whether the key has this form.
    #[must_use]
    pub fn matches(&self, key: &[u8]) -> bool {
        self.shape.matches(key)
    }

    /// Reads a key that has this form.
    #[must_use]
    pub fn captures<'k>(&self, key: &'k [u8]) -> Option<Captures<'_, 'k>> {
        let spans = self.shape.read(key)?;
        let names = self.parts.iter().filter_map(Part::slot_name);
        let bytes = spans.slots.into_iter().filter_map(|span| key.get(span));
        Some(names.zip(bytes).collect())
    }

    /// Makes a key from what another one stood for: names go by name, stars by position.
    ///
    /// # Errors
    ///
    /// Fails when a capture has no value, or one that its class does not allow.
    pub fn expand(&self, captures: &Captures<'_, '_>) -> Result<Vec<u8>, FormatError> {
        let mut key = Vec::with_capacity(self.text.len());
        let mut stars = captures.iter().filter(|(name, _)| *name == STAR);
        for part in &self.parts {
            let (name, value) = match &part.kind {
                PartKind::Literal(bytes) => {
                    key.extend_from_slice(bytes);
                    continue;
                }
                PartKind::Star => (STAR, stars.next().map(|(_, value)| value)),
                PartKind::Capture { name, .. } => (name.as_str(), captures.get(name)),
            };
            let value = value.ok_or_else(|| FormatError::Missing { name: name.to_owned() })?;
            if !part.piece().accepts(value) {
                let (name, class) = (name.to_owned(), part.class());
                return Err(FormatError::Unfit { name, class, value: value.to_owned() });
            }
            key.extend_from_slice(value);
        }
        Ok(key)
    }

    /// Makes a key from named values.
    ///
    /// ```
    /// # use cachectl_core::values::template::Template;
    /// let template = Template::parse("rate:{service}:{function:word}")?;
    /// assert_eq!(template.format(&[("service", "openai"), ("function", "embed")])?, b"rate:openai:embed");
    /// assert!(template.format(&[("service", "openai"), ("function", "a:b")]).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails when a capture has no value, or one that its class does not allow.
    pub fn format<V: AsRef<[u8]>>(&self, values: &[(&str, V)]) -> Result<Vec<u8>, FormatError> {
        self.expand(&values.iter().map(|(name, value)| (*name, value.as_ref())).collect())
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Returns the bytes that every key of this form begins with.
    #[must_use]
    pub fn literal_prefix(&self) -> &[u8] {
        self.shape.head()
    }

    /// Returns a glob that matches every key of this form, and perhaps others.
    #[must_use]
    pub fn glob(&self) -> Glob {
        Glob::new(self.shape.glob())
    }
}

/// Returns the type of a key: the name of the first template that reads it.
///
/// ```
/// # use cachectl_core::values::template::{Template, type_of};
/// let export = Template::parse("export:{id}:result")?;
/// let lock = Template::parse("queue:lock:{queue}")?;
/// let templates = [("export", &export), ("lock", &lock)];
/// assert_eq!(type_of(b"queue:lock:mail", templates), Some("lock"));
/// assert_eq!(type_of(b"queue:mail", templates), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn type_of<'t, N>(
    key: &[u8],
    templates: impl IntoIterator<Item = (N, &'t Template)>,
) -> Option<N> {
    templates.into_iter().find_map(|(name, template)| template.matches(key).then_some(name))
}

impl<'t, 'k> Captures<'t, 'k> {
    /// Returns what the capture of this name stands for.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'k [u8]> {
        self.iter().find_map(|(known, value)| (known == name).then_some(value))
    }

    /// Returns names and what they stand for, from left to right.
    pub fn iter(&self) -> impl Iterator<Item = (&'t str, &'k [u8])> {
        self.0.iter().copied()
    }
}

impl<'t, 'k> FromIterator<(&'t str, &'k [u8])> for Captures<'t, 'k> {
    fn from_iter<I: IntoIterator<Item = (&'t str, &'k [u8])>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl TemplateFault {
    pub(crate) fn at(self, at: usize) -> TemplateError {
        TemplateError { at, fault: self }
    }
}

fn nearest_class(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || format!("there are {}", Class::names().join(", ")),
        |nearest| format!("the nearest is `{nearest}`"),
    )
}

/// Refuses names that are given twice.
fn check_names(parts: &[Part]) -> Result<(), TemplateError> {
    let mut known = HashSet::new();
    for part in parts {
        if let PartKind::Capture { name, .. } = &part.kind
            && !known.insert(name)
        {
            return Err(TemplateFault::DuplicateCapture { name: name.clone() }.at(part.at));
        }
    }
    Ok(())
}

/// Refuses captures that end nowhere in particular.
fn check_neighbours(parts: &[Part]) -> Result<(), TemplateError> {
    for (part, next) in parts.iter().zip(parts.iter().skip(1)) {
        let Some(first) = part.slot_name() else {
            continue;
        };
        if part.class() == Class::Rest {
            return Err(TemplateFault::RestNotLast { name: first.to_owned() }.at(part.at));
        }
        if let Some(second) = next.slot_name()
            && part.class() != Class::Uuid
            && next.class() != Class::Uuid
        {
            let (first, second) = (first.to_owned(), second.to_owned());
            return Err(TemplateFault::AdjacentCaptures { first, second }.at(next.at));
        }
    }
    Ok(())
}
