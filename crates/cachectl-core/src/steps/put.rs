//! Puts values back, by the first of three roads that the server takes.
//!
//! 1. `RESTORE` of the value as it is stored.
//! 2. The same under the version of the format that the server writes itself: where only the
//!    version is refused and the encoding is known.
//! 3. Ordinary commands that build the value up under a name of ours, in the slot of its own. What
//!    was built is read back, and gets its own name only if it is the same value.

mod capabilities;
mod limits;
pub mod rewrite;

use std::sync::Arc;

use cachectl_rdb::{Digest, Entry, Payload, RawValue, Usage, Version, payload};
use serde::Serialize;

use self::rewrite::Vocabulary;
pub use self::{
    capabilities::{Capabilities, Foreseen},
    limits::Limits,
};
use crate::{
    server::{
        Error,
        batch::Batch,
        connection::{Connection, Posted},
        error::Refusal,
        node::Node,
        reply::Reply,
    },
    values::{reserved::reserved_name, ttl::Expiry},
};

/// From how many bytes on a value is sent from where it is, and not copied.
pub(crate) const LARGE: usize = 256 << 10;
/// How long a value that is being built up lives if nobody comes back to it, in milliseconds.
const UNFINISHED: &[u8] = b"3600000";

/// A value to be put back.
#[derive(Clone, Debug)]
pub struct Item {
    /// The name it gets.
    pub key: Vec<u8>,
    /// The type byte and what follows it; best with room for the footer of a payload.
    pub value: Vec<u8>,
    /// The version of the format it is stored under.
    pub version: Version,
    /// When it expires.
    pub expiry: Expiry,
    /// What eviction goes by.
    pub usage: Option<Usage>,
}

impl Item {
    /// Takes the value of an entry, to be put back under this name and until then.
    #[must_use]
    pub fn of(entry: &Entry<'_>, key: Vec<u8>, expiry: Expiry) -> Self {
        let bytes = entry.value.as_bytes();
        let mut value = Vec::with_capacity(bytes.len() + payload::FOOTER_BYTES);
        value.extend_from_slice(bytes);
        Self { value, ..Self::without_value(entry, key, expiry) }
    }

    /// Takes everything of an entry but the value, which is to be put in.
    #[must_use]
    pub fn without_value(entry: &Entry<'_>, key: Vec<u8>, expiry: Expiry) -> Self {
        let version = entry.value.version();
        Self { key, value: Vec::new(), version, expiry, usage: entry.usage }
    }

    /// Returns how many bytes it takes while it waits, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.key.len() + self.value.len()
    }
}

/// Whether anything proves that the bytes of a value are those that were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// A checksum over them does.
    Checksum,
    /// Nothing does. A server may crash over damaged bytes, so values are decoded before they are
    /// sent, and those that do not decode are not.
    None,
}

/// By which road a value is put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Road {
    /// As it is stored.
    AsItIs,
    /// Under another version of the format.
    Retagged,
    /// In ordinary commands.
    Rewritten,
}

/// Values by the road they took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Roads {
    /// As they were stored.
    pub as_it_is: u64,
    /// Under another version of the format.
    pub retagged: u64,
    /// In ordinary commands.
    pub rewritten: u64,
}

impl Roads {
    pub(crate) fn count(&mut self, road: Road) {
        match road {
            Road::AsItIs => self.as_it_is += 1,
            Road::Retagged => self.retagged += 1,
            Road::Rewritten => self.rewritten += 1,
        }
    }

    /// Returns how many values there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.as_it_is + self.retagged + self.rewritten
    }
}

/// What became of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is there.
    Done(Road),
    /// The name is taken, and what has it stays.
    Taken,
    /// There is no road that leads it to this server, for this reason.
    Unsupported(String),
    /// The server refuses to have it.
    Refused(Refusal),
    /// The server cannot be made to have it, for this reason.
    Failed(String),
}

/// What becomes of a key that has the name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IfTaken {
    /// It stays.
    #[default]
    Leave,
    /// It is replaced.
    Replace,
}

/// Puts values back on one server.
#[derive(Clone, Debug)]
pub struct Putter {
    connection: Connection,
    capabilities: Capabilities,
    if_taken: IfTaken,
    proof: Proof,
    nonce: String,
}

