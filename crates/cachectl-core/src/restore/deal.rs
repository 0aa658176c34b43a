//! Reads the file again, and deals its values out to the lanes.

use std::{collections::BTreeMap, sync::Arc};

use cachectl_rdb::{Record, headroom};
use tokio::sync::mpsc;

use super::{
    Error, Options,
    pick::{LARGE_NAME, Picked, Picker, name_of},
    room::{Meter, Room},
};
use crate::{
    server::deployment::Deployment,
    steps::put::{Item, LARGE},
};

/// How many bytes one batch carries, unless a single value has more.
const BATCH_BYTES: usize = 1 << 20;
/// How many bytes wait for the batches of all lanes to become full.
const WAITING_BYTES: usize = 8 << 20;
/// From how many bytes on a batch has to be on the server before anything else is read.
const ALONE_BYTES: usize = 4 << 20;

/// How many times its size it takes to send a large name: a command has a copy of it, with room to
/// spare.
const TO_SEND: usize = 3;

/// Which lane a value goes to: its database, and the primary that has its slot.
pub(super) type LaneId = (u64, usize);

/// Values for one lane, and the room that they take.
#[derive(Debug)]
pub(super) struct Parcel {
    pub(super) items: Vec<Item>,
    pub(super) room: Arc<Room>,
}

/// Reads the file, on a thread that may block, and deals its values out.
pub(super) struct Reader {
    pub(super) options: Options,
    pub(super) picker: Picker,
    pub(super) databases: BTreeMap<u64, Deployment>,
    /// The lane of every database and primary.
    pub(super) senders: BTreeMap<LaneId, mpsc::Sender<Parcel>>,
    pub(super) batch: usize,
    pub(super) meter: Arc<Meter>,
}

/// Values that wait until there are enough for a batch.
#[derive(Debug, Default)]
struct Waiting {
    lanes: BTreeMap<LaneId, (Vec<Item>, usize)>,
    bytes: usize,
}

impl Waiting {
    /// Adds a value, and returns those of its lane if they are enough.
    fn add(&mut self, lane: LaneId, item: Item, batch: usize) -> Option<(Vec<Item>, usize)> {
        let (items, bytes) = self.lanes.entry(lane).or_default();
        *bytes += item.bytes();
        self.bytes += item.bytes();
        items.push(item);
        (items.len() >= batch || *bytes >= BATCH_BYTES).then(|| self.take(lane))
    }

    fn take(&mut self, lane: LaneId) -> (Vec<Item>, usize) {
        let (items, bytes) = self.lanes.remove(&lane).unwrap_or_default();
        self.bytes = self.bytes.saturating_sub(bytes);
        (items, bytes)
    }
}

impl Reader {
    /// Returns how many keys are over their time.
    pub(super) fn all(mut self) -> Result<u64, Error> {
        let mut source = self.options.file.open()?;
        source.keep_empties();
        let mut waiting = Waiting::default();
        let (mut name, mut expired) = (Vec::new(), 0);
        while let Some(record) = source.record()? {
            let entry = match record {
                Record::Entry(entry) => entry,
                Record::Aux { name, value } => {
                    self.picker.about(name, value);
                    continue;
                }
                _ => continue,
            };
            let (database, expiry, rule) = match self.picker.pick(&entry, &mut name)? {
                Picked::Taken { database, expiry, rule } => (database, expiry, rule),
                Picked::Expired { .. } => {
                    expired += 1;
                    continue;
                }
                Picked::Excluded | Picked::Empty { .. } => continue,
            };
            // A file that has grown another database since it was checked is not ours to guess at.
            let Some(deployment) = self.databases.get(&database) else { continue };
            let new = name_of(rule, entry.key, &name);
            let lane = (database, deployment.route(new));
            let is_large = new.len() > LARGE_NAME;
            if is_large && !headroom::is_there(new.len().saturating_mul(TO_SEND)) {
                return Err(self.picker.too_big(&entry));
            }
            let key = if is_large { Vec::new() } else { new.to_vec() };
            let mut item = if entry.value.as_bytes().len() < LARGE {
                Item::of(&entry, key, expiry)
            } else {
                let item = Item::without_value(&entry, key, expiry);
                Item { value: source.take_value(), ..item }
            };
            if is_large {
                item.key = rule.map_or_else(|| source.take_key(), |_| std::mem::take(&mut name));
            }
            self.deal(&mut waiting, lane, item);
            if self.senders.is_empty() {
                break;
            }
        }
        self.send_all(&mut waiting);
        Ok(expired)
    }

    fn deal(&mut self, waiting: &mut Waiting, lane: LaneId, item: Item) {
        if let Some(full) = waiting.add(lane, item, self.batch) {
            self.send(lane, full);
        }
        if waiting.bytes >= WAITING_BYTES {
            self.send_all(waiting);
        }
    }

    fn send_all(&mut self, waiting: &mut Waiting) {
        while let Some(lane) = waiting.lanes.keys().next().copied() {
            let full = waiting.take(lane);
            self.send(lane, full);
        }
    }

    fn send(&mut self, lane: LaneId, (items, bytes): (Vec<Item>, usize)) {
        let Some(sender) = self.senders.get(&lane) else { return };
        let room = Arc::new(self.meter.room(bytes));
        // A lane that has stopped says why in the report.
        if sender.blocking_send(Parcel { items, room }).is_err() {
            self.senders.remove(&lane);
        }
        if bytes >= ALONE_BYTES {
            // What is read meanwhile would be in memory beside it.
            self.meter.wait();
        }
    }
}
