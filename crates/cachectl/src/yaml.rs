//! Reads YAML so that whoever wrote it is told where it is wrong, and what was probably meant.

mod bounds;
mod nearest;
mod visit;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

use self::bounds::Whole;
pub(crate) use self::{
    nearest::nearest,
    visit::{address, mapping, scalar},
};

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

/// Whether what a file says may be repeated in messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// Rules, for instance.
    Public,
    /// There may be passwords among it.
    Private,
}

/// Reads `text`, which is what `file` holds.
pub(crate) fn read<T: DeserializeOwned + Default>(
    file: &Path,
    text: &str,
    values: Values,
) -> Result<T, Box<Diagnostic>> {
    let diagnose = |error: &serde_yaml::Error| Box::new(diagnose(file, text, error, values));
    match bounds::check(text).map_err(|error| diagnose(&error))? {
        Whole::Nothing => Ok(T::default()),
        Whole::Something => serde_yaml::from_str(text).map_err(|error| diagnose(&error)),
    }
}

fn diagnose(file: &Path, text: &str, error: &serde_yaml::Error, values: Values) -> Diagnostic {
    let place = error.location().map(|at| (at.line(), at.column()));
    let message = without_places(&error.to_string()).replace("missing field", "missing key");
    let message =
        message.replace("recursion limit exceeded", "it is nested in more than 128 levels");
    let message = without_texts(message, values);
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
    let line = line.filter(|_| smells_of_quotes(&message));
    let advice = line.and_then(|line| quoting_advice(line, values));
    Diagnostic { file: file.to_owned(), place, message, advice }
}

/// Takes a text out of a message that `serde` quotes because something else was expected.
fn without_texts(message: String, values: Values) -> String {
    const QUOTED: &str = "string \"";
    let Some((before, rest)) = message.split_once(QUOTED) else { return message };
    let Some((quoted, after)) = rest.rsplit_once('"') else { return message };
    if values == Values::Public && !may_be_address(quoted) {
        return message;
    }
    format!("{before}a text{after}")
}

/// Returns whether a text may be the address of a server, and hold a password.
pub(crate) fn may_be_address(text: &str) -> bool {
    text.contains('@') || text.contains("://")
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
fn quoting_advice(line: &str, values: Values) -> Option<String> {
    const WHY: &str = "YAML gives some characters a meaning of their own";
    let value = line.trim_start().trim_start_matches("- ");
    let (name, value) = value.split_once(": ").unwrap_or(("", value));
    // Between braces the next key follows.
    let value = if name.starts_with('{') { value.split(", ").next()? } else { value }.trim();
    let special = value.starts_with(['*', '&', '%', '@', '`', '{', '[', '!', '|', '>']);
    let smells = special || value.ends_with(':') || value.contains(": ");
    // Only what excludes keys is no secret in a configuration, and needs quotes that often.
    let is_public = values == Values::Public || name == "exclude";
    let is_shown = is_public && !may_be_address(line);
    smells.then(|| {
        if is_shown {
            format!("{WHY}; quote the value: '{value}'")
        } else {
            format!("{WHY}; put the value between `'` and `'`")
        }
    })
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

    fn read_example(text: &str) -> Result<Example, Box<Diagnostic>> {
        read(Path::new("x.yaml"), text, Values::Public)
    }

    #[test]
    fn a_mistake_is_shown_with_its_place_and_what_was_meant() {
        #[track_caller]
        fn case(text: &str, expected: &str, advice: &str) {
            let found = read_example(text).unwrap_err();
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
        let found = read_example("map:\n  a: 1\n  a: 2\n").unwrap_err();
        assert_eq!(found.to_string(), "x.yaml:3:3: the key `a` stands there twice");
    }

    #[test]
    fn a_file_of_comments_is_an_empty_one() {
        assert!(read_example("# nothing\n").is_ok());
    }

    #[test]
    fn what_may_be_a_password_is_not_repeated() {
        #[track_caller]
        fn case(text: &str, values: Values) {
            let found = read::<Example>(Path::new("x.yaml"), text, values).unwrap_err();
            assert!(!format!("{found:?}").contains("s3cr"), "{found:?}");
        }

        for values in [Values::Public, Values::Private] {
            case("nested: redis://u:s3cr@h\n", values);
            case("nested: u:s3cr@h\n", values);
            case("name: *u:s3cr@h\n", values);
            case("name: redis://u:s3cr@h: 6379\n", values);
            case("redis://u:s3cr@h: 6379\n", values);
            case("redis://u:s3cr@h: 1\nredis://u:s3cr@h: 2\n", values);
            case("map:\n  u:s3cr@h: x\n", values);
        }
        case("name: *s3cr\n", Values::Private);
        case("nested: s3cr\n", Values::Private);
    }
}
