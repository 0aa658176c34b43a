//! Puts values back, by the first of three roads that the server takes.
//!
//! 1. `RESTORE` of the value as it is stored.
//! 2. The same under the version of the format that the server writes itself: where only the
//!    version is refused and the encoding is known.
//! 3. Ordinary commands that build the value up under a name of ours, in the slot of its own. What
//!    was built is read back, and gets its own name only if it is the same value.

use cachectl_rdb::{Dialect, Entry, Payload, RawValue, Usage, ValueType, Version, payload};
use serde::Serialize;

use super::{dialect, rewrite::Vocabulary};
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

/// The longest argument that is sent: servers break the connection over one of more than 512 MiB,
/// unless they are told otherwise.
const LONGEST: usize = 500 << 20;
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
        Self { key, value, version: entry.value.version(), expiry, usage: entry.usage }
    }
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
    dialect: Dialect,
    if_taken: IfTaken,
    nonce: String,
}

/// Values that are on their way.
#[derive(Debug)]
pub struct PostedItems {
    /// The road that each of them takes first.
    items: Vec<(Item, Road)>,
    posted: Posted,
}

impl Putter {
    /// Finds out what the server understands.
    ///
    /// # Errors
    ///
    /// Fails if the connection does, or the server does not know `RESTORE`.
    pub async fn new(node: &Node, if_taken: IfTaken) -> Result<Self, Error> {
        node.connection.require("RESTORE").await?;
        let dialect = dialect::of(node).await?;
        let nonce = format!("{:08x}", rand::random::<u32>());
        Ok(Self { connection: node.connection.clone(), dialect, if_taken, nonce })
    }

    /// Sends values on their way, by the road that each of them should take.
    #[must_use]
    pub fn post(&self, items: Vec<Item>) -> PostedItems {
        let mut batch = Batch::with_capacity(items.len());
        let roads = items.into_iter().map(|mut item| {
            let raw = RawValue::new(&item.value, item.version);
            let road = match raw {
                Ok(raw) => first_road(self.dialect, raw),
                _ => Road::Rewritten,
            };
            if road != Road::Rewritten {
                self.restore(&mut batch, &mut item, road);
            }
            (item, road)
        });
        let items = roads.collect();
        PostedItems { items, posted: self.connection.post(batch) }
    }

    /// Waits for what became of the values, and tries the next road for those that were refused.
    ///
    /// # Errors
    ///
    /// Fails if the connection breaks. Some of the values may be there then.
    pub async fn settle(&self, posted: PostedItems) -> Result<Vec<(Item, Put)>, Error> {
        let PostedItems { items, posted } = posted;
        let mut replies = posted.replies().await?.into_iter();
        let mut settled = Vec::with_capacity(items.len());
        for (mut item, road) in items {
            let put = match road {
                Road::Rewritten => self.rewrite(&item).await?,
                road => {
                    let reply = replies.next();
                    let reply = reply.ok_or_else(|| self.connection.unexpected("RESTORE"))?;
                    self.judge(&mut item, road, &reply).await?
                }
            };
            settled.push((item, put));
        }
        Ok(settled)
    }

    fn restore(&self, batch: &mut Batch, item: &mut Item, road: Road) {
        let version = if road == Road::Retagged { self.dialect.version() } else { item.version };
        let length = item.value.len();
        payload::seal(&mut item.value, version);
        // Without `ABSTTL` a time to live of zero would mean for ever; a moment never does.
        let at = match item.expiry {
            Expiry::Never => 0,
            Expiry::At(at) => at.max(1),
        };
        batch.push("RESTORE", &[&item.key, at.to_string().as_bytes(), &item.value, b"ABSTTL"]);
        item.value.truncate(length);
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
    }

    async fn judge(&self, item: &mut Item, road: Road, reply: &Reply) -> Result<Put, Error> {
        let Some(refusal) = reply.refusal() else {
            return Ok(Put::Done(road));
        };
        if refusal.code == "BUSYKEY" {
            return Ok(Put::Taken);
        }
        let about_version = refusal.detail.contains("payload version or checksum are wrong");
        if road == Road::AsItIs && about_version {
            let mut batch = Batch::with_capacity(1);
            self.restore(&mut batch, item, Road::Retagged);
            let replies = self.connection.send(batch).await?;
            let reply = replies.first().ok_or_else(|| self.connection.unexpected("RESTORE"))?;
            return Box::pin(self.judge(item, Road::Retagged, reply)).await;
        }
        if about_version || refusal.detail.contains("Bad data format") {
            return self.rewrite(item).await;
        }
        Ok(Put::Refused(refusal))
    }

    /// Builds a value up under a name of ours, compares it, and gives it its own.
    async fn rewrite(&self, item: &Item) -> Result<Put, Error> {
        let raw = match RawValue::new(&item.value, item.version) {
            Ok(raw) => raw,
            Err(error) => return Ok(Put::Unsupported(error.to_string())),
        };
        let value = match raw.decode() {
            Ok(value) => value,
            Err(error) => return Ok(Put::Unsupported(error.to_string())),
        };
        let vocabulary = Vocabulary::of(self.dialect);
        if let Some(reason) = vocabulary.lacks(&value) {
            return Ok(Put::Unsupported(reason.to_owned()));
        }
        let name = reserved_name("restore", &self.nonce, &item.key);
        for (index, mut batch) in vocabulary.say(&value, &name).enumerate() {
            if index == 0 {
                batch.push("PEXPIRE", &[&name, UNFINISHED]);
            }
            let replies = self.connection.send(batch).await?;
            if let Some(refusal) = replies.iter().find_map(Reply::refusal) {
                self.drop_unfinished(&name).await?;
                return Ok(Put::Refused(refusal));
            }
        }
        let digest = cachectl_rdb::Digest::of(&value);
        drop(value);
        if !self.holds(&name, digest).await? {
            self.drop_unfinished(&name).await?;
            let reason = "the server's commands make another value of it";
            return Ok(Put::Unsupported(reason.to_owned()));
        }
        self.give_name(&name, item).await
    }

