//! What is known of a file once all of it was read.

use serde::Serialize;

use crate::steps::put;

/// What is known of a file once all of it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// What proves that the bytes are those that were written.
    pub proof: Proof,
    /// What follows the end of the file, and was ignored as it was asked for.
    pub trailing: Option<String>,
    /// Why the rest of the file was left out, where that was asked for: what stands there is not
    /// known.
    pub unread: Option<String>,
    /// Files of commands that continue this one, by their names. They are not replayed.
    pub increments: Vec<String>,
    /// Collections without elements, which servers drop when they load a file, and so do we.
    pub empty: u64,
}

/// What proves that the bytes of a file are those that were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Its checksum.
    Checksum,
    /// The checksum of the compressed form in which a server wrote it.
    Frame,
    /// Nothing: it was written without a checksum, or not read to its end.
    #[default]
    None,
}

impl From<Proof> for put::Proof {
    fn from(proof: Proof) -> Self {
        match proof {
            Proof::Checksum | Proof::Frame => Self::Checksum,
            Proof::None => Self::None,
        }
    }
}
