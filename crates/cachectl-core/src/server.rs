//! Servers: deployments of them, connections to them, and what they can do.
//!
//! This floor alone speaks the protocol. Everything above sends [`batch::Batch`]es to
//! [`node::Node`]s and finds them through a [`deployment::Deployment`].

pub mod batch;
pub mod cluster;
pub mod connection;
pub mod deployment;
pub mod error;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod identity;
pub mod node;
pub mod probe;
pub mod reply;
pub mod sentinel;
pub mod target;
pub mod trust;
mod wire;

pub use error::Error;
