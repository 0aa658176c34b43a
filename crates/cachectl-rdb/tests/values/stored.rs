//! What is decoded without a copy, and what is refused, and where.

use std::borrow::Cow;

use cachectl_rdb::{Encoding, Error, ErrorKind, RawValue, Value, Version};

use crate::old_encodings::{compressed, string, ziplist};

fn decode(bytes: &[u8]) -> Result<Value<'_>, Error> {
    RawValue::new(bytes, Version::new(13))?.decode()
}

#[test]
fn what_is_stored_as_it_is_is_borrowed() {
    #[track_caller]
    fn case(bytes: &[u8], borrowed: bool) {
        let element = match decode(bytes).unwrap() {
            Value::String(element) => element,
            Value::List(mut elements) => elements.remove(0),
            other => panic!("{other:?}"),
        };
        assert_eq!(matches!(element, Cow::Borrowed(_)), borrowed);
    }

    case(&[&[0][..], &string(b"text")].concat(), true);
    case(&[&[0][..], &compressed(b"text")].concat(), false);
    case(&[0, 0xc0, 1], false);
    case(&[&[10][..], &string(&ziplist(&[vec![1, b'x']]))].concat(), true);
    case(&[&[10][..], &string(&ziplist(&[vec![0xf1]]))].concat(), false);
    case(&[&[10][..], &compressed(&ziplist(&[vec![1, b'x']]))].concat(), false);
}

#[test]
fn unsound_values_are_refused_where_they_are_unsound() {
    #[track_caller]
    fn case(bytes: &[u8], offset: u64, expected: &str) {
        let error = decode(bytes).unwrap_err();
        assert_eq!((error.offset, error.kind.to_string().as_str()), (offset, expected));
    }

    case(b"\x00", 1, "the data ends in the middle of a length");
    case(b"\x00\x03ab", 2, "the data ends in the middle of a string");
    case(b"\x00\x02abc", 4, "bytes follow the value");
    case(b"\x00\x82", 1, "a length has an unknown form");
    case(b"\x00\xc4", 1, "a string has an unknown form");
    case(
        b"\x00\x81\xff\xff\xff\xff\xff\xff\xff\xff",
        10,
        "the data ends in the middle of a string",
    );
    case(b"\x00\xc3\x02\x05\x00a", 1, "a compressed string does not unpack to its length");
    case(b"\x01\x00", 1, "the list has no elements");
    case(b"\x01\x80\xff\xff\xff\xff\x00", 6, "the data ends in the middle of a list");
    case(b"\x01\xc0\x01", 1, "a string stands where a length should be");
    case(b"\x02\x02\x01a\x01a", 1, "the set has a member twice");
    // Seven as bytes and as an integer is one member.
    case(b"\x02\x02\x017\xc0\x07", 1, "the set has a member twice");
    case(b"\x02\x00", 1, "the set has no members");
    case(b"\x03\x01\x01a\xfd", 4, "a score is not a number");
    case(b"\x05\x01\x01a\0\0\0\0\0\0\xf8\x7f", 4, "a score is not a number");
    case(b"\x05\x00", 1, "the sorted set has no members");
    case(b"\x04\x02\x01a\x011\x01a\x012", 1, "the hash has a field twice");
    case(b"\x04\x00", 1, "the hash has no fields");
    case(b"\x12\x01\x03\x00", 2, "a node of a list is of an unknown kind");
    case(b"\x12\x01\x01\x00", 3, "a node of a list is empty");
    case(b"\x0f\x01\x03abc\x00", 2, "the identifier of a node of a stream has another size");
    case(b"\x0f\x00\x01\x00\x00\x00", 2, "a stream has another number of entries than it says");
    let odd = string(&ziplist(&[vec![0xf1]]));
    case(&[&[13][..], &odd].concat(), 1, "the last field has no value");
    case(&[&[12][..], &odd].concat(), 1, "the last member has no score");
    let inside = string(&ziplist(&[vec![0xff]]));
    case(&[&[10][..], &inside].concat(), 13, "a ziplist has an element of unknown form");
    // Inside compressed data no byte has a place: it is that of the whole.
    let inside = compressed(&ziplist(&[vec![0xff]]));
    case(&[&[10][..], &inside].concat(), 1, "a ziplist has an element of unknown form");
}

#[test]
fn values_of_modules_are_refused_by_the_name_of_the_module() {
    // The identifier of `ReJSON-RL`, version 3 of its format.
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let number = |letter: &u8| LETTERS.iter().position(|it| it == letter).unwrap() as u64;
    let id = b"ReJSON-RL".iter().fold(0, |id, letter| id << 6 | number(letter)) << 10 | 3;
    for code in [6, 7] {
        let bytes = [&[code, 0x81][..], &id.to_be_bytes(), &[0]].concat();
        let error = decode(&bytes).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Module(name) if name == "ReJSON-RL"));
    }
}

#[test]
fn names_that_unpack_to_too_much_are_refused() {
    // A name of a field that packs well and is shared by thousands of entries: copies of it would
    // take a thousand times what the unpacked node takes.
    let element = |element: &[u8]| [element, &[u8::try_from(element.len()).unwrap()]].concat();
    let entries = 4000_u16;
    let mut node = [&[0xc0 | entries.to_be_bytes()[0], entries.to_be_bytes()[1], 2][..]].concat();
    node.extend([element(&[0]), element(&[1])].concat());
    let name = [&[0xf0][..], &60_000_u32.to_le_bytes(), &*vec![b'n'; 60_000]].concat();
    node.extend([&name[..], &[3, 0x80 | 0x54, 0x80 | 0x65], &element(&[0])].concat());
    for number in 0..entries {
        let difference = [0xc0 | number.to_be_bytes()[0], number.to_be_bytes()[1]];
        for part in [&[2][..], &difference, &[0], &[1], &[4]] {
            node.extend(element(part));
        }
    }
    let size = u32::try_from(node.len() + 7).unwrap().to_le_bytes();
    let node = [&size[..], &[0xff, 0xff], &node, &[0xff]].concat();
    let stream = [&[15, 1][..], &string(&[0; 16]), &compressed(&node), &[0x4f, 0xa0, 0, 0, 0]];
    let error = decode(&stream.concat()).unwrap_err();
    let said = "the names of the fields of a stream unpack to too much";
    assert!(matches!(error.kind, ErrorKind::Corrupt(what) if what == said), "{error}");
}

#[test]
fn every_encoding_has_a_decoder() {
    for (version, code) in
        [12, 80].into_iter().flat_map(|it| (0..=u8::MAX).map(move |code| (it, code)))
    {
        let version = Version::new(version);
        let Ok(encoding) = Encoding::of(Some(code), version) else { continue };
        // Nothing but the type byte is always too little, and never too much.
        let error = RawValue::new(&[code], version).unwrap().decode().unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Cut(_)), "{encoding}: {error}");
    }
}
