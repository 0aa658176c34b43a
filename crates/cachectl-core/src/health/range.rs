//! Thresholds, written as monitoring plugins write them.
//!
//! | written | alert if the value is |
//! |---|---|
//! | `10` | below 0 or above 10 |
//! | `10:` | below 10 |
//! | `~:10` | above 10 |
//! | `10:20` | outside of 10 to 20 |
//! | `@10:20` | inside of 10 to 20, the ends included |
//!
//! From the development guidelines of the monitoring plugins, section on threshold and ranges.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

/// Values that are no reason for an alert, or with `@` those that are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    start: f64,
    end: f64,
    inside: bool,
}

impl Range {
    /// Alerts above `end`, and below 0.
    #[must_use]
    pub const fn up_to(end: f64) -> Self {
        Self { start: 0.0, end, inside: false }
    }

    /// Alerts below `start`.
    #[must_use]
    pub const fn at_least(start: f64) -> Self {
        Self { start, end: f64::INFINITY, inside: false }
    }

    /// Returns whether a value is a reason for an alert. What is no number always is.
    #[must_use]
    pub fn alerts(self, value: f64) -> bool {
        let outside = !(self.start <= value && value <= self.end);
        outside != self.inside || value.is_nan()
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.inside {
            f.write_str("@")?;
        }
        if self.start == f64::NEG_INFINITY {
            f.write_str("~:")?;
        } else if self.start != 0.0 || self.end == f64::INFINITY {
            write!(f, "{}:", self.start)?;
        }
        if self.end == f64::INFINITY { Ok(()) } else { write!(f, "{}", self.end) }
    }
}

impl Serialize for Range {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Text that is no range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a range: {fault}")]
pub struct RangeError {
    text: String,
    fault: &'static str,
}

impl FromStr for Range {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, RangeError> {
        let fault = |fault| RangeError { text: text.to_owned(), fault };
        let number = |number: &str| match number.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(fault("its ends are numbers")),
        };
        let trimmed = text.trim();
        let (inside, rest) = match trimmed.strip_prefix('@') {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
        let (start, end) = match rest.split_once(':') {
            None => (0.0, number(rest)?),
            Some(("~", "")) => return Err(fault("it leaves nothing out")),
            Some(("~", end)) => (f64::NEG_INFINITY, number(end)?),
            Some((start, "")) => (number(start)?, f64::INFINITY),
            Some((start, end)) => (number(start)?, number(end)?),
        };
        if start > end {
            return Err(fault("it begins after its end"));
        }
        Ok(Self { start, end, inside })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_alerts_as_the_guidelines_say_and_writes_itself_back() {
        #[track_caller]
        fn case(text: &str, good: &[f64], bad: &[f64]) {
            let range: Range = text.parse().unwrap();
            assert_eq!(range.to_string(), text);
            assert!(good.iter().all(|value| !range.alerts(*value)), "{text}");
            assert!(bad.iter().all(|value| range.alerts(*value)), "{text}");
        }

        case("10", &[0.0, 10.0], &[-0.1, 10.1, f64::NAN]);
        case("10:", &[10.0, 1e9], &[9.9, -1.0]);
        case("~:10", &[10.0, -1e9], &[10.1]);
        case("10:20", &[10.0, 20.0], &[9.9, 20.1]);
        case("@10:20", &[9.9, 20.1], &[10.0, 15.0, 20.0, f64::NAN]);
        case("0.5", &[0.5], &[0.6]);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "a", "20:10", ":10", "~:", "1:2:3", "inf", "nan:"] {
            assert!(text.parse::<Range>().is_err(), "{text}");
        }
    }
}
