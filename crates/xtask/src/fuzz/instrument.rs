//! Building a target so that libFuzzer sees which way an input takes.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use cachectl_testkit::locate::target_directory;

use super::PACKAGE;
use crate::cargo;
use crate::failure::Failure;

/// What `cargo fuzz` asks of a nightly toolchain, as far as a stable one can do it: counters on
/// every edge and a look at comparisons. What is missing is the address sanitizer, which finds
/// nothing where there is no unsafe code.
const FLAGS: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "--cfg=fuzzing",
];

/// Builds a target, and returns the program.
pub(super) fn build(target: &str) -> Result<PathBuf, Failure> {
    let host = host()?;
    let place = target_directory().join("fuzz").join("build");
    let mut build = cargo::command(["build", "--release", "--quiet"]);
    build.arg("--manifest-path").arg(cargo::workspace().join(PACKAGE).join("Cargo.toml"));
    build.arg("--target-dir").arg(&place).args(["--bin", target]);
    // Where a platform is named, build scripts and macros are built without the flags.
    build.args(["--target", &host]).env("RUSTFLAGS", FLAGS.join(" "));
    build.env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo::run(&mut build)?;
    Ok(place.join(host).join("release").join(target))
}

/// Returns the platform of the compiler.
fn host() -> Result<String, Failure> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let said = Command::new(rustc).arg("-vV").output().map_err(Failure::other)?;
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Failure::other("rustc does not name its platform"))
}
