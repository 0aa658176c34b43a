//! Reads the type and the expiry of many keys, without touching their idle time.

use crate::{
    server::{
        Error,
        batch::Batch,
        deployment::Deployment,
        error::Refusal,
        identity::{Info, Version, part},
        node::Node,
        reply::Reply,
    },
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

/// How a server is asked for facts, the less exact way being the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactsReader {
    /// By the type alone, where no key expires.
    NoExpiries,
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
            Self::NoExpiries => 1,
            Self::Exact => 2,
            Self::Relative => 3,
        }
    }

    /// Appends the commands that ask for the facts of one key.
    pub fn ask(self, batch: &mut Batch, key: &[u8]) {
        batch.push("TYPE", &[key]);
        self.ask_expiry(batch, key);
    }

    /// Appends the commands that ask for the expiry of one key.
    pub(crate) fn ask_expiry(self, batch: &mut Batch, key: &[u8]) {
        match self {
            Self::NoExpiries => {}
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
        let expiry = self.read_expiry(replies);
        if let Some(refusal) = key_type.as_ref().and_then(Reply::refusal) {
            return Err(refusal);
        }
        let key_type = key_type.as_ref().and_then(Reply::bytes).and_then(KeyType::from_reply);
        Ok(key_type.zip(expiry?).map(|(key_type, expiry)| Facts { key_type, expiry }))
    }

    /// Reads the replies for the expiry of one key; `None` if there is no such key, or not any
    /// more: it may have expired between two commands.
    pub(crate) fn read_expiry(
        self,
        replies: &mut impl Iterator<Item = Reply>,
    ) -> Result<Option<Expiry>, Refusal> {
        let clock = match self {
            Self::NoExpiries => return Ok(Some(Expiry::Never)),
            Self::Exact => Some(0),
            Self::Relative => replies.next().and_then(Reply::into_time),
        };
        let left = replies.next().and_then(|reply| reply.integer()).transpose()?;
        let known = left.zip(clock).filter(|(left, _)| *left != -2);
        Ok(known.map(|(left, clock)| match left {
            ..0 => Expiry::Never,
            left => Expiry::At(clock + left),
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

/// Returns whether no key of the deployment expires but so many markers of ours on each primary, so
/// that nobody has to be asked when; no servers are taken at their word that count other keys than
/// they hold.
///
/// What is true at two times is true of every key at both of them, whatever happened in between.
///
/// # Errors
///
/// Fails if a connection does.
pub(crate) async fn only_markers_expire(
    deployment: &Deployment,
    markers: &[u64],
) -> Result<bool, Error> {
    for (index, node) in deployment.primaries().iter().enumerate() {
        let markers = markers.get(index).copied().unwrap_or_default();
        if count_expiring(node, deployment.target().db).await? != Some(markers) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns how many keys of a database expire; `None` if the server does not tell.
///
/// # Errors
///
/// Fails if the connection does.
pub(crate) async fn count_expiring(node: &Node, database: i64) -> Result<Option<u64>, Error> {
    let mut batch = Batch::of("INFO", &[b"keyspace"]);
    batch.push("DBSIZE", &[]);
    let replies = node.connection.send(batch).await?;
    let [info, keys] = replies.as_slice() else {
        return Ok(None);
    };
    let keys = keys.integer().and_then(Result::ok).and_then(|keys| u64::try_from(keys).ok());
    let counted = info.text().map(Info::parse).unwrap_or_default();
    let counted = counted.get(&format!("db{database}")).unwrap_or_default();
    let number = |name| part(counted, name).and_then(|number| number.parse::<u64>().ok());
    // A server that counts other keys than it holds tells nothing.
    let believed = keys.is_some() && number("keys") == keys;
    Ok(number("expires").filter(|_| believed))
}
