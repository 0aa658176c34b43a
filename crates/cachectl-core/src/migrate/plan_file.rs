//! The sealed plan: everything that will be done, in the order in which it may be done.
//!
//! ```text
//! magic (16 bytes)
//! for every primary:  sections, then END_OF_LANE
//!     a section:      its level (u32), operations, then END_OF_SECTION
//! manifest (JSON)
//! where the manifest begins (u64), SHA-256 of everything before it (32 bytes)
//! ```
//!
//! The operations of one section share no name, so they can be sent, and sent again, in any order.
//! A section begins only when the one before it is finished, and durably so.

pub(super) mod operation;
mod reader;
mod writer;

pub(super) use self::{
    operation::{Kind, NameLinks, Operation, Window},
    reader::{LaneReader, Place, SealedPlan, WINDOW, hex, parse_hex, short},
    writer::PlanWriter,
};

use serde::{Deserialize, Serialize};

use super::{ledger::Moment, options::OnConflict};
use crate::server::identity::Identity;

pub(super) const MAGIC: &[u8; 16] = b"cachectl-plan/1\n";
/// Stands where an operation would begin, after the last of a section.
const END_OF_SECTION: u8 = 0xff;
/// Stands where a level would, after the last section of a primary.
const END_OF_LANE: u32 = u32::MAX;
/// The manifest's place and the seal.
const TRAILER: u64 = 8 + 32;

/// What a plan says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// When it was sealed, as RFC 3339 in UTC.
    pub(super) sealed_at: String,
    /// Makes the names of its temporary and stashed keys its own.
    pub(super) nonce: String,
    /// The rules, as text.
    pub(super) rules: Vec<String>,
    pub(super) on_conflict: OnConflict,
    pub(super) db: i64,
    pub(super) cluster: bool,
    /// One for every primary.
    pub(super) lanes: Vec<Lane>,
    /// On the way back, what it is the way back of.
    #[serde(default)]
    pub(super) origin: Option<Origin>,
    /// Why it must not be applied, if so.
    pub(super) refused: Option<String>,
    /// The report that was made with it.
    pub(super) report: serde_json::Value,
}

impl Manifest {
    /// Returns how many keys get a new name.
    pub(super) fn planned(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.planned).sum()
    }
}

/// What a way back is the way back of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Origin {
    /// The seal of the plan of the way forward, in hexadecimal.
    seal: String,
    /// The moment of the way forward at which each lane was.
    pub(super) moments: Vec<Moment>,
    /// How many steps earlier ways back had, which were given up.
    #[serde(default)]
    pub(super) given_up: u64,
}

impl Origin {
    pub(super) fn new(seal: &[u8; 32], moments: Vec<Moment>, given_up: u64) -> Self {
        Self { seal: hex(seal), moments, given_up }
    }

    pub(super) fn seal(&self) -> Option<[u8; 32]> {
        parse_hex(&self.seal)
    }
}

/// The part of a plan that one primary does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Lane {
    /// The primary's address when the plan was made.
    pub(super) endpoint: String,
    pub(super) identity: Identity,
    /// What the cluster calls the primary.
    pub(super) cluster_id: Option<String>,
    /// The slots it served, as first and last.
    pub(super) slots: Vec<(u16, u16)>,
    /// Where its sections begin.
    pub(super) offset: u64,
    /// How many operations it has.
    pub(super) operations: u64,
    /// How many of its operations share a name with others, or move a key that is in the way: names
    /// alone do not tell what became of them.
    pub(super) bound: u64,
    /// How many of its keys get a new name. A cycle takes one operation more than it has keys.
    pub(super) planned: u64,
}
