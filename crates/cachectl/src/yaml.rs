//! Reads YAML so that whoever wrote it is told where it is wrong, and what was probably meant.

use std::{
    fmt,
    marker::PhantomData,
    path::{Path, PathBuf},
};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
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

/// Reads a value that stands for itself, such as `5ms`, `5` or `true`, by a function that reads
/// text. What it objects to is found in the right place, because the value is still at hand.
pub(crate) fn scalar<'de, D, T, E>(
    deserializer: D,
    read: impl Fn(&str) -> Result<T, E>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    E: fmt::Display,
{
    deserializer.deserialize_any(Scalar(read))
}

struct Scalar<R>(R);

impl<T, E: fmt::Display, R: Fn(&str) -> Result<T, E>> Visitor<'_> for Scalar<R> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a single value")
    }

    fn visit_bool<X: de::Error>(self, v: bool) -> Result<T, X> {
        self.visit_str(&v.to_string())
    }

    fn visit_i64<X: de::Error>(self, v: i64) -> Result<T, X> {
        self.visit_str(&v.to_string())
    }

    fn visit_u64<X: de::Error>(self, v: u64) -> Result<T, X> {
        self.visit_str(&v.to_string())
    }

    fn visit_f64<X: de::Error>(self, v: f64) -> Result<T, X> {
        self.visit_str(&v.to_string())
    }

    fn visit_str<X: de::Error>(self, v: &str) -> Result<T, X> {
        (self.0)(v).map_err(X::custom)
    }
}

/// Reads a mapping as it is written down and makes of it what it means, while its place is still
/// known.
pub(crate) fn mapping<'de, D, W, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    W: Deserialize<'de>,
    T: TryFrom<W, Error: fmt::Display>,
{
    deserializer.deserialize_map(Mapping(PhantomData::<(W, T)>))
}

struct Mapping<W, T>(PhantomData<(W, T)>);

impl<'de, W: Deserialize<'de>, T: TryFrom<W, Error: fmt::Display>> Visitor<'de> for Mapping<W, T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let written = W::deserialize(MapAccessDeserializer::new(map))?;
        T::try_from(written).map_err(de::Error::custom)
    }
}

fn diagnose(file: &Path, text: &str, error: &serde_yaml::Error) -> Diagnostic {
    let place = error.location().map(|at| (at.line(), at.column()));
    let message = without_places(&error.to_string()).replace("missing field", "missing key");
    let line = place.and_then(|(line, _)| text.lines().nth(line.saturating_sub(1)));
    if let Some(unknown) = Unknown::find(&message) {
        let (message, advice) = (unknown.message(), unknown.advice());
        return Diagnostic { file: file.to_owned(), place, message, advice };
    }
    if let Some(key) = duplicate(&message) {
        let place = place.map(|first| second_place(text, first, key).unwrap_or(first));
        let message = format!("the key `{key}` stands there twice");
        return Diagnostic { file: file.to_owned(), place, message, advice: None };
    }
    let advice = line.filter(|_| smells_of_quotes(&message)).and_then(quoting_advice);
    Diagnostic { file: file.to_owned(), place, message, advice }
}

/// Takes the places out of a message: they stand in front of it, where editors look for them.
fn without_places(message: &str) -> String {
    let mut parts = message.split(" at line ");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_place = |c: char| c.is_ascii_digit() || c == ' ';
        let rest = part.trim_start_matches(is_place).trim_start_matches("column");
        text.push_str(rest.trim_start_matches(is_place));
    }
    text
}

fn duplicate(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("duplicate entry with key \"")?;
    rest.split_once('"').map(|(key, _)| key)
}

/// Returns where a key stands for the second time, in a block that begins at `first`.
fn second_place(text: &str, first: (usize, usize), key: &str) -> Option<(usize, usize)> {
    let (first_line, column) = first;
    let stands = |line: &str| {
        let rest = line.get(column.saturating_sub(1)..).unwrap_or_default();
        let rest = rest.trim_start_matches(['"', '\'']).strip_prefix(key).unwrap_or_default();
        rest.trim_start_matches(['"', '\'']).trim_start().starts_with(':')
    };
    let lines = (1..).zip(text.lines()).skip(first_line.saturating_sub(1));
    lines.filter(|(_, line)| stands(line)).nth(1).map(|(number, _)| (number, column))
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
        Some(Self { prefix, key, expected })
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

/// Returns whether a message is of the kind that missing quotes lead to.
fn smells_of_quotes(message: &str) -> bool {
    const SIGNS: [&str; 5] =
        ["did not find", "unknown anchor", "mapping values", "found character", "invalid type: "];
    SIGNS.iter().any(|sign| message.contains(sign))
}

/// Returns advice if an unquoted value of the line begins with a character that YAML takes for
/// itself, or ends with the colon that old prefixes end with.
fn quoting_advice(line: &str) -> Option<String> {
    let value = line.trim_start().trim_start_matches("- ");
    let (name, value) = value.split_once(": ").unwrap_or(("", value));
    // Between braces the next key follows.
    let value = if name.starts_with('{') { value.split(", ").next()? } else { value }.trim();
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
            assert!(found.advice.as_deref().unwrap_or_default().contains(advice), "{found:?}");
        }

        case("nam: a\n", "x.yaml:1:1: unknown key `nam`", "did you mean `name`?");
        case(
            "nested:\n  patern: a\n",
            "x.yaml:2:3: nested: unknown key `patern`",
            "did you mean `pattern`?",
        );
        case("zzz: 1\n", "x.yaml:1:1: unknown key `zzz`", "the keys here are name, nested, map");
        case(
            "nested:\n  pattern: *:x\n",
            "x.yaml:2:13: did not find expected alphabetic or numeric character, while scanning an alias",
            "'*:x'",
        );
        case("nested:\n  pattern: *user\n", "x.yaml:2:12: unknown anchor", "'*user'");
    }

    #[test]
    fn a_key_that_comes_twice_is_refused_even_in_a_map() {
        let found = read::<Example>(Path::new("x.yaml"), "map:\n  a: 1\n  a: 2\n").unwrap_err();
        assert_eq!(found.to_string(), "x.yaml:3:3: the key `a` stands there twice");
    }

    #[test]
    fn a_file_of_comments_is_an_empty_one() {
        assert!(read::<Example>(Path::new("x.yaml"), "# nothing\n").is_ok());
    }

    #[test]
    fn slips_of_the_hand_are_near() {
        #[track_caller]
        fn case(text: &str, expected: Option<&str>) {
            assert_eq!(nearest(text, ["match", "prefix", "on_conflict"]), expected, "{text}");
        }

        case("macth", Some("match"));
        case("mach", Some("match"));
        case("on-conflict", Some("on_conflict"));
        case("onconflict", Some("on_conflict"));
        case("perfix", Some("prefix"));
        case("z", None);
    }
}
