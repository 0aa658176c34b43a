//! Fetches the values of many keys, several batches at a time, in bounded memory.

use std::collections::VecDeque;

use super::{
    throttle::Throttle,
    value_reader::{Stored, ValueReader},
};
use crate::server::{
    Error,
    batch::Batch,
    connection::{Connection, Posted},
    identity::Info,
    node::Node,
};

/// How many bytes of values one batch is meant to bring.
const BATCH_BYTES: u64 = 1 << 20;
/// What a value is taken to need where the server does not tell how much memory it uses.
const USUAL_BYTES: u64 = 4 << 10;

/// Fetches values from one server.
///
/// What a batch brings waits in the server's memory and then in ours, so batches become small
/// where values are large: from what the server says its keys need on average, and then from what
/// has arrived. One value that is larger than all before it comes alone or with few others only
/// if the average is large, which is as much as can be known without asking for every size first.
#[derive(Debug)]
pub struct ValueFetch<'a> {
    connection: Connection,
    reader: ValueReader,
    throttle: &'a Throttle,
    /// What a value needs, in bytes, by what was seen.
    average: u64,
    asked: VecDeque<(Vec<Vec<u8>>, Posted)>,
}

/// A key, and its value if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The key.
    pub key: Vec<u8>,
    /// Its value; `None` if there is no such key, or not any more.
    pub stored: Option<Stored>,
}

impl<'a> ValueFetch<'a> {
    /// Prepares to fetch at the pace of `throttle`.
    ///
    /// # Errors
    ///
    /// Fails if the connection does.
    pub async fn start(node: &Node, throttle: &'a Throttle) -> Result<Self, Error> {
        let memory = node.info("memory").await?.unwrap_or_default();
        Ok(Self {
            connection: node.connection.clone(),
            reader: ValueReader::choose(node, &memory).await?,
            throttle,
            average: average(node, &memory).await?,
            asked: VecDeque::new(),
        })
    }

    /// Returns how many keys to ask for next; none while enough is on its way.
    #[must_use]
    pub fn room(&self) -> usize {
        let keys = (BATCH_BYTES / self.average.max(1)).max(1);
        let depth = if keys < 16 { 1 } else { self.throttle.depth() };
        if self.asked.len() >= depth {
            return 0;
        }
        usize::try_from(keys).unwrap_or(usize::MAX).min(self.throttle.batch())
    }

    /// Asks for the values of these keys, when the pace allows it.
    pub async fn ask(&mut self, keys: Vec<Vec<u8>>) {
        if keys.is_empty() {
            return;
        }
        self.throttle.admit(keys.len()).await;
        let mut batch = Batch::with_capacity(keys.len() * self.reader.commands());
        for key in &keys {
            self.reader.ask(&mut batch, key);
        }
        self.asked.push_back((keys, self.connection.post(batch)));
    }

    /// Waits for the oldest answers; `None` if nothing was asked for.
    ///
    /// # Errors
    ///
    /// Fails if the connection breaks, or the server refuses to dump.
    pub async fn answers(&mut self) -> Result<Option<Vec<Fetched>>, Error> {
        let Some((keys, posted)) = self.asked.pop_front() else {
            return Ok(None);
        };
        let mut replies = posted.replies().await?.into_iter();
        let mut bytes = 0;
        let mut fetched = Vec::with_capacity(keys.len());
        for key in keys {
            let stored = self.reader.read(&mut replies);
            let stored = stored.map_err(|refusal| self.connection.refused("DUMP", refusal))?;
            bytes += stored.as_ref().map_or(0, |stored| stored.payload.len() as u64);
            fetched.push(Fetched { key, stored });
        }
        self.note(bytes / fetched.len().max(1) as u64);
        Ok(Some(fetched))
    }

    /// Takes note of the mean of a batch: at once if it is larger, little by little if smaller.
    fn note(&mut self, mean: u64) {
        self.average = mean.max((3 * self.average + mean) / 4);
    }
}

/// Returns what a key of this server needs on average, values and overhead together.
async fn average(node: &Node, memory: &Info) -> Result<u64, Error> {
    let bytes = memory.number("used_memory_dataset");
    let keys = node.key_count().await?.filter(|keys| *keys > 0);
    Ok(bytes.zip(keys).map_or(USUAL_BYTES, |(memory, keys)| memory / keys))
}
