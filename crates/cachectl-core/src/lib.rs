//! Everything that knows caches: keys and their names, servers and their topologies, and the
//! operations that change millions of keys without losing one.
//!
//! The crate has no terminal, reads no environment and never ends the process. An operation takes
//! valid options, tells an [`Observer`](vocabulary::progress::Observer) what happens, and returns
//! a report or an error.
//!
//! Its floors, each using only those below it:
//!
//! | floor | what it holds |
//! |---|---|
//! | [`values`] | keys, templates, globs, slots, endpoints |
//! | [`vocabulary`] | outcomes, progress, cancellation, kinds of error |
//! | [`server`] | deployments, connections, batches, capabilities |
//! | [`steps`] | scanning, sorting on disk, throttling, journals |
//! | operations | [`migrate`] |

pub mod migrate;
pub mod server;
pub mod steps;
pub mod values;
pub mod vocabulary;
