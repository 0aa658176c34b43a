//! Flags about how to talk to whoever started us.

use clap::{ArgAction, Args, ValueEnum};

use crate::error::CliError;

/// How to talk to whoever started us.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct ConsoleArgs {
    /// How to print the result [default: human]
    ///
    /// The result goes to stdout, everything else to stderr. Errors are text in every format, and
    /// a command that gives up may leave stdout empty.
    #[arg(id = "output", short, long = "output", global = true, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Print the result and errors only
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Log what happens; twice for more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// How to show progress, on stderr [default: auto]
    #[arg(long, global = true, value_name = "STYLE")]
    pub(crate) progress: Option<ProgressStyle>,
    /// Do not ask for confirmation
    ///
    /// A protected context wants --expect besides.
    #[arg(short, long, global = true)]
    pub(crate) yes: bool,
    /// When to use colours [default: auto]
    #[arg(long, global = true, value_name = "WHEN")]
    pub(crate) color: Option<ColorChoice>,
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text to read; it may change with any release
    #[default]
    Human,
    /// One JSON document with a `schema`; it only grows
    Json,
    /// One JSON document a line (`migrate list` and `health --watch` only)
    Jsonl,
    /// One line with performance data for Nagios and its kin (`health` only)
    Nagios,
    /// Metrics in the text format of Prometheus (`health` only)
    Prometheus,
    /// An XML report of tests, as CI systems read it (`health` only)
    Junit,
    /// Annotations of a GitHub workflow (`health` only)
    Github,
}

/// How progress is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressStyle {
    /// A bar on a terminal, else lines
    #[default]
    Auto,
    /// A bar with rate and remaining time
    Bar,
    /// A line every 10 seconds
    Lines,
    /// A JSON document a line
    Json,
    /// Nothing
    None,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl ConsoleArgs {
    /// Returns how results are printed.
    pub(crate) fn format(&self) -> Format {
        self.format.unwrap_or_default()
    }

    /// Tells whoever wants lines that a report is one document, before anything is done.
    pub(crate) fn refuse_lines(&self) -> Result<(), CliError> {
        self.format().of_a_report().map(drop)
    }
}

impl Format {
    /// Returns the same format if every report has it.
    pub(crate) fn of_a_report(self) -> Result<ReportFormat, CliError> {
        match self {
            Self::Human => Ok(ReportFormat::Human),
            Self::Json => Ok(ReportFormat::Json),
            Self::Jsonl => Err(CliError::NotInLines),
            Self::Nagios | Self::Prometheus | Self::Junit | Self::Github => {
                Err(CliError::OnlyForHealth)
            }
        }
    }
}

/// The formats that every report has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReportFormat {
    /// Text to read.
    Human,
    /// One JSON document.
    Json,
}
