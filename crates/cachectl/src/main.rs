//! The `cachectl` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    cachectl::main()
}
