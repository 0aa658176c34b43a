//! Comparisons of servers and files.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a helper of a test fails the test"
)]

mod bench;
mod differences;
mod equality;
mod progress;
mod rules;
mod scopes;
mod writers;
