//! Bytes that are being written, some of them from where they are.

use std::{collections::VecDeque, sync::Arc};

/// What is sent from where it is.
#[derive(Clone, Debug)]
pub(in crate::server) struct Attached {
    /// Before which of the other bytes.
    pub(in crate::server) at: usize,
    pub(in crate::server) bytes: Arc<Vec<u8>>,
}

/// Bytes that are being written, and how far that is.
#[derive(Debug, Default)]
pub(in crate::server) struct Outgoing {
    encoded: Vec<u8>,
    written: usize,
    /// In their order. One that is written is let go.
    attached: VecDeque<Attached>,
    /// How much of the first of them is written.
    written_of_attached: usize,
}

impl Outgoing {
    /// Begins to write. What is attached stands in the order of its places.
    pub(in crate::server) fn new(encoded: Vec<u8>, attached: Vec<Attached>) -> Self {
        let attached = attached.into_iter().filter(|it| !it.bytes.is_empty()).collect();
        Self { encoded, attached, ..Self::default() }
    }

    /// Returns what can be written next; nothing is left if that is empty.
    pub(in crate::server) fn rest(&self) -> &[u8] {
        let rest = match self.attached.front() {
            Some(next) if next.at == self.written => next.bytes.get(self.written_of_attached..),
            Some(next) => self.encoded.get(self.written..next.at),
            None => self.encoded.get(self.written..),
        };
        rest.unwrap_or_default()
    }

    /// Takes note that so many bytes of the rest are written.
    pub(in crate::server) fn advance(&mut self, bytes: usize) {
        match self.attached.front() {
            Some(next) if next.at == self.written => {
                self.written_of_attached += bytes;
                if self.written_of_attached >= next.bytes.len() {
                    self.attached.pop_front();
                    self.written_of_attached = 0;
                }
            }
            _ => self.written += bytes,
        }
    }
}
