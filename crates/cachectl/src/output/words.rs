//! Words for what every report counts.

use std::{
    collections::BTreeMap,
    fmt::Display,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use cachectl_core::values::ttl::{Expiry, TtlClass};
use jiff::Timestamp;

use super::count::{Count, Number, Span};

/// Returns when a key expires, as seen from now.
pub(crate) fn expiry(expiry: Expiry) -> String {
    let Expiry::At(at) = expiry else {
        return "no expiry".to_owned();
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let at = Duration::from_millis(u64::try_from(at).unwrap_or_default());
    match at.checked_sub(now) {
        Some(left) if left.as_millis() > 0 => format!("expires in {}", Span(left)),
        Some(_) | None => "expired".to_owned(),
    }
}

/// Returns a word for a class of expiry times.
pub(crate) fn ttl_class(class: TtlClass) -> &'static str {
    match class {
        TtlClass::None => "none",
        TtlClass::UnderMinute => "under a minute",
        TtlClass::UnderHour => "under an hour",
        TtlClass::UnderDay => "under a day",
        TtlClass::DayOrMore => "a day or more",
    }
}

/// Returns the name of a database.
pub(crate) fn in_database(database: u64) -> String {
    format!("db{database}")
}

/// Returns a moment, from a Unix time in seconds; `None` if that is none of this calendar.
pub(crate) fn moment(seconds: i64) -> Option<String> {
    let at = Timestamp::from_second(seconds).ok()?;
    Some(at.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
}

/// Returns a number of things with its verb, such as `1 key is` and `2 keys are`.
pub(crate) fn are(count: u64, noun: &'static str) -> String {
    let verb = if count == 1 { "is" } else { "are" };
    format!("{} {verb}", Count(count, noun))
}

/// Returns what is counted, by what it is counted by.
pub(crate) fn counts<K: Copy, D: Display>(
    counts: &BTreeMap<K, u64>,
    word: impl Fn(K) -> D,
) -> String {
    let parts = counts.iter().map(|(key, count)| format!("{} {}", word(*key), Number(*count)));
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_seen_from_now() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let in_an_hour = i64::try_from((now + Duration::from_secs(3_630)).as_millis()).unwrap();
        assert_eq!(expiry(Expiry::At(in_an_hour)), "expires in 1 h 0 min");
        assert_eq!(expiry(Expiry::At(1)), "expired");
        assert_eq!(expiry(Expiry::Never), "no expiry");
    }
}
