//! What is printed where: the result on stdout, everything else on stderr.

pub(crate) mod clip;
pub(crate) mod count;
pub(crate) mod list;
pub(crate) mod render;
pub(crate) mod shell;
pub(crate) mod table;
pub(crate) mod words;

use std::{
    fmt::Display,
    io::{self, Write as _},
};

use serde::Serialize;

use crate::{
    cli::{ConsoleArgs, Format, ReportFormat},
    error::CliError,
    output::render::Render,
};

/// Prints results, notes and warnings as they were asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    format: Format,
    loudness: Loudness,
}

/// How much is said beside the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loudness {
    /// Errors only.
    Quiet,
    /// Notes and warnings as well.
    Normal,
}

impl Output {
    pub(crate) fn new(console: &ConsoleArgs) -> Self {
        let loudness = if console.quiet { Loudness::Quiet } else { Loudness::Normal };
        Self { format: console.format(), loudness }
    }

    pub(crate) fn format(self) -> Format {
        self.format
    }

    pub(crate) fn is_quiet(self) -> bool {
        self.loudness == Loudness::Quiet
    }

    /// Prints the result of a command.
    pub(crate) fn emit<R: Render>(self, result: &R) -> Result<(), CliError> {
        let mut text = Vec::new();
        match self.format.of_a_report()? {
            ReportFormat::Human => result.human(&mut text).map_err(CliError::Stdout)?,
            ReportFormat::Json => document(&mut text, result)?,
        }
        write(&text)
    }

    /// Prints one of several results, each on a line of its own if they are for programs.
    pub(crate) fn emit_lines<R: Render>(results: &[R]) -> Result<(), CliError> {
        let mut text = Vec::new();
        for result in results {
            serde_json::to_writer(&mut text, &render::Document::of(result))
                .map_err(CliError::Json)?;
            text.push(b'\n');
        }
        write(&text)
    }

    /// Says something that is not the result.
    pub(crate) fn note(self, text: impl Display) {
        if !self.is_quiet() {
            say(text);
        }
    }

    /// Says something that the operator should look into.
    pub(crate) fn warn(self, text: impl Display) {
        let label = console::style("warning:").yellow().bold().for_stderr();
        self.note(format_args!("{label} {text}"));
    }

    /// Shows a result on stderr, as part of a dialogue.
    pub(crate) fn show<R: Render>(result: &R) {
        let mut text = Vec::new();
        if result.human(&mut text).is_ok() {
            // With stderr gone there is nobody to tell.
            io::stderr().write_all(&text).ok();
        }
    }
}

fn document<R: Render + Serialize>(text: &mut Vec<u8>, result: &R) -> Result<(), CliError> {
    serde_json::to_writer_pretty(&mut *text, &render::Document::of(result))
        .map_err(CliError::Json)?;
    text.push(b'\n');
    Ok(())
}

/// Whether somebody still reads what is written to stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    There,
    /// It has seen enough, such as `head`.
    Gone,
}

/// Writes to stdout. A reader that has seen enough is no failure.
pub(crate) fn write(text: &[u8]) -> Result<(), CliError> {
    write_on(text).map(|_| ())
}

/// Writes to stdout what more is to follow, and tells whether that still makes sense.
pub(crate) fn write_on(text: &[u8]) -> Result<Reader, CliError> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(Reader::There),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(error) => Err(CliError::Stdout(error)),
    }
}

/// Writes a line to stderr. With stderr gone there is nobody to tell.
pub(crate) fn say(text: impl Display) {
    writeln!(io::stderr(), "{text}").ok();
}
