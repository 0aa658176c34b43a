//! Values, decoded.

use std::{borrow::Cow, fmt};

/// Bytes of a value: borrowed where they are stored as they are, owned where they had to be
/// unpacked or written out.
pub type Bytes<'a> = Cow<'a, [u8]>;

/// A value, decoded. The order of elements is the stored one.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// A string; bitmaps and `HyperLogLog`s are strings too.
    String(Bytes<'a>),
    /// A list, from head to tail.
    List(Vec<Bytes<'a>>),
    /// A set.
    Set(Vec<Bytes<'a>>),
    /// A sorted set.
    SortedSet(Vec<Member<'a>>),
    /// A hash.
    Hash(Vec<Field<'a>>),
    /// A stream.
    Stream(Box<Stream<'a>>),
    /// An array.
    Array(Array<'a>),
}

impl Value<'_> {
    /// Returns its type.
    #[must_use]
    pub fn value_type(&self) -> ValueType {
        match self {
            Self::String(_) => ValueType::String,
            Self::List(_) => ValueType::List,
            Self::Set(_) => ValueType::Set,
            Self::SortedSet(_) => ValueType::SortedSet,
            Self::Hash(_) => ValueType::Hash,
            Self::Stream(_) => ValueType::Stream,
            Self::Array(_) => ValueType::Array,
        }
    }
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueType {
    /// A string.
    String,
    /// A list.
    List,
    /// A set.
    Set,
    /// A sorted set.
    SortedSet,
    /// A hash.
    Hash,
    /// A stream.
    Stream,
    /// A type of a module.
    Module,
    /// An array.
    Array,
}

impl fmt::Display for ValueType {
    /// Writes the name that the command `TYPE` gives it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "string",
            Self::List => "list",
            Self::Set => "set",
            Self::SortedSet => "zset",
            Self::Hash => "hash",
            Self::Stream => "stream",
            Self::Module => "module",
            Self::Array => "array",
        })
    }
}

/// A member of a sorted set.
#[derive(Clone, Debug, PartialEq)]
pub struct Member<'a> {
    /// The member.
    pub member: Bytes<'a>,
    /// Its score.
    pub score: f64,
}

/// A field of a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The field.
    pub name: Bytes<'a>,
    /// Its value.
    pub value: Bytes<'a>,
    /// When the field expires, as a Unix time in milliseconds.
    pub expires_at: Option<i64>,
}

/// An array: elements by their places, of which most may be free.
#[derive(Clone, Debug, PartialEq)]
pub struct Array<'a> {
    /// The elements, by place.
    pub elements: Vec<Element<'a>>,
    /// Where the last insertion was, if there ever was one.
    pub last_insertion: Option<u64>,
}

/// An element of an array.
#[derive(Clone, Debug, PartialEq)]
pub struct Element<'a> {
    /// Its place.
    pub place: u64,
    /// What it is.
    pub content: Content<'a>,
}

/// What an element of an array is.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<'a> {
    /// Text, or an integer written out.
    Text(Bytes<'a>),
    /// A number with a fraction.
    Number(f64),
}

/// The identifier of an entry of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// Milliseconds.
    pub ms: u64,
    /// The number within the millisecond.
    pub sequence: u64,
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.ms, self.sequence)
    }
}

/// A stream. What a version of the format does not store is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stream<'a> {
    /// The entries that are left, oldest first; deleted ones are not among them.
    pub entries: Vec<StreamEntry<'a>>,
    /// The last identifier that was given, which may be of a deleted entry.
    pub last_id: StreamId,
    /// The largest identifier of a deleted entry.
    pub max_deleted_id: Option<StreamId>,
    /// How many entries were ever added.
    pub entries_added: Option<u64>,
    /// The consumer groups.
    pub groups: Vec<Group<'a>>,
    /// How many producers it remembers, so that none of their messages is added twice.
    pub producers: u64,
}

/// An entry of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamEntry<'a> {
    /// Its identifier.
    pub id: StreamId,
    /// Its fields and their values, in order, repeated fields among them.
    pub fields: Vec<(Bytes<'a>, Bytes<'a>)>,
}

/// A consumer group of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// Its name.
    pub name: Bytes<'a>,
    /// The last entry that was delivered.
    pub last_id: StreamId,
    /// How many entries the group has read, where that is known.
    pub entries_read: Option<u64>,
    /// Entries that were delivered and not acknowledged, by identifier.
    pub pending: Vec<Pending>,
    /// The consumers.
    pub consumers: Vec<Consumer<'a>>,
}

/// An entry that was delivered and not acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The entry.
    pub id: StreamId,
    /// When it was delivered last, as a Unix time in milliseconds.
    pub delivered_at: i64,
    /// How often it was delivered.
    pub deliveries: u64,
    /// Who has it: the index into the consumers of the group. Nobody has it after a consumer gave it
    /// back with `XNACK`.
    pub consumer: Option<usize>,
}

/// A consumer of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumer<'a> {
    /// Its name.
    pub name: Bytes<'a>,
    /// When it was seen last, as a Unix time in milliseconds.
    pub seen_at: i64,
    /// When it last got something, as a Unix time in milliseconds; `None` if it never did, or that
    /// is not stored.
    pub active_at: Option<i64>,
}
