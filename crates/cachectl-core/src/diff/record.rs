//! What is kept of a key: a record of fixed size.

use cachectl_rdb::{Digest, RawValue, Value};
use sha2::{Digest as _, Sha256};

use super::report::Found;
use crate::{
    steps::{selection::Selection, sorter::Entry},
    values::{key_type::KeyType, ttl::Expiry},
};

/// How many numbers a record has.
pub(super) const NUMBERS: usize = 9;

/// A key of a side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    /// What the name is on side B, as a hash.
    pub(super) hash: [u64; 2],
    /// Where the name is written down; what was read later has a larger number.
    pub(super) name: u64,
    pub(super) content: Content,
}

/// What a side has under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) key_type: KeyType,
    pub(super) expiry: Expiry,
    pub(super) form: Form,
    pub(super) digest: [u64; 4],
}

/// What the digest of a content was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The value.
    Decoded,
    /// The bytes that it is stored as, because nobody can tell what they mean.
    Bytes,
    /// Nothing: its type is not meant, or it is over its time.
    Unread,
    /// Nothing: its name is not meant. It is kept to explain a name of the other side.
    Outside,
}

impl Form {
    const ALL: [Self; 4] = [Self::Decoded, Self::Bytes, Self::Unread, Self::Outside];
}

impl Content {
    /// Takes what matters of a value at `now`, a Unix time in milliseconds. Fields of a hash that
    /// are over their time are not there; `None` if no other is.
    pub(super) fn of(
        value: RawValue<'_>,
        expiry: Expiry,
        selection: &Selection,
        now: i64,
    ) -> Option<Self> {
        let key_type = KeyType::from(value.value_type());
        if !selection.takes_type(key_type) || expiry.has_passed(now) {
            return Some(Self { key_type, expiry, form: Form::Unread, digest: [0; 4] });
        }
        let (form, digest) = match value.decode() {
            Ok(mut value) => {
                if let Value::Hash(fields) = &mut value {
                    fields.retain(|field| field.expires_at.is_none_or(|at| at > now));
                    if fields.is_empty() {
                        return None;
                    }
                }
                (Form::Decoded, Digest::of(&value).0)
            }
            Err(_) => (Form::Bytes, Sha256::digest(value.as_bytes()).into()),
        };
        Some(Self { key_type, expiry, form, digest: numbers(digest) })
    }

    /// Stands for a key whose name is not meant.
    pub(super) fn outside(expiry: Expiry) -> Self {
        Self { key_type: KeyType::String, expiry, form: Form::Outside, digest: [0; 4] }
    }

    pub(super) fn found(self) -> Found {
        Found { key_type: self.key_type, expiry: self.expiry }
    }

    /// Returns it unless it is over its time.
    pub(super) fn at(self, now: i64) -> Option<Self> {
        (!self.expiry.has_passed(now)).then_some(self)
    }
}

fn numbers(digest: [u8; 32]) -> [u64; 4] {
    let (words, _) = digest.as_chunks::<8>();
    let mut words = words.iter().map(|word| u64::from_le_bytes(*word));
    std::array::from_fn(|_| words.next().unwrap_or_default())
}

/// Whether there is an expiry, among the facts of a record.
const EXPIRES: u64 = 1 << 16;

impl From<Record> for Entry<NUMBERS> {
    /// The name comes before the content, so that what was read later is sorted behind.
    fn from(record: Record) -> Self {
        let Record { hash: [high, low], name, content } = record;
        let [one, two, three, four] = content.digest;
        let facts = u64::from(content.key_type.code()) | (content.form as u64) << 8;
        let (at, facts) = match content.expiry {
            Expiry::Never => (0, facts),
            Expiry::At(at) => (at.cast_unsigned(), facts | EXPIRES),
        };
        [high, low, name, one, two, three, four, at, facts]
    }
}

impl From<Entry<NUMBERS>> for Record {
    fn from([high, low, name, one, two, three, four, at, facts]: Entry<NUMBERS>) -> Self {
        let [key_type, form, ..] = facts.to_le_bytes();
        let content = Content {
            key_type: KeyType::from_code(key_type).unwrap_or(KeyType::Module),
            expiry: match facts & EXPIRES {
                0 => Expiry::Never,
                _ => Expiry::At(at.cast_signed()),
            },
            form: Form::ALL.get(usize::from(form)).copied().unwrap_or(Form::Bytes),
            digest: [one, two, three, four],
        };
        Self { hash: [high, low], name, content }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_from_numbers_as_they_were() {
        #[track_caller]
        fn case(key_type: KeyType, expiry: Expiry, form: Form) {
            let content = Content { key_type, expiry, form, digest: [1, u64::MAX, 3, 4] };
            let record = Record { hash: [7, 8], name: 9, content };
            let back = Record::from(Entry::<NUMBERS>::from(record));
            assert_eq!((back.hash, back.name, back.content), ([7, 8], 9, content));
        }

        for key_type in KeyType::ALL {
            for form in Form::ALL {
                case(key_type, Expiry::Never, form);
                case(key_type, Expiry::At(0), form);
                case(key_type, Expiry::At(-1), form);
                case(key_type, Expiry::At(i64::MAX), form);
            }
        }
    }
}
