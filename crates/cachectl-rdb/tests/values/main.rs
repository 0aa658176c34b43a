//! Decoded values and digests against what real servers say.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper of a test fails the test"
)]

mod answers;
mod damaged;
mod digests;
mod encodings;
mod old_encodings;
mod round_trip;
mod servers;
mod stored;
