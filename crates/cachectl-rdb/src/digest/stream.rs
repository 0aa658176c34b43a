//! Streams in canonical form.

use super::sink::Sink;
use super::{Digest, sorted};
use crate::value::{Group, Stream, StreamId};

pub(super) fn digest(stream: &Stream<'_>) -> Digest {
    let mut sink = Sink::new(b'x');
    sink.count(stream.entries.len());
    for entry in &stream.entries {
        id(&mut sink, entry.id);
        sink.count(entry.fields.len());
        for (name, value) in &entry.fields {
            sink.bytes(name);
            sink.bytes(value);
        }
    }
    id(&mut sink, stream.last_id);
    sink.count(stream.groups.len());
    for it in sorted(&stream.groups, |group| &group.name) {
        group(&mut sink, it);
    }
    sink.finish()
}

fn group(sink: &mut Sink, group: &Group<'_>) {
    sink.bytes(&group.name);
    id(sink, group.last_id);
    sink.count(group.pending.len());
    let mut pending: Vec<_> = group.pending.iter().collect();
    pending.sort_unstable_by_key(|entry| entry.id);
    for entry in pending {
        id(sink, entry.id);
        match entry.consumer.and_then(|index| group.consumers.get(index)) {
            None => sink.flag(0),
            Some(consumer) => {
                sink.flag(1);
                sink.bytes(&consumer.name);
            }
        }
        sink.number(entry.delivered_at.cast_unsigned());
        sink.number(entry.deliveries);
    }
    sink.count(group.consumers.len());
    for consumer in sorted(&group.consumers, |consumer| &consumer.name) {
        sink.bytes(&consumer.name);
    }
}

fn id(sink: &mut Sink, id: StreamId) {
    sink.number(id.ms);
    sink.number(id.sequence);
}
