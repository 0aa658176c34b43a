//! The corpora that are part of the project: what real servers store, as far as it is small, what a
//! real migration writes down, and texts of every kind.

mod migration;
mod texts;

use std::collections::BTreeSet;
use std::fs;
use std::io;

use cachectl_testkit::keyspace::Specimen;
use cachectl_testkit::{EveryEncoding, Release, Server, Value};

use super::Target;
use crate::failure::Failure;

/// The longest payload that is taken: what is short is changed more often where it matters.
const LONGEST: usize = 400;

/// The version and the checksum that end a payload.
const FOOTER: usize = 10;

/// What the names of the specimens begin with, with the eviction policy under which they are saved:
/// two of the policies leave the use of a key in the file.
const GROUPS: [(&str, &str); 7] = [
    ("string", "allkeys-lfu"),
    ("hll", "noeviction"),
    ("list", "allkeys-lru"),
    ("set", "noeviction"),
    ("hash", "noeviction"),
    ("zset", "allkeys-lfu"),
    ("stream", "noeviction"),
];

/// A library of functions, which servers from 7.0 on have and save.
const LIBRARY: &str = "#!lua name=seed\nredis.register_function('f', function() return 1 end)";

/// Values in encodings that no server writes any more, with the version that they are stored under.
const OLD: [(&str, u8, &[u8]); 8] = [
    ("list", 1, b"\x01\x02\x01a\xc0\x07"),
    ("set", 1, b"\x02\x02\x01a\xc1\x00\x01"),
    ("zset", 1, b"\x03\x03\x01a\x033.5\x01b\xfe\x01c\xfd"),
    ("hash", 1, b"\x04\x01\x01f\x01v"),
    ("zset-2", 8, b"\x05\x01\x01a\0\0\0\0\0\0\xf8\x3f"),
    ("zipmap", 2, b"\x09\x0f\x02\x01f\x01\x00v\x02gg\x02\x01ww?\xff"),
    ("list-ziplist", 3, b"\x0a\x10\x10\0\0\0\x0d\0\0\0\x02\0\0\x01a\x03\xf3\xff"),
    ("lzf", 9, b"\x00\xc3\x05\x0b\x00a\xe0\x01\x00"),
];

/// The same of the newest releases, which no server at hand is.
const NEWEST: [(&str, u8, &[u8]); 3] = [
    (
        "array",
        14,
        b"\x1c\x03\x01\x02\0\x03\x01a\x01\x01\x05\0\0\0\0\0\0\0\x02\x02\0\0\0\0\0\0\xf8?",
    ),
    (
        "template-listpack",
        15,
        b"\x1d\0\x0a\x0a\0\0\0\x01\0\x81f\x02\xff\x0b\x0b\0\0\0\x02\0\0\x01\x05\x01\xff",
    ),
    ("template-strings", 15, b"\x1f\x01\x01\x01f\x01v"),
];

/// Whole files with what no server at hand writes.
const FILES: [(&str, &[u8]); 5] = [
    ("enterprise", b"REDIS0012kC\0y\x01\0\x01a\x011\xff\0\0\0\0\0\0\0\0"),
    ("function-candidate", b"REDIS0010\xf6\x03lib\x03LUA\x01\x01d\x01c\xff\0\0\0\0\0\0\0\0"),
    ("shared-names", b"REDIS0015\xf2\0\x01\x01f\x20\x01a\0\x01v\x1e\x01b\x0b\x0b\0\0\0\x02\0\0\x01\x05\x01\xff\xff\0\0\0\0\0\0\0\0"),
    ("append-only", b"REDIS0009\0\x01a\x011\xff\0\0\0\0\0\0\0\0*1\x0d\x0a$4\x0d\x0aPING\x0d\x0a"),
    ("empty-set", b"REDIS0009\x02\x01a\0\0\x01b\x012\xff\0\0\0\0\0\0\0\0"),
];

