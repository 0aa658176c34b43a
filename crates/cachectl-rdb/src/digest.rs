//! One number for a value, whatever encoding it has.
//!
//! What makes a difference: the type, the elements and (in lists and streams) their order, scores,
//! expiries of fields, and what consumer groups have pending. What makes none: the encoding, the
//! order of sets and hashes, the cached count of a `HyperLogLog`, and what a stream only notes about
//! its use, which older servers do not have or reading alone changes: entries added and read, the
//! largest deleted identifier, when consumers were seen, what producers have sent.

mod hyperloglog;
mod sink;
mod stream;

use std::fmt;

use crate::Value;
use crate::value::{Array, Bytes, Content, Element, Field, Member};
use sink::Sink;

/// SHA-256 over the canonical form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Returns the digest of a value.
    #[must_use]
    pub fn of(value: &Value<'_>) -> Self {
        match value {
            Value::String(bytes) => string(bytes),
            Value::List(elements) => list(elements),
            Value::Set(members) => set(members),
            Value::SortedSet(members) => sorted_set(members),
            Value::Hash(fields) => hash(fields),
            Value::Stream(stream) => stream::digest(stream),
            Value::Array(array) => self::array(array),
        }
    }
}

impl fmt::Display for Digest {
    /// Writes it in hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn string(bytes: &[u8]) -> Digest {
    let mut sink = Sink::new(b's');
    match hyperloglog::split(bytes) {
        Some((before, after)) => sink.parts(&[before, &hyperloglog::MASK, after]),
        None => sink.bytes(bytes),
    }
    sink.finish()
}

fn list(elements: &[Bytes<'_>]) -> Digest {
    let mut sink = Sink::new(b'l');
    sink.count(elements.len());
    for element in elements {
        sink.bytes(element);
    }
    sink.finish()
}

fn set(members: &[Bytes<'_>]) -> Digest {
    let mut sink = Sink::new(b't');
    sink.count(members.len());
    for member in sorted(members, |member| member) {
        sink.bytes(member);
    }
    sink.finish()
}

fn sorted_set(members: &[Member<'_>]) -> Digest {
    let mut sink = Sink::new(b'z');
    sink.count(members.len());
    for member in sorted(members, |member| &member.member) {
        sink.bytes(&member.member);
        // The two zeros are one score.
        sink.number(if member.score == 0.0 { 0 } else { member.score.to_bits() });
    }
    sink.finish()
}

fn hash(fields: &[Field<'_>]) -> Digest {
    let mut sink = Sink::new(b'h');
    sink.count(fields.len());
    for field in sorted(fields, |field| &field.name) {
        sink.bytes(&field.name);
        sink.bytes(&field.value);
        match field.expires_at {
            None => sink.flag(0),
            Some(time) => {
                sink.flag(1);
                sink.number(time.cast_unsigned());
            }
        }
    }
    sink.finish()
}

fn array(array: &Array<'_>) -> Digest {
    let mut sink = Sink::new(b'a');
    sink.count(array.elements.len());
    for Element { place, content } in &array.elements {
        sink.number(*place);
        match content {
            Content::Text(text) => {
                sink.flag(0);
                sink.bytes(text);
            }
            Content::Number(number) => {
                sink.flag(1);
                sink.number(number.to_bits());
            }
        }
    }
    sink.finish()
}

/// Returns references to the things in the order of their bytes.
fn sorted<'t, T>(things: &'t [T], bytes: impl Fn(&'t T) -> &'t [u8]) -> Vec<&'t T> {
    let mut sorted: Vec<&T> = things.iter().collect();
    sorted.sort_unstable_by(|one, other| bytes(one).cmp(bytes(other)));
    sorted
}
