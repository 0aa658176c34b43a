//! Reads YAML so that whoever wrote it is told where it is wrong, and what was probably meant.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Visitor},
};
use serde_yaml::Value;

/// Where a file is wrong, and what was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Diagnostic {
    pub(crate) file: PathBuf,
    /// Line and column, both from 1; a few errors have no place.
    pub(crate) place: Option<(usize, usize)>,
    pub(crate) message: String,
    pub(crate) advice: Option<String>,
}

impl std::error::Error for Diagnostic {}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Reads `text`, which is what `file` holds.
pub(crate) fn read<T: DeserializeOwned + Default>(
    file: &Path,
    text: &str,
) -> Result<T, Box<Diagnostic>> {
    let diagnose = |error: &serde_yaml::Error| Box::new(diagnose(file, text, error));
    // A map takes the last of several equal keys without a word; only a bare value objects.
    let value: Value = serde_yaml::from_str(text).map_err(|error| diagnose(&error))?;
    if value.is_null() {
        return Ok(T::default());
    }
    // Read from the text once more, because a value does not know its lines.
    serde_yaml::from_str(text).map_err(|error| diagnose(&error))
}

/// A value that stands for itself, as text: `5ms`, `5` and `true` alike.
#[derive(Debug)]
pub(crate) struct Scalar(pub(crate) String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a single value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar(value.to_owned()))
    }
}

fn diagnose(file: &Path, text: &str, error: &serde_yaml::Error) -> Diagnostic {
    let place = error.location().map(|at| (at.line(), at.column()));
    let full = error.to_string();
    let message = full
        .rsplit_once(" at line ")
        .map_or(full.as_str(), |(message, _)| message);
    let line = place.and_then(|(line, _)| text.lines().nth(line.saturating_sub(1)));
    let (message, advice) = match Unknown::find(message) {
        Some(unknown) => (unknown.message(), unknown.advice()),
        None => (plainer(message), line.and_then(quoting_advice)),
    };
    Diagnostic {
        file: file.to_owned(),
        place,
        message,
        advice,
    }
}

/// A key that no one asked for, taken out of the text that `serde` makes of it.
struct Unknown<'a> {
    prefix: &'a str,
    key: &'a str,
    expected: Vec<&'a str>,
}

impl<'a> Unknown<'a> {
    fn find(message: &'a str) -> Option<Self> {
        let (prefix, rest) = message.split_once("unknown field `")?;
        let (key, rest) = rest.split_once('`')?;
        let expected = rest.split('`').skip(1).step_by(2).collect();
        Some(Self {
            prefix,
            key,
            expected,
        })
    }

    fn message(&self) -> String {
        format!("{}unknown key `{}`", self.prefix, self.key)
    }

    fn advice(&self) -> Option<String> {
        if let Some(near) = nearest(self.key, self.expected.iter().copied()) {
            return Some(format!("did you mean `{near}`?"));
        }
        (!self.expected.is_empty())
            .then(|| format!("the keys here are {}", self.expected.join(", ")))
    }
}

fn plainer(message: &str) -> String {
    message
        .replace("duplicate entry with key", "duplicate key")
        .replace("duplicate field", "duplicate key")
}

/// Returns advice if an unquoted value of the line begins with a character that YAML takes for
/// itself, or ends with the colon that old prefixes end with.
fn quoting_advice(line: &str) -> Option<String> {
    let value = line.trim_start().trim_start_matches("- ");
    let value = value
        .split_once(": ")
        .map_or(value, |(_, value)| value)
        .trim();
    let special = value.starts_with(['*', '&', '%', '@', '`', '{', '[', '!', '|', '>']);
    (special || value.ends_with(':') || value.contains(": ")).then(|| {
        format!("YAML gives some characters a meaning of their own; quote the value: '{value}'")
    })
}

/// Returns the candidate that `text` is probably a slip of.
pub(crate) fn nearest<'a>(
    text: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = text.chars().count().div_ceil(3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (distance(text, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Returns how many characters have to be added, dropped or changed.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, a) in one.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        let mut next = vec![left];
        for (b, above) in other.iter().zip(row.iter().skip(1)) {
            let changed = diagonal + usize::from(a != *b);
            left = changed.min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Example {
        name: Option<String>,
        nested: Option<Nested>,
        #[serde(default)]
        map: BTreeMap<String, u32>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Nested {
        pattern: String,
    }

    #[test]
    fn a_mistake_is_shown_with_its_place_and_what_was_meant() {
        #[track_caller]
        fn case(text: &str, expected: &str, advice: &str) {
            let found = read::<Example>(Path::new("x.yaml"), text).unwrap_err();
            assert_eq!(found.to_string(), expected);
            assert!(
                found.advice.as_deref().unwrap_or_default().contains(advice),
                "{found:?}"
            );
        }

        case(
            "nam: a\n",
            "x.yaml:1:1: unknown key `nam`",
            "did you mean `name`?",
        );
        case(
            "nested:\n  patern: a\n",
            "x.yaml:2:3: nested: unknown key `patern`",
            "did you mean `pattern`?",
        );
        case(
            "zzz: 1\n",
            "x.yaml:1:1: unknown key `zzz`",
            "the keys here are name, nested, map",
        );
        case(
            "nested:\n  pattern: *:x\n",
            "x.yaml:2:12: while scanning an alias, did not find expected alphabetic or numeric character",
            "'*:x'",
        );
        case(
            "nested:\n  pattern: *user\n",
            "x.yaml:2:12: nested.pattern: unknown anchor",
            "'*user'",
        );
    }

    #[test]
    fn a_key_that_comes_twice_is_refused_even_in_a_map() {
        let found = read::<Example>(Path::new("x.yaml"), "map:\n  a: 1\n  a: 2\n").unwrap_err();
        assert_eq!(found.to_string(), "");
    }

    #[test]
    fn a_file_of_comments_is_an_empty_one() {
        assert!(read::<Example>(Path::new("x.yaml"), "# nothing\n").is_ok());
    }

    #[test]
    fn slips_of_the_hand_are_near() {
        #[track_caller]
        fn case(text: &str, expected: Option<&str>) {
            assert_eq!(
                nearest(text, ["match", "prefix", "on_conflict"]),
                expected,
                "{text}"
            );
        }

        case("macth", Some("match"));
        case("mach", Some("match"));
        case("on-conflict", Some("on_conflict"));
        case("onconflict", Some("on_conflict"));
        case("perfix", Some("prefix"));
        case("z", None);
    }
}
