//! Expiry times and the classes that reports sort them into.

use serde::{Deserialize, Serialize};

/// When a key expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expiry {
    /// Never: the key has no time to live.
    Never,
    /// At this Unix time, in milliseconds, by the clock of the server.
    At(i64),
}

impl Expiry {
    /// Reads the answer of `PEXPIRETIME` or `PTTL` for a key that exists: negative means never.
    #[must_use]
    pub fn from_reply(milliseconds: i64) -> Self {
        if milliseconds < 0 { Self::Never } else { Self::At(milliseconds) }
    }

    /// Returns the class of the time that is left at `now`, a Unix time in milliseconds.
    #[must_use]
    pub fn class(self, now: i64) -> TtlClass {
        const MINUTE: i64 = 60_000;
        const HOUR: i64 = 60 * MINUTE;
        const DAY: i64 = 24 * HOUR;
        match self {
            Self::Never => TtlClass::None,
            Self::At(at) => match at.saturating_sub(now) {
                left if left < MINUTE => TtlClass::UnderMinute,
                left if left < HOUR => TtlClass::UnderHour,
                left if left < DAY => TtlClass::UnderDay,
                _ => TtlClass::DayOrMore,
            },
        }
    }

    /// Returns whether the key is gone at `now`, a Unix time in milliseconds.
    #[must_use]
    pub fn has_passed(self, now: i64) -> bool {
        match self {
            Self::Never => false,
            Self::At(at) => at <= now,
        }
    }
}

/// Takes what a file says: the Unix time in milliseconds, if there is one.
impl From<Option<i64>> for Expiry {
    fn from(expires_at: Option<i64>) -> Self {
        expires_at.map_or(Self::Never, Self::At)
    }
}

/// How long a key still has to live, roughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TtlClass {
    /// It has no time to live.
    None,
    /// Less than a minute: it may be gone before it is renamed.
    UnderMinute,
    /// A minute or more, less than an hour.
    UnderHour,
    /// An hour or more, less than a day.
    UnderDay,
    /// A day or more.
    DayOrMore,
}
