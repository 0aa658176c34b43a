//! Arbitrary values: into a server by its commands, out with `DUMP`, decoded, and in again.

use std::borrow::Cow;

use cachectl_rdb::Value;
use cachectl_rdb::value::Pending;
use cachectl_rdb::value::{Bytes, Consumer, Field, Group, Member, Stream, StreamEntry, StreamId};
use cachectl_testkit::{Batch, Server, Value as Answer};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::answers::in_order;
use crate::encodings::{LIMITS, compare};
use crate::servers;

fn bytes() -> impl Strategy<Value = Bytes<'static>> {
    prop_oneof![
        4 => vec(any::<u8>(), 0..12),
        2 => any::<i64>().prop_map(|number| number.to_string().into_bytes()),
        2 => (-200..200_i64).prop_map(|number| number.to_string().into_bytes()),
        1 => (any::<u8>(), 20..300_usize).prop_map(|(byte, count)| vec![byte; count]),
        1 => vec(any::<u8>(), 60..140),
    ]
    .prop_map(Cow::Owned)
}

fn score() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-1000..1000_i32).prop_map(f64::from),
        any::<f64>().prop_filter("a score is a number", |score| !score.is_nan()),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
    ]
}

fn stream() -> impl Strategy<Value = Stream<'static>> {
    let fields = vec((prop_oneof![Just(b"f".to_vec().into()), bytes()], bytes()), 1..4);
    let ids = (1..1_000_000_u64, any::<u64>());
    (btree_map(ids, fields, 1..20), vec(group(), 0..3)).prop_map(|(entries, mut groups)| {
        let id = |(ms, sequence)| StreamId { ms, sequence };
        let entry = |(key, fields)| StreamEntry { id: id(key), fields };
        let entries: Vec<_> = entries.into_iter().map(entry).collect();
        for (number, group) in groups.iter_mut().enumerate() {
            group.name = format!("group {number}").into_bytes().into();
            group.pending.truncate(entries.len());
            for (pending, entry) in group.pending.iter_mut().zip(&entries) {
                pending.id = entry.id;
            }
        }
        let last_id = entries.last().map(|entry| entry.id).unwrap_or_default();
        Stream { entries, last_id, groups, ..Stream::default() }
    })
}

fn group() -> impl Strategy<Value = Group<'static>> {
    let pending = (1..1_000_000_i64, 0..100_u64, 0..2_usize);
    (vec(pending, 0..10), any::<u32>()).prop_map(|(pending, last)| Group {
        name: Cow::Borrowed(b""),
        last_id: StreamId { ms: u64::from(last), sequence: 1 },
        entries_read: None,
        pending: pending
            .into_iter()
            .map(|(delivered_at, deliveries, consumer)| Pending {
                id: StreamId::default(),
                delivered_at,
                deliveries,
                consumer: Some(consumer),
            })
            .collect(),
        consumers: [&b"alice"[..], b"bob"]
            .map(|name| Consumer { name: name.into(), seen_at: 0, active_at: None })
            .into(),
    })
}

fn value() -> impl Strategy<Value = Value<'static>> {
    let field = |(name, value)| Field { name, value, expires_at: None };
    prop_oneof![
        bytes().prop_map(Value::String),
        vec(bytes(), 1..40).prop_map(Value::List),
        btree_map(bytes(), Just(()), 1..40).prop_map(|it| Value::Set(it.into_keys().collect())),
        btree_map(bytes(), score(), 1..40).prop_map(|it| {
            let member = |(member, score)| Member { member, score };
            Value::SortedSet(it.into_iter().map(member).collect())
        }),
        btree_map(bytes(), bytes(), 1..40)
            .prop_map(move |it| Value::Hash(it.into_iter().map(field).collect())),
        stream().prop_map(|it| Value::Stream(Box::new(it))),
    ]
}

/// Commands for one key.
struct Commands<'a> {
    key: &'a [u8],
    batch: Batch,
}

