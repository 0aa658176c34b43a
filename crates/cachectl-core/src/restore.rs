//! Puts the keys of an RDB file back, into any version of server.
//!
//! First [`check()`] reads the whole file and asks which names are taken, and writes nothing; then
//! [`run()`] reads it again and writes. Each value takes the first of the three roads of
//! [`put`](crate::steps::put) that leads it to the server.

mod check;
mod deal;
mod error;
mod functions;
mod lane;
mod pick;
mod recovery;
mod report;
mod room;

use serde::Serialize;

pub use self::{
    check::check,
    error::Error,
    lane::run,
    report::{
        Collision, Counts, Failure, GlobReport, Largest, LeftOut, Libraries, LibraryFailure,
        Preview, Refusal, Report, RuleReport, Sample, ServerReport, Share, Taken,
    },
};
pub use crate::steps::{
    fit::{IfUnfit, Unfit, UnfitParts},
    put::{Proof, Roads},
};
use crate::{
    steps::{pacing::Pacing, rdb_file::RdbFile, selection::Selection},
    values::rule_set::RuleSet,
};

/// What to restore, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The RDB file.
    pub file: RdbFile,
    /// Which of its keys are meant, by their names, types and databases in the file.
    pub selection: Selection,
    /// How the names of the file become those on the server. A key that no rule matches keeps its
    /// name.
    pub rules: Option<RuleSet>,
    /// The database that all keys go to, instead of those that they were in.
    pub into: Option<u64>,
    /// What happens where a name is taken.
    pub on_conflict: OnConflict,
    /// What happens if a glob, a database or a rule fits no key of the file.
    pub if_unfit: IfUnfit,
    /// What happens to the times to live.
    pub ttl: Ttl,
    /// What happens to libraries of functions in the file.
    pub functions: Functions,
    /// Which values are decoded before they are sent.
    pub check_values: CheckValues,
    /// How fast to go.
    pub pacing: Pacing,
}

impl Options {
    /// Restores all keys as they were, and refuses to begin if a name is taken.
    #[must_use]
    pub fn new(file: impl Into<RdbFile>) -> Self {
        Self {
            file: file.into(),
            selection: Selection::default(),
            rules: None,
            into: None,
            on_conflict: OnConflict::default(),
            if_unfit: IfUnfit::default(),
            ttl: Ttl::default(),
            functions: Functions::default(),
            check_values: CheckValues::default(),
            pacing: Pacing::default(),
        }
    }

    /// Returns how far the values of a file are trusted that this proves.
    fn trust(&self, proof: Proof) -> Proof {
        match self.check_values {
            CheckValues::WithoutChecksum => proof,
            CheckValues::All => Proof::None,
        }
    }

    /// Returns whether keys that differ may get one name.
    fn may_rename(&self) -> bool {
        self.into.is_some() || self.rules.is_some()
    }
}

/// What happens where a name is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
    /// Nothing is restored at all.
    #[default]
    Abort,
    /// The key that has the name stays, and ours is not restored.
    Skip,
    /// The key that has the name is lost.
    Replace,
}

/// What happens to the times to live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ttl {
    /// Keys expire when they would have; those whose time is over are not created.
    #[default]
    Keep,
    /// No key expires, not even those whose time is over.
    Drop,
    /// Keys have as much time left as they had when the file was written.
    Shift,
}

/// What happens to libraries of functions in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Functions {
    /// They are left out.
    #[default]
    LeaveOut,
    /// They are loaded on every primary. What happens where a library of the name is there is what
    /// happens where a name is taken.
    Load,
}

/// Which values are decoded before they are sent. What does not decode is damaged, and is not sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CheckValues {
    /// Those of a file without a checksum.
    #[default]
    WithoutChecksum,
    /// All.
    All,
}
