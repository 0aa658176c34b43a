//! Values in which bytes are wrong, without a checksum that would tell.

use std::collections::BTreeSet;
use std::fs;

use cachectl_rdb::{Encoding, RawValue, Value, Version};
use cachectl_testkit::{Batch, EveryEncoding, Feature, Server, Value as Answer};
use proptest::prelude::*;

use crate::answers::{ask, in_order};
use crate::old_encodings::{compressed, elements, string, ziplist};
use crate::servers;

/// More address space than any test here has a use for.
const TOO_MUCH: u64 = 16 << 30;

/// Decodes it and looks at nothing but that it ends well.
fn survive(bytes: &[u8], version: Version) {
    if let Ok(value) = RawValue::new(bytes, version)
        && let Ok(decoded) = value.decode()
    {
        assert_eq!(decoded.value_type(), value.value_type());
        assert_eq!(value.digest().unwrap(), value.digest().unwrap());
    }
}

/// Fails when the process has ever asked for more memory than the values here could justify.
fn assert_modest() {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmPeak:")).unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(peak * 1024 < TOO_MUCH, "{peak} kB");
}

/// Returns values in every encoding that the release writes, type byte first.
fn specimens(server: &Server) -> Vec<Vec<u8>> {
    let mut specimens = Vec::new();
    for specimen in EveryEncoding::new(2).load(server) {
        servers::run(server, &[&format!("SELECT {}", specimen.db)]);
        let payload = servers::dump(server, &specimen.key);
        specimens.push(servers::value(&payload).as_bytes().to_vec());
    }
    servers::run(server, &["SELECT 0"]);
    specimens
}

/// Returns values in encodings that no release writes any more.
fn old_specimens() -> Vec<Vec<u8>> {
    let packed = |encoding: Encoding| {
        let map = ziplist(&elements());
        [
            [&[encoding.code()][..], &string(&map)].concat(),
            [&[encoding.code()][..], &compressed(&map)].concat(),
        ]
    };
    let mut specimens = packed(Encoding::ListZiplist).to_vec();
    specimens.extend(packed(Encoding::HashZiplist));
    let numbers: Vec<Vec<u8>> = (0xf1..=0xfc).map(|number| vec![number]).collect();
    let pairs = ziplist(&numbers);
    specimens.push([&[Encoding::SortedSetZiplist.code()][..], &string(&pairs)].concat());
    let map = [&[2, 1, b'a', 2, 1, b'1', b'2', 0, 0, 0, 0][..], &[255]].concat();
    specimens.push([&[Encoding::HashZipmap.code()][..], &string(&map)].concat());
    specimens.push(b"\x03\x02\x01a\x031.5\x01b\xfe".to_vec());
    specimens.push(b"\x01\x03\x01a\xc0\x07\xc1\x00\x01".to_vec());
    specimens
}

#[test]
fn no_wrong_byte_makes_the_decoder_panic_or_grow() {
    let mut known = BTreeSet::new();
    for server in servers::all() {
        let version = servers::version(&server);
        for mut bytes in specimens(&server).into_iter().chain(old_specimens()) {
            // Releases store much in the same way.
            if !known.insert(bytes.clone()) {
                continue;
            }
            // Of long values some bytes have to stand for all.
            let places = (100_000 / bytes.len()).clamp(5, 150);
            let step = (bytes.len() / places).max(1);
            for index in (1..20.min(bytes.len())).chain((20..bytes.len()).step_by(step)) {
                let right = bytes[index];
                for wrong in [0, 0xff, right ^ 1, right ^ 0x80, right.wrapping_add(1)] {
                    bytes[index] = wrong;
                    survive(&bytes, version);
                }
                bytes[index] = right;
                let cut = RawValue::new(&bytes[..index], version).unwrap();
                assert!(cut.decode().is_err(), "{} cut at {index}", cut.encoding());
            }
        }
    }
    assert_modest();
}

