//! Files in forms that no server at hand writes: the oldest ones, and those of releases that are
//! newer than the servers at hand or were never released.

use std::fs;

use cachectl_rdb::{Encoding, Version, Writer};
use cachectl_testkit::{Server, Snapshot, locate::Release};
use tempfile::TempDir;

use crate::{
    bytes::{File, intset, module, packed, ziplist, zipmap},
    reading::read,
};

/// Redis 7.0 still reads everything that Redis ever wrote.
#[track_caller]
fn load(bytes: &[u8]) -> Server {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("old.rdb");
    fs::write(&path, bytes).unwrap();
    Server::builder().release(Release::Redis70).rdb(&path).start()
}

/// Writes what was read as a file of today, and loads that.
#[track_caller]
fn load_again(bytes: &[u8]) -> Snapshot {
    let mut writer = Writer::new(Vec::new(), Version::new(10)).unwrap();
    for entry in read(bytes).unwrap().entries {
        writer.entry(entry.db, &entry.key, entry.expires_at, None, &entry.value).unwrap();
    }
    load(&writer.finish().unwrap()).snapshot()
}

fn oldest_encodings(file: File) -> File {
    // Packed lists are strings, and strings may be packed once more: here twelve times `a`.
    let repeated = [0xc3, 5, 12, 0, b'a', 0xe0, 2, 0];
    file.bytes([0xfe, 0])
        .key(0, "string", &[&packed("value")])
        .key(0, "compressed", &[&repeated])
        .key(0, "small", &[&[0xc0, 0xfe]])
        .key(0, "medium", &[&[0xc1, 0x39, 0x30]])
        .key(0, "large", &[&[0xc2, 0x15, 0xcd, 0x5b, 0x07]])
        .key(1, "list", &[&[3], &packed("one"), &packed("two"), &[0xc0, 3]])
        .key(2, "set", &[&[2], &packed("one"), &packed("two")])
        .key(
            3,
            "zset",
            &[&[3], &packed("a"), &packed("1.5"), &packed("b"), &[254], &packed("c"), &[255]],
        )
        .key(4, "hash", &[&[1], &packed("field"), &packed("value")])
        .key(9, "zipmap", &[&packed(zipmap(&[("field", "value"), ("second", "2")]))])
        .key(10, "ziplist", &[&packed(ziplist(&["one", "two", "three"]))])
        .key(11, "intset", &[&packed(intset(&[-5, 7, 300]))])
        .bytes([0xfe, 5])
        .key(12, "zset of ziplist", &[&packed(ziplist(&["a", "1", "b", "2.5"]))])
        .key(13, "hash of ziplist", &[&packed(ziplist(&["field", "value"]))])
        .bytes([0xfd])
        .bytes(2_100_000_000_i32.to_le_bytes())
        .key(0, "expires in seconds", &[&packed("value")])
}

fn with_milliseconds(file: File) -> File {
    file.bytes([0xfc]).bytes(4_100_000_000_123_i64.to_le_bytes()).key(
        0,
        "expires in milliseconds",
        &[&packed("value")],
    )
}

fn with_quicklist(file: File) -> File {
    let nodes = [packed(ziplist(&["one"])), packed(ziplist(&["two", "three"]))].concat();
    file.bytes([0xfa]).text("redis-ver").text("3.2.0").bytes([0xfe, 6, 0xfb, 1, 0]).key(
        14,
        "quicklist",
        &[&[2], &nodes],
    )
}

fn with_binary_scores(file: File) -> File {
    file.key(5, "zset in binary", &[&[1], &packed("a"), &1.5_f64.to_le_bytes()])
}

/// A file in everything that a version of Redis up to 4 could write.
fn old_file(version: u16) -> Vec<u8> {
    let mut file = oldest_encodings(File::new(&format!("REDIS{version:04}")));
    if version >= 3 {
        file = with_milliseconds(file);
    }
    if version >= 7 {
        file = with_quicklist(file);
    }
    if version >= 8 {
        file = with_binary_scores(file);
    }
    if version < 5 { file.end_without_checksum() } else { file.end() }
}

#[test]
fn the_oldest_versions_are_read_as_servers_read_them() {
    for version in 1..=8 {
        let bytes = old_file(version);
        let server = load(&bytes);
        let expected = server.snapshot();
        let contents = read(&bytes[..]).unwrap();
        assert_eq!(contents.version, version);
        assert!(!contents.is_verified);
        assert_eq!(contents.entries.len(), expected.len(), "version {version}");
        for entry in &contents.entries {
            let found = &expected.entries()[&(entry.db.try_into().unwrap(), entry.key.clone())];
            assert_eq!(entry.expires_at, found.expires_at, "version {version}");
            assert_eq!(entry.encoding.value_type().to_string(), found.kind, "version {version}");
        }
        load_again(&bytes).assert_equals(&expected);
    }
}