/// Values that are on their way.
#[derive(Debug)]
pub struct PostedItems {
    items: Vec<Sent>,
    posted: Posted,
}

/// A value that is on its way, and the road that it takes first.
#[derive(Debug)]
struct Sent {
    item: Item,
    road: Road,
    /// Its value with the footer, where it is sent from: it is not in the item meanwhile.
    value: Option<Arc<Vec<u8>>>,
}

impl Sent {
    /// Returns it with its value.
    fn into_item(self) -> Item {
        let Self { mut item, value, .. } = self;
        if let Some(value) = value {
            item.value = taken_back(value);
        }
        item
    }
}

/// Returns a value that was sent, without its footer.
fn taken_back(value: Arc<Vec<u8>>) -> Vec<u8> {
    // The connection has let go of it, unless it broke.
    let mut value = Arc::try_unwrap(value).unwrap_or_else(|value| value.to_vec());
    value.truncate(value.len().saturating_sub(payload::FOOTER_BYTES));
    value
}

/// What became of values that were on their way.
#[derive(Debug)]
pub struct Settled {
    /// Those of which it is known.
    pub done: Vec<(Item, Put)>,
    /// Those of which it is not, because the connection broke.
    pub doubtful: Vec<Item>,
    /// Why it broke, if it did.
    pub broken: Option<Error>,
}

impl Settled {
    /// Returns what became of all of them, in their order.
    ///
    /// # Errors
    ///
    /// Fails if the connection broke.
    pub fn all(self) -> Result<Vec<(Item, Put)>, Error> {
        match self.broken {
            Some(error) => Err(error),
            None => Ok(self.done),
        }
    }
}

impl Putter {
    /// Finds out what the server understands.
    ///
    /// # Errors
    ///
    /// Fails if the connection does, or the server does not know `RESTORE`.
    pub async fn new(node: &Node, if_taken: IfTaken, proof: Proof) -> Result<Self, Error> {
        node.connection.require("RESTORE").await?;
        let capabilities = Capabilities::of(node).await?;
        let nonce = format!("{:08x}", rand::random::<u32>());
        Ok(Self { connection: node.connection.clone(), capabilities, if_taken, proof, nonce })
    }

    /// Goes on over another connection to the same server.
    pub fn go_on_over(&mut self, connection: Connection) {
        self.connection = connection;
    }

    /// Returns the first road that a value takes.
    #[must_use]
    pub fn first_road(&self, item: &Item) -> Road {
        let raw = RawValue::new(&item.value, item.version);
        raw.map_or(Road::Rewritten, |raw| self.capabilities.first_road(raw, self.proof))
    }

    /// Sends values on their way, by the road that each of them should take.
    #[must_use]
    pub fn post(&self, items: Vec<Item>) -> PostedItems {
        let mut batch = Batch::with_capacity(items.len());
        let send = |mut item: Item| {
            let road = self.first_road(&item);
            let value = match road {
                Road::Rewritten => None,
                _ => self.restore(&mut batch, &mut item, road),
            };
            Sent { item, road, value }
        };
        let items = items.into_iter().map(send).collect();
        PostedItems { items, posted: self.connection.post(batch) }
    }

    /// Waits for what became of the values, and tries the next road for those that were refused.
    ///
    /// If the connection breaks, some of the values may be there that are in doubt.
    pub async fn settle(&self, posted: PostedItems) -> Settled {
        let PostedItems { items, posted } = posted;
        let replies = match posted.replies().await {
            Ok(replies) => replies,
            Err(error) => {
                let doubtful = items.into_iter().map(Sent::into_item).collect();
                return Settled { done: Vec::new(), doubtful, broken: Some(error) };
            }
        };
        let mut replies = replies.into_iter();
        let done = Vec::with_capacity(items.len());
        let mut settled = Settled { done, doubtful: Vec::new(), broken: None };
        for sent in items {
            let (road, mut item) = (sent.road, sent.into_item());
            let reply = if road == Road::Rewritten { None } else { replies.next() };
            match self.settle_one(&mut item, road, reply).await {
                Ok(put) => settled.done.push((item, put)),
                Err(error) => {
                    settled.doubtful.push(item);
                    settled.broken.get_or_insert(error);
                }
            }
        }
        settled
    }

