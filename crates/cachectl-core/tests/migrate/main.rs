//! The migration engine against real servers.

mod bench;
mod clusters;
mod conflicts;
mod faults;
mod links;
mod model;
mod plans;
mod refusals;
mod values;
