//! Reads every selected key of one primary with its value.

use std::collections::VecDeque;

use super::{
    scan::Scan,
    selection::Selection,
    throttle::Throttle,
    value_fetch::{Fetched, ValueFetch},
};
use crate::server::{Error, node::Node};

/// Reads every selected key of one primary with its value, once or more: a scan may return a key
/// twice, and values are read at different moments.
#[derive(Debug)]
pub struct ValueScan<'a> {
    selection: &'a Selection,
    scan: Scan,
    /// Names that wait to be asked for.
    waiting: VecDeque<Vec<u8>>,
    fetch: ValueFetch<'a>,
    at_end: bool,
    /// Keys that the scan returned.
    pub scanned: u64,
}

impl<'a> ValueScan<'a> {
    /// Begins to read.
    ///
    /// # Errors
    ///
    /// Fails if the connection does.
    pub async fn start(
        node: &Node,
        selection: &'a Selection,
        throttle: &'a Throttle,
    ) -> Result<Self, Error> {
        Ok(Self {
            selection,
            scan: Scan::start(node, selection.scan_pattern()),
            waiting: VecDeque::new(),
            fetch: ValueFetch::start(node, throttle).await?,
            at_end: false,
            scanned: 0,
        })
    }

    /// Returns the next values, `None` after the last. Types are not looked at yet.
    ///
    /// # Errors
    ///
    /// Fails if the connection breaks, or the server refuses to scan or to dump.
    pub async fn values(&mut self) -> Result<Option<Vec<Fetched>>, Error> {
        loop {
            let room = self.fetch.room();
            if room == 0 || (self.at_end && self.waiting.is_empty()) {
                return self.fetch.answers().await;
            }
            if self.waiting.len() < room && !self.at_end {
                self.page().await?;
                continue;
            }
            let keys = self.waiting.drain(..room.min(self.waiting.len())).collect();
            self.fetch.ask(keys).await;
        }
    }

    async fn page(&mut self) -> Result<(), Error> {
        match self.scan.page().await? {
            None => self.at_end = true,
            Some(keys) => {
                self.scanned += keys.len() as u64;
                let selected = |key: &Vec<u8>| self.selection.takes_key(key);
                self.waiting.extend(keys.into_iter().filter(selected));
            }
        }
        Ok(())
    }
}
