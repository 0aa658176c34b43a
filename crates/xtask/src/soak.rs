//! Runs tests for much longer than usual.

mod textfile;

use std::collections::BTreeSet;
use std::time::Duration;

use cachectl_testkit::locate::{self, Reach};

use crate::failure::Failure;
use crate::fuzz::{self, Target};
use crate::{cargo, duration};

/// Tells the tests how long they are to go on.
const VARIABLE: &str = "CACHECTL_SOAK_SECONDS";

/// Run the long version of some tests
///
/// A test named `soak_NAME_…` goes on for as long as `CACHECTL_SOAK_SECONDS` says, and for a
/// bounded time in an ordinary run. `fuzz-TARGET` is `cargo xtask fuzz TARGET`. `textfile` has a
/// node exporter read what `cachectl health --textfile` replaces, and needs one.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which tests to run
    #[arg(required_unless_present = "list")]
    name: Option<String>,
    /// How long each of them goes on, such as 90s, 10m or 2h
    #[arg(long = "for", value_name = "DURATION", default_value = "10m", value_parser = duration::parse)]
    length: Duration,
    /// List the names
    #[arg(long, conflicts_with = "name")]
    list: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    if let Some(target) = args.name.as_deref().and_then(Target::of_soak) {
        return fuzz::run_for(target, args.length);
    }
    if args.name.as_deref() == Some(textfile::NAME) {
        return textfile::run(args.length);
    }
    let tests = cargo::tests(&[])?;
    let groups: BTreeSet<&str> = tests.iter().filter_map(|test| name_of(test)).collect();
    let others = Target::soaks().chain([textfile::NAME.to_owned()]);
    let names: Vec<_> = groups.iter().map(ToString::to_string).chain(others).collect();
    let Some(wanted) = args.name.as_deref() else {
        println!("{}", names.join("\n"));
        return Ok(());
    };
    if !groups.contains(wanted) {
        let known = names.join(", ");
        let text = format!("no tests are named `soak_{wanted}_…`; there are: {known}");
        return Err(Failure::other(text));
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

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn the_group_is_the_word_after_soak() {
        assert_eq!(name_of("migrate::soak_migrate_survives_kills"), Some("migrate"));
        assert_eq!(name_of("migrate::survives_kills"), None);
    }
}
