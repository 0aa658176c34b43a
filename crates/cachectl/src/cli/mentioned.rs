//! Flags of commands that the command line mentions.

use std::sync::{PoisonError, RwLock};

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, Parser, error::ErrorKind};

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

/// What stands for the flags of a command that is not mentioned. Whoever runs it by an alias makes a
/// mistake at first, whatever flags are given.
const UNDEFINED: &str = "undefined";

fn undefined() -> Arg {
    Arg::new(UNDEFINED).long(UNDEFINED).required(true).hide(true)
}

impl<T: Args> Args for Mentioned<T> {
    fn augment_args(cmd: Command) -> Command {
        if is_mentioned(&cmd) { T::augment_args(cmd) } else { cmd.arg(undefined()) }
    }

    fn augment_args_for_update(cmd: Command) -> Command {
        T::augment_args_for_update(cmd)
    }
}

impl<T: FromArgMatches> FromArgMatches for Mentioned<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        // What is not given is not among them. Whether it is defined is known to debug builds alone.
        if matches.ids().any(|id| id == UNDEFINED) {
            return Err(clap::Error::new(ErrorKind::UnknownArgument));
        }
        T::from_arg_matches(matches).map(|args| Self(Box::new(args)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}
