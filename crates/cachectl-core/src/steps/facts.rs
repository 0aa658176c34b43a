//! Reads the type and the expiry of many keys, without touching their idle time.

use crate::{
    server::{Error, batch::Batch, error::Refusal, identity::Version, node::Node, reply::Reply},
    values::{key_type::KeyType, ttl::Expiry},
};

/// How far apart two readings of one expiry may be where the server only tells the time left:
/// its clock moves on between the commands of a batch.
const SLACK: u64 = 10;

/// The type and the expiry of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The type.
    pub key_type: KeyType,
    /// When it expires.
    pub expiry: Expiry,
}

/// How a server is asked for facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactsReader {
    /// By `PEXPIRETIME`, to the millisecond.
    Exact,
    /// By `TIME` and `PTTL`, before Redis 7.0.
    Relative,
}

impl FactsReader {
    /// Chooses by what the server knows.
    ///
    /// # Errors
    ///
    /// Fails if the connection does.
    pub async fn choose(node: &Node) -> Result<Self, Error> {
        if node.identity.version >= Version(7, 0, 0) {
            return Ok(Self::Exact);
        }
        let reply = node.connection.ask("PEXPIRETIME", &[b""]).await?;
        let unknown = reply.refusal().is_some_and(|refusal| refusal.is_unknown_command());
        Ok(if unknown { Self::Relative } else { Self::Exact })
    }

    /// Returns how many replies one key has.
    #[must_use]
    pub const fn replies(self) -> usize {
        match self {
            Self::Exact => 2,
            Self::Relative => 3,
        }
    }

    /// Appends the commands that ask for the facts of one key.
    pub fn ask(self, batch: &mut Batch, key: &[u8]) {
        batch.push("TYPE", &[key]);
        match self {
            Self::Exact => {
                batch.push("PEXPIRETIME", &[key]);
            }
            Self::Relative => {
                batch.push("TIME", &[]).push("PTTL", &[key]);
            }
        }
    }

    /// Reads the replies for one key; `None` if there is no such key.
    ///
    /// # Errors
    ///
    /// Fails with what the server refused.
    pub fn read(self, replies: &mut impl Iterator<Item = Reply>) -> Result<Option<Facts>, Refusal> {
        let key_type = replies.next();
        let clock = match self {
            Self::Exact => Some(0),
            Self::Relative => replies.next().and_then(Reply::into_time),
        };
        let expiry = replies.next();
        let refusal = |reply: &Option<Reply>| reply.as_ref().and_then(Reply::refusal);
        if let Some(refusal) = refusal(&key_type).or_else(|| refusal(&expiry)) {
            return Err(refusal);
        }
        let key_type = key_type.as_ref().and_then(Reply::bytes).and_then(KeyType::from_reply);
        let expiry = expiry.and_then(|reply| reply.integer()?.ok());
        // Between the two commands the key may have expired: -2 means there is none any more.
        let facts = key_type.zip(expiry).zip(clock).filter(|((_, expiry), _)| *expiry != -2);
        Ok(facts.map(|((key_type, expiry), clock)| Facts {
            key_type,
            expiry: if expiry < 0 { Expiry::Never } else { Expiry::At(clock + expiry) },
        }))
    }

    /// Returns whether two readings can be of one expiry.
    #[must_use]
    pub fn agree(self, one: Expiry, other: Expiry) -> bool {
        match (self, one, other) {
            (Self::Relative, Expiry::At(one), Expiry::At(other)) => one.abs_diff(other) <= SLACK,
            _ => one == other,
        }
    }
}