    async fn settle_one(
        &self,
        item: &mut Item,
        road: Road,
        reply: Option<Reply>,
    ) -> Result<Put, Error> {
        if road == Road::Rewritten {
            return self.rewrite(item, self.capabilities.vocabulary()).await;
        }
        let reply = reply.ok_or_else(|| self.connection.unexpected("RESTORE"))?;
        self.judge(item, road, &reply).await
    }

    /// Appends the command that restores a value. Returns the value if it is large and sent from
    /// where it is.
    fn restore(&self, batch: &mut Batch, item: &mut Item, road: Road) -> Option<Arc<Vec<u8>>> {
        let own = self.capabilities.version();
        let version = if road == Road::Retagged { own } else { item.version };
        let length = item.value.len();
        payload::seal(&mut item.value, version);
        // Without `ABSTTL` a time to live of zero would mean for ever; a moment never does.
        let at = match item.expiry {
            Expiry::Never => 0,
            Expiry::At(at) => at.max(1),
        };
        batch.push("RESTORE", &[&item.key, at.to_string().as_bytes()]);
        let large = (length >= LARGE).then(|| Arc::new(std::mem::take(&mut item.value)));
        match &large {
            Some(value) => batch.attach(Arc::clone(value)),
            None => batch.argument(&item.value),
        };
        item.value.truncate(length);
        batch.argument(b"ABSTTL");
        if self.if_taken == IfTaken::Replace {
            batch.argument(b"REPLACE");
        }
        match item.usage {
            None => {}
            Some(Usage::Idle(seconds)) => {
                batch.argument(b"IDLETIME").argument(seconds.to_string().as_bytes());
            }
            Some(Usage::Frequency(frequency)) => {
                batch.argument(b"FREQ").argument(frequency.to_string().as_bytes());
            }
        }
        large
    }

    async fn judge(&self, item: &mut Item, road: Road, reply: &Reply) -> Result<Put, Error> {
        let Some(refusal) = reply.refusal() else {
            // Whatever else is said, by a proxy that lost its place or a liar, shows nothing.
            let is_done = reply.text() == Some("OK");
            let unexpected = || self.connection.unexpected("RESTORE");
            return is_done.then_some(Put::Done(road)).ok_or_else(unexpected);
        };
        if refusal.closes() {
            return Err(self.connection.sent_away(&refusal));
        }
        if refusal.code == "BUSYKEY" {
            return Ok(Put::Taken);
        }
        let about_version = refusal.detail.contains("payload version or checksum are wrong");
        if road == Road::AsItIs && about_version {
            let mut batch = Batch::with_capacity(1);
            let value = self.restore(&mut batch, item, Road::Retagged);
            let replies = self.connection.send(batch).await;
            if let Some(value) = value {
                item.value = taken_back(value);
            }
            let replies = replies?;
            let reply = replies.first().ok_or_else(|| self.connection.unexpected("RESTORE"))?;
            return Box::pin(self.judge(item, Road::Retagged, reply)).await;
        }
        if about_version || refusal.detail.contains("Bad data format") {
            return self.rewrite(item, self.capabilities.vocabulary()).await;
        }
        Ok(Put::Refused(refusal))
    }

    /// Puts a value back that breaks the connection as it is: in commands that every server takes.
    ///
    /// # Errors
    ///
    /// Fails if the connection breaks.
    pub async fn in_pieces(&self, item: &Item) -> Result<Put, Error> {
        // An attempt over an earlier connection may have begun it.
        self.drop_unfinished(&self.unfinished(item)).await?;
        let limits = self.capabilities.limits().small();
        self.rewrite(item, self.capabilities.vocabulary().in_pieces_of(limits.argument)).await
    }

    /// Returns whether the key of a value is there and has it.
    ///
    /// # Errors
    ///
    /// Fails if the connection breaks, or the server refuses to tell.
    pub async fn has(&self, item: &Item) -> Result<bool, Error> {
        let dump = self.connection.demand("DUMP", &[&item.key]).await?.into_bytes();
        let found = dump.as_deref().and_then(|dump| Payload::parse(dump).ok());
        let value = RawValue::new(&item.value, item.version);
        Ok(found.zip(value.ok()).is_some_and(|(found, value)| {
            match (found.value().digest(), value.digest()) {
                (Ok(found), Ok(value)) => found == value,
                _ => found.value().as_bytes() == value.as_bytes(),
            }
        }))
    }

