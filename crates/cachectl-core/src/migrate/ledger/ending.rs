//! How operations end, one by one and counted.

use crate::migrate::{plan_file::Window, report::Accounts};

/// How an operation ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::migrate) enum Ending {
    /// Not at all, yet.
    #[default]
    Open,
    /// The key has its new name.
    Renamed,
    /// The key was not there any more.
    Vanished,
    /// The new name was taken.
    NameTaken,
    /// The server would not.
    Refused,
    /// Nobody can tell whether the key has its new name, or was not there any more.
    Unclear,
}

impl Ending {
    const ALL: [Self; 6] =
        [Self::Open, Self::Renamed, Self::Vanished, Self::NameTaken, Self::Refused, Self::Unclear];

    /// Returns `None` if the code is none of ours.
    pub(super) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Returns whether trying again may change it.
    pub(in crate::migrate) fn is_unsettled(self) -> bool {
        match self {
            Self::Open | Self::NameTaken | Self::Refused => true,
            Self::Renamed | Self::Vanished | Self::Unclear => false,
        }
    }
}

/// Endings, counted. Operations that count for nothing are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::migrate) struct Tally {
    pub(in crate::migrate) renamed: u32,
    pub(in crate::migrate) vanished: u32,
    pub(in crate::migrate) name_taken: u32,
    pub(in crate::migrate) refused: u32,
    pub(in crate::migrate) unclear: u32,
    /// Operations of any kind that were not sent, because the work was stopped, and those that
    /// count for nothing and could not be done.
    pub(in crate::migrate) open: u32,
}

impl Tally {
    pub(in crate::migrate) fn of(window: &Window, endings: &[Ending]) -> Self {
        let mut tally = Self::default();
        for (operation, ending) in window.operations.iter().zip(endings) {
            match (ending, operation.kind.counts()) {
                (Ending::Renamed, true) => tally.renamed += 1,
                (Ending::Vanished, true) => tally.vanished += 1,
                (Ending::NameTaken, true) => tally.name_taken += 1,
                (Ending::Refused, true) => tally.refused += 1,
                (Ending::Unclear, true) => tally.unclear += 1,
                (Ending::Open, _) | (Ending::NameTaken | Ending::Refused, false) => tally.open += 1,
                (Ending::Renamed | Ending::Vanished | Ending::Unclear, false) => {}
            }
        }
        tally
    }

    /// Returns whether an operation could not be done.
    pub(in crate::migrate) fn has_troubles(self) -> bool {
        self.name_taken > 0 || self.refused > 0
    }

    /// Adds to the accounts of a whole migration.
    pub(in crate::migrate) fn add_to(self, accounts: &mut Accounts) {
        accounts.renamed += u64::from(self.renamed);
        accounts.vanished += u64::from(self.vanished);
        accounts.conflicts += u64::from(self.name_taken);
        accounts.failed += u64::from(self.refused);
        accounts.unclear += u64::from(self.unclear);
    }
}
