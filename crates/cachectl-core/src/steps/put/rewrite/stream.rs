//! Says a stream in ordinary commands.

use std::{collections::BTreeSet, iter};

use cachectl_rdb::value::{Group, Stream, StreamEntry, StreamId};

use super::{BYTES, Batches, ELEMENTS};
use crate::server::batch::Batch;

/// Returns the commands that build a stream up under `name`, with the statistics of the stream
/// and its groups if `counters` can be set.
pub(super) fn say<'a>(stream: &'a Stream<'a>, counters: bool, name: &'a [u8]) -> Batches<'a> {
    // The server lists an entry as pending only while it exists: those that were deleted since
    // come back for as long as it takes to claim them.
    let kept: BTreeSet<StreamId> = stream.entries.iter().map(|entry| entry.id).collect();
    let pending = stream.groups.iter().flat_map(|group| &group.pending);
    let deleted: BTreeSet<StreamId> =
        pending.map(|pending| pending.id).filter(|id| !kept.contains(id)).collect();
    let create = iter::once_with(move || create(name));
    let add = Add {
        entries: stream.entries.iter().peekable(),
        deleted: deleted.clone().into_iter().peekable(),
        name,
    };
    let groups = stream.groups.iter().flat_map(move |group| say_group(group, counters, name));
    let delete =
        deleted.into_iter().map(move |id| Batch::of("XDEL", &[name, id.to_string().as_bytes()]));
    let end = iter::once_with(move || set_last_id(stream, counters, name));
    Box::new(create.chain(add).chain(groups).chain(delete).chain(end))
}

/// Returns how many bytes the longest name or value in a stream has.
pub(super) fn longest(stream: &Stream<'_>) -> Option<usize> {
    let fields = stream.entries.iter().flat_map(|entry| &entry.fields);
    let fields = fields.map(|(field, value)| field.len().max(value.len()));
    let groups = stream.groups.iter().map(|group| group.name.len());
    let consumers = stream.groups.iter().flat_map(|group| &group.consumers);
    fields.chain(groups).chain(consumers.map(|it| it.name.len())).max()
}

/// Creates an empty stream: the only command that does so creates a group as well.
fn create(name: &[u8]) -> Batch {
    let mut batch = Batch::with_capacity(2);
    batch.push("XGROUP", &[b"CREATE", name, b"cachectl", b"0", b"MKSTREAM"]);
    batch.push("XGROUP", &[b"DESTROY", name, b"cachectl"]);
    batch
}

fn set_last_id(stream: &Stream<'_>, counters: bool, name: &[u8]) -> Batch {
    let mut batch = Batch::of("XSETID", &[name, stream.last_id.to_string().as_bytes()]);
    if let Some((added, deleted)) = stream.entries_added.zip(stream.max_deleted_id)
        && counters
    {
        batch.argument(b"ENTRIESADDED").argument(added.to_string().as_bytes());
        batch.argument(b"MAXDELETEDID").argument(deleted.to_string().as_bytes());
    }
    batch
}

fn say_group<'a>(group: &'a Group<'a>, counters: bool, name: &'a [u8]) -> Batches<'a> {
    let create = iter::once_with(move || {
        let last = group.last_id.to_string();
        let mut batch = Batch::of("XGROUP", &[b"CREATE", name, &group.name, last.as_bytes()]);
        if let Some(read) = group.entries_read.filter(|_| counters) {
            batch.argument(b"ENTRIESREAD").argument(read.to_string().as_bytes());
        }
        for consumer in &group.consumers {
            batch.push("XGROUP", &[b"CREATECONSUMER", name, &group.name, &consumer.name]);
        }
        batch
    });
    let claim = group.pending.chunks(ELEMENTS).map(move |pending| {
        let mut batch = Batch::with_capacity(pending.len());
        for entry in pending {
            let consumer = entry.consumer.and_then(|index| group.consumers.get(index));
            let Some(consumer) = consumer else { continue };
            let (id, at) = (entry.id.to_string(), entry.delivered_at.to_string());
            batch.push("XCLAIM", &[name, &group.name, &consumer.name, b"0", id.as_bytes()]);
            batch.argument(b"TIME").argument(at.as_bytes());
            batch.argument(b"RETRYCOUNT").argument(entry.deliveries.to_string().as_bytes());
            batch.argument(b"FORCE").argument(b"JUSTID");
        }
        batch
    });
    Box::new(create.chain(claim))
}

/// Adds entries in the order of their identifiers, deleted ones among them.
struct Add<'a, E: Iterator, D: Iterator> {
    entries: iter::Peekable<E>,
    deleted: iter::Peekable<D>,
    name: &'a [u8],
}

impl<'a, E, D> Iterator for Add<'a, E, D>
where
    E: Iterator<Item = &'a StreamEntry<'a>>,
    D: Iterator<Item = StreamId>,
{
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        let mut batch = Batch::with_capacity(ELEMENTS);
        while batch.len() < ELEMENTS && batch.bytes() < BYTES {
            let entry = self.entries.peek().map(|entry| entry.id);
            let deleted = self.deleted.peek().copied();
            match (entry, deleted) {
                (None, None) => break,
                (Some(entry), deleted) if deleted.is_none_or(|deleted| entry < deleted) => {
                    if let Some(entry) = self.entries.next() {
                        add(&mut batch, self.name, entry);
                    }
                }
                _ => {
                    if let Some(id) = self.deleted.next() {
                        let id = id.to_string();
                        batch.push("XADD", &[self.name, id.as_bytes(), b"", b""]);
                    }
                }
            }
        }
        (!batch.is_empty()).then_some(batch)
    }
}

fn add(batch: &mut Batch, name: &[u8], entry: &StreamEntry<'_>) {
    batch.push("XADD", &[name, entry.id.to_string().as_bytes()]);
    for (field, value) in &entry.fields {
        batch.argument(field).argument(value);
    }
}
