//! What the words of the command line name: a file, or servers.

use std::path::Path;

use cachectl_core::{diff, steps::rdb_file::RdbFile, values::endpoint::ConnectionUrl};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    app::{self, App},
    cli::{ConnectionArgs, FileArgs},
    error::CliError,
    hints::Situation,
    settings::{Settings, error::shown},
};

/// What one word names.
#[derive(Debug)]
pub(super) enum Side {
    /// An RDB file.
    File(RdbFile),
    /// Servers, and how to speak to them.
    Server(Box<Servers>),
}

/// Servers, and how to speak to them.
#[derive(Debug)]
pub(super) struct Servers {
    pub(super) settings: Settings,
    pub(super) situation: Situation,
}

/// Why a word names nothing that can be compared.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadSide {
    #[error("`{}` is neither a file, nor a URL, nor `context:NAME`, nor `-`", shown(.name))]
    Unknown { name: String, contexts: Vec<String> },
    #[error("`{name}` is a file, and a context as well")]
    Ambiguous { name: String },
    #[error("side {side} is no usable URL: {reason}")]
    Url { side: diff::Name, reason: String },
    #[error("both sides are the server that every other command would speak to")]
    Same,
    #[error("`{flag}` names a server, and neither side is `-`")]
    Unused { flag: &'static str },
}

/// Finds out what the words name, before any server is bothered.
pub(super) fn both(
    (a, b): (&SecretString, Option<&SecretString>),
    flags: &ConnectionArgs,
    reading: FileArgs,
    app: &App,
) -> Result<(Side, Side), CliError> {
    let (a, b) = (a.expose_secret(), b.map_or("-", |b| b.expose_secret()));
    match (a, b) {
        ("-", "-") => return Err(BadSide::Same.into()),
        ("-", _) | (_, "-") => {}
        _ => refuse_unused(flags)?,
    }
    let words = Words { flags, reading, app };
    Ok((words.side(a, diff::Name::A)?, words.side(b, diff::Name::B)?))
}

/// A flag that names a server which nobody is going to ask is a mistake.
fn refuse_unused(flags: &ConnectionArgs) -> Result<(), BadSide> {
    let named = [
        (flags.url.is_some(), "--url"),
        (flags.context.is_some(), "--context"),
        (!flags.sentinels.is_empty(), "--sentinel"),
    ];
    match named.into_iter().find(|(is_given, _)| *is_given) {
        Some((_, flag)) => Err(BadSide::Unused { flag }),
        None => Ok(()),
    }
}

struct Words<'a> {
    flags: &'a ConnectionArgs,
    reading: FileArgs,
    app: &'a App,
}

impl Words<'_> {
    /// Decides what a word names.
    ///
    /// | word | names |
    /// |---|---|
    /// | `-` | the usual server |
    /// | `context:NAME` | a context |
    /// | `SCHEME://…` | a server |
    /// | the name of a file and of a context | nothing: it is refused |
    /// | the name of a file | that file |
    /// | the name of a context | a context |
    fn side(&self, word: &str, side: diff::Name) -> Result<Side, CliError> {
        if word == "-" {
            return self.server(self.flags);
        }
        if let Some(name) = word.strip_prefix("context:") {
            return self.context(name);
        }
        if word.contains("://") {
            return self.url(word, side);
        }
        let is_context = self.app.settings.contexts.iter().any(|name| name == word);
        match (Path::new(word).exists(), is_context) {
            (true, true) => Err(BadSide::Ambiguous { name: word.to_owned() }.into()),
            (true, false) => file(word, side, self.reading),
            (false, true) => self.context(word),
            (false, false) => {
                let contexts = self.app.settings.contexts.clone();
                Err(BadSide::Unknown { name: word.to_owned(), contexts }.into())
            }
        }
    }

    fn url(&self, word: &str, side: diff::Name) -> Result<Side, CliError> {
        let url = ConnectionUrl::parse(word);
        // The word is not repeated: it may hold a password.
        url.map_err(|error| BadSide::Url { side, reason: error.to_string() })?;
        self.server(&ConnectionArgs {
            url: Some(SecretString::from(word)),
            context: None,
            sentinels: Vec::new(),
            ..self.flags.clone()
        })
    }

    fn context(&self, name: &str) -> Result<Side, CliError> {
        self.server(&ConnectionArgs {
            url: None,
            context: Some(name.to_owned()),
            sentinels: Vec::new(),
            ..self.flags.clone()
        })
    }

    fn server(&self, flags: &ConnectionArgs) -> Result<Side, CliError> {
        let settings = Settings::resolve(flags)?;
        // What is careless about the usual server as well was warned of at the start.
        app::alarm(&settings);
        let known = self.app.settings.warnings();
        for warning in settings.warnings().into_iter().filter(|it| !known.contains(it)) {
            self.app.output.warn(warning);
        }
        Ok(Side::Server(Box::new(Servers { settings, situation: Situation::of(flags) })))
    }
}

/// Takes a file, if it begins as an RDB file does: the rest is read when its turn comes.
fn file(word: &str, side: diff::Name, reading: FileArgs) -> Result<Side, CliError> {
    let file = RdbFile::at(word).read_as(reading.strictness());
    match file.open() {
        Ok(_) => Ok(Side::File(file)),
        Err(source) => Err(diff::Error::File { side, source }.into()),
    }
}

impl Side {
    /// Connects to the servers.
    pub(super) async fn open(&self, app: &App) -> Result<diff::Side, CliError> {
        match self {
            Self::File(file) => Ok(file.clone().into()),
            Self::Server(servers) => {
                let opened = app.open_as(&servers.settings).await;
                Ok(opened.map_err(|error| self.advised(error))?.into())
            }
        }
    }

    /// Returns an error of this side with what advice about it depends on.
    pub(super) fn advised(&self, error: CliError) -> CliError {
        match self.situation() {
            None => error,
            Some(situation) => CliError::Elsewhere(Box::new(error), Box::new(situation.clone())),
        }
    }

    /// Returns what advice about its servers depends on.
    pub(super) fn situation(&self) -> Option<&Situation> {
        match self {
            Self::File(_) => None,
            Self::Server(servers) => Some(&servers.situation),
        }
    }
}
