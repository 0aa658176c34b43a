//! The keys that are backed up and restored, and the commands about them.

use std::io::{self, Write};

use cachectl_testkit::{Batch, Server, Value};

use crate::perf::keyspace::{integer, sample, write_command};
use crate::perf::pipe;

/// How many bytes a value has.
const LENGTH: usize = 100;

/// Every key whose number is a multiple of this expires.
const EXPIRING: u32 = 10;

/// When the first of them does: a moment that no measurement lives to see.
const EXPIRY: i64 = 4_000_000_000_000;

/// How many keys are asked about in one write.
const BATCH: u32 = 1_000;

fn name(number: u32) -> String {
    format!("session:{number}")
}

fn expiry(number: u32) -> Option<i64> {
    number.is_multiple_of(EXPIRING).then(|| EXPIRY + i64::from(number))
}

/// Returns a value like no other, which does not compress.
fn value(number: u32) -> [u8; LENGTH] {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut state = u64::from(number);
    std::array::from_fn(|_| {
        // A step of a linear congruential generator, of which the upper bits are good enough.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let [.., high] = state.to_le_bytes();
        LETTERS.get(usize::from(high & 63)).copied().unwrap_or_default()
    })
}

/// Makes `count` string keys the only keys of the server, in no particular order.
///
/// The order of their names would be the order in which they lie in memory, and then whoever asks
/// for them in that order would find them in the processor's caches, as nobody does in real life.
pub(super) fn load(server: &Server, count: u32) -> io::Result<()> {
    empty(server)?;
    pipe::send(server.socket(), count, |out| {
        for number in shuffled(count) {
            let (name, value) = (name(number), value(number));
            match expiry(number).map(|moment| moment.to_string()) {
                None => write_command(out, &[b"SET", name.as_bytes(), &value])?,
                Some(moment) => {
                    let words = [b"SET", name.as_bytes(), &value, b"PXAT", moment.as_bytes()];
                    write_command(out, &words)?;
                }
            }
        }
        Ok(())
    })
}

/// Returns all numbers below `count` in an order that has nothing to do with them.
fn shuffled(count: u32) -> impl Iterator<Item = u32> {
    // A multiplier that is odd permutes the numbers of so many bits; those that are too large are
    // left out.
    let mask = count.max(2).next_power_of_two() - 1;
    let scramble = move |number: u32| number.wrapping_mul(0x9E37_79B1) & mask;
    (0..=mask).map(scramble).filter(move |number| *number < count)
}

/// Leaves the server without keys.
pub(super) fn empty(server: &Server) -> io::Result<()> {
    server.try_command(&["FLUSHALL"]).map(drop).map_err(io::Error::other)
}

/// Writes the commands that ask for everything that a backup has to know, two for each key.
///
/// They have the order in which the server itself names the keys. Nobody who has to look for them
/// gets another one; and that in which they were loaded is one in which each is found beside the
/// one before, in memory that the CPU has just read.
pub(super) fn write_dumps(server: &Server, out: &mut dyn Write) -> io::Result<()> {
    let mut cursor = b"0".to_vec();
    loop {
        let page = server.try_command(&[b"SCAN".as_slice(), &cursor, b"COUNT", b"1000"]);
        let (next, keys) = page_of(page.map_err(io::Error::other)?)
            .ok_or_else(|| io::Error::other("the server does not answer SCAN"))?;
        for key in keys {
            write_command(out, &[b"DUMP", &key])?;
            write_command(out, &[b"PEXPIRETIME", &key])?;
        }
        if next == b"0" {
            return Ok(());
        }
        cursor = next;
    }
}

/// Reads the cursor and the keys from an answer to `SCAN`.
fn page_of(answer: Value) -> Option<(Vec<u8>, Vec<Vec<u8>>)> {
    let Value::Array(parts) = answer else { return None };
    let [Value::BulkString(cursor), Value::Array(keys)] = <[Value; 2]>::try_from(parts).ok()?
    else {
        return None;
    };
    let keys = keys.into_iter().map(|key| match key {
        Value::BulkString(key) => Some(key),
        _ => None,
    });
    Some((cursor, keys.collect::<Option<_>>()?))
}

/// Writes the commands that make all keys again, with what the server dumps.
pub(super) fn write_restores(server: &Server, out: &mut dyn Write, count: u32) -> io::Result<()> {
    let mut start = 0;
    while start < count {
        let numbers = start..count.min(start + BATCH);
        start = numbers.end;
        let mut batch = Batch::new();
        for name in numbers.clone().map(name) {
            batch.push(&["DUMP", &name]);
        }
        let answers = server.try_pipeline(&batch).map_err(io::Error::other)?;
        for (number, answer) in numbers.zip(answers) {
            let Value::BulkString(payload) = answer else {
                return Err(io::Error::other(format!("`{}` cannot be dumped", name(number))));
            };
            let (name, moment) = (name(number), expiry(number).unwrap_or(0).to_string());
            let words = [b"RESTORE", name.as_bytes(), moment.as_bytes(), &payload, b"ABSTTL"];
            write_command(out, &words)?;
        }
    }
    Ok(())
}

/// Checks that every key is there; values and expiries by sample.
pub(super) fn check(server: &Server, count: u32) -> Result<(), String> {
    for number in sample(server, count)? {
        let name = name(number);
        let found = server.try_command(&["GET", &name]).map_err(|error| error.to_string())?;
        if found != Value::BulkString(value(number).to_vec()) {
            return Err(format!("`{name}` has another value"));
        }
        let moment = integer(server, &["PEXPIRETIME".to_owned(), name.clone()])?;
        if moment != expiry(number).unwrap_or(-1) {
            return Err(format!("`{name}` expires at another time"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use cachectl_testkit::Server;

    use super::{check, empty, load, write_dumps, write_restores};
    use crate::perf::pipe;

    #[test]
    fn what_is_dumped_can_be_restored_and_checked() {
        let server = Server::start();
        load(&server, 2_500).unwrap();
        check(&server, 2_500).unwrap();
        pipe::send(server.socket(), 5_000, |out| write_dumps(&server, out)).unwrap();
        let mut restores = Vec::new();
        write_restores(&server, &mut restores, 2_500).unwrap();

        empty(&server).unwrap();
        assert_eq!(check(&server, 2_500).unwrap_err(), "there are 0 keys where 2500 should be");
        pipe::send(server.socket(), 2_500, |out| out.write_all(&restores)).unwrap();
        check(&server, 2_500).unwrap();
        server.command(&["PERSIST", "session:0"]);
        assert_eq!(check(&server, 2_500).unwrap_err(), "`session:0` expires at another time");
        server.command(&["APPEND", "session:0", "x"]);
        assert_eq!(check(&server, 2_500).unwrap_err(), "`session:0` has another value");
    }
}
