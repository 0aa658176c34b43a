//! Reads the small values that flags, variables and files have in common.

mod health;

use std::{
    convert::Infallible, num::NonZeroU32, ops::RangeInclusive, path::PathBuf, time::Duration,
};

use cachectl_core::{
    migrate::options::{BatchSize, Level, OnConflict},
    restore,
    values::endpoint::{DEFAULT_PORT, DEFAULT_SENTINEL_PORT, Endpoint, EndpointError},
};

pub(crate) use self::health::{alarm, check, limit, measured, pings, profile, silence};

/// Why a value is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Invalid(pub(crate) String);

/// Reads a duration with its unit, such as `5ms`, `1.5s` or `2m`.
pub(crate) fn duration(text: &str) -> Result<Duration, Invalid> {
    let text = text.trim();
    let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    if number.is_empty() {
        return Err(Invalid(format!("`{text}` is not a duration such as 5ms")));
    }
    let seconds_per_unit = match unit.trim() {
        "us" => 0.000_001,
        "ms" => 0.001,
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3_600.0,
        "" => {
            return Err(Invalid(format!("`{text}` has no unit; write `{text}s` or `{text}ms`")));
        }
        other => {
            return Err(Invalid(format!("unknown unit `{other}`; use us, ms, s, m or h")));
        }
    };
    let number: f64 =
        number.parse().map_err(|_| Invalid(format!("`{text}` is not a duration such as 5ms")))?;
    positive(number * seconds_per_unit)
}

/// Reads a duration as a plain number of seconds, as Python clients write it.
pub(crate) fn seconds(text: &str) -> Result<Duration, Invalid> {
    let number = text.trim().parse::<f64>();
    match number {
        Ok(number) => positive(number),
        Err(_) => duration(text),
    }
}

fn positive(seconds: f64) -> Result<Duration, Invalid> {
    const DAY: f64 = 86_400.0;
    if !(seconds > 0.0 && seconds <= DAY) {
        return Err(Invalid("a duration is more than nothing and at most a day".to_owned()));
    }
    Ok(Duration::from_secs_f64(seconds))
}

/// Reads a yes or no.
pub(crate) fn boolean(text: &str) -> Result<bool, Invalid> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err(Invalid(format!("`{text}` is neither true nor false"))),
    }
}

/// Reads the number of a logical database.
pub(crate) fn database(text: &str) -> Result<i64, Invalid> {
    let number =
        text.trim().parse().ok().filter(|number| (0..=i64::from(u32::MAX)).contains(number));
    number.ok_or_else(|| Invalid(format!("`{text}` is not a database number")))
}

/// Reads the address of a sentinel.
pub(crate) fn sentinel(text: &str) -> Result<Endpoint, EndpointError> {
    Endpoint::parse(text.trim(), DEFAULT_SENTINEL_PORT)
}

/// Reads the address of a data server.
pub(crate) fn server(text: &str) -> Result<Endpoint, EndpointError> {
    Endpoint::parse(text.trim(), DEFAULT_PORT)
}

/// Reads how many commands travel together.
pub(crate) fn batch(text: &str) -> Result<BatchSize, Invalid> {
    let commands = text.trim().parse().ok().and_then(BatchSize::new);
    commands.ok_or_else(|| {
        Invalid(format!("a batch is a number from {} to {}", BatchSize::MIN, BatchSize::MAX))
    })
}

/// Reads a number of keys a second.
pub(crate) fn rate(text: &str) -> Result<NonZeroU32, Invalid> {
    let rate = text.trim().replace('_', "").parse().ok();
    rate.ok_or_else(|| Invalid("a rate is a whole number of keys a second, from 1 up".to_owned()))
}

/// Reads how much to verify.
pub(crate) fn level(text: &str) -> Result<Level, Invalid> {
    match text.trim() {
        "0" => Ok(Level::Accounts),
        "1" => Ok(Level::Keys),
        "2" => Ok(Level::Sample),
        "3" => Ok(Level::Values),
        _ => Err(Invalid(
            "a level is 0 (the accounts), 1 (every key), 2 (and a sample of the values) or 3 (and \
             all values)"
                .to_owned(),
        )),
    }
}

/// Where the values go that a migration keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Backup {
    /// Beside the journal of the migration.
    Beside,
    /// Into this file.
    File(PathBuf),
}

/// Reads where the values go that a migration keeps; nothing means beside its journal.
#[expect(clippy::unnecessary_wraps, reason = "the shape that clap asks for")]
pub(crate) fn backup(text: &str) -> Result<Backup, Infallible> {
    Ok(if text.is_empty() { Backup::Beside } else { Backup::File(PathBuf::from(text)) })
}

