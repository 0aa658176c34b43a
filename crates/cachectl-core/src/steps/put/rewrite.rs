//! Says a value in ordinary commands, for servers that do not take it as it is stored.

mod stream;

use cachectl_rdb::{
    Dialect, Encoding, Value,
    value::{Bytes, Field, Member},
};

use crate::server::batch::Batch;

/// How many elements one command carries.
const ELEMENTS: usize = 256;
/// How many bytes one command carries, unless a single element has more.
const BYTES: usize = 512 << 10;
/// How many bytes of a string one command carries.
const STRING_BYTES: usize = 16 << 20;

/// Batches that build a value up, in order.
type Batches<'a> = Box<dyn Iterator<Item = Batch> + Send + 'a>;

/// What a server's commands can say.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary {
    /// Whether fields of a hash can expire.
    field_expiry: bool,
    /// Whether the statistics of streams and groups can be set.
    stream_counters: bool,
    /// How many bytes of a string one command carries.
    string_bytes: usize,
}

impl Vocabulary {
    /// Returns what the commands of a server with this dialect can say.
    #[must_use]
    pub fn of(dialect: Dialect) -> Self {
        let knows = |encoding| dialect.knows(encoding);
        Self {
            field_expiry: knows(Encoding::HashExpiries) || knows(Encoding::ValkeyHashExpiries),
            // They came with Redis 7.0, as the second encoding of streams did.
            stream_counters: knows(Encoding::Stream2),
            string_bytes: STRING_BYTES,
        }
    }

    /// Has no command carry a larger part of a string than this.
    #[must_use]
    pub fn in_pieces_of(self, bytes: usize) -> Self {
        Self { string_bytes: self.string_bytes.min(bytes.max(1)), ..self }
    }

    /// Returns why the server's commands cannot say a value, if they cannot.
    #[must_use]
    pub fn lacks(self, value: &Value<'_>) -> Option<&'static str> {
        match value {
            Value::Hash(fields) if !self.field_expiry => {
                let expires = fields.iter().any(|field| field.expires_at.is_some());
                expires.then_some("the server's hashes have no fields that expire")
            }
            Value::Array(_) => Some("an array is restored only as it is stored"),
            _ => None,
        }
    }

    /// Returns the commands that build a value up under `name`, which must not be taken.
    #[must_use]
    pub fn say<'a>(self, value: &'a Value<'a>, name: &'a [u8]) -> Batches<'a> {
        match value {
            Value::String(bytes) => string(bytes, self.string_bytes, name),
            Value::List(elements) => elements_of("RPUSH", elements, name),
            Value::Set(elements) => elements_of("SADD", elements, name),
            Value::SortedSet(members) => sorted_set(members, name),
            Value::Hash(fields) => hash(fields, name),
            Value::Stream(stream) => stream::say(stream, self.stream_counters, name),
            // They are restored as they are, or not at all.
            Value::Array(_) => Box::new(std::iter::empty()),
        }
    }
}

/// Returns how many bytes the longest element of a value has, which one argument has to carry; a
/// string, which several can carry, counts as one.
#[must_use]
pub fn longest(value: &Value<'_>) -> usize {
    let of = |elements: &[Bytes<'_>]| elements.iter().map(|it| it.len()).max();
    let longest = match value {
        Value::String(bytes) => Some(bytes.len()),
        Value::List(elements) | Value::Set(elements) => of(elements),
        Value::SortedSet(members) => members.iter().map(|it| it.member.len()).max(),
        Value::Hash(fields) => fields.iter().map(|it| it.name.len().max(it.value.len())).max(),
        Value::Stream(stream) => stream::longest(stream),
        // No argument carries any of it: it is not rewritten.
        Value::Array(_) => None,
    };
    longest.unwrap_or_default()
}

fn string<'a>(bytes: &'a [u8], piece: usize, name: &'a [u8]) -> Batches<'a> {
    let (head, rest) = bytes.split_at(bytes.len().min(piece));
    let set = std::iter::once_with(move || Batch::of("SET", &[name, head]));
    let append = rest.chunks(piece).map(move |part| Batch::of("APPEND", &[name, part]));
    Box::new(set.chain(append))
}

fn elements_of<'a>(
    command: &'static str,
    elements: &'a [Bytes<'a>],
    name: &'a [u8],
) -> Batches<'a> {
    let parts = Chunks { rest: elements, bytes: |element: &Bytes<'_>| element.len() };
    Box::new(parts.map(move |part| {
        let mut batch = Batch::of(command, &[name]);
        for element in part {
            batch.argument(element);
        }
        batch
    }))
}

fn sorted_set<'a>(members: &'a [Member<'a>], name: &'a [u8]) -> Batches<'a> {
    let parts = Chunks { rest: members, bytes: |member: &Member<'_>| member.member.len() };
    Box::new(parts.map(move |part| {
        let mut batch = Batch::of("ZADD", &[name]);
        for Member { member, score } in part {
            // The shortest text that reads back as the same number; infinities as `inf`.
            batch.argument(score.to_string().as_bytes()).argument(member);
        }
        batch
    }))
}

fn hash<'a>(fields: &'a [Field<'a>], name: &'a [u8]) -> Batches<'a> {
    let bytes = |field: &Field<'_>| field.name.len() + field.value.len();
    let values = Chunks { rest: fields, bytes }.map(move |part| {
        let mut batch = Batch::of("HSET", &[name]);
        for field in part {
            batch.argument(&field.name).argument(&field.value);
        }
        batch
    });
    let expiries = fields.chunks(ELEMENTS).filter_map(move |part| {
        let mut batch = Batch::with_capacity(part.len());
        for field in part {
            let Some(at) = field.expires_at else { continue };
            let at = at.to_string();
            batch.push("HPEXPIREAT", &[name, at.as_bytes(), b"FIELDS", b"1", &field.name]);
        }
        (!batch.is_empty()).then_some(batch)
    });
    Box::new(values.chain(expiries))
}

/// Cuts a slice into parts of so many elements, or of so many bytes, whichever comes first.
struct Chunks<'a, T, F> {
    rest: &'a [T],
    bytes: F,
}

impl<'a, T, F: Fn(&T) -> usize> Iterator for Chunks<'a, T, F> {
    type Item = &'a [T];

    fn next(&mut self) -> Option<&'a [T]> {
        let mut bytes = 0;
        let fits = |element: &&T| {
            let fits = bytes < BYTES;
            bytes += (self.bytes)(element);
            fits
        };
        let count = self.rest.iter().take(ELEMENTS).take_while(fits).count();
        let (part, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        (!part.is_empty()).then_some(part)
    }
}
