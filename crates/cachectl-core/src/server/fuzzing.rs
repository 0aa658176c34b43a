//! Entrances for fuzz targets to the readers of what servers say, which have no other one.

use bytes::BufMut as _;

use super::{
    identity::Info,
    reply::Reply,
    wire::{Malformed, Parser},
};

/// What was found in bytes of a peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The replies before the first that is malformed.
    pub replies: Vec<Reply>,
    /// Whether there is one that is malformed.
    pub is_malformed: bool,
    /// Whether they take more memory than is allowed.
    pub is_too_large: bool,
}

/// Reads replies that arrive in pieces of so many bytes, and may take so much memory.
#[must_use]
pub fn replies(mut bytes: &[u8], piece: usize, limit: usize) -> Found {
    let mut parser = Parser::new(piece.max(1));
    parser.restart(limit);
    let mut replies = Vec::new();
    let found = |replies, error: Option<Malformed>| Found {
        replies,
        is_malformed: error.is_some(),
        is_too_large: error == Some(Malformed::TooLarge),
    };
    loop {
        loop {
            match parser.next() {
                Ok(Some(answer)) => replies.push(Reply::from(answer)),
                Ok(None) => break,
                Err(error) => return found(replies, Some(error)),
            }
        }
        if bytes.is_empty() {
            return found(replies, None);
        }
        let mut room = parser.room();
        let (arrived, rest) = bytes.split_at(room.remaining_mut().min(bytes.len()));
        room.put_slice(arrived);
        bytes = rest;
    }
}

/// Reads what `INFO` answers; returns how many fields it has.
#[must_use]
pub fn info(text: &str) -> usize {
    Info::parse(text).names().count()
}