#[test]
fn the_oldest_encodings_hold_what_they_should() {
    #[track_caller]
    fn case(server: &Server, db: &str, command: &[&str], expected: &str) {
        server.command(&["SELECT", db]);
        assert_eq!(format!("{:?}", server.command(command)), expected);
    }

    let server = load(&old_file(8));
    case(&server, "0", &["GET", "compressed"], "bulk-string('\"aaaaaaaaaaaa\"')");
    case(&server, "0", &["GET", "large"], "bulk-string('\"123456789\"')");
    case(&server, "0", &["ZCOUNT", "zset", "-inf", "inf"], "int(3)");
    case(&server, "0", &["HGET", "zipmap", "second"], "bulk-string('\"2\"')");
    case(&server, "0", &["LINDEX", "ziplist", "2"], "bulk-string('\"three\"')");
    case(&server, "0", &["SISMEMBER", "intset", "300"], "int(1)");
    case(&server, "5", &["ZSCORE", "zset of ziplist", "b"], "bulk-string('\"2.5\"')");
    case(&server, "5", &["PEXPIRETIME", "expires in seconds"], "int(2100000000000)");
    case(&server, "6", &["LLEN", "quicklist"], "int(3)");
}

#[test]
fn an_offset_in_a_value_is_found_again_in_the_file() {
    let bytes = old_file(8);
    for entry in read(&bytes[..]).unwrap().entries {
        let begin = usize::try_from(entry.offset).unwrap() + 1;
        let body = &entry.value[1..];
        assert_eq!(&bytes[begin..begin + body.len()], body);
    }
}

#[test]
fn keys_may_be_integers_or_compressed() {
    let bytes = File::new("REDIS0009")
        .bytes([0, 0xc1, 0x39, 0x30])
        .text("a")
        .bytes([0, 0xc0, 0xff])
        .text("b")
        .bytes([0, 0xc3, 5, 12, 0, b'a', 0xe0, 2, 0])
        .text("c")
        .end();
    let keys: Vec<_> =
        read(&bytes[..]).unwrap().entries.into_iter().map(|entry| entry.key).collect();
    assert_eq!(keys, [&b"12345"[..], b"-1", b"aaaaaaaaaaaa"]);
    let expected = load(&bytes).snapshot();
    assert!(keys.iter().all(|key| expected.get(key).is_some()));
}

/// Parts of every kind that a module can write, and the mark of their end.
fn module_parts() -> Vec<u8> {
    let double = [&[4][..], &1.5_f64.to_le_bytes()].concat();
    let float = [&[3][..], &1.5_f32.to_le_bytes()].concat();
    [&[2, 7][..], &[1, 0x40, 0x80], &float, &double, &[5], &packed("text"), &[5, 0xc0, 1], &[0]]
        .concat()
}

#[test]
fn data_of_modules_is_passed_over() {
    let id = module("bf-module", 3);
    let bytes = File::new("REDIS0011")
        .bytes([0xf7])
        .bytes(&id)
        .bytes([2, 1])
        .bytes(module_parts())
        .key(7, "of a module", &[&id, &module_parts()])
        .key(0, "key", &[&packed("value")])
        .bytes([0xf7])
        .bytes(&id)
        .bytes([2, 2, 0])
        .end();
    let contents = read(&bytes[..]).unwrap();
    let expected = u64::try_from(id.len() + 2 + module_parts().len()).unwrap();
    let name = "bf-module".to_owned();
    assert_eq!(contents.modules, [(name.clone(), expected), (name, 12)]);
    assert_eq!(contents.entry("of a module").encoding, Encoding::Module);
    assert_eq!(contents.entry("of a module").value, [&[7], &id[..], &module_parts()].concat());
    assert_eq!(contents.entry("key").value, b"\x00\x05value");
}

#[test]
fn a_module_that_does_not_say_where_its_value_ends_is_named() {
    let bytes = File::new("REDIS0008").key(6, "key", &[&module("ReJSON-RL", 0), &[1, 2]]).end();
    let error = read(&bytes[..]).unwrap_err();
    assert_eq!(error.to_string(), "the value belongs to the module `ReJSON-RL` at byte 14");
}

