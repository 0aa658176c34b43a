//! Flags about which keys are meant.

use cachectl_core::{
    steps::{fit::IfUnfit, selection::Selection},
    values::{glob::Glob, key_type::KeyType},
};
use clap::Args;

use crate::{parse, settings::Settings};

/// Which keys are meant.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Keys")]
pub(crate) struct KeyArgs {
    /// Only keys that this glob matches (can be repeated) [default: all names]
    ///
    /// As in `KEYS`: `*`, `?`, `[a-z]`, `[^a]`, and a backslash before what stands for itself.
    #[arg(long = "match", value_name = "GLOB")]
    patterns: Vec<String>,
    /// Only keys of this type (can be repeated) [default: all types]
    ///
    /// One of string, list, set, zset, hash, stream, module, array.
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<KeyType>,
    /// Only keys of this database (can be repeated) [default: all databases]
    ///
    /// On a server whose address or context names a database other than 0, the default is that one.
    // The same id as the global option, which means one database and takes the first of these.
    #[arg(
        id = "db",
        long = "db",
        value_name = "N",
        value_parser = parse::database,
        help_heading = "Keys"
    )]
    databases: Vec<i64>,
}

impl KeyArgs {
    /// Returns whether nothing is said. A database may stand before the command just as well.
    pub(crate) fn is_empty(&self) -> bool {
        self.patterns.is_empty() && self.types.is_empty()
    }

    /// Returns the database that the address names and these flags do not: a command about a file
    /// has to be told which of its keys are meant.
    pub(crate) fn database_to_name(&self, settings: &Settings) -> Option<i64> {
        let named = settings.connection.db.as_ref().map_or(0, |db| db.value);
        (named != 0 && self.databases.is_empty()).then_some(named)
    }

    /// Returns what they mean.
    pub(crate) fn selection(&self) -> Selection {
        let databases = self.databases.iter().filter_map(|number| u64::try_from(*number).ok());
        Selection {
            patterns: self.patterns.iter().map(|glob| Glob::new(glob.as_bytes())).collect(),
            types: self.types.iter().copied().collect(),
            databases: databases.collect(),
        }
    }
}

/// What happens if a part of what is asked for fits no key.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct EmptyArgs {
    /// Go on where a glob, a database or a rule fits no key
    ///
    /// Without it that is taken for a slip and refused, with exit 77.
    #[arg(long, help_heading = "Safety")]
    allow_empty: bool,
}

impl EmptyArgs {
    /// Returns whether nothing is said.
    pub(crate) fn is_empty(self) -> bool {
        !self.allow_empty
    }

    /// Returns what they mean.
    pub(crate) fn if_unfit(self) -> IfUnfit {
        if self.allow_empty { IfUnfit::Report } else { IfUnfit::Refuse }
    }
}
