//! What the steps of a migration report: plain data for people and programs.

mod apply;
mod listed;
mod plan;
mod plan_judgement;
mod status;
mod verify;

use std::time::Duration;

use serde::Serializer;

pub use self::{
    apply::{Accounts, ApplyReport, Direction, Trouble, TroubleReason},
    listed::Listed,
    plan::{
        Collision, Conflict, KeyFacts, Links, Overlap, Pair, PlanReport, PlanTotals, RuleReport,
        Sample, ServerReport, Sighting,
    },
    plan_judgement::{Caveat, Refusal, Warning},
    status::{State, StatusReport},
    verify::{Difference, Mismatch, VerifyReport},
};

/// Writes a duration as seconds, to the millisecond.
fn seconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((duration.as_secs_f64() * 1000.0).round() / 1000.0)
}
