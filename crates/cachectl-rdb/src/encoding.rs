//! The type byte: how a value is stored.

use std::fmt;

use crate::{Error, ErrorKind, Family, ValueType, Version, opcode};

/// How a value is stored. The two families share the codes up to 21 and use 22 differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// A string: bytes, an integer, or compressed.
    String,
    /// A list, string by string.
    List,
    /// A set, string by string.
    Set,
    /// A sorted set with scores written out in decimal.
    SortedSetText,
    /// A hash, string by string.
    Hash,
    /// A sorted set with scores in binary.
    SortedSet,
    /// A value of a module as release candidates of Redis 4.0 wrote it, whose end only the module
    /// could find.
    ModulePreRelease,
    /// A value of a module, whose parts say how long they are.
    Module,
    /// A hash in a zipmap.
    HashZipmap,
    /// A list in a ziplist.
    ListZiplist,
    /// A set of integers.
    SetIntset,
    /// A sorted set in a ziplist.
    SortedSetZiplist,
    /// A hash in a ziplist.
    HashZiplist,
    /// A list in a chain of ziplists.
    ListQuicklist,
    /// A stream in listpacks.
    Stream1,
    /// A hash in a listpack.
    HashListpack,
    /// A sorted set in a listpack.
    SortedSetListpack,
    /// A list in a chain of listpacks and single big elements.
    ListQuicklist2,
    /// A stream with counts of entries added and read.
    Stream2,
    /// A set in a listpack.
    SetListpack,
    /// A stream with the time when each consumer last got something.
    Stream3,
    /// A hash with field expiries as release candidates of Redis 7.4 wrote it.
    HashExpiriesPreRelease,
    /// The same in a listpack.
    HashListpackExpiriesPreRelease,
    /// A hash with field expiries, as Redis stores it.
    HashExpiries,
    /// A hash with field expiries in a listpack, as Redis stores it.
    HashListpackExpiries,
    /// A stream that remembers its producers' message identifiers.
    Stream4,
    /// A stream with pending entries that consumers have given back.
    Stream5,
    /// An array.
    Array,
    /// A hash whose field names other hashes share: the names and the values in a listpack each.
    TemplateListpack,
    /// The same with the values string by string.
    TemplateStrings,
    /// A hash with field expiries, as Valkey stores it.
    ValkeyHashExpiries,
}

/// The first code of the two families' own.
const FIRST_OF_FAMILY: u8 = 22;

/// The first version of Redis with codes that Valkey does not share.
const FIRST_OF_REDIS: u16 = 12;

/// Returns whether codes that only Redis knows mean under this version what Redis means by them.
pub(crate) fn has_redis_types(version: Version) -> bool {
    version.family() == Family::Redis && version.number() >= FIRST_OF_REDIS
}

impl Encoding {
    /// Returns the meaning of a type byte under a version of the format.
    ///
    /// Codes that came with a later version are taken under an earlier one too, as servers do,
    /// unless their meaning depends on the version.
    ///
    /// # Errors
    ///
    /// Fails if there is no byte, or no value begins with it. The offset is that of the byte: zero.
    pub fn of(byte: Option<u8>, version: Version) -> Result<Self, Error> {
        let code = byte.ok_or_else(|| Error::new(0, ErrorKind::Cut("a value")))?;
        let known = match version.family() {
            _ if code < FIRST_OF_FAMILY => Self::shared(code),
            Family::Valkey => (code == FIRST_OF_FAMILY).then_some(Self::ValkeyHashExpiries),
            Family::Redis if has_redis_types(version) => Self::of_redis(code),
            Family::Redis => None,
        };
        known.ok_or_else(|| Error::new(0, unknown(code, version)))
    }

    const fn shared(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::String,
            1 => Self::List,
            2 => Self::Set,
            3 => Self::SortedSetText,
            4 => Self::Hash,
            5 => Self::SortedSet,
            6 => Self::ModulePreRelease,
            7 => Self::Module,
            9 => Self::HashZipmap,
            10 => Self::ListZiplist,
            11 => Self::SetIntset,
            12 => Self::SortedSetZiplist,
            13 => Self::HashZiplist,
            14 => Self::ListQuicklist,
            15 => Self::Stream1,
            16 => Self::HashListpack,
            17 => Self::SortedSetListpack,
            18 => Self::ListQuicklist2,
            19 => Self::Stream2,
            20 => Self::SetListpack,
            21 => Self::Stream3,
            _ => return None,
        })
    }

    const fn of_redis(code: u8) -> Option<Self> {
        Some(match code {
            22 => Self::HashExpiriesPreRelease,
            23 => Self::HashListpackExpiriesPreRelease,
            24 => Self::HashExpiries,
            25 => Self::HashListpackExpiries,
            26 => Self::Stream4,
            27 => Self::Stream5,
            28 => Self::Array,
            29 => Self::TemplateListpack,
            31 => Self::TemplateStrings,
            _ => return None,
        })
    }

    /// Returns the type byte.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::String => 0,
            Self::List => 1,
            Self::Set => 2,
            Self::SortedSetText => 3,
            Self::Hash => 4,
            Self::SortedSet => 5,
            Self::ModulePreRelease => 6,
            Self::Module => 7,
            Self::HashZipmap => 9,
            Self::ListZiplist => 10,
            Self::SetIntset => 11,
            Self::SortedSetZiplist => 12,
            Self::HashZiplist => 13,
            Self::ListQuicklist => 14,
            Self::Stream1 => 15,
            Self::HashListpack => 16,
            Self::SortedSetListpack => 17,
            Self::ListQuicklist2 => 18,
            Self::Stream2 => 19,
            Self::SetListpack => 20,
            Self::Stream3 => 21,
            Self::HashExpiriesPreRelease | Self::ValkeyHashExpiries => 22,
            Self::HashListpackExpiriesPreRelease => 23,
            Self::HashExpiries => 24,
            Self::HashListpackExpiries => 25,
            Self::Stream4 => 26,
            Self::Stream5 => 27,
            Self::Array => 28,
            Self::TemplateListpack => 29,
            Self::TemplateStrings => 31,
        }
    }

    /// Returns the type of the value.
    #[must_use]
    pub const fn value_type(self) -> ValueType {
        match self {
            Self::String => ValueType::String,
            Self::List | Self::ListZiplist | Self::ListQuicklist | Self::ListQuicklist2 => {
                ValueType::List
            }
            Self::Set | Self::SetIntset | Self::SetListpack => ValueType::Set,
            Self::SortedSetText
            | Self::SortedSet
            | Self::SortedSetZiplist
            | Self::SortedSetListpack => ValueType::SortedSet,
            Self::Hash
            | Self::HashZipmap
            | Self::HashZiplist
            | Self::HashListpack
            | Self::HashExpiriesPreRelease
            | Self::HashListpackExpiriesPreRelease
            | Self::HashExpiries
            | Self::HashListpackExpiries
            | Self::TemplateListpack
            | Self::TemplateStrings
            | Self::ValkeyHashExpiries => ValueType::Hash,
            Self::Stream1 | Self::Stream2 | Self::Stream3 | Self::Stream4 | Self::Stream5 => {
                ValueType::Stream
            }
            Self::Array => ValueType::Array,
            Self::ModulePreRelease | Self::Module => ValueType::Module,
        }
    }
}

