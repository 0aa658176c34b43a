//! The migration engine against real servers.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a helper of a test fails the test"
)]

mod bench;
mod clusters;
mod conflicts;
mod faults;
mod journals;
mod kept;
mod links;
mod losses;
mod mishaps;
mod model;
mod pace;
mod plans;
mod refusals;
mod snapshots;
mod values;
