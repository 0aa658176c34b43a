//! What a server says that a key holds.

use std::collections::BTreeMap;

use cachectl_rdb::Value;
use cachectl_rdb::value::{
    Bytes, Consumer, Field, Group, Member, Pending, Stream, StreamEntry, StreamId,
};
use cachectl_testkit::{Feature, Server, Value as Answer};

/// Taking answers apart.
pub(crate) trait Reply: Sized {
    fn bytes(self) -> Vec<u8>;
    fn elements(self) -> Vec<Answer>;

    #[track_caller]
    fn text(self) -> String {
        String::from_utf8(self.bytes()).unwrap()
    }

    #[track_caller]
    fn number(self) -> i64 {
        self.text().parse().unwrap()
    }

    /// Returns a number that the server keeps without a sign, and answers with one.
    #[track_caller]
    fn unsigned(self) -> u64 {
        self.number().cast_unsigned()
    }

    #[track_caller]
    fn id(self) -> StreamId {
        let text = self.text();
        let (ms, sequence) = text.split_once('-').unwrap();
        StreamId { ms: ms.parse().unwrap(), sequence: sequence.parse().unwrap() }
    }

    #[track_caller]
    fn all_bytes(self) -> Vec<Bytes<'static>> {
        self.elements().into_iter().map(|it| it.bytes().into()).collect()
    }

    #[track_caller]
    fn pairs(self) -> Vec<(Bytes<'static>, Bytes<'static>)> {
        let mut elements = self.all_bytes().into_iter();
        std::iter::from_fn(|| Some((elements.next()?, elements.next().unwrap()))).collect()
    }

    /// Returns named parts, which come as names and values in turn.
    #[track_caller]
    fn parts(self) -> BTreeMap<String, Answer> {
        let mut elements = self.elements().into_iter();
        std::iter::from_fn(|| Some((elements.next()?.text(), elements.next().unwrap()))).collect()
    }
}

impl Reply for Answer {
    #[track_caller]
    fn bytes(self) -> Vec<u8> {
        match self {
            Self::BulkString(bytes) => bytes,
            Self::SimpleString(text) => text.into_bytes(),
            Self::Int(number) => number.to_string().into_bytes(),
            other => panic!("no string: {other:?}"),
        }
    }

    #[track_caller]
    fn elements(self) -> Vec<Answer> {
        match self {
            Self::Array(elements) => elements,
            other => panic!("no list: {other:?}"),
        }
    }
}

/// Asks a server what the key holds, with the commands that its clients use.
#[track_caller]
pub(crate) fn ask(server: &Server, key: &[u8]) -> Value<'static> {
    let ask = |command: &str| {
        let mut words: Vec<&[u8]> = command.split(' ').map(str::as_bytes).collect();
        words.insert(1, key);
        server.command(&words)
    };
    match ask("TYPE").text().as_str() {
        "string" => Value::String(ask("GET").bytes().into()),
        "list" => Value::List(ask("LRANGE 0 -1").all_bytes()),
        "set" => Value::Set(ask("SMEMBERS").all_bytes()),
        "zset" => Value::SortedSet(members(ask("ZRANGE 0 -1 WITHSCORES"))),
        "hash" => Value::Hash(fields(server, key, ask("HGETALL"))),
        "stream" => {
            let full = [b"XINFO".as_slice(), b"STREAM", key, b"FULL", b"COUNT", b"0"];
            Value::Stream(Box::new(stream(ask("XRANGE - +"), server.command(&full))))
        }
        other => panic!("the key is a {other}"),
    }
}

/// Puts what has no order of its own in an order.
pub(crate) fn in_order(mut value: Value<'_>) -> Value<'_> {
    match &mut value {
        Value::String(_) | Value::List(_) | Value::Array(_) => {}
        Value::Set(members) => members.sort(),
        Value::SortedSet(members) => {
            members.sort_by(|one, other| one.member.cmp(&other.member));
            // The server may answer either of the two zeros.
            for member in members {
                member.score += 0.0;
            }
        }
        Value::Hash(fields) => fields.sort_by(|one, other| one.name.cmp(&other.name)),
        Value::Stream(stream) => {
            stream.groups.sort_by(|one, other| one.name.cmp(&other.name));
            // No command tells what they are.
            stream.producers = 0;
        }
    }
    value
}

fn members(answer: Answer) -> Vec<Member<'static>> {
    let member = |(member, score): (_, Bytes<'_>)| {
        let score = str::from_utf8(&score).unwrap().parse().unwrap();
        Member { member, score }
    };
    answer.pairs().into_iter().map(member).collect()
}

#[track_caller]
fn fields(server: &Server, key: &[u8], answer: Answer) -> Vec<Field<'static>> {
    let plain = |(name, value)| Field { name, value, expires_at: None };
    let mut fields: Vec<_> = answer.pairs().into_iter().map(plain).collect();
    if server.installation().has(Feature::HashFieldTtl) {
        let count = fields.len().to_string();
        let mut words = vec![b"HPEXPIRETIME".as_slice(), key, b"FIELDS", count.as_bytes()];
        words.extend(fields.iter().map(|field| &*field.name));
        let times = server.command(&words).elements();
        for (field, time) in fields.iter_mut().zip(times) {
            field.expires_at = Some(time.number()).filter(|time| *time != -1);
        }
    }
    fields
}

#[track_caller]
fn stream(entries: Answer, full: Answer) -> Stream<'static> {
    let mut about = full.parts();
    let groups = about.remove("groups").unwrap().elements();
    Stream {
        entries: entries.elements().into_iter().map(entry).collect(),
        last_id: about.remove("last-generated-id").unwrap().id(),
        max_deleted_id: about.remove("max-deleted-entry-id").map(Reply::id),
        entries_added: about.remove("entries-added").map(Reply::unsigned),
        groups: groups.into_iter().map(group).collect(),
        producers: 0,
    }
}

#[track_caller]
fn entry(answer: Answer) -> StreamEntry<'static> {
    let [id, fields] = answer.elements().try_into().unwrap();
    StreamEntry { id: id.id(), fields: fields.pairs() }
}

#[track_caller]
fn group(answer: Answer) -> Group<'static> {
    let mut about = answer.parts();
    let mut part = |name: &str| about.remove(name);
    let consumers = part("consumers").unwrap().elements();
    let consumers: Vec<_> = consumers.into_iter().map(consumer).collect();
    let pending = part("pel").or_else(|| part("pending")).unwrap().elements();
    Group {
        name: part("name").unwrap().bytes().into(),
        last_id: part("last-delivered-id").unwrap().id(),
        entries_read: part("entries-read").filter(|it| *it != Answer::Nil).map(Reply::unsigned),
        pending: pending.into_iter().map(|answer| self::pending(answer, &consumers)).collect(),
        consumers,
    }
}

#[track_caller]
fn consumer(answer: Answer) -> Consumer<'static> {
    let mut about = answer.parts();
    let active_at = about.remove("active-time").map(Reply::number);
    Consumer {
        name: about.remove("name").unwrap().bytes().into(),
        seen_at: about.remove("seen-time").unwrap().number(),
        active_at: active_at.filter(|time| *time != -1),
    }
}

#[track_caller]
fn pending(answer: Answer, consumers: &[Consumer<'_>]) -> Pending {
    let [id, consumer, delivered_at, deliveries] = answer.elements().try_into().unwrap();
    let name = consumer.bytes();
    Pending {
        id: id.id(),
        delivered_at: delivered_at.number(),
        deliveries: deliveries.unsigned(),
        consumer: consumers.iter().position(|consumer| *consumer.name == *name),
    }
}