#[test]
fn what_is_decoded_in_spite_of_wrong_bytes_is_what_the_server_reads() {
    for server in servers::sanitising() {
        let version = servers::version(&server);
        let mut values: Vec<_> = specimens(&server).into_iter().chain(old_specimens()).collect();
        values.retain(|bytes| bytes.len() < 400);
        for value in values {
            compare_damaged(&server, version, &value);
        }
    }
}

/// Puts wrong bytes in every place. What the decoder still takes for a value must be one to the
/// server as well, and the same: the decoder is at least as strict.
#[track_caller]
fn compare_damaged(server: &Server, version: Version, value: &[u8]) {
    for index in 1..value.len() {
        for mask in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff] {
            let mut damaged = value.to_vec();
            damaged[index] ^= mask;
            let payload = servers::sealed(version, &damaged);
            let Ok(decoded) = servers::value(&payload).decode() else { continue };
            let name = format!("{}: {}", servers::name(server), damaged.escape_ascii());
            let answer = servers::restore(server, "key", &payload);
            // Redis 8.10 does not take from others what it lets nobody tell itself.
            if answer != Answer::Okay && has_read_more_than_there_was(&decoded) {
                continue;
            }
            assert_eq!(answer, Answer::Okay, "{name} is {decoded:?}");
            if !is_expiring(&decoded) {
                assert_eq!(in_order(decoded), in_order(ask(server, b"key")), "{name}");
            }
        }
    }
}

/// Returns whether some of the value may be gone before it can be compared.
fn is_expiring(value: &Value<'_>) -> bool {
    let Value::Hash(fields) = value else { return false };
    fields.iter().any(|field| field.expires_at.is_some_and(|time| time < 3_000_000_000_000))
}

/// Returns whether a group is said to have read more entries than were ever added.
fn has_read_more_than_there_was(value: &Value<'_>) -> bool {
    let Value::Stream(stream) = value else { return false };
    stream.groups.iter().any(|group| group.entries_read > stream.entries_added)
}

#[test]
fn wrong_bytes_in_expiring_fields_are_survived() {
    let server = Server::builder().feature(Feature::HashFieldTtl).start();
    let mut batch = Batch::new();
    for number in 0..8 {
        let field = number.to_string();
        batch.push(&["HSET", "hash", &field, &field]);
        batch.push(&["HPEXPIREAT", "hash", "4000000000000", "FIELDS", "1", &field]);
    }
    server.pipeline(&batch);
    let payload = servers::dump(&server, "hash");
    let value = servers::value(&payload);
    let mut bytes = value.as_bytes().to_vec();
    for index in 1..bytes.len() {
        for mask in 1..=u8::MAX {
            bytes[index] ^= mask;
            survive(&bytes, value.version());
            bytes[index] ^= mask;
        }
    }
    assert_modest();
}

fn versions() -> impl Strategy<Value = Version> {
    prop_oneof![Just(9), Just(11), Just(12), Just(13), Just(80)].prop_map(Version::new)
}

/// Bytes that look a little like a value: small numbers and the bytes that mean something.
fn telling_bytes() -> impl Strategy<Value = Vec<u8>> {
    let telling = prop_oneof![
        4 => 0..16_u8,
        1 => Just(0xff),
        1 => Just(0xc3),
        1 => Just(0x80),
        1 => Just(0x81),
        2 => any::<u8>(),
    ];
    proptest::collection::vec(telling, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_survived(code in 0..30_u8, bytes in telling_bytes(), version in versions()) {
        survive(&[&[code], &*bytes].concat(), version);
    }

    #[test]
    fn arbitrary_packed_bytes_are_survived(
        code in prop_oneof![9..14_u8, 16..18_u8, Just(20), Just(23), Just(25)],
        bytes in telling_bytes(),
        expiry in any::<i64>(),
    ) {
        // The size of the structure is right, so that its elements are looked at.
        let size = u32::try_from(bytes.len() + 5).unwrap().to_le_bytes();
        let packed = string(&[&size[..], &bytes, &[0xff]].concat());
        let minimum = if code == 25 { expiry.to_le_bytes().to_vec() } else { Vec::new() };
        survive(&[&[code], &*minimum, &packed].concat(), Version::new(13));
    }
}
