//! Values in a form that does not depend on how the server happens to store or order them.

use redis::Value;
use sha2::{Digest as _, Sha256};

use super::{Digest, Scope};
use crate::Server;
use crate::resp::{self, Batch};

/// A value that was there, with its parts in canonical order.
struct Found<'a> {
    key: &'a [u8],
    kind: &'a str,
    parts: Vec<Value>,
}

/// Returns a digest of the value of each key; `None` for a key that is gone.
#[track_caller]
pub(super) fn read(
    server: &Server,
    keys: &[Vec<u8>],
    kinds: &[String],
    (scope, field_expiry): (Scope, bool),
) -> Vec<Option<Digest>> {
    let mut batch = Batch::new();
    for (key, kind) in keys.iter().zip(kinds) {
        ask(&mut batch, key, kind);
    }
    let answers = server.pipeline(&batch);
    let mut values = Vec::with_capacity(keys.len());
    for ((key, kind), answer) in keys.iter().zip(kinds).zip(answers) {
        values.push(value(kind, answer, scope).map(|parts| Found { key, kind, parts }));
    }
    let expiries = field_expiries(server, &values, field_expiry);
    let digests = values.into_iter().zip(expiries).map(|(value, expiries)| {
        let Found { kind, parts, .. } = value?;
        let mut hasher = Sha256::new();
        feed_bytes(&mut hasher, kind.as_bytes());
        for part in &parts {
            feed(&mut hasher, part);
        }
        feed(&mut hasher, &expiries);
        Some(Digest(hasher.finalize().into()))
    });
    digests.collect()
}

fn ask(batch: &mut Batch, key: &[u8], kind: &str) {
    match kind {
        "string" => batch.push(&[b"GET", key]),
        "list" => batch.push(&[b"LRANGE", key, b"0", b"-1"]),
        "set" => batch.push(&[b"SMEMBERS", key]),
        "hash" => batch.push(&[b"HGETALL", key]),
        "zset" => batch.push(&[b"ZRANGE", key, b"0", b"-1", b"WITHSCORES"]),
        "stream" => batch.push(&[b"XINFO".as_slice(), b"STREAM", key, b"FULL", b"COUNT", b"0"]),
        // Types of modules, which only the server can describe; and keys that are gone.
        _ => batch.push(&[b"DUMP", key]),
    };
}

/// Returns the parts of a value in canonical order; `None` when there is no value any more.
fn value(kind: &str, answer: Value, scope: Scope) -> Option<Vec<Value>> {
    let gone = matches!(answer, Value::Nil | Value::ServerError(_));
    if gone {
        return None;
    }
    if kind == "string" || !matches!(answer, Value::Array(_) | Value::Set(_) | Value::Map(_)) {
        return Some(vec![answer]);
    }
    let parts = resp::elements(answer);
    let ordered = match kind {
        "set" => sorted(&parts, 1),
        "hash" => sorted(&parts, 2),
        "zset" => sorted(&scored(parts), 2),
        "stream" => vec![described(Value::Array(parts), scope)],
        _ => parts,
    };
    // No type but the stream can be empty and exist.
    (!ordered.is_empty()).then_some(ordered)
}

/// Sorts groups of `width` parts by the bytes of their first part.
fn sorted(parts: &[Value], width: usize) -> Vec<Value> {
    let mut groups: Vec<&[Value]> = parts.chunks(width).collect();
    groups.sort_by(|one, other| key_of(one).cmp(key_of(other)));
    groups.concat()
}

fn key_of(group: &[Value]) -> &[u8] {
    match group.first() {
        Some(Value::BulkString(bytes)) => bytes,
        _ => &[],
    }
}

/// Replaces every second part, which is a score, by its bits.
///
/// Releases write the same score with more or fewer digits.
fn scored(mut parts: Vec<Value>) -> Vec<Value> {
    for score in parts.iter_mut().skip(1).step_by(2) {
        let number = match score {
            Value::Double(number) => Some(*number),
            ref other => resp::text(Value::clone(other)).and_then(|text| text.parse().ok()),
        };
        if let Some(number) = number {
            // Minus zero is the same score as zero.
            let number: f64 = number + 0.0;
            *score = Value::BulkString(number.to_bits().to_be_bytes().to_vec());
        }
    }
    parts
}