/// Reads what happens where a new name is taken.
pub(crate) fn on_conflict(text: &str) -> Result<OnConflict, Invalid> {
    match text.trim() {
        "abort" => Ok(OnConflict::Abort),
        "skip" => Ok(OnConflict::Skip),
        "stash" => Ok(OnConflict::Stash),
        "overwrite" => Ok(OnConflict::Overwrite),
        other => {
            Err(Invalid(format!("unknown policy `{other}`; use abort, skip, stash or overwrite")))
        }
    }
}

/// Reads what happens where a name is taken that a restore would give.
pub(crate) fn on_taken(text: &str) -> Result<restore::OnConflict, Invalid> {
    match text.trim() {
        "abort" => Ok(restore::OnConflict::Abort),
        "skip" => Ok(restore::OnConflict::Skip),
        "replace" => Ok(restore::OnConflict::Replace),
        other => Err(Invalid(format!("unknown policy `{other}`; use abort, skip or replace"))),
    }
}

/// Reads what a restore does about times to live.
pub(crate) fn ttl(text: &str) -> Result<restore::Ttl, Invalid> {
    match text.trim() {
        "keep" => Ok(restore::Ttl::Keep),
        "drop" => Ok(restore::Ttl::Drop),
        "shift" => Ok(restore::Ttl::Shift),
        other => Err(Invalid(format!("unknown policy `{other}`; use keep, drop or shift"))),
    }
}

/// Reads `FIRST..LAST`, `FIRST..`, `..LAST` or one number; both ends belong to it.
pub(crate) fn range(text: &str) -> Result<RangeInclusive<u64>, Invalid> {
    let invalid = || Invalid(format!("`{text}` is neither a number nor a range such as 900..1100"));
    let number = |part: &str, empty: u64| match part.trim() {
        "" => Ok(empty),
        digits => digits.replace('_', "").parse().map_err(|_| invalid()),
    };
    let range = match text.split_once("..") {
        Some(("", "")) => return Err(invalid()),
        Some((first, last)) => number(first, 0)?..=number(last.trim_start_matches('='), u64::MAX)?,
        None if text.trim().is_empty() => return Err(invalid()),
        None => {
            let exactly = number(text, 0)?;
            exactly..=exactly
        }
    };
    if range.is_empty() {
        return Err(Invalid(format!("`{text}` ends before it begins")));
    }
    Ok(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_unit() {
        #[track_caller]
        fn case(text: &str, expected: Result<u64, &str>) {
            match (duration(text), expected) {
                (Ok(found), Ok(micros)) => assert_eq!(found, Duration::from_micros(micros)),
                (Err(found), Err(part)) => assert!(found.0.contains(part), "{found}"),
                (found, _) => panic!("`{text}` gives {found:?}"),
            }
        }

        case("5ms", Ok(5_000));
        case("1.5s", Ok(1_500_000));
        case("2 m", Ok(120_000_000));
        case("250us", Ok(250));
        case("5", Err("write `5s` or `5ms`"));
        case("5 parsecs", Err("unknown unit `parsecs`"));
        case("0s", Err("more than nothing"));
        case("25h", Err("at most a day"));
        case("..s", Err("not a duration"));
        case("-1s", Err("not a duration"));
        case("soon", Err("not a duration"));
    }

    #[test]
    fn ranges_hold_both_their_ends() {
        #[track_caller]
        fn case(text: &str, expected: impl Into<Option<RangeInclusive<u64>>>) {
            assert_eq!(range(text).ok(), expected.into(), "{text}");
        }

        case("3", Some(3..=3));
        case("900..1100", Some(900..=1100));
        case("1_000..=2_000", Some(1000..=2000));
        case("5..", Some(5..=u64::MAX));
        case("..5", Some(0..=5));
        case("0", Some(0..=0));
        case("..", None);
        case("5..4", None);
        case("", None);
        case("a..b", None);
        case("-1", None);
    }

    #[test]
    fn seconds_are_read_as_python_clients_write_them() {
        assert_eq!(seconds("2.5"), Ok(Duration::from_millis(2_500)));
        assert_eq!(seconds("250ms"), Ok(Duration::from_millis(250)));
    }

    #[test]
    fn a_batch_outside_its_limits_is_refused() {
        assert!(batch("15").is_err());
        assert!(batch("16").is_ok());
        assert!(batch("512").is_ok());
        assert!(batch("513").is_err());
    }
}
