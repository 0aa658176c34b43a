//! Flags of commands that the command line mentions.

use std::sync::{PoisonError, RwLock};

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, Parser};

/// The words of the command line, where flags are defined for those commands alone.
static WORDS: RwLock<Option<Vec<String>>> = RwLock::new(None);

/// The arguments of a command, which are defined only if its name is among the words.
///
/// There are hundreds of flags, most of them of other commands. To define them takes more memory and
/// time than all the rest of a short `health`.
#[derive(Debug)]
pub(crate) struct Mentioned<T>(pub(crate) Box<T>);

/// Reads the command line of this process. Whoever makes a mistake, or asks for help, is answered
/// out of all that there is.
pub(crate) fn parse<P: Parser>() -> Result<P, clap::Error> {
    let words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    define_for(Some(words.collect()));
    let parsed = P::try_parse();
    define_for(None);
    parsed.or_else(|_| P::try_parse())
}

fn define_for(words: Option<Vec<String>>) {
    *WORDS.write().unwrap_or_else(PoisonError::into_inner) = words;
}

fn is_mentioned(command: &Command) -> bool {
    let words = WORDS.read().unwrap_or_else(PoisonError::into_inner);
    words.as_ref().is_none_or(|words| words.iter().any(|word| word == command.get_name()))
}

/// A flag that nobody gives: whoever runs the command by an alias makes a mistake at first.
fn undefined() -> Arg {
    Arg::new("undefined").long("undefined").required(true).hide(true)
}

impl<T: Args> Args for Mentioned<T> {
    fn augment_args(command: Command) -> Command {
        if is_mentioned(&command) { T::augment_args(command) } else { command.arg(undefined()) }
    }

    fn augment_args_for_update(command: Command) -> Command {
        T::augment_args_for_update(command)
    }
}

impl<T: FromArgMatches> FromArgMatches for Mentioned<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        T::from_arg_matches(matches).map(|args| Self(Box::new(args)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}