impl Commands<'_> {
    /// Adds a command, in which `key` stands for the key, and further arguments.
    fn add(&mut self, command: &str, more: &[&[u8]]) {
        let word = |word| if word == "key" { self.key } else { str::as_bytes(word) };
        let words: Vec<&[u8]> = command.split(' ').map(word).chain(more.iter().copied()).collect();
        self.batch.push(&words);
    }

    fn stream(&mut self, stream: &Stream<'_>) {
        for entry in &stream.entries {
            let fields: Vec<&[u8]> =
                entry.fields.iter().flat_map(|(name, value)| [&**name, &**value]).collect();
            self.add(&format!("XADD key {}", entry.id), &fields);
        }
        for group in &stream.groups {
            self.add("XGROUP CREATE key", &[&group.name, group.last_id.to_string().as_bytes()]);
            for consumer in &group.consumers {
                self.add("XGROUP CREATECONSUMER key", &[&group.name, &consumer.name]);
            }
            for pending in &group.pending {
                let Pending { id, delivered_at, deliveries, consumer } = pending;
                let consumer = &group.consumers[consumer.unwrap()].name;
                let rest =
                    format!("0 {id} TIME {delivered_at} RETRYCOUNT {deliveries} FORCE JUSTID");
                let rest: Vec<&[u8]> = rest.split(' ').map(str::as_bytes).collect();
                self.add("XCLAIM key", &[&[&*group.name, &**consumer], &*rest].concat());
            }
        }
    }
}

/// Stores the value under the key with the commands that a client would use.
fn write(server: &Server, key: &str, value: &Value<'_>) {
    let mut commands = Commands { key: key.as_bytes(), batch: Batch::new() };
    commands.add("DEL key", &[]);
    match value {
        Value::String(bytes) => commands.add("SET key", &[bytes]),
        Value::List(elements) => {
            for element in elements {
                commands.add("RPUSH key", &[element]);
            }
        }
        Value::Set(members) => {
            for member in members {
                commands.add("SADD key", &[member]);
            }
        }
        Value::SortedSet(members) => {
            for member in members {
                commands.add("ZADD key", &[member.score.to_string().as_bytes(), &member.member]);
            }
        }
        Value::Hash(fields) => {
            for field in fields {
                commands.add("HSET key", &[&field.name, &field.value]);
            }
        }
        Value::Stream(stream) => commands.stream(stream),
        Value::Array(_) => panic!("no server at hand has arrays"),
    }
    for answer in server.pipeline(&commands.batch) {
        assert!(!matches!(answer, Answer::ServerError(_)), "{answer:?}");
    }
}

/// Takes away what commands cannot bring back, or what depends on the time of day.
fn without_traces(mut value: Value<'_>) -> Value<'_> {
    if let Value::Stream(stream) = &mut value {
        (stream.max_deleted_id, stream.entries_added) = (None, None);
        for group in &mut stream.groups {
            group.entries_read = None;
            for consumer in &mut group.consumers {
                (consumer.seen_at, consumer.active_at) = (0, None);
            }
        }
    }
    in_order(value)
}

#[test]
fn arbitrary_values_come_back_and_keep_their_digest() {
    for server in servers::all() {
        for limits in LIMITS {
            servers::configure(&server, limits);
            let mut runner = TestRunner::new(Config { cases: 60, ..Config::default() });
            let outcome = runner.run(&value(), |value| {
                write(&server, "key", &value);
                compare(&server, b"key");
                let payload = servers::dump(&server, "key");
                let stored = servers::value(&payload);
                let decoded = without_traces(stored.decode().unwrap());
                prop_assert_eq!(&decoded, &without_traces(value));
                write(&server, "again", &decoded);
                let again = servers::dump(&server, "again");
                let digest = servers::value(&again).digest().unwrap();
                prop_assert_eq!(digest, stored.digest().unwrap());
                Ok(())
            });
            outcome.unwrap_or_else(|error| panic!("{}: {error}", servers::name(&server)));
        }
    }
}
