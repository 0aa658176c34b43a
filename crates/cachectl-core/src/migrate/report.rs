//! What the steps of a migration report: plain data for people and programs.

mod apply;
mod evidence;
mod plan;
mod plan_judgement;
mod snapshot;
mod status;
mod verify;

pub use self::{
    apply::{Accounts, ApplyReport, Direction, Trouble, TroubleReason},
    evidence::{Doubt, Evidence, ServerSeen, Survey},
    plan::{
        Collision, Conflict, KeyFacts, Links, Overlap, Pair, PlanReport, PlanTotals, RuleReport,
        Sample, ServerReport, Sighting, at_rate,
    },
    plan_judgement::{Caveat, Refusal, Warning},
    snapshot::{RenameReport, SnapshotSource},
    status::{ForgetReport, Neighbour, State, StatusReport},
    verify::{Difference, Mismatch, ValuesReport, VerifyReport},
};
pub use crate::vocabulary::listed::Listed;
