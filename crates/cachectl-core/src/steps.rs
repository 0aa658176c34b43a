//! Steps that operations share.

pub(crate) mod blocking;
pub mod databases;
pub mod dialect;
pub mod drawn;
pub mod facts;
pub(crate) use crate::files::private as files;
pub mod fit;
pub mod name_hash;
pub mod pacing;
pub(crate) mod presence;
pub mod put;
pub mod rdb_file;
pub mod scan;
pub mod selection;
pub mod sorter;
pub mod throttle;
pub mod value_fetch;
pub mod value_reader;
pub mod value_scan;
pub mod value_writer;
