//! Real servers, faults and keyspaces for the tests of cachectl.
//!
//! Nothing in here depends on the code under test: what a test arranges, and what it asserts with,
//! must not share a bug with what it examines. Where production code returns errors this crate
//! panics with a message, because a test that cannot be set up has failed.
//!
//! ```
//! use cachectl_testkit::{Keyspace, Server};
//!
//! let server = Server::start();
//! Keyspace::new(7).keys("user:{}", 100).load(&server);
//! let before = server.digest();
//! server.command(&["RENAME", "user:0", "moved"]);
//! assert_ne!(server.digest(), before);
//! ```

#![expect(
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test kit reports by panicking: there is nobody to handle its errors"
)]

pub mod check_rdb;
pub mod cli;
pub mod cluster;
pub mod digest;
pub mod keyspace;
pub mod locate;
pub mod proxy;
pub mod sentinels;
pub mod server;
pub mod tls;
pub mod tool;
pub mod wait;

mod random;
mod replicated;
mod resp;

pub use check_rdb::CheckRdb;
pub use cli::Cachectl;
pub use cluster::Cluster;
pub use digest::{Digest, Snapshot};
pub use keyspace::{EveryEncoding, Keyspace};
pub use locate::{Feature, Release};
pub use proxy::Proxy;
pub use redis::Value;
pub use replicated::Replicated;
pub use resp::Batch;
pub use sentinels::Sentinels;
pub use server::Server;
pub use tool::Tool;
