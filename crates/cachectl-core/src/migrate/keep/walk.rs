//! Reads the plan and the values that were kept side by side.

use cachectl_rdb::{Entry, Record};
use tokio::sync::mpsc;

use super::{Kept, Sampler, origin};
use crate::{
    migrate::{
        Error,
        ledger::Ending,
        plan_file::{Kind, Window},
        store::Course,
    },
    steps::rdb_file::RdbSource,
};

/// How many values are passed on together.
const CHUNK: usize = 256;
/// How many bytes of values are passed on together, unless a single one has more.
const CHUNK_BYTES: usize = 1 << 20;

/// A value that was kept, and the operation it was kept for.
#[derive(Clone, Debug)]
pub(in crate::migrate) struct KeptValue<T> {
    /// The name before the migration.
    pub(in crate::migrate) from: Vec<u8>,
    /// The name that the migration gives.
    pub(in crate::migrate) to: Vec<u8>,
    pub(in crate::migrate) role: Role,
    pub(in crate::migrate) ending: Ending,
    /// What was made of the value.
    pub(in crate::migrate) value: T,
}

impl<T> KeptValue<T> {
    fn new((from, to): (&[u8], &[u8]), role: Role, ending: Ending, value: T) -> Self {
        Self { from: from.to_vec(), to: to.to_vec(), role, ending, value }
    }
}

/// Whose value was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::migrate) enum Role {
    /// That of the key to be renamed.
    Moved,
    /// That of the key that had the new name and was to be lost.
    Overwritten,
}

/// Reads the plan and the values that were kept side by side, on a thread that may block, makes
/// something of every value and passes it on.
pub(in crate::migrate) fn walk<T>(
    course: &Course,
    kept: &Kept,
    sampler: Option<Sampler>,
    make: impl FnMut(&Entry<'_>) -> T,
    sender: &mpsc::Sender<Vec<KeptValue<T>>>,
) -> Result<(), Error> {
    let mut walk = Walk {
        source: RdbSource::open(&kept.path)?,
        ahead: None,
        make,
        sampler,
        chunk: Vec::new(),
        bytes: 0,
        sender,
    };
    walk.advance()?;
    for lane in 0..course.plan.manifest.lanes.len() {
        let ledger = course.ledger(lane)?;
        let mut reader = course.plan.lane(lane)?;
        let mut room = Window::default();
        while let Some(window) = reader.window(room)? {
            let endings = ledger.endings(window.first, window.len())?;
            walk.window(lane, &window, &endings, &course.plan.manifest.nonce)?;
            room = window;
        }
    }
    walk.send()
}

struct Walk<'a, T, F> {
    source: RdbSource,
    /// The next value of the file: its name, what was made of it, and its size.
    ahead: Option<(Vec<u8>, T, usize)>,
    make: F,
    sampler: Option<Sampler>,
    chunk: Vec<KeptValue<T>>,
    bytes: usize,
    sender: &'a mpsc::Sender<Vec<KeptValue<T>>>,
}

impl<T, F: FnMut(&Entry<'_>) -> T> Walk<'_, T, F> {
    fn window(
        &mut self,
        lane: usize,
        window: &Window,
        endings: &[Ending],
        nonce: &str,
    ) -> Result<(), Error> {
        let operations = (window.first..).zip(window.operations.iter().zip(endings));
        for (number, (operation, ending)) in operations {
            let Some(from) = origin(window, operation, nonce) else { continue };
            let chosen = self.sampler.is_none_or(|sampler| sampler.takes(lane, number));
            let to = window.to(operation);
            if let Some(value) = self.value_of(from)?
                && chosen
            {
                self.push(KeptValue::new((from, to), Role::Moved, *ending, value))?;
            }
            if operation.kind == Kind::Overwrite
                && let Some(value) = self.value_of(to)?
                && chosen
            {
                self.push(KeptValue::new((from, to), Role::Overwritten, *ending, value))?;
            }
        }
        Ok(())
    }

    /// Takes the next value of the file if it is that of `key`: a key that had vanished when its
    /// turn came has none.
    fn value_of(&mut self, key: &[u8]) -> Result<Option<T>, Error> {
        match self.ahead.take_if(|(name, ..)| name == key) {
            None => Ok(None),
            Some((_, value, bytes)) => {
                self.bytes += bytes;
                self.advance()?;
                Ok(Some(value))
            }
        }
    }

    fn advance(&mut self) -> Result<(), Error> {
        while let Some(record) = self.source.record()? {
            if let Record::Entry(entry) = record {
                let value = (self.make)(&entry);
                self.ahead = Some((entry.key.to_vec(), value, entry.value.as_bytes().len()));
                return Ok(());
            }
        }
        self.ahead = None;
        Ok(())
    }

    fn push(&mut self, value: KeptValue<T>) -> Result<(), Error> {
        self.chunk.push(value);
        if self.chunk.len() >= CHUNK || self.bytes >= CHUNK_BYTES { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), Error> {
        self.bytes = 0;
        let chunk = std::mem::take(&mut self.chunk);
        // Nobody listens any more only if the work failed, which is told where it is waited for.
        if chunk.is_empty() {
            Ok(())
        } else {
            self.sender.blocking_send(chunk).map_err(|_| Error::Stopped)
        }
    }
}
