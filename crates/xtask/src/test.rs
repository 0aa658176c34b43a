//! Runs every test, fetching the servers and tools that they need.

use std::env;

use cachectl_testkit::locate::{self, Installation, Reach};
use cachectl_testkit::{Release, Tool};

use crate::cargo;
use crate::failure::Failure;
use crate::needs::{NEEDS, Need};

/// Run every test of the workspace, against real servers
///
/// Looks for a server and fetches one if there is none, and so for the releases that data is moved
/// between, and for the programs that read what cachectl writes. Tests that need a kind of server
/// that cannot be had are left out, and the last line says so; where `CI` is set that is a failure.
/// Tests that need a release or a program fail without it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Arguments for `cargo test`, such as `-p cachectl-core` or a part of a test's name
    #[arg(allow_hyphen_values = true, value_name = "ARGUMENT")]
    cargo: Vec<String>,
    /// Arguments for the tests themselves, such as `--nocapture`
    #[arg(last = true, value_name = "ARGUMENT")]
    tests: Vec<String>,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let mut announce = |notice: &locate::Notice| println!("{notice}");
    let server = locate::find(None, Reach::Package, &mut announce)?;
    println!("server: {}", described(&server));

    let mut missing = Vec::new();
    for need in NEEDS {
        match locate::find(Some(need.feature), Reach::Wheel, &mut announce) {
            Ok(found) => println!("server {}: {}", need.server, described(&found)),
            Err(error) if in_ci() => return Err(error.into()),
            Err(error) => missing.push((need, error)),
        }
    }

    fetch_releases(&mut announce)?;
    install_tools(&mut announce)?;

    let lacking: Vec<Need> = missing.iter().map(|(need, _)| *need).collect();
    let left_out = left_out(&lacking, &args.cargo)?;

    let mut test = cargo::test(&args.cargo);
    test.arg("--").args(&args.tests);
    for name in &left_out {
        test.args(["--skip", name]);
    }
    let outcome = cargo::run(&mut test);
    for (need, error) in &missing {
        let count = left_out.iter().filter(|name| need.is_of(name)).count();
        let tests = if count == 1 { "test that needs" } else { "tests that need" };
        let reason = error.to_string().replace('\n', "; ").replace(";   ", "; ");
        println!("not run: {count} {tests} a server {} ({reason})", need.server);
    }
    outcome
}

/// Fetches the releases that tests ask for by name, so that no test spends its time on that.
fn fetch_releases(announce: &mut dyn FnMut(&locate::Notice)) -> Result<(), Failure> {
    for release in Release::ALL {
        match release.find(Reach::Package, announce) {
            Ok(found) => println!("server of {release}: {}", described(&found)),
            Err(error) if in_ci() => return Err(error.into()),
            Err(error) => println!("{error}\nwithout it some tests will fail"),
        }
    }
    Ok(())
}

/// Installs the programs that tests give something to read.
fn install_tools(announce: &mut dyn FnMut(&locate::Notice)) -> Result<(), Failure> {
    for tool in Tool::OF_TESTS {
        match tool.find(Reach::Package, announce) {
            Ok(path) => println!("{tool}: {}", path.display()),
            Err(missing) if in_ci() => return Err(Failure::other(missing)),
            Err(missing) => println!("{missing}\nwithout it some tests will fail"),
        }
    }
    Ok(())
}

/// Returns the names of the tests that lack what they need.
fn left_out(lacking: &[Need], arguments: &[String]) -> Result<Vec<String>, Failure> {
    if lacking.is_empty() {
        return Ok(Vec::new());
    }
    let mut names = cargo::tests(arguments)?;
    names.retain(|name| lacking.iter().any(|need| need.is_of(name)));
    Ok(names)
}

fn in_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

fn described(server: &Installation) -> String {
    let (major, minor, patch) = server.version();
    let flavour = server.flavour();
    format!("{flavour} {major}.{minor}.{patch} at {}", server.path().display())
}