/// Leaves out of the description of a stream what is no part of its value.
///
/// How the server stores it, and when a consumer was last seen, differ between equal streams.
fn described(value: Value, scope: Scope) -> Value {
    const LEFT_OUT: [&str; 6] =
        ["radix-tree-keys", "radix-tree-nodes", "seen-time", "active-time", "idle", "inactive"];
    /// What Redis 6.2 does not count, and so cannot keep or pass on.
    const STATISTICS: [&str; 5] =
        ["max-deleted-entry-id", "entries-added", "recorded-first-entry-id", "entries-read", "lag"];
    if !matches!(value, Value::Array(_) | Value::Map(_)) {
        return value;
    }
    let mut kept = Vec::new();
    let mut parts = resp::elements(value).into_iter();
    while let Some(part) = parts.next() {
        let name = resp::text(part.clone()).unwrap_or_default();
        let statistic = scope == Scope::Portable && STATISTICS.contains(&name.as_str());
        if statistic || LEFT_OUT.contains(&name.as_str()) {
            parts.next();
            continue;
        }
        kept.push(described(part, scope));
        // What users have named or written may be called anything.
        if ["entries", "name", "pel", "pending"].contains(&name.as_str()) {
            kept.extend(parts.next());
        }
    }
    Value::Array(kept)
}

/// Returns for each value which of its fields expire, by their position, and when.
///
/// A hash without any is the same on servers that know of such expiries and on those that do not.
#[track_caller]
fn field_expiries(server: &Server, values: &[Option<Found<'_>>], known: bool) -> Vec<Value> {
    let mut batch = Batch::new();
    let mut asked = Vec::with_capacity(values.len());
    for value in values {
        let hash = value.as_ref().filter(|found| known && found.kind == "hash");
        asked.push(hash.is_some());
        if let Some(Found { key, parts, .. }) = hash {
            let fields: Vec<Vec<u8>> =
                parts.iter().step_by(2).cloned().filter_map(resp::bytes).collect();
            let count = fields.len().to_string();
            let mut command: Vec<&[u8]> = vec![b"HPEXPIRETIME", key, b"FIELDS", count.as_bytes()];
            command.extend(fields.iter().map(Vec::as_slice));
            batch.push(&command);
        }
    }
    let mut answers = server.pipeline(&batch).into_iter();
    asked
        .into_iter()
        .map(|it| if it { expiring(answers.next().unwrap_or_default()) } else { Value::Nil })
        .collect()
}

/// Returns the positions and the moments in the answer to `HPEXPIRETIME`; nil if there are none.
fn expiring(answer: Value) -> Value {
    let moments = (0..).zip(resp::elements(answer));
    let set = moments.filter(|(_, moment)| resp::integer(moment).is_some_and(|it| it >= 0));
    let found: Vec<Value> =
        set.flat_map(|(position, moment)| [Value::Int(position), moment]).collect();
    if found.is_empty() { Value::Nil } else { Value::Array(found) }
}

/// Feeds a value so that different values never feed the same bytes.
fn feed(hasher: &mut Sha256, value: &Value) {
    match value {
        Value::Array(values) | Value::Set(values) => {
            feed_bytes(hasher, b"array");
            hasher.update(values.len().to_be_bytes());
            for value in values {
                feed(hasher, value);
            }
        }
        other => match resp::bytes(other.clone()) {
            Some(bytes) => feed_bytes(hasher, &bytes),
            None => feed_bytes(hasher, format!("{other:?}").as_bytes()),
        },
    }
}

fn feed_bytes(hasher: &mut Sha256, bytes: &[u8]) {
    hasher.update(bytes.len().to_be_bytes());
    hasher.update(bytes);
}
