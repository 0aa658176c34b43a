//! Protected contexts, whichever file they stand in.

use std::path::PathBuf;

use super::{
    Settings,
    env::Environment,
    error::Error,
    file::{Files, Found, Origin},
    layer::Address,
};
use crate::cli::ConnectionArgs;

/// A protected context.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    pub(crate) name: String,
    /// The file that it stands in.
    pub(crate) file: PathBuf,
    pub(crate) origin: Origin,
    pub(crate) address: Address,
}

/// Returns all protected contexts, those of the file in force first.
pub(super) fn of(in_force: Option<&Found>, own: Option<&Found>) -> Vec<Guard> {
    let files = in_force.into_iter().chain(own);
    files
        .flat_map(|found| {
            let contexts = found.file.contexts.iter();
            contexts.filter(|(_, context)| context.is_protected()).map(|(name, context)| Guard {
                name: name.clone(),
                file: found.path.clone(),
                origin: found.origin,
                address: context.address().clone(),
            })
        })
        .collect()
}

/// Whether the servers of a protected context may be asked who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MayBeAsked {
    Yes,
    /// Its file was only found beside what is worked on.
    No,
    /// Others may have written the file in which the user's own protection stands.
    NotTrusted,
}

impl Guard {
    /// Returns whether its servers may be asked who they are. Whoever wrote the file of a directory
    /// does not decide whom we connect to, unless we work with it.
    pub(crate) fn may_be_asked(&self) -> MayBeAsked {
        match self.origin {
            Origin::Flag | Origin::Variable | Origin::Own => MayBeAsked::Yes,
            Origin::WorkingDirectory => MayBeAsked::No,
            Origin::OwnOfOthers => MayBeAsked::NotTrusted,
        }
    }

    /// Returns what its file says about it, and nothing else: flags and variables are about other
    /// servers.
    pub(crate) fn settings(&self) -> Result<Settings, Error> {
        let flags = ConnectionArgs {
            context: Some(self.name.clone()),
            config: Some(self.file.clone()),
            ..ConnectionArgs::default()
        };
        let files = Files::again(&self.file, self.origin)?;
        Settings::merged(&flags, &Environment::default(), files)
    }
}