    fn unfinished(&self, item: &Item) -> Vec<u8> {
        reserved_name("restore", &self.nonce, &item.key)
    }

    /// Builds a value up under a name of ours, compares it, and gives it its own.
    async fn rewrite(&self, item: &Item, vocabulary: Vocabulary) -> Result<Put, Error> {
        let raw = match RawValue::new(&item.value, item.version) {
            Ok(raw) => raw,
            Err(error) => return Ok(Put::Unsupported(error.to_string())),
        };
        let value = match self.capabilities.decoded(raw, self.proof) {
            Ok(value) => value,
            Err(reason) => return Ok(Put::Unsupported(reason)),
        };
        let name = self.unfinished(item);
        for (index, mut batch) in vocabulary.say(&value, &name).enumerate() {
            if index == 0 {
                batch.push("PEXPIRE", &[&name, UNFINISHED]);
            }
            let replies = self.connection.send(batch).await?;
            if let Some(refusal) = replies.iter().find_map(Reply::refusal) {
                if refusal.closes() {
                    return Err(self.connection.sent_away(&refusal));
                }
                self.drop_unfinished(&name).await?;
                return Ok(Put::Refused(refusal));
            }
        }
        let digest = Digest::of(&value);
        drop(value);
        let holds = match self.holds(&name, digest).await {
            // What cannot be compared does not get the name.
            Err(Error::Refused { source, .. }) => {
                self.drop_unfinished(&name).await?;
                return Ok(Put::Refused(source));
            }
            holds => holds?,
        };
        if !holds {
            self.drop_unfinished(&name).await?;
            let reason = "the server's commands make another value of it";
            return Ok(Put::Unsupported(reason.to_owned()));
        }
        self.give_name(&name, item).await
    }

    /// Returns whether the value of a key has this digest.
    async fn holds(&self, name: &[u8], digest: Digest) -> Result<bool, Error> {
        let dump = self.connection.demand("DUMP", &[name]).await?.into_bytes();
        let found = dump.as_deref().map(|dump| Payload::parse(dump)?.value().digest());
        Ok(found.is_some_and(|found| found.is_ok_and(|found| found == digest)))
    }

    /// Gives a value that is whole its expiry, and then its name. In this order, and each only after the
    /// one before: with its name it must not have the expiry of what is unfinished.
    async fn give_name(&self, name: &[u8], item: &Item) -> Result<Put, Error> {
        let expires = match item.expiry {
            Expiry::Never => self.connection.ask("PERSIST", &[name]).await?,
            Expiry::At(at) => {
                self.connection.ask("PEXPIREAT", &[name, at.to_string().as_bytes()]).await?
            }
        };
        if let Some(refusal) = expires.refusal() {
            self.drop_unfinished(name).await?;
            return Ok(Put::Refused(refusal));
        }
        let rename = match self.if_taken {
            IfTaken::Leave => "RENAMENX",
            IfTaken::Replace => "RENAME",
        };
        let renamed = self.connection.ask(rename, &[name, &item.key]).await?;
        match renamed.refusal() {
            // Its time was over in between.
            Some(refusal) if refusal.is_no_such_key() => return Ok(Put::Done(Road::Rewritten)),
            Some(refusal) => {
                self.drop_unfinished(name).await?;
                return Ok(Put::Refused(refusal));
            }
            None => {}
        }
        match (renamed.integer(), renamed.text()) {
            (Some(Ok(1)), _) | (_, Some("OK")) => Ok(Put::Done(Road::Rewritten)),
            (Some(Ok(0)), _) => {
                self.drop_unfinished(name).await?;
                Ok(Put::Taken)
            }
            _ => Err(self.connection.unexpected(rename)),
        }
    }

    async fn drop_unfinished(&self, name: &[u8]) -> Result<(), Error> {
        // If it cannot be dropped, its time to live does it.
        self.connection.ask("UNLINK", &[name]).await.map(drop)
    }
}
