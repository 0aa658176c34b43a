//! What is printed where: the result on stdout, everything else on stderr.

pub(crate) mod clip;
pub(crate) mod count;
pub(crate) mod departure;
pub(crate) mod list;
pub(crate) mod plain;
pub(crate) mod render;
pub(crate) mod repeated;
pub(crate) mod shell;
pub(crate) mod table;
pub(crate) mod words;

use std::{
    fmt::Display,
    io::{self, Write as _},
    sync::OnceLock,
};

use serde::Serialize;

use self::{
    departure::Form,
    plain::{Line, Plain},
    render::Render,
};
use crate::{
    cli::{ConsoleArgs, Format, ReportFormat},
    error::CliError,
};

/// How wide text is where there is no terminal to fit it to.
const USUAL_COLUMNS: usize = 100;

static COLUMNS: OnceLock<usize> = OnceLock::new();

/// Finds out how wide the terminal is, if there is one.
pub(crate) fn measure() {
    let terminals = [console::Term::stdout(), console::Term::stderr()];
    let size = terminals.iter().filter(|it| it.is_term()).find_map(console::Term::size_checked);
    if let Some((_, columns)) = size {
        // It is measured once, at the start.
        COLUMNS.set(usize::from(columns)).ok();
    }
}

/// Returns how many columns a line of a table may take.
pub(crate) fn columns() -> usize {
    COLUMNS.get().copied().unwrap_or(USUAL_COLUMNS)
}

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
        let (text, form) = self.written(result)?;
        write(&text, form)
    }

    /// Prints the result of a command on stderr, where stdout is what the result is about.
    pub(crate) fn emit_beside<R: Render>(self, result: &R) -> Result<(), CliError> {
        let (text, form) = self.written(result)?;
        let text = departure::of(&String::from_utf8_lossy(&text), form).into_owned();
        // With stderr gone there is nobody to tell.
        io::stderr().write_all(text.as_bytes()).ok();
        Ok(())
    }

    /// Writes a result down as it is wanted.
    fn written<R: Render>(self, result: &R) -> Result<(Vec<u8>, Form), CliError> {
        Ok(match self.format.of_a_report()? {
            ReportFormat::Human => {
                (for_people(result).map_err(CliError::Stdout)?.into_bytes(), Form::Text)
            }
            ReportFormat::Json => (document(result)?, Form::Json),
        })
    }

    /// Prints one of several results, each on a line of its own if they are for programs.
    pub(crate) fn emit_lines<R: Render>(results: &[R]) -> Result<(), CliError> {
        let mut text = Vec::new();
        for result in results {
            serde_json::to_writer(&mut text, &render::Document::of(result))
                .map_err(CliError::Json)?;
            text.push(b'\n');
        }
        write(&text, Form::Json)
    }

    /// Says something that is not the result.
    pub(crate) fn note(self, text: impl Display) {
        if !self.is_quiet() {
            say(text);
        }
    }

    /// Says something that the operator should look into.
    pub(crate) fn warn(self, text: impl Display) {
        if !self.is_quiet() {
            say_labelled(Label::Warning, text);
        }
    }

    /// Shows a result on stderr, as part of a dialogue.
    pub(crate) fn show<R: Render>(result: &R) {
        if let Ok(text) = for_people(result) {
            // With stderr gone there is nobody to tell.
            io::stderr().write_all(text.as_bytes()).ok();
        }
    }
}

/// Returns a result as text that a terminal can be trusted with.
fn for_people<R: Render>(result: &R) -> io::Result<String> {
    let mut text = Vec::new();
    result.human(&mut text)?;
    Ok(Plain(String::from_utf8_lossy(&text)).to_string())
}

fn document<R: Render + Serialize>(result: &R) -> Result<Vec<u8>, CliError> {
    let document = render::Document::of(result);
    let mut text = serde_json::to_vec_pretty(&document).map_err(CliError::Json)?;
    text.push(b'\n');
    Ok(text)
}

/// Whether somebody still reads what is written to stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    There,
    /// It has seen enough, such as `head`.
    Gone,
}

/// Writes to stdout. A reader that has seen enough is no failure.
pub(crate) fn write(text: &[u8], form: Form) -> Result<(), CliError> {
    write_on(text, form).map(|_| ())
}

/// Writes to stdout what more is to follow, and tells whether that still makes sense.
pub(crate) fn write_on(text: &[u8], form: Form) -> Result<Reader, CliError> {
    let text = String::from_utf8_lossy(text);
    let text = departure::of(&text, form);
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(Reader::There),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(error) => Err(CliError::Stdout(error)),
    }
}

/// Writes a line for people to stderr. With stderr gone there is nobody to tell.
pub(crate) fn say(text: impl Display) {
    writeln!(io::stderr(), "{}", Plain(text)).ok();
}

/// Writes a line of JSON to stderr, which escapes in its own way.
pub(crate) fn say_json(line: &str) {
    writeln!(io::stderr(), "{}", departure::of(line, Form::Json)).ok();
}

/// What a line on stderr is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    Error,
    Warning,
    Hint,
}

/// Writes a line to stderr that says first what it is, in colour where there are colours.
pub(crate) fn say_labelled(label: Label, text: impl Display) {
    let label = match label {
        Label::Error => console::style("error:").red(),
        Label::Warning => console::style("warning:").yellow(),
        Label::Hint => console::style("hint:").cyan(),
    };
    writeln!(io::stderr(), "{} {}", label.bold().for_stderr(), Line(text)).ok();
}
