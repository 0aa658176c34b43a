//! Bounds on what a file may make of itself, checked before it is read for what it says.
//!
//! A few bytes of YAML can stand for gigabytes, by aliases of aliases or by one long text that is
//! meant again and again; and nesting costs the parser the square of its depth.

use std::{cell::Cell, collections::HashSet, fmt};

use serde::{
    Deserializer,
    de::{
        self, DeserializeSeed, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess as _,
        Visitor,
    },
};
use serde_yaml::Error;

use super::may_be_address;

/// How many bytes the values of a file may come to, with all aliases replaced by what they stand
/// for.
const EXPANDED: usize = 64 << 20;
/// What a value takes besides its text.
const VALUE: usize = 16;
/// The beginning of a file is looked at again after so many openings of nested values at least: the
/// parser needs 10 ms for as many that are nested in each other,
const FEWEST: usize = 2_048;
/// and so many at most, for which it needs half a second;
const MOST: usize = 16_384;
/// or after so many bytes at least, each of which costs more the deeper it stands.
const BYTES: usize = 64 << 10;
/// What may be nested without a look, because no parser minds.
const HARMLESS: usize = 128;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whole {
    /// Comments, if anything.
    Nothing,
    Something,
}

/// Reads a file without keeping anything of it, and refuses what no reader could take, and keys
/// that stand twice: a map would take the last of them without a word.
pub(super) fn check(text: &str) -> Result<Whole, Error> {
    check_depth(text)?;
    let budget = Cell::new(EXPANDED);
    let walk = Walk { budget: &budget, keys: Keys::Once, text: Text::Dropped };
    match walk.deserialize(serde_yaml::Deserializer::from_str(text))? {
        Node::Null => Ok(Whole::Nothing),
        Node::Text(_) | Node::Other => Ok(Whole::Something),
    }
}

/// Refuses what is nested deeply before the parser has read far into it.
///
/// The parser itself tells how deep its input is, but only at the end. So it gets the beginning
/// first, up to where little can be nested more deeply than in what was looked at before.
fn check_depth(text: &str) -> Result<(), Error> {
    cuts(text).into_iter().try_for_each(|at| probe(text.get(..at).unwrap_or_default()))
}

/// Returns where a file is cut off, one time after another, to be looked at.
///
/// Each beginning is read from its start, so they get further apart as they get longer: together they
/// have fifteen times the bytes of the longest configuration, and fifty times those of the longest
/// rules.
fn cuts(text: &str) -> Vec<usize> {
    let (mut openings, mut since, mut last, mut cuts) = (0, 0, 0, Vec::new());
    for (at, byte) in text.bytes().enumerate() {
        if matches!(byte, b'[' | b'{') {
            openings += 1;
            since += 1;
            let is_due =
                since >= (openings / 4).clamp(FEWEST, MOST) || at - last >= BYTES.max(at / 4);
            if openings > HARMLESS && is_due {
                cuts.push(at);
                (since, last) = (0, at);
            }
        }
    }
    // All that follows the last opening would be read at its depth.
    cuts.extend(text.rfind(['[', '{']).filter(|_| since > HARMLESS));
    cuts
}

/// What the errors say that do not come from the text alone.
const LIMITS: [&str; 3] = ["recursion limit", "repetition limit", "aliases stand for"];

/// Fails if the beginning of a file is nested too deeply, or stands for too much. That it is wrong
/// in another way, such as being cut off, is found out later.
fn probe(beginning: &str) -> Result<(), Error> {
    let budget = Cell::new(EXPANDED);
    for document in serde_yaml::Deserializer::from_str(beginning) {
        let walk = Walk { budget: &budget, keys: Keys::Any, text: Text::Dropped };
        match walk.deserialize(document) {
            Ok(_) => {}
            Err(error) if LIMITS.iter().any(|limit| error.to_string().contains(limit)) => {
                return Err(error);
            }
            Err(_) => return Ok(()),
        }
    }
    Ok(())
}

/// Reads a value, and counts what it comes to.
#[derive(Clone, Copy)]
struct Walk<'b> {
    /// The bytes that are left.
    budget: &'b Cell<usize>,
    keys: Keys,
    text: Text,
}

/// Which keys a mapping may have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    Any,
    /// Each of them once, and none that may be an address: a message could not name it.
    Once,
}

/// What becomes of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    Kept,
    Dropped,
}

/// What was read.
enum Node {
    Null,
    Text(String),
    Other,
}

