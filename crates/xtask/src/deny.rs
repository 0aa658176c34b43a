//! What the project depends on: licences, sources, bans and known vulnerabilities.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use cachectl_testkit::locate::target_directory;

use crate::cargo;
use crate::failure::Failure;

/// The release of cargo-deny that `deny.toml` is written for.
const VERSION: &str = "0.20.2";

/// Check what the project depends on, by deny.toml
///
/// Installs cargo-deny below target/ if it is not there. Known vulnerabilities are checked where
/// the database of `RustSec` can be had, and it is said where it cannot.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Fail as well if the database of vulnerabilities cannot be had
    #[arg(long)]
    advisories: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let program = installed()?;
    let deny = |arguments: &[&str]| {
        let mut deny = Command::new(&program);
        deny.current_dir(cargo::workspace()).args(arguments);
        deny
    };
    cargo::run(&mut deny(&["check", "licenses", "bans", "sources"]))?;
    let fetched = deny(&["fetch", "db"]).stderr(Stdio::null()).status().map_err(Failure::other)?;
    if fetched.success() {
        return cargo::run(&mut deny(&["check", "--disable-fetch", "advisories"]));
    }
    let words = "known vulnerabilities are not checked: the database of RustSec cannot be had";
    if args.advisories {
        return Err(Failure::other(words));
    }
    println!("{words}");
    Ok(())
}

/// Returns the program, which is built first if it is not there.
fn installed() -> Result<PathBuf, Failure> {
    let place = target_directory().join("tools").join(format!("cargo-deny-{VERSION}"));
    let program = place.join("bin").join("cargo-deny");
    if !program.exists() {
        println!("installing cargo-deny {VERSION}");
        // Optimised it would take much longer to build than it runs.
        let mut install = cargo::command(["install", "--quiet", "--debug", "--locked"]);
        install.args(["--version", VERSION, "cargo-deny", "--root"]).arg(&place);
        cargo::run(&mut install)?;
    }
    Ok(program)
}