    /// Returns whether the value of a key has this digest.
    async fn holds(&self, name: &[u8], digest: cachectl_rdb::Digest) -> Result<bool, Error> {
        let dump = self.connection.demand("DUMP", &[name]).await?.into_bytes();
        let found = dump.as_deref().map(|dump| Payload::parse(dump)?.value().digest());
        Ok(found.is_some_and(|found| found.is_ok_and(|found| found == digest)))
    }

    async fn give_name(&self, name: &[u8], item: &Item) -> Result<Put, Error> {
        let mut batch = Batch::with_capacity(2);
        match item.expiry {
            Expiry::Never => batch.push("PERSIST", &[name]),
            Expiry::At(at) => batch.push("PEXPIREAT", &[name, at.to_string().as_bytes()]),
        };
        match self.if_taken {
            IfTaken::Leave => batch.push("RENAMENX", &[name, &item.key]),
            IfTaken::Replace => batch.push("RENAME", &[name, &item.key]),
        };
        let replies = self.connection.send(batch).await?;
        let renamed = replies.last().ok_or_else(|| self.connection.unexpected("RENAME"))?;
        match renamed.refusal() {
            // Its time was over in between.
            Some(refusal) if refusal.is_no_such_key() => return Ok(Put::Done(Road::Rewritten)),
            Some(refusal) => {
                self.drop_unfinished(name).await?;
                return Ok(Put::Refused(refusal));
            }
            None => {}
        }
        if renamed.integer() == Some(Ok(0)) {
            self.drop_unfinished(name).await?;
            return Ok(Put::Taken);
        }
        Ok(Put::Done(Road::Rewritten))
    }

    async fn drop_unfinished(&self, name: &[u8]) -> Result<(), Error> {
        // If it cannot be dropped, its time to live does it.
        self.connection.ask("UNLINK", &[name]).await.map(drop)
    }
}

/// Returns the first road that a server with this dialect should take for a value.
///
/// | fits into one argument | the encoding is known | releases agree about it | the version is taken | road |
/// |---|---|---|---|---|
/// | no | any | any | any | rewritten |
/// | yes | no | any | any | rewritten |
/// | yes | yes | no: a server that reads it otherwise crashes | any | rewritten |
/// | yes | yes | yes | no | re-tagged |
/// | yes | yes | yes | yes | as it is |
#[must_use]
pub fn first_road(dialect: Dialect, value: RawValue<'_>) -> Road {
    if value.as_bytes().len() > LONGEST {
        return Road::Rewritten;
    }
    // What cannot be looked at is not sent as it is either.
    if !dialect.knows(value.encoding()) || value.is_disputed().unwrap_or(true) {
        Road::Rewritten
    } else if dialect.takes(value.version()) {
        Road::AsItIs
    } else {
        Road::Retagged
    }
}

/// What can be told of a value before a server is asked to take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Foreseen {
    /// This road is tried first, and nothing speaks against it.
    Road(Road),
    /// No road leads to the server, for this reason.
    Unsupported(String),
    /// The same, but the server looks at the name first: if that is taken, it says so.
    UnsupportedUnlessTaken(String),
}

/// What a server is known to take.
#[derive(Clone, Copy, Debug)]
pub struct Capabilities {
    dialect: Dialect,
    modules: Modules,
}

/// Whether a server has modules, which bring types of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Modules {
    /// It has none.
    None,
    /// It has some, or does not tell. Which types they bring is not known either.
    Unknown,
}

impl Capabilities {
    /// Asks a server.
    ///
    /// # Errors
    ///
    /// Fails if the connection does, or the server does not say which version it is.
    pub async fn of(node: &Node) -> Result<Self, Error> {
        let dialect = dialect::of(node).await?;
        let modules = node.connection.ask("MODULE", &[b"LIST"]).await?.into_elements();
        let is_empty = modules.is_some_and(|modules| modules.is_empty());
        Ok(Self { dialect, modules: if is_empty { Modules::None } else { Modules::Unknown } })
    }

    /// Returns the version of the format that the server writes.
    #[must_use]
    pub fn version(self) -> Version {
        self.dialect.version()
    }

    /// Foresees what [`Putter`] makes of a value.
    #[must_use]
    pub fn foresee(self, value: RawValue<'_>) -> Foreseen {
        let road = first_road(self.dialect, value);
        if road != Road::Rewritten {
            let is_of_module = value.value_type() == ValueType::Module;
            if !is_of_module || self.modules == Modules::Unknown {
                return Foreseen::Road(road);
            }
            // No value of a module can be decoded, and the error says of which module it is.
            return match value.decode() {
                Err(error) => Foreseen::UnsupportedUnlessTaken(error.to_string()),
                Ok(_) => Foreseen::Road(road),
            };
        }
        match value.decode() {
            Err(error) => Foreseen::Unsupported(error.to_string()),
            Ok(value) => match Vocabulary::of(self.dialect).lacks(&value) {
                Some(reason) => Foreseen::Unsupported(reason.to_owned()),
                None => Foreseen::Road(road),
            },
        }
    }
}