#[test]
fn metadata_and_hints_of_newer_releases_do_not_get_in_the_way() {
    let class = ((0b000_010_000_011_000_100_000_101_u32) << 8 | 1 << 3).to_le_bytes();
    let redis = File::new("REDIS0013")
        .bytes([0xf4, 5, 0x40, 100, 1])
        .bytes([0xfc])
        .bytes(4_100_000_000_123_i64.to_le_bytes())
        .bytes([0xf3, 2])
        .bytes(class)
        .bytes(module_parts())
        .bytes(class)
        .bytes([2, 7, 0])
        .key(0, "key", &[&packed("value")])
        .end();
    let contents = read(&redis[..]).unwrap();
    assert_eq!(contents.entry("key").expires_at, Some(4_100_000_000_123));
    let names: Vec<_> = contents.modules.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["META-CDEF", "META-CDEF"]);

    let valkey = File::new("VALKEY080")
        .bytes([0xf3])
        .text("job")
        .bytes([2, 0, 10, 0x40, 100, 0x40, 200])
        .key(0, "key", &[&packed("value")])
        .end();
    assert_eq!(read(&valkey[..]).unwrap().entries.len(), 1);
}

/// A value between two others, so that its end is seen to be found.
#[track_caller]
fn between(magic: &str, code: u8, value: &[&[u8]], expected: Encoding) {
    let bytes = File::new(magic)
        .key(0, "before", &[&packed("1")])
        .key(code, "key", value)
        .key(0, "after", &[&packed("2")])
        .end();
    let contents = read(&bytes[..]).unwrap();
    assert_eq!(contents.entries.len(), 3, "{expected}");
    assert_eq!(contents.entry("key").encoding, expected);
    assert_eq!(contents.entry("key").value, [&[code], &value.concat()[..]].concat(), "{expected}");
    assert_eq!(contents.entry("after").value, b"\x00\x012", "{expected}");
}

#[test]
fn field_expiries_have_their_ends_in_either_family() {
    let field = [packed("field"), packed("value")].concat();
    let at = 4_100_000_000_123_i64.to_le_bytes();
    let list = packed("a listpack");
    between("REDIS0012", 22, &[&[1, 0x40, 99], &field], Encoding::HashExpiriesPreRelease);
    between("REDIS0012", 23, &[&list], Encoding::HashListpackExpiriesPreRelease);
    between("REDIS0012", 24, &[&at, &[2, 1], &field, &[0], &field], Encoding::HashExpiries);
    between("REDIS0012", 25, &[&at, &list], Encoding::HashListpackExpiries);
    between("VALKEY080", 22, &[&[1], &field, &at], Encoding::ValkeyHashExpiries);
}

#[test]
fn streams_of_the_newest_releases_have_their_ends() {
    let id = [7; 16];
    let entries = [&[1][..], &packed(id), &packed("a listpack")].concat();
    let counts = [1, 5, 1, 5, 1, 0, 0, 1];
    let pending = [&[1][..], &id, &[8; 8], &[1]].concat();
    let consumers = [&[1][..], &packed("consumer"), &[8; 8], &[9; 8], &[1], &id].concat();
    let group = [&[1][..], &packed("group"), &[5, 1, 1], &pending, &consumers].concat();
    let producers = [
        &[0x40, 100, 0x40, 100, 1][..],
        &packed("producer"),
        &[1],
        &packed("id"),
        &[5, 1],
        &[2, 3],
    ]
    .concat();
    between("REDIS0013", 26, &[&entries, &counts, &group, &producers], Encoding::Stream4);
    let given_back = [&[1][..], &id].concat();
    between(
        "REDIS0014",
        27,
        &[&entries, &counts, &group, &given_back, &producers],
        Encoding::Stream5,
    );
}

#[test]
fn what_cannot_be_read_is_refused_by_its_code_and_place() {
    #[track_caller]
    fn case(magic: &str, bytes: &[u8], expected: &str) {
        let file = File::new(magic).bytes(bytes).end();
        assert_eq!(read(&file[..]).unwrap_err().to_string(), expected);
    }

    case("REDIS0011", &[8], "no record or type has the code 8 at byte 9");
    let stands = |what: &str| format!("the code {what}, which is not read here at byte 9");
    let newer = "22 stands for a hash with field expiries of Redis 7.4 or later";
    case("REDIS0011", &[22, 0], &stands(newer));
    let newer = "33 stands for a rate limiter (GCRA) of Redis 8.8 or later";
    case("REDIS0015", &[33, 0], &stands(newer));
    let newer = "23 stands for a path hash of Valkey 9.2 or later";
    case("VALKEY080", &[23, 0], &stands(newer));
    case("REDIS0011", &[0, 0x82], "a length has an unknown form at byte 10");
    case("REDIS0011", &[0, 0xc4], "a string has an unknown form at byte 10");
    case("REDIS0011", &[0, 1, b'k', 0xc4], "a string has an unknown form at byte 12");
    case("REDIS0011", &[0xfe, 0xc0, 1], "a length has the form of a string at byte 10");
    case("REDIS0011", &[0, 0xc3, 2, 12, 0, b'a'], "a compressed string does not unpack at byte 11");
}
