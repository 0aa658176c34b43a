//! Runs tests for much longer than usual.

use std::collections::BTreeSet;
use std::time::Duration;

use cachectl_testkit::locate::{self, Reach};

use crate::cargo;
use crate::failure::Failure;

/// Tells the tests how long they are to go on.
const VARIABLE: &str = "CACHECTL_SOAK_SECONDS";

/// Run the long version of some tests
///
/// A test named `soak_NAME_…` goes on for as long as `CACHECTL_SOAK_SECONDS` says, and for a
/// bounded time in an ordinary run.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which tests to run
    #[arg(required_unless_present = "list")]
    name: Option<String>,
    /// How long each of them goes on, such as 90s, 10m or 2h
    #[arg(long = "for", value_name = "DURATION", default_value = "10m", value_parser = duration)]
    length: Duration,
    /// List the names
    #[arg(long, conflicts_with = "name")]
    list: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let tests = cargo::tests(&[])?;
    let names: BTreeSet<&str> = tests.iter().filter_map(|test| name_of(test)).collect();
    let Some(wanted) = args.name.as_deref() else {
        for name in names {
            println!("{name}");
        }
        return Ok(());
    };
    if !names.contains(wanted) {
        let known = names.into_iter().collect::<Vec<_>>().join(", ");
        return Err(Failure::other(format!(
            "no tests are named `soak_{wanted}_…`; there are: {known}"
        )));
    }
    locate::find(None, Reach::Package, &mut |notice| println!("{notice}"))?;
    let prefix = format!("soak_{wanted}_");
    let mut test = cargo::test(&[prefix]);
    test.args(["--", "--nocapture", "--test-threads=1"]);
    test.env(VARIABLE, args.length.as_secs().to_string());
    cargo::run(&mut test)
}

/// Returns the name of a soak test's group, which is the word after `soak_`.
fn name_of(test: &str) -> Option<&str> {
    let function = test.rsplit("::").next()?;
    function.strip_prefix("soak_")?.split('_').next()
}

fn duration(text: &str) -> Result<Duration, String> {
    let seconds_per = [("s", 1), ("m", 60), ("h", 3600)];
    let parsed = seconds_per.iter().find_map(|(unit, seconds)| {
        let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(*seconds).filter(|seconds| *seconds > 0)
    });
    parsed.map(Duration::from_secs).ok_or_else(|| "write it as 90s, 10m or 2h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{duration, name_of};

    #[test]
    fn durations_have_a_unit() {
        #[track_caller]
        fn case(text: &str, seconds: Option<u64>) {
            assert_eq!(duration(text).ok().map(|it| it.as_secs()), seconds, "{text}");
        }

        case("90s", Some(90));
        case("10m", Some(600));
        case("2h", Some(7200));
        case("10", None);
        case("0s", None);
        case("m", None);
    }

    #[test]
    fn the_group_is_the_word_after_soak() {
        assert_eq!(name_of("migrate::soak_migrate_survives_kills"), Some("migrate"));
        assert_eq!(name_of("migrate::survives_kills"), None);
    }
}