/// Returns what is wrong with a code that is not known under a version of the format: who writes it,
/// if somebody is known to.
pub(crate) const fn unknown(code: u8, version: Version) -> ErrorKind {
    let writer = match (version.family(), code) {
        (Family::Redis, 22..=25) => Some("a hash with field expiries of Redis 7.4 or later"),
        (Family::Redis, 26) => Some("a stream of Redis 8.6 or later"),
        (Family::Redis, 27) => Some("a stream of Redis 8.8 or later"),
        (Family::Redis, 28) => Some("an array of Redis 8.8 or later"),
        (Family::Redis, 29..=32 | opcode::TEMPLATE) => {
            Some("a hash with shared field names of Redis 8.10 or later")
        }
        (Family::Redis, 33) => Some("a rate limiter (GCRA) of Redis 8.8 or later"),
        (Family::Valkey, 23) => Some("a path hash of Valkey 9.2 or later"),
        (Family::Valkey, opcode::TEMPLATE) => {
            Some("a command that Valkey 9.2 or later sends to replicas")
        }
        _ => None,
    };
    ErrorKind::UnknownCode { code, writer }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "string",
            Self::List => "list",
            Self::Set => "set",
            Self::SortedSetText => "zset with text scores",
            Self::Hash => "hash",
            Self::SortedSet => "zset",
            Self::ModulePreRelease => "module (pre-release)",
            Self::Module => "module",
            Self::HashZipmap => "zipmap hash",
            Self::ListZiplist => "ziplist list",
            Self::SetIntset => "intset set",
            Self::SortedSetZiplist => "ziplist zset",
            Self::HashZiplist => "ziplist hash",
            Self::ListQuicklist => "quicklist list",
            Self::Stream1 => "stream",
            Self::HashListpack => "listpack hash",
            Self::SortedSetListpack => "listpack zset",
            Self::ListQuicklist2 => "quicklist list (2)",
            Self::Stream2 => "stream (2)",
            Self::SetListpack => "listpack set",
            Self::Stream3 => "stream (3)",
            Self::HashExpiriesPreRelease => "hash with field expiries (pre-release)",
            Self::HashListpackExpiriesPreRelease => {
                "listpack hash with field expiries (pre-release)"
            }
            Self::HashExpiries => "hash with field expiries",
            Self::HashListpackExpiries => "listpack hash with field expiries",
            Self::Stream4 => "stream (4)",
            Self::Stream5 => "stream (5)",
            Self::Array => "array",
            Self::TemplateListpack => "template listpack hash",
            Self::TemplateStrings => "template hash",
            Self::ValkeyHashExpiries => "hash with field expiries (Valkey)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Encoding;
    use crate::Version;

    #[test]
    fn every_known_code_comes_back() {
        for version in [12, 15, 80] {
            for code in 0..=u8::MAX {
                if let Ok(encoding) = Encoding::of(Some(code), Version::new(version)) {
                    assert_eq!(encoding.code(), code);
                }
            }
        }
    }

    #[test]
    fn twenty_two_means_what_the_family_says() {
        #[track_caller]
        fn case(version: u16, expected: Option<Encoding>) {
            assert_eq!(Encoding::of(Some(22), Version::new(version)).ok(), expected, "{version}");
        }

        case(11, None);
        case(12, Some(Encoding::HashExpiriesPreRelease));
        case(13, Some(Encoding::HashExpiriesPreRelease));
        case(80, Some(Encoding::ValkeyHashExpiries));
    }

    #[test]
    fn a_code_that_is_not_known_says_who_writes_it() {
        #[track_caller]
        fn case(version: u16, code: u8, expected: &str) {
            let error = Encoding::of(Some(code), Version::new(version)).unwrap_err().to_string();
            assert_eq!(error, format!("{expected} at byte 0"));
        }

        let stands = "the code 33 stands for a rate limiter (GCRA) of Redis 8.8 or later, which is \
                      not read here";
        case(14, 33, stands);
        case(80, 33, "no record or type has the code 33");
        case(15, 34, "no record or type has the code 34");
        let stands = "the code 23 stands for a path hash of Valkey 9.2 or later, which is not read \
                      here";
        case(81, 23, stands);
    }
}
