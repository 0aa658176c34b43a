//! What a server understands.

use crate::{Encoding, Family, Version};

/// What a server understands: which versions of the format it takes, and which encodings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dialect {
    version: Version,
    expiries: Expiries,
}

/// How hashes with field expiries may be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Expiries {
    Unknown,
    Redis,
    Valkey,
}

/// What a product wrote from a release on: (major, minor, version of the format), newest first.
type Releases = &'static [(u32, u32, u16)];

const REDIS: Releases = &[
    (8, 10, 15),
    (8, 8, 14),
    (8, 6, 13),
    (7, 4, 12),
    (7, 2, 11),
    (7, 0, 10),
    (5, 0, 9),
    (4, 0, 8),
    (3, 2, 7),
    (2, 6, 6),
];

const VALKEY: Releases = &[(9, 2, 81), (9, 0, 80), (7, 2, 11)];

/// It counts on from Redis 7.2, calls its version 12 and does not know what Redis put into it.
const REDICT: Releases = &[(7, 3, 12)];

/// The last version that both families share.
const LAST_SHARED: u16 = 11;

impl Dialect {
    /// Returns the dialect of a release, of a product that `HELLO` calls by this name.
    ///
    /// A release that is newer than all known ones counts as the newest known one. Returns `None`
    /// for a product that is not known, and for releases without `DUMP`.
    #[must_use]
    pub fn of_server(product: &str, major: u32, minor: u32) -> Option<Self> {
        let releases = match product.to_ascii_lowercase().as_str() {
            "redis" => REDIS,
            "valkey" => VALKEY,
            "redict" => REDICT,
            _ => return None,
        };
        let (_, _, number) =
            releases.iter().find(|(first, second, _)| (major, minor) >= (*first, *second))?;
        let dialect = Self::of_version(Version::new(*number));
        if product.eq_ignore_ascii_case("redict") {
            return Some(Self { expiries: Expiries::Unknown, ..dialect });
        }
        Some(dialect)
    }

    /// Returns the dialect of a server whose own `DUMP` writes this version.
    ///
    /// It is a guess for version 12, which Redis 7.4 and Redict both write: Redis is assumed.
    #[must_use]
    pub fn of_version(version: Version) -> Self {
        let expiries = match version.family() {
            Family::Valkey => Expiries::Valkey,
            Family::Redis if version.number() > LAST_SHARED => Expiries::Redis,
            Family::Redis => Expiries::Unknown,
        };
        Self { version, expiries }
    }

    /// Returns the version that its `DUMP` writes.
    #[must_use]
    pub fn version(self) -> Version {
        self.version
    }

    /// Tells whether it takes files and payloads of this version as they are.
    ///
    /// Valkey from 9 on refuses the versions that Redis has made since the two parted.
    #[must_use]
    pub fn takes(self, version: Version) -> bool {
        match self.version.family() {
            Family::Redis => version <= self.version,
            Family::Valkey => {
                version.number() <= LAST_SHARED
                    || (version.family() == Family::Valkey && version <= self.version)
            }
        }
    }

    /// Tells whether it gives the type byte of this encoding the same meaning.
    #[must_use]
    pub fn knows(self, encoding: Encoding) -> bool {
        match encoding {
            Encoding::ModulePreRelease => false,
            Encoding::HashExpiriesPreRelease
            | Encoding::HashListpackExpiriesPreRelease
            | Encoding::HashExpiries
            | Encoding::HashListpackExpiries => self.expiries == Expiries::Redis,
            Encoding::ValkeyHashExpiries => self.expiries == Expiries::Valkey,
            Encoding::Stream4
            | Encoding::Stream5
            | Encoding::Array
            | Encoding::TemplateListpack
            | Encoding::TemplateStrings => {
                self.version.family() == Family::Redis && self.version >= introduced(encoding)
            }
            _ => self.version >= introduced(encoding),
        }
    }
}

/// Returns the version that brought an encoding.
fn introduced(encoding: Encoding) -> Version {
    Version::new(match encoding.code() {
        0..=4 | 9..=13 => 1,
        14 => 7,
        5..=7 => 8,
        15 => 9,
        16..=19 => 10,
        20 | 21 => 11,
        22 if encoding == Encoding::ValkeyHashExpiries => 80,
        22..=25 => 12,
        26 => 13,
        27 | 28 => 14,
        _ => 15,
    })
}

