//! Files: read, written, damaged, and made by hand in encodings that no server writes any more.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod bytes;
mod damaged;
mod dropped;
mod made_by_hand;
mod newest;
mod of_servers;
mod payloads;
mod reading;
mod rewritten;