impl Walk<'_> {
    fn spend<E: de::Error>(self, bytes: usize) -> Result<(), E> {
        let left = self.budget.get().checked_sub(VALUE.saturating_add(bytes));
        self.budget.set(left.unwrap_or(0));
        match left {
            Some(_) => Ok(()),
            None => Err(E::custom(format_args!(
                "its aliases stand for more than {} MiB",
                EXPANDED >> 20
            ))),
        }
    }

    fn text<E: de::Error>(self, text: &str) -> Result<Node, E> {
        self.spend(text.len())?;
        Ok(match self.text {
            Text::Kept => Node::Text(text.to_owned()),
            Text::Dropped => Node::Other,
        })
    }

    fn inside(self) -> Self {
        Self { text: Text::Dropped, ..self }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E: de::Error>(self, v: bool) -> Result<Node, E> {
        self.text(&v.to_string())
    }

    fn visit_i64<E: de::Error>(self, v: i64) -> Result<Node, E> {
        self.text(&v.to_string())
    }

    fn visit_u64<E: de::Error>(self, v: u64) -> Result<Node, E> {
        self.text(&v.to_string())
    }

    fn visit_i128<E: de::Error>(self, v: i128) -> Result<Node, E> {
        self.text(&v.to_string())
    }

    fn visit_u128<E: de::Error>(self, v: u128) -> Result<Node, E> {
        self.text(&v.to_string())
    }

    fn visit_f64<E: de::Error>(self, v: f64) -> Result<Node, E> {
        self.text(&v.to_string())
    }

    fn visit_str<E: de::Error>(self, v: &str) -> Result<Node, E> {
        self.text(v)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        self.spend(0)?;
        Ok(Node::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Node, E> {
        self.visit_unit()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        self.spend(0)?;
        while seq.next_element_seed(self.inside())?.is_some() {}
        Ok(Node::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        self.spend(0)?;
        let mut known = HashSet::new();
        while let Some(key) = map.next_key_seed(Walk { text: Text::Kept, ..self })? {
            if let (Node::Text(key), Keys::Once) = (key, self.keys) {
                if may_be_address(&key) {
                    return Err(de::Error::custom("an address stands there instead of a key"));
                }
                if known.contains(&key) {
                    let message = format_args!("duplicate entry with key {key:?}");
                    return Err(de::Error::custom(message));
                }
                known.insert(key);
            }
            map.next_value_seed(self.inside())?;
        }
        Ok(Node::Other)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Node, A::Error> {
        let (_, value): (IgnoredAny, _) = data.variant()?;
        value.newtype_variant_seed(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what is wrong with a file.
    fn wrong(text: &str) -> String {
        check(text).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn what_is_nested_deeply_is_refused_before_it_is_read() {
        for opening in ["[", "{a: ", "[\n", "- ", "? ", "\"]\": {a: [\"]\", ", "!t [", "{a: !t {"] {
            assert!(wrong(&opening.repeat(200_000)).contains("recursion limit"), "{opening}");
        }
        let second = format!("--- 1\n---\n{}", "{a: ".repeat(200_000));
        assert!(wrong(&second).contains("recursion limit"));
    }

    #[test]
    fn what_is_flat_is_read_a_few_times_however_long_it_is() {
        for (length, times) in [(10_000, 15), (340_000, 15), (1_300_000, 50)] {
            let text = "[],".repeat(length);
            let read: usize = cuts(&text).into_iter().sum();
            assert!(read < times * text.len(), "{length}: {} times", read / text.len());
        }
    }

    #[test]
    fn aliases_count_by_what_they_stand_for() {
        let text = "x".repeat(256 << 10);
        let aliases = "- *a\n".repeat(254);
        assert_eq!(wrong(&format!("- &a {text}\n{aliases}")), "");
        assert!(wrong(&format!("- &a {text}\n{aliases}- *a\n")).contains("more than 64 MiB"));
        let list = "1, ".repeat(100_000);
        let aliases = "- *a\n".repeat(100_000);
        assert!(wrong(&format!("- &a [{list}]\n{aliases}")).contains("more than 64 MiB"));
    }

    #[test]
    fn what_people_write_is_within_the_bounds() {
        let rules = "- { match: 'a[{id}', to: \"b]{id}\" } # it's {\n".repeat(20_000);
        assert_eq!(check(&rules).ok(), Some(Whole::Something));
        assert_eq!(check("# [[[[").ok(), Some(Whole::Nothing));
        assert_eq!(check("").ok(), Some(Whole::Nothing));
    }

    #[test]
    fn a_key_stands_once_however_it_is_written() {
        assert!(wrong("a: 1\n'a': 2").contains("duplicate entry with key \"a\""));
        assert!(wrong("1: 1\n'1': 2").contains("duplicate entry with key \"1\""));
        assert_eq!(wrong("{[a]: 1, [b]: 2}"), "");
        assert_eq!(wrong("a: !tag {b: 1}"), "");
    }
}
