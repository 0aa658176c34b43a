//! The `cachectl` binary as a library, so that the project's own tools can ask it for its command
//! line and its tables. It knows terminals; everything it does with caches is in `cachectl-core`.

mod app;
mod cli;
mod commands;
mod confirm;
mod error;
pub mod exit;
#[cfg(fuzzing)]
pub mod fuzzing;
mod guard;
mod hints;
mod logging;
mod output;
mod parse;
mod process;
mod progress;
mod rules;
mod settings;
mod signals;
mod target_file;
mod yaml;

use std::{env, ffi::OsString, io, process::ExitCode};

use clap::{
    CommandFactory as _,
    error::{ContextKind, ContextValue},
};
use tokio::runtime::{Builder, Runtime};

use crate::{
    cli::{Cli, ColorChoice},
    commands::{Threads, health::plugin},
    error::CliError,
    exit::{Ending, ExitCode as Code},
    hints::Situation,
    output::repeated,
    signals::Signals,
};

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    process::report_panics();
    repeated::remember(env::args_os());
    let cli = match cli::parse::<Cli>() {
        Ok(cli) => cli,
        Err(error) => return refuse(&without_address(error), env::args_os()).into(),
    };
    colour(cli.global.console.color.unwrap_or_default());
    output::measure();
    logging::start(cli.global.console.verbose);
    // Only an earlier default is refused, and that one would do as well.
    rustls::crypto::ring::default_provider().install_default().ok();
    // A panic has been told by its hook.
    let ending = std::panic::catch_unwind(|| run(cli));
    ending.map_or(Code::Internal, exit::code).into()
}

/// Returns the command line, for completions and manual pages.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Returns the table of environment variables as Markdown, for the documentation.
#[must_use]
pub fn environment_table() -> String {
    settings::table()
}

/// Returns what can be found about a server as Markdown, for the documentation.
#[must_use]
pub fn health_checks() -> String {
    commands::health::reference()
}

/// Returns the JSON schemas of the documents of `health`, by the names of their files.
#[must_use]
pub fn health_schemas() -> Vec<(&'static str, String)> {
    commands::health::schemas()
}

/// Returns the metrics that `health serve` has as Markdown, for the documentation.
#[must_use]
pub fn metrics() -> String {
    commands::health::metrics_reference()
}

fn run(cli: Cli) -> Ending {
    let situation = Situation::of(&cli.global.connection);
    let runtime = match runtime(cli.command.threads()).map_err(CliError::Runtime) {
        Ok(runtime) => runtime,
        Err(error) => return error::conclude(Err(error), None, &situation),
    };
    let ending = runtime.block_on(async {
        let signals = Signals::default();
        let result = cli.command.run(&cli.global, &signals).await;
        error::conclude(result, signals.received(), &situation)
    });
    // Nothing that still runs may hold up the end.
    runtime.shutdown_background();
    ending
}

/// Starts what commands run on.
fn runtime(threads: Threads) -> io::Result<Runtime> {
    process::raise_limits()?;
    let mut builder = match threads {
        Threads::One => Builder::new_current_thread(),
        Threads::Several => {
            let mut builder = Builder::new_multi_thread();
            builder.worker_threads(2);
            builder
        }
    };
    builder.enable_all().build()
}

/// Takes an address out that was not understood: it may be a URL, and a password in it.
fn without_address(mut error: clap::Error) -> clap::Error {
    let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string);
    if argument.is_some_and(|argument| argument.starts_with("--sentinel")) {
        error.insert(ContextKind::InvalidValue, ContextValue::String("***".to_owned()));
    }
    error
}

/// Prints what clap has to say, which may be the help that was asked for.
fn refuse(error: &clap::Error, arguments: impl Iterator<Item = OsString>) -> Code {
    if !error.use_stderr() {
        return match error.print() {
            Err(gone) if gone.kind() != io::ErrorKind::BrokenPipe => {
                output::say_labelled(output::Label::Error, CliError::Stdout(gone));
                Code::Output
            }
            _ => Code::Good,
        };
    }
    print(error);
    if plugin::is_meant(arguments) {
        return plugin::refuse(&repeated::hidden(&error.to_string()));
    }
    Code::Usage
}

/// Prints a mistake as clap does, unless what it repeats of the command line would drive the
/// terminal, give orders to what runs us, or may be a password.
fn print(error: &clap::Error) {
    let said = error.to_string();
    let departing = repeated::hidden(&said);
    if departing == said && output::plain::Plain(&said).to_string() == said {
        // With nobody to read it there is nobody to tell.
        error.print().ok();
    } else {
        output::say(departing);
    }
}

fn colour(choice: ColorChoice) {
    match choice {
        ColorChoice::Auto => {}
        ColorChoice::Always => console::set_colors_enabled_stderr(true),
        ColorChoice::Never => console::set_colors_enabled_stderr(false),
    }
}
