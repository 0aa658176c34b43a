//! Where a value came from.

use std::{fmt, path::PathBuf};

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sourced<T> {
    pub(crate) value: T,
    pub(crate) source: Source,
}

impl<T> Sourced<T> {
    pub(crate) fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }

    pub(crate) fn default(value: T) -> Self {
        Self::new(value, Source::Default)
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A flag of the command line, with its dashes.
    Flag(&'static str),
    /// An environment variable.
    Variable(&'static str),
    /// A context of the configuration file.
    Context { name: String, file: PathBuf },
    /// The configuration file, outside its contexts.
    File(PathBuf),
    /// Nobody said anything else.
    Default,
}

impl Source {
    /// Returns a value that came from here.
    pub(crate) fn gives<T>(&self, value: T) -> Sourced<T> {
        Sourced::new(value, self.clone())
    }

    /// Returns a word for it that programs may branch on.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Flag(_) => "flag",
            Self::Variable(_) => "environment",
            Self::Context { .. } => "context",
            Self::File(_) => "file",
            Self::Default => "default",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
            Self::Context { name, file } => write!(f, "context {name} in {}", file.display()),
            Self::File(file) => write!(f, "{}", file.display()),
            Self::Default => f.write_str("default"),
        }
    }
}
