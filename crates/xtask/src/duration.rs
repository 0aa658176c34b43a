//! Durations as people write them.

use std::time::Duration;

/// Reads a number with its unit: seconds, minutes or hours.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let seconds_per = [("s", 1), ("m", 60), ("h", 3600)];
    let parsed = seconds_per.iter().find_map(|(unit, seconds)| {
        let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(*seconds).filter(|seconds| *seconds > 0)
    });
    parsed.map(Duration::from_secs).ok_or_else(|| "write it as 90s, 10m or 2h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn durations_have_a_unit() {
        #[track_caller]
        fn case(text: &str, seconds: Option<u64>) {
            assert_eq!(parse(text).ok().map(|it| it.as_secs()), seconds, "{text}");
        }

        case("90s", Some(90));
        case("10m", Some(600));
        case("2h", Some(7200));
        case("10", None);
        case("0s", None);
        case("m", None);
    }
}
