//! Tells how a deployment is, within a deadline.

pub mod catalogue;
pub mod range;
pub mod report;
pub mod thresholds;

pub use self::{
    range::Range,
    report::{Finding, NodeReport, Report, Status},
    thresholds::{Limits, Profile, Thresholds},
};
