//! Values in every encoding that a server can be brought to use.

mod collections;
mod stage;
mod streams;
mod strings;

use crate::Server;

use stage::Stage;

/// When the first of the keys and fields expires that do: a moment that no test lives to see.
const EXPIRY: i64 = 4_000_000_000_000;

/// A description of keys that hold every type in every encoding of the server, as far as a server
/// of that release can make it.
///
/// There are several databases, binary names, keys that expire, fields that expire where the
/// release knows that, streams with groups, pending and deleted entries, sparse and dense
/// `HyperLogLog`s. None of the values depends on the time of day: of two servers that know the same
/// both hold the same.
#[derive(Clone, Copy, Debug)]
pub struct EveryEncoding {
    seed: u64,
}

/// A key that was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Specimen {
    /// The database it is in.
    pub db: u32,
    /// Its name.
    pub key: Vec<u8>,
    /// What `OBJECT ENCODING` says about it, where that is what it was made for.
    pub encoding: Option<&'static str>,
}

impl EveryEncoding {
    /// Describes the keys; the seed decides about what is arbitrary in their values.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Loads all keys, and returns them.
    ///
    /// The limits of encodings are set with `CONFIG` meanwhile, and set back at the end. Panics when
    /// the server refuses anything.
    #[track_caller]
    pub fn load(&self, server: &Server) -> Vec<Specimen> {
        let mut stage = Stage::open(server, self.seed);
        strings::add(&mut stage);
        collections::add_lists(&mut stage);
        collections::add_sets(&mut stage);
        collections::add_hashes(&mut stage);
        collections::add_sorted_sets(&mut stage);
        streams::add(&mut stage);
        stage.close()
    }
}
