//! Calling cargo.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cachectl_testkit::locate::target_directory;

use crate::failure::{Failure, succeeded};

/// Returns the root of the workspace.
pub(crate) fn workspace() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = manifest.ancestors().nth(2);
    root.unwrap_or(manifest).to_owned()
}

/// Returns a call of the cargo that runs this program, at the root of the workspace.
pub(crate) fn command<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(workspace());
    // What cargo has said about this package makes build scripts that look at it run again, and
    // half of the dependencies with them.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_about_this_package) {
            command.env_remove(name);
        }
    }
    command
}

fn is_about_this_package(variable: &str) -> bool {
    let prefixes = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
    variable == "CARGO" || prefixes.iter().any(|prefix| variable.starts_with(prefix))
}

/// Runs a program to its end, with its output where it belongs.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let program = command.get_program().display().to_string();
    let status = command.status();
    status
        .map_err(|error| Failure::other(format!("cannot run `{program}`: {error}")))
        .and_then(succeeded)
}

/// Builds the binary of a package as it is used every day, and returns where it is.
pub(crate) fn release_binary(package: &str) -> Result<PathBuf, Failure> {
    run(&mut command(["build", "--release", "--quiet", "--package", package]))?;
    Ok(target_directory().join("release").join(package))
}

/// Returns a call of `cargo test`, for the whole workspace unless `arguments` name a package.
pub(crate) fn test(arguments: &[String]) -> Command {
    let package =
        |argument: &String| argument.starts_with("-p") || argument.starts_with("--package");
    let mut test = command(["test"]);
    if !arguments.iter().any(package) {
        test.arg("--workspace");
    }
    test.args(arguments);
    test
}

/// Returns the names of the tests that `cargo test` would run with these arguments.
///
/// Building them is what takes the time, and has not to be done again for running them.
pub(crate) fn tests(arguments: &[String]) -> Result<Vec<String>, Failure> {
    let mut list = test(arguments);
    list.args(["--", "--list", "--format", "terse"]).stderr(Stdio::inherit());
    let output = list.output().map_err(Failure::other)?;
    succeeded(output.status)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
    Ok(names.map(str::to_owned).collect())
}