/// Writes the corpora anew.
pub(super) fn write() -> Result<(), Failure> {
    clear().map_err(Failure::other)?;
    for (name, version, value) in OLD {
        write_value(&format!("old-{name}"), version, value).map_err(Failure::other)?;
    }
    texts::write().map_err(Failure::other)?;
    migration::write()?;
    for (name, version, value) in NEWEST {
        write_value(&format!("new-{name}"), version, value).map_err(Failure::other)?;
    }
    for (name, bytes) in FILES {
        let to = Target::Reader.corpus().join(format!("made-{name}.rdb"));
        fs::write(to, bytes).map_err(Failure::other)?;
    }
    let mut taken = BTreeSet::new();
    for release in Release::ALL {
        println!("from {release}");
        of_release(release, &mut taken)?;
    }
    Ok(())
}

fn clear() -> io::Result<()> {
    for corpus in Target::ALL.map(Target::corpus) {
        if corpus.exists() {
            fs::remove_dir_all(&corpus)?;
        }
        fs::create_dir_all(&corpus)?;
    }
    Ok(())
}

/// Writes what a release stores, without the values that an older one has stored the same way.
fn of_release(release: Release, taken: &mut BTreeSet<Vec<u8>>) -> Result<(), Failure> {
    let server = Server::builder().release(release).try_start()?;
    let name = release.to_string().to_lowercase().replace(' ', "-");
    // Servers before 7.0 refuse it, and have no place for it in a file.
    server.command(&["FUNCTION", "LOAD", LIBRARY]);
    let mut small = Vec::new();
    for specimen in EveryEncoding::new(0).load(&server) {
        let payload = ask(&server, &specimen, "DUMP");
        let Value::BulkString(payload) = payload else {
            return Err(Failure::other(format!("no payload: {payload:?}")));
        };
        let value = payload.get(..payload.len().saturating_sub(FOOTER)).unwrap_or_default();
        if payload.len() > LONGEST || taken.contains(value) {
            ask(&server, &specimen, "DEL");
            continue;
        }
        let name = format!("{name}-{}", stem(&specimen));
        fs::write(Target::Payload.corpus().join(&name), &payload).map_err(Failure::other)?;
        write_value(&name, version_of(&payload), value).map_err(Failure::other)?;
        taken.insert(value.to_vec());
        small.push(specimen);
    }
    GROUPS.iter().try_for_each(|group| write_file(&server, *group, &name, &small))
}

/// Writes a file with the keys of one group.
fn write_file(
    all: &Server,
    (group, policy): (&str, &str),
    name: &str,
    specimens: &[Specimen],
) -> Result<(), Failure> {
    if !specimens.iter().any(|specimen| stem(specimen).starts_with(group)) {
        return Ok(());
    }
    let builder = Server::builder().binary(all.installation().path()).rdb(all.save());
    let server = builder.config("maxmemory-policy", policy).try_start()?;
    for specimen in specimens.iter().filter(|specimen| !stem(specimen).starts_with(group)) {
        ask(&server, specimen, "DEL");
    }
    let to = Target::Reader.corpus().join(format!("{name}-{group}.rdb"));
    fs::copy(server.save(), to).map_err(Failure::other)?;
    Ok(())
}

fn ask(server: &Server, specimen: &Specimen, command: &str) -> Value {
    server.command(&["SELECT", &specimen.db.to_string()]);
    let answer = server.command(&[command.as_bytes(), &specimen.key]);
    server.command(&["SELECT", "0"]);
    answer
}

/// Returns the name of a specimen as a file can have it.
fn stem(specimen: &Specimen) -> String {
    let text = String::from_utf8_lossy(&specimen.key).into_owned();
    let name = text.split('\0').next().unwrap_or_default();
    name.replace(':', "-")
}

fn version_of(payload: &[u8]) -> u8 {
    let low = payload.len().checked_sub(FOOTER).and_then(|at| payload.get(at));
    low.copied().unwrap_or_default()
}

/// Writes a value for the decoder, behind the byte that chooses its version.
fn write_value(name: &str, version: u8, value: &[u8]) -> io::Result<()> {
    /// Where Valkey's version is among those that the target knows; the others are in order.
    const VALKEY: u8 = 15;
    let choice = if version > VALKEY { VALKEY } else { version.saturating_sub(1) };
    fs::write(Target::Decoder.corpus().join(name), [&[choice], value].concat())
}
