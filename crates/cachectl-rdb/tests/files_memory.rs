//! How much memory it takes to read a file. There is one test in here, because it measures the
//! whole process.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::{
    fs,
    io::{self, Read},
};

use cachectl_rdb::{Error, Reader, Record};

const MIB: u64 = 1 << 20;

/// Returns a size of the process in bytes, as the kernel counts it.
fn size(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

fn read(input: impl Read) -> Result<u64, Error> {
    let mut reader = Reader::new(input)?;
    let mut bytes = 0;
    while let Some(record) = reader.record()? {
        if let Record::Entry(entry) = record {
            bytes += u64::try_from(entry.value.as_bytes().len()).unwrap();
        }
    }
    Ok(bytes)
}

fn string_of(length: u64) -> Vec<u8> {
    [&b"\x00\x01k\x81"[..], &length.to_be_bytes()].concat()
}

#[test]
fn memory_follows_the_bytes_that_arrive() {
    claims_take_nothing();
    lists_of_shared_names_are_bounded_by_what_they_take();
    a_big_value_is_held_once();
}

/// A length in a file of a hundred bytes takes no memory, whatever it says.
fn claims_take_nothing() {
    let before = size("VmPeak:");
    for length in [512 * MIB, 1 << 40, 1 << 62, u64::MAX] {
        let claim = [&[0x81][..], &length.to_be_bytes()].concat();
        let compressed = [&[0xc3, 4][..], &claim, b"0000"].concat();
        let claims: [&[&[u8]]; 7] = [
            &[&[0, 1, b'k'], &claim],
            &[&[0], &claim],
            &[&[0], &compressed],
            &[&[0xfa], &claim],
            &[&[4, 1, b'k'], &claim],
            &[&[15, 1, b'k'], &claim],
            &[&[0xf5], &claim],
        ];
        for parts in claims {
            let bytes = [b"REDIS0011", &parts.concat()[..], &[1; 80], &[0xff; 9]].concat();
            assert!(read(&bytes[..]).is_err());
        }
    }
    let more = size("VmPeak:") - before;
    assert!(more < 8 * MIB, "{more} bytes more");
}

/// Lists and names of a few bytes take many times as much, so there is an end to them.
fn lists_of_shared_names_are_bounded_by_what_they_take() {
    const MOST: u64 = 128 * MIB;
    let length = |number: u32| [&[0x80][..], &number.to_be_bytes()].concat();
    let told = |error: Error| {
        let error = error.to_string();
        assert!(error.starts_with("the list of shared names of fields is too big"), "{error}");
    };
    // One list with a name after the other.
    let before = size("VmPeak:");
    let head = [&b"REDIS0015\xf2\x00"[..], &length(u32::MAX)].concat();
    let error = read(head.chain(io::repeat(1))).unwrap_err();
    let more = size("VmPeak:") - before;
    assert!(more < MOST, "{more} bytes more: {error}");
    told(error);
    // Lists of one name each.
    let list = |number| [&[0xf2][..], &length(number), &[1, 1, b'f']].concat();
    let bytes: Vec<u8> = (0..6_000_000).flat_map(list).collect();
    let before = size("VmRSS:");
    let mut reader = Reader::new(b"REDIS0015".chain(&bytes[..])).unwrap();
    let error = reader.record().unwrap_err();
    let more = size("VmRSS:") - before;
    assert!(more < MOST, "{more} bytes more: {error}");
    told(error);
}

/// A string of many megabytes is not there twice at any time, nor is there room for another one.
fn a_big_value_is_held_once() {
    const LENGTH: u64 = 256 * MIB;
    let before = size("VmRSS:");
    let head = [b"REDIS0011".to_vec(), string_of(LENGTH)].concat();
    let tail = [string_of(3), b"abc".to_vec(), vec![0xff], vec![0; 8]].concat();
    let file = head.chain(io::repeat(b'x').take(LENGTH)).chain(&tail[..]);
    assert_eq!(read(file).unwrap(), LENGTH + 10 + 13);
    let more = size("VmHWM:") - before;
    assert!(more < LENGTH + LENGTH / 8, "{more} bytes more");
    let left = size("VmRSS:") - before;
    assert!(left < 32 * MIB, "{left} bytes are left");
}
