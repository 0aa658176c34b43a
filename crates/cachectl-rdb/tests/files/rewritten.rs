//! Files that are written from what `DUMP` answers.

use std::{fs, path::Path};

use cachectl_rdb::{Payload, Usage, Version, Writer};
use cachectl_testkit::{
    CheckRdb, Server, Snapshot, Value, keyspace::EveryEncoding, locate::Release,
};
use tempfile::TempDir;

use crate::reading::{Contents, read};

#[track_caller]
fn load(release: Release, file: &Path) -> Snapshot {
    CheckRdb::of(release).assert_accepts(file);
    Server::builder().release(release).rdb(file).start().portable_snapshot()
}

/// Writes entries as they were read.
fn write(contents: &Contents, version: Version) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), version).unwrap();
    for (name, value) in &contents.aux {
        writer.aux(name, value).unwrap();
    }
    for code in &contents.functions {
        writer.function(code).unwrap();
    }
    for entry in &contents.entries {
        let usage = entry.usage.map(|(kind, number)| match kind {
            'i' => Usage::Idle(number),
            _ => Usage::Frequency(number.try_into().unwrap()),
        });
        writer.entry(entry.db, &entry.key, entry.expires_at, usage, &entry.value).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn a_file_of_dumps_is_accepted_and_loads_as_the_same_keys() {
    for release in Release::ALL {
        let server = Server::builder().release(release).start();
        let specimens = EveryEncoding::new(6).load(&server);
        let before = server.portable_snapshot();
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("dumps.rdb");
        let mut writer =
            Writer::new(fs::File::create(&path).unwrap(), Version::new(release.rdb_version()))
                .unwrap();
        writer.aux(b"tool", b"cachectl-rdb").unwrap();
        for specimen in specimens {
            server.command(&["SELECT", &specimen.db.to_string()]);
            let Value::BulkString(payload) = server.command(&[b"DUMP", &specimen.key[..]]) else {
                panic!("no payload of `{}`", specimen.key.escape_ascii());
            };
            let value = Payload::parse(&payload).unwrap().value().as_bytes().to_vec();
            let expires_at = before.entries()[&(specimen.db, specimen.key.clone())].expires_at;
            writer.entry(specimen.db.into(), &specimen.key, expires_at, None, &value).unwrap();
        }
        writer.finish().unwrap();
        load(release, &path).assert_equals(&before);
    }
}

#[test]
fn a_file_that_was_read_and_written_again_is_read_the_same() {
    for release in Release::ALL {
        let server = Server::builder().release(release).start();
        EveryEncoding::new(7).load(&server);
        let contents = read(fs::File::open(server.save()).unwrap()).unwrap();
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("again.rdb");
        fs::write(&path, write(&contents, Version::new(contents.version))).unwrap();
        load(release, &path).assert_equals(&server.portable_snapshot());
        let again = read(fs::File::open(&path).unwrap()).unwrap();
        assert!(again.is_verified);
        let bare = |contents: &Contents| -> Vec<_> {
            contents.entries.iter().map(|entry| (entry.key.clone(), entry.value.clone())).collect()
        };
        assert_eq!(bare(&again), bare(&contents), "{release}");
    }
}

#[test]
fn functions_and_usage_and_sizes_survive() {
    const CODE: &[u8] = b"#!lua name=library\nredis.register_function('f', function() end)";
    let mut writer = Writer::new(Vec::new(), Version::new(10)).unwrap();
    writer.function(CODE).unwrap();
    writer.resize(0, 2, 1).unwrap();
    let value = b"\x00\x05value";
    writer.entry(0, b"idle", Some(4_000_000_000_000), Some(Usage::Idle(77)), value).unwrap();
    writer.entry(0, b"frequent", None, Some(Usage::Frequency(9)), value).unwrap();
    let bytes = writer.finish().unwrap();

    let contents = read(&bytes[..]).unwrap();
    assert_eq!(contents.functions, [CODE]);
    assert_eq!(contents.sizes, [(2, 1)]);
    assert_eq!(contents.entry("idle").usage, Some(('i', 77)));
    assert_eq!(contents.entry("idle").expires_at, Some(4_000_000_000_000));
    assert_eq!(contents.entry("frequent").usage, Some(('f', 9)));

    let directory = TempDir::new().unwrap();
    let path = directory.path().join("file.rdb");
    fs::write(&path, bytes).unwrap();
    CheckRdb::of(Release::Redis70).assert_accepts(&path);
    let server = Server::builder()
        .release(Release::Redis70)
        .config("maxmemory-policy", "allkeys-lfu")
        .rdb(&path)
        .start();
    assert_eq!(server.number(&["OBJECT", "FREQ", "frequent"]), 9);
    assert_eq!(server.number(&["PEXPIRETIME", "idle"]), 4_000_000_000_000);
    assert_eq!(server.command(&["FCALL", "f", "0"]), Value::Nil);
}

#[test]
fn lengths_of_every_form_and_values_bigger_than_buffers_survive() {
    let sizes = [0, 1, 63, 64, 255, 16_383, 16_384, 65_535, 65_536, 200_000, 1_500_000];
    let mut writer = Writer::new(Vec::new(), Version::new(11)).unwrap();
    for size in sizes {
        let mut value = vec![0, 0x80];
        value.extend(u32::try_from(size).unwrap().to_be_bytes());
        value.extend(b"x".repeat(size));
        let db = u64::try_from(size).unwrap() << 10;
        writer.entry(db, &b"k".repeat(size), None, None, &value).unwrap();
    }
    let contents = read(&writer.finish().unwrap()[..]).unwrap();
    assert!(contents.is_verified);
    let found: Vec<_> = contents
        .entries
        .iter()
        .map(|entry| (entry.db >> 10, entry.key.len(), entry.value.len() - 6))
        .collect();
    let expected: Vec<_> =
        sizes.iter().map(|size| (u64::try_from(*size).unwrap(), *size, *size)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_version_that_cannot_say_it_refuses_data_and_leaves_out_hints() {
    let mut writer = Writer::new(Vec::new(), Version::new(6)).unwrap();
    writer.aux(b"name", b"value").unwrap();
    writer.resize(0, 1, 0).unwrap();
    let error = writer.function(b"code").unwrap_err();
    assert_eq!(error.to_string(), "no record or type has the code 245 at byte 9");
    writer.entry(0, b"key", None, Some(Usage::Idle(1)), b"\x00\x01v").unwrap();
    for newer in [5, 14, 20] {
        let error = writer.entry(0, b"key", None, None, &[newer]).unwrap_err();
        assert_eq!(error.to_string(), format!("no record or type has the code {newer} at byte 18"));
    }
    let error = writer.entry(0, b"key", None, None, &[25]).unwrap_err().to_string();
    assert!(error.contains("25 stands for a hash with field expiries of Redis 7.4"), "{error}");
    let contents = read(&writer.finish().unwrap()[..]).unwrap();
    assert!(contents.aux.is_empty() && contents.sizes.is_empty());
    assert_eq!(contents.entry("key").usage, None);

    assert!(Writer::new(Vec::new(), Version::new(4)).is_err());
    assert!(Writer::new(Vec::new(), Version::new(79)).is_err());
}
