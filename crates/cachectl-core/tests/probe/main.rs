//! Exchanges with servers, and with what is none.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper of a test fails the test"
)]

mod answers;
mod asking;
mod bulk;
mod connecting;
mod ends;
mod impostor;
mod secure;
