//! The commands that make a value.

use super::Kind;
use crate::random::Random;
use crate::resp::Batch;

/// When the entries of streams were added: a moment in the past, the same for every load.
const STREAM_START: u64 = 1_700_000_000_000;

/// Adds the commands that make a key of the given type.
pub(super) fn push(
    batch: &mut Batch,
    kind: Kind,
    key: &[u8],
    size: Option<usize>,
    random: &mut Random,
) {
    match kind {
        Kind::String => {
            let size = size.unwrap_or_else(|| usize::try_from(16 + random.below(96)).unwrap_or(64));
            batch.push(&[b"SET", key, &text(random, size)]);
        }
        Kind::List => variadic(batch, b"RPUSH", key, &members(random)),
        Kind::Set => variadic(batch, b"SADD", key, &members(random)),
        Kind::Hash => variadic(batch, b"HSET", key, &pairs(random, |n, _| format!("field{n}"))),
        Kind::Zset => variadic(batch, b"ZADD", key, &pairs(random, score)),
        Kind::Stream => stream(batch, key, random),
    }
}

fn variadic(batch: &mut Batch, command: &[u8], key: &[u8], arguments: &[Vec<u8>]) {
    let mut words = vec![command, key];
    words.extend(arguments.iter().map(Vec::as_slice));
    batch.push(&words);
}

fn members(random: &mut Random) -> Vec<Vec<u8>> {
    let count = 2 + random.below(6);
    (0..count)
        .map(|number| [format!("{number}:").into_bytes(), text(random, 12)].concat())
        .collect()
}

/// Returns `first` of something and a text, several times over.
fn pairs(random: &mut Random, first: impl Fn(usize, &mut Random) -> String) -> Vec<Vec<u8>> {
    let members = members(random);
    let pair = |(number, member)| [first(number, random).into_bytes(), member];
    members.into_iter().enumerate().flat_map(pair).collect()
}

fn score(_: usize, random: &mut Random) -> String {
    let (whole, eighths) = (random.below(1_000_000), random.below(8));
    format!("{whole}.{:03}", eighths * 125)
}

fn stream(batch: &mut Batch, key: &[u8], random: &mut Random) {
    let first = format!("{}-1", STREAM_START + random.below(1_000_000));
    batch.push(&[b"XADD", key, first.as_bytes(), b"event", &text(random, 16)]);
    for number in 2..3 + random.below(3) {
        let id = format!("{}-{number}", STREAM_START + 1_000_000 + number);
        batch.push(&[b"XADD", key, id.as_bytes(), b"event", &text(random, 16)]);
    }
    batch.push(&[b"XGROUP", b"CREATE", key, b"workers", first.as_bytes()]);
    // Claiming by force makes an entry pending without the time of day getting into the value.
    let moment = STREAM_START.to_string();
    let claim: [&[u8]; 12] = [
        b"XCLAIM",
        key,
        b"workers",
        b"worker-1",
        b"0",
        first.as_bytes(),
        b"TIME",
        moment.as_bytes(),
        b"RETRYCOUNT",
        b"1",
        b"FORCE",
        b"JUSTID",
    ];
    batch.push(&claim);
}

/// Returns printable bytes, eight from each number.
fn text(random: &mut Random, length: usize) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    let mut text = Vec::with_capacity(length + 8);
    while text.len() < length {
        let letter = |byte: u8| LETTERS.get(usize::from(byte & 63)).copied();
        text.extend(random.next().to_le_bytes().into_iter().filter_map(letter));
    }
    text.truncate(length);
    text
}
