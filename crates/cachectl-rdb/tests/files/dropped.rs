//! Collections without elements, which old releases could be brought to save.

use std::fs;

use cachectl_rdb::{
    Encoding, RawValue, Reader, Record, Version,
    reader::{Empties, Values},
};
use cachectl_testkit::{Server, locate::Release};
use tempfile::TempDir;

use crate::{
    bytes::{File, packed, ziplist},
    reading::read,
};

const EMPTY_LISTPACK: [u8; 7] = [7, 0, 0, 0, 0, 0, 0xff];

/// Every encoding that can hold nothing, under the name of its code.
fn empties() -> Vec<(u8, Vec<u8>)> {
    let none = packed(ziplist(&[]));
    let listpack = packed(EMPTY_LISTPACK);
    let mut empties: Vec<(u8, Vec<u8>)> =
        [1, 2, 3, 4, 5, 14, 18].into_iter().map(|code| (code, vec![0])).collect();
    empties.extend([10, 12, 13].map(|code| (code, none.clone())));
    empties.extend([16, 17].map(|code| (code, listpack.clone())));
    empties.push((14, [&[1][..], &none].concat()));
    empties
}

fn file() -> Vec<u8> {
    let mut file = File::new("REDIS0010").text_key("before", "1");
    for (index, (code, value)) in empties().into_iter().enumerate() {
        file = file.key(code, &format!("{code}-{index}"), &[&value]);
    }
    file.text_key("after", "2").end()
}

#[test]
fn servers_drop_what_counts_as_empty() {
    let bytes = file();
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("empty.rdb");
    fs::write(&path, &bytes).unwrap();
    let server = Server::builder().release(Release::Redis70).rdb(&path).start();
    assert_eq!(server.snapshot().len(), 2, "{:?}", server.snapshot());
    let entries = read(&bytes[..]).unwrap().entries;
    let version = Version::new(10);
    let is_empty = |bytes: &[u8]| RawValue::new(bytes, version).unwrap().is_empty();
    for entry in &entries {
        let kept = entry.key == b"before" || entry.key == b"after";
        assert_eq!(is_empty(&entry.value), !kept, "{}", entry.key.escape_ascii());
    }
    assert_eq!(entries.len(), empties().len() + 2);
    let mut reader = Reader::new(&bytes[..]).unwrap();
    reader.read_empties(Empties::Drop);
    let mut kept = 0;
    while reader.record().unwrap().is_some() {
        kept += 1;
    }
    assert_eq!((kept, reader.dropped()), (2, 13));
}

#[test]
fn heads_tell_what_values_are() {
    let long = "a value of more bytes than are kept ".repeat(10);
    let file = File::new("REDIS0010").text_key("long", &long).key(2, "empty", &[&[0]]).end();
    let whole = read(&file[..]).unwrap();
    let mut reader = Reader::new(&file[..]).unwrap();
    reader.read_values(Values::Heads);
    let mut seen = Vec::new();
    while let Some(record) = reader.record().unwrap() {
        let Record::Entry(entry) = record else { continue };
        let expected = whole.entry(entry.key);
        assert_eq!(usize::try_from(entry.bytes).unwrap(), expected.value.len());
        assert!(entry.value.as_bytes().len() <= 64);
        assert!(expected.value.starts_with(entry.value.as_bytes()));
        seen.push((entry.value.encoding(), entry.value.is_empty()));
    }
    assert_eq!(seen, [(Encoding::String, false), (Encoding::Set, true)]);
}
