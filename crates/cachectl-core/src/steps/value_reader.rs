//! Reads whole values, with everything that is needed to put them back.

use cachectl_rdb::Usage;

use super::facts::FactsReader;
use crate::{
    server::{
        Error,
        batch::Batch,
        error::Refusal,
        identity::{Info, Version},
        node::Node,
        reply::Reply,
    },
    values::ttl::Expiry,
};

/// A value as a server serialises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What `DUMP` answered.
    pub payload: Vec<u8>,
    /// When the key expires.
    pub expiry: Expiry,
    /// What eviction goes by.
    pub usage: Option<Usage>,
}

/// How a server is asked for values.
#[derive(Clone, Copy, Debug)]
pub struct ValueReader {
    expiry: FactsReader,
    usage: UsageSource,
}

/// What eviction goes by on a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UsageSource {
    /// Nothing that a key has: its policy is random, by time to live, or not to evict.
    None,
    /// How long a key was not used.
    Idle,
    /// How often it is used.
    Frequency,
}

impl UsageSource {
    fn command(self) -> Option<&'static [u8]> {
        match self {
            Self::None => None,
            Self::Idle => Some(b"IDLETIME"),
            Self::Frequency => Some(b"FREQ"),
        }
    }
}

impl ValueReader {
    /// Chooses by what the server knows and how it evicts, as its `INFO memory` says, and asks it
    /// not to take our reading for use, where it can tell the difference.
    ///
    /// # Errors
    ///
    /// Fails if the connection does, or the server does not know `DUMP`.
    pub(super) async fn choose(node: &Node, memory: &Info) -> Result<Self, Error> {
        node.connection.require("DUMP").await?;
        if node.identity.version >= Version(7, 2, 0) {
            // A server that refuses makes our reading count as use: a pity, but no reason to stop.
            drop(node.connection.ask("CLIENT", &[b"NO-TOUCH", b"ON"]).await?);
        }
        // The same rule by which the server saves one of the two in its own snapshots.
        let usage = match memory.get("maxmemory_policy") {
            Some(policy) if policy.ends_with("-lru") => UsageSource::Idle,
            Some(policy) if policy.ends_with("-lfu") => UsageSource::Frequency,
            _ => UsageSource::None,
        };
        Ok(Self { expiry: FactsReader::choose(node).await?, usage })
    }

    /// Returns how many commands one key takes.
    #[must_use]
    pub const fn commands(&self) -> usize {
        let usage = !matches!(self.usage, UsageSource::None);
        self.expiry.replies() + usage as usize
    }

    /// Appends the commands that ask for the value of one key.
    pub fn ask(&self, batch: &mut Batch, key: &[u8]) {
        // Before the value, because reading that may count as use.
        if let Some(command) = self.usage.command() {
            batch.push("OBJECT", &[command, key]);
        }
        batch.push("DUMP", &[key]);
        self.expiry.ask_expiry(batch, key);
    }

    /// Reads the replies for one key; `None` if there is no such key.
    ///
    /// # Errors
    ///
    /// Fails with what the server refused.
    pub fn read(
        &self,
        replies: &mut impl Iterator<Item = Reply>,
    ) -> Result<Option<Stored>, Refusal> {
        let usage = match self.usage {
            UsageSource::None => None,
            source => replies.next().and_then(|reply| usage(source, &reply)),
        };
        let payload = replies.next();
        let expiry = self.expiry.read_expiry(replies);
        if let Some(refusal) = payload.as_ref().and_then(Reply::refusal) {
            return Err(refusal);
        }
        let payload = payload.and_then(Reply::into_bytes);
        Ok(payload.zip(expiry?).map(|(payload, expiry)| Stored { payload, expiry, usage }))
    }
}

fn usage(source: UsageSource, reply: &Reply) -> Option<Usage> {
    let number = reply.integer()?.ok()?;
    match source {
        UsageSource::None => None,
        UsageSource::Idle => u64::try_from(number).ok().map(Usage::Idle),
        UsageSource::Frequency => u8::try_from(number).ok().map(Usage::Frequency),
    }
}
