//! Numbers for people: grouped, with a unit, and never "1 keys".

use std::{
    fmt::{self, Display},
    time::Duration,
};

/// A number of things, such as `1 key` and `50,000 keys`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count(pub(crate) u64, pub(crate) &'static str);

impl Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, noun) = *self;
        let plural = if number == 1 { "" } else { "s" };
        f.pad(&format!("{} {noun}{plural}", Number(number)))
    }
}

/// A number with its digits in groups of three.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(pub(crate) u64);

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        f.pad(&grouped)
    }
}

/// A length of time, in the two largest units that say enough.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span(pub(crate) Duration);

impl Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let text = match seconds {
            0 if self.0.as_millis() == 0 => format!("{} us", self.0.as_micros()),
            0 if self.0.as_millis() < 10 && self.0.subsec_micros() % 1_000 >= 100 => {
                format!("{:.1} ms", self.0.as_secs_f64() * 1_000.0)
            }
            0 => format!("{} ms", self.0.as_millis()),
            1..10 if self.0.subsec_millis() >= 100 => format!("{:.1} s", self.0.as_secs_f64()),
            1..60 => format!("{seconds} s"),
            60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
            3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
            _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
        };
        f.pad(&text)
    }
}

/// A guess at a length of time, which is not worth more than whole seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Estimate(pub(crate) Duration);

impl Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_secs() {
            0 => f.pad("under a second"),
            seconds => f.pad(&format!("about {}", Span(Duration::from_secs(seconds)))),
        }
    }
}

/// A part of a whole, from 0 to 1, in per cent with two digits that mean something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share(pub(crate) f64);

impl Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = self.0 * 100.0;
        let digits = match percent {
            10.0.. => 0,
            1.0.. => 1,
            0.1.. => 2,
            0.01.. => 3,
            _ => 4,
        };
        f.pad(&format!("{percent:.digits$} %"))
    }
}

/// A number of bytes, in binary units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes(pub(crate) u64);

impl Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.pad("1 byte"),
            bytes if bytes < 1_024 => f.pad(&format!("{bytes} bytes")),
            bytes => f.pad(&bytesize::ByteSize(bytes).display().iec().to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_know_their_plural_and_group_their_digits() {
        assert_eq!(Count(0, "key").to_string(), "0 keys");
        assert_eq!(Count(1, "key").to_string(), "1 key");
        assert_eq!(Count(999, "key").to_string(), "999 keys");
        assert_eq!(Count(1_000, "key").to_string(), "1,000 keys");
        assert_eq!(Count(1_234_567, "key").to_string(), "1,234,567 keys");
        assert_eq!(format!("{:>7}", Number(1_000)), "  1,000");
    }

    #[test]
    fn spans_have_two_units_at_most() {
        #[track_caller]
        fn case(milliseconds: u64, expected: &str) {
            assert_eq!(Span(Duration::from_millis(milliseconds)).to_string(), expected);
        }

        case(0, "0 us");
        case(7, "7 ms");
        case(5_000, "5 s");
        case(250, "250 ms");
        case(1_234, "1.2 s");
        case(59_900, "59 s");
        case(125_000, "2 min 5 s");
        case(3_725_000, "1 h 2 min");
        case(90_000_000, "1 d 1 h");
    }

    #[test]
    fn estimates_do_not_pretend_to_know_better() {
        assert_eq!(Estimate(Duration::from_millis(999)).to_string(), "under a second");
        assert_eq!(Estimate(Duration::from_millis(90_500)).to_string(), "about 1 min 30 s");
    }

    #[test]
    fn shares_have_two_digits_that_mean_something() {
        assert_eq!(Share(1.0).to_string(), "100 %");
        assert_eq!(Share(0.06).to_string(), "6.0 %");
        assert_eq!(Share(0.000_3).to_string(), "0.030 %");
    }

    #[test]
    fn bytes_are_in_binary_units() {
        assert_eq!(Bytes(1).to_string(), "1 byte");
        assert_eq!(Bytes(1_023).to_string(), "1023 bytes");
        assert_eq!(Bytes(7_270).to_string(), "7.1 KiB");
    }
}
