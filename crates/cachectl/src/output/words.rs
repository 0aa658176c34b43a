//! Words for what every report counts.

use std::{
    collections::{BTreeMap, BTreeSet},
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

/// Returns the names of some databases, or how many there are.
pub(crate) fn databases(numbers: &BTreeSet<u64>) -> String {
    const NAMED: usize = 4;
    if numbers.len() > NAMED {
        return Count(numbers.len() as u64, "database").to_string();
    }
    let mut names: Vec<String> = numbers.iter().copied().map(in_database).collect();
    match names.pop() {
        None => "no database".to_owned(),
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} and {last}", names.join(", ")),
    }
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
    fn a_few_databases_are_named_and_many_are_counted() {
        #[track_caller]
        fn case(numbers: impl IntoIterator<Item = u64>, expected: &str) {
            assert_eq!(databases(&numbers.into_iter().collect()), expected);
        }

        case([5], "db5");
        case([0, 3], "db0 and db3");
        case(0..4, "db0, db1, db2 and db3");
        case(0..5, "5 databases");
        case([], "no database");
    }

    #[test]
    fn an_expiry_is_seen_from_now() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let in_an_hour = i64::try_from((now + Duration::from_secs(3_630)).as_millis()).unwrap();
        assert_eq!(expiry(Expiry::At(in_an_hour)), "expires in 1 h 0 min");
        assert_eq!(expiry(Expiry::At(1)), "expired");
        assert_eq!(expiry(Expiry::Never), "no expiry");
    }
}
