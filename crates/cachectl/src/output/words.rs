//! Words for what every report counts.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
    num::NonZeroU32,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use cachectl_core::{
    server::{deployment::Deployment, node::Node},
    values::ttl::{Expiry, TtlClass},
};
use jiff::Timestamp;

use super::count::{Count, Estimate, Number, Span};

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

/// Returns where keys are worked on: the servers, and the database.
pub(crate) fn place(deployment: &Deployment) -> String {
    let servers = deployment.primaries().iter().map(Node::endpoint);
    in_databases(servers, [deployment.database()])
}

/// Returns servers with the databases that are meant, such as `10.0.0.7:6379 database 5`.
pub(crate) fn in_databases<S: Display, D: Display>(
    servers: impl IntoIterator<Item = S>,
    databases: impl IntoIterator<Item = D>,
) -> String {
    let servers = joined(servers);
    let databases: Vec<D> = databases.into_iter().collect();
    let noun = if databases.len() == 1 { "database" } else { "databases" };
    format!("{servers} {noun} {}", joined(databases))
}

fn joined<D: Display>(parts: impl IntoIterator<Item = D>) -> String {
    parts.into_iter().map(|part| part.to_string()).collect::<Vec<_>>().join(", ")
}

/// Returns how long something is going to take, and the limit that the guess knows of.
pub(crate) fn estimate(time: Duration, rate: Option<NonZeroU32>) -> String {
    let time = Estimate(time);
    match rate {
        None => format!("in {time}"),
        Some(rate) => format!("in {time} at no more than {} a second", Number(rate.get().into())),
    }
}

/// Returns by how much the second of two moments is later or earlier than the first; `None` if one
/// of them is none.
///
/// Two moments that are far from now read the same; how far they are apart does not.
pub(crate) fn lag(one: Expiry, other: Expiry) -> Option<String> {
    let (Expiry::At(one), Expiry::At(other)) = (one, other) else {
        return None;
    };
    let apart = Span(Duration::from_millis(one.abs_diff(other)));
    Some(if other < one { format!("{apart} earlier") } else { format!("{apart} later") })
}

/// Returns two lengths of time in a unit in which they are not the same, if they are not.
pub(crate) fn apart(one: Duration, other: Duration) -> [String; 2] {
    let usual = [one, other].map(|time| Span(time).to_string());
    let [first, second] = &usual;
    if one == other || first != second {
        return usual;
    }
    let micros = [one, other].map(|time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    micros.map(|micros| format!("{} us", Number(micros)))
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

    #[test]
    fn a_database_stands_behind_the_addresses() {
        assert_eq!(in_databases(["a:1"], [5]), "a:1 database 5");
        assert_eq!(in_databases(["a:1", "b:2"], [0, 3]), "a:1, b:2 databases 0, 3");
    }

    #[test]
    fn two_moments_are_told_apart_however_near_they_are() {
        let (one, other) = (Expiry::At(9_960_000), Expiry::At(9_960_001));
        assert_eq!(lag(one, other).as_deref(), Some("1 ms later"));
        assert_eq!(lag(other, one).as_deref(), Some("1 ms earlier"));
        assert_eq!(lag(one, Expiry::At(19_960_000)).as_deref(), Some("2 h 46 min later"));
        assert_eq!(lag(Expiry::Never, one), None);
    }

    #[test]
    fn two_lengths_of_time_are_told_apart_however_near_they_are() {
        let limit = Duration::from_millis(5);
        assert_eq!(apart(Duration::from_millis(9), limit), ["9 ms", "5 ms"]);
        assert_eq!(apart(Duration::from_micros(5_020), limit), ["5,020 us", "5,000 us"]);
        assert_eq!(apart(limit, limit), ["5 ms", "5 ms"]);
    }

    #[test]
    fn an_estimate_says_which_limit_it_knows_of() {
        let rate = NonZeroU32::new(20_000);
        let time = Duration::from_secs(2_000);
        assert_eq!(estimate(time, None), "in about 33 min 20 s");
        assert_eq!(estimate(time, rate), "in about 33 min 20 s at no more than 20,000 a second");
    }
}