#[cfg(test)]
mod tests {
    use super::Dialect;
    use crate::{Encoding, Version};

    #[test]
    fn releases_write_the_versions_that_were_measured() {
        #[track_caller]
        fn case(product: &str, major: u32, minor: u32, expected: Option<u16>) {
            let dialect = Dialect::of_server(product, major, minor);
            let found = dialect.map(|dialect| dialect.version().number());
            assert_eq!(found, expected, "{product} {major}.{minor}");
        }

        case("redis", 2, 4, None);
        case("redis", 3, 0, Some(6));
        case("redis", 5, 0, Some(9));
        case("redis", 6, 2, Some(9));
        case("redis", 7, 0, Some(10));
        case("redis", 7, 2, Some(11));
        case("redis", 7, 4, Some(12));
        case("redis", 8, 0, Some(12));
        case("redis", 8, 2, Some(12));
        case("redis", 8, 6, Some(13));
        case("redis", 8, 10, Some(15));
        case("redis", 9, 0, Some(15));
        case("Redict", 7, 3, Some(12));
        case("valkey", 7, 2, Some(11));
        case("valkey", 8, 1, Some(11));
        case("valkey", 9, 1, Some(80));
        case("valkey", 9, 2, Some(81));
        case("garnet", 1, 0, None);
    }

    #[test]
    fn only_valkey_nine_refuses_older_versions() {
        #[track_caller]
        fn case(own: u16, taken: &[u16], refused: &[u16]) {
            let dialect = Dialect::of_version(Version::new(own));
            assert!(taken.iter().all(|number| dialect.takes(Version::new(*number))), "{own}");
            assert!(!refused.iter().any(|number| dialect.takes(Version::new(*number))), "{own}");
        }

        case(9, &[1, 9], &[10, 11, 80]);
        case(11, &[9, 10, 11], &[12, 80]);
        case(13, &[9, 11, 12, 13], &[15, 80]);
        case(80, &[9, 10, 11, 80], &[12, 13, 15, 81]);
        case(81, &[9, 10, 11, 80, 81], &[12, 13, 15]);
    }

    #[test]
    fn encodings_are_known_where_they_mean_the_same() {
        #[track_caller]
        fn case(dialect: Option<Dialect>, encoding: Encoding, expected: bool) {
            assert_eq!(dialect.unwrap().knows(encoding), expected, "{dialect:?} {encoding}");
        }

        case(Dialect::of_server("redis", 6, 2), Encoding::Stream1, true);
        case(Dialect::of_server("redis", 6, 2), Encoding::HashListpack, false);
        case(Dialect::of_server("redis", 7, 0), Encoding::HashListpack, true);
        case(Dialect::of_server("redis", 7, 0), Encoding::SetListpack, false);
        case(Dialect::of_server("redis", 8, 0), Encoding::HashListpackExpiries, true);
        case(Dialect::of_server("redis", 8, 0), Encoding::ValkeyHashExpiries, false);
        case(Dialect::of_server("redict", 7, 3), Encoding::HashListpackExpiries, false);
        case(Dialect::of_server("redict", 7, 3), Encoding::Stream3, true);
        case(Dialect::of_server("valkey", 9, 0), Encoding::ValkeyHashExpiries, true);
        case(Dialect::of_server("valkey", 9, 0), Encoding::HashExpiriesPreRelease, false);
        case(Dialect::of_server("valkey", 9, 0), Encoding::Stream4, false);
        case(Dialect::of_server("redis", 8, 10), Encoding::Stream5, true);
        case(Dialect::of_server("redis", 8, 10), Encoding::ModulePreRelease, false);
        case(Dialect::of_server("redis", 8, 8), Encoding::Array, true);
        case(Dialect::of_server("redis", 8, 8), Encoding::TemplateListpack, false);
        case(Dialect::of_server("redis", 8, 10), Encoding::TemplateStrings, true);
        case(Dialect::of_server("valkey", 9, 2), Encoding::Array, false);
    }
}
