//! Backups and restores against real servers.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a helper of a test fails the test"
)]

mod backups;
mod bench;
mod closing;
mod foreseen;
mod left_out;
mod restores;
mod rewriting;
mod unproven;
mod workspaces;
