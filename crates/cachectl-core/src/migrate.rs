//! Renames keys in place: plan, apply with a journal, converge, verify, roll back.

mod apply;
mod blocking;
pub mod error;
mod fence;
mod fields;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod journal;
mod keep;
mod ledger;
mod marker;
pub mod options;
mod plan;
mod plan_file;
mod presence;
mod preview;
mod recognise;
mod recovery;
pub mod report;
mod rollback;
pub mod store;
mod survey;
mod transaction;
mod unclear;
mod verify;

pub use apply::{apply, apply_after_loss};
pub use error::Error;
pub use keep::{Keep, Kept};
pub use options::Options;
pub use plan::{RenamedSnapshot, Slots, Snapshot, inspect, plan, plan_snapshot, rename_snapshot};
pub use preview::{preview_resume, preview_rollback};
pub use recovery::Operator;
pub use rollback::{VanishedReport, restore_vanished, rollback, rollback_after_loss};
pub use store::{Migration, RunSettings, Store};
pub use verify::verify;

pub use crate::steps::rdb_file::Existing;
