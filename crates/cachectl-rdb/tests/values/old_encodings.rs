//! Encodings that no current server writes, with the answers of current servers that still take
//! them. The bytes are put together by hand.

use cachectl_rdb::{Encoding, RawValue, Value, Version};
use cachectl_testkit::{Server, Value as Answer};

use crate::answers::{ask, in_order};
use crate::servers;

/// A string as it stands in a value: its length, of up to 14 bits, and its bytes.
pub(crate) fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    assert!(length < 0x4000);
    match u8::try_from(length) {
        Ok(short @ 0..64) => [&[short], bytes].concat(),
        _ => [&(length | 0x4000).to_be_bytes()[..], bytes].concat(),
    }
}

/// The same string as if it had been compressed: in literal runs, and so a little longer.
pub(crate) fn compressed(bytes: &[u8]) -> Vec<u8> {
    let run = |run: &[u8]| [&[u8::try_from(run.len() - 1).unwrap()], run].concat();
    let packed: Vec<u8> = bytes.chunks(32).flat_map(run).collect();
    let lengths = [packed.len(), bytes.len()].map(|it| u32::try_from(it).unwrap().to_be_bytes());
    [&[0xc3, 0x80][..], &lengths[0], &[0x80], &lengths[1], &packed].concat()
}

/// A ziplist of elements that are given without the size of the one before.
pub(crate) fn ziplist(elements: &[Vec<u8>]) -> Vec<u8> {
    let (mut body, mut last, mut previous) = (Vec::new(), 10, 0);
    for element in elements {
        last = body.len() + 10;
        match u8::try_from(previous) {
            Ok(short @ 0..254) => body.push(short),
            _ => {
                body.extend([&[254][..], &u32::try_from(previous).unwrap().to_le_bytes()].concat());
            }
        }
        body.extend(element);
        previous = body.len() + 10 - last;
    }
    let size = u32::try_from(body.len() + 11).unwrap().to_le_bytes();
    let tail = u32::try_from(last).unwrap().to_le_bytes();
    let count = u16::try_from(elements.len()).unwrap().to_le_bytes();
    [&size[..], &tail, &count, &body, &[0xff]].concat()
}

/// Elements of a ziplist in every form, no two of them equal.
pub(crate) fn elements() -> Vec<Vec<u8>> {
    let text = |length: usize| match u8::try_from(length) {
        Ok(short @ 0..64) => [vec![short], vec![b's'; length]].concat(),
        _ => [
            vec![0x40 | u8::try_from(length >> 8).unwrap(), length.to_le_bytes()[0]],
            vec![b't'; length],
        ]
        .concat(),
    };
    let long = [vec![0x80, 0, 0, 1, 0x2c], vec![b'u'; 300]].concat();
    let mut elements = vec![text(0), text(1), text(63), text(64), text(253), text(252), long];
    elements.extend([0xf1, 0xf2, 0xfd].map(|immediate| vec![immediate]));
    elements.extend([vec![0xfe, 13], vec![0xfe, 0x80], vec![0xc0, 0x00, 0x80]]);
    elements.push([&[0xf0][..], &[0xff, 0xff, 0x7f]].concat());
    elements.push([&[0xd0][..], &i32::MIN.to_le_bytes()].concat());
    elements.push([&[0xe0][..], &i64::MIN.to_le_bytes()].concat());
    elements
}

/// Restores the value into every server and compares what it then says with what is decoded.
#[track_caller]
fn case(encoding: Encoding, body: &[u8]) {
    let value = [&[encoding.code()], body].concat();
    for server in servers::all() {
        compare(&server, encoding, &value);
    }
}

#[track_caller]
fn compare(server: &Server, encoding: Encoding, value: &[u8]) {
    let name = format!("{encoding} in {}", servers::name(server));
    let payload = servers::sealed(servers::version(server), value);
    let raw = servers::value(&payload);
    assert_eq!(raw.encoding(), encoding, "{name}");
    let decoded = raw.decode().unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(servers::restore(server, "key", &payload), Answer::Okay, "{name}");
    assert_eq!(in_order(decoded), in_order(ask(server, b"key")), "{name}");
    // The server stores it as it would today, and it is still the same value.
    let again = servers::dump(server, "key");
    assert_eq!(servers::value(&again).digest().unwrap(), raw.digest().unwrap(), "{name}");
}

#[test]
fn strings_in_lists_and_sets_decode() {
    let elements = [string(b"a"), vec![0xc0, 0xff], vec![0xc1, 0, 1], string(&[b'x'; 100])];
    let numbers = [vec![0xc2, 0, 0, 1, 0], compressed(b"compressed"), string(b"")];
    let body = [&[7][..], &elements.concat(), &numbers.concat()].concat();
    case(Encoding::List, &body);
    case(Encoding::Set, &body);
    case(Encoding::Hash, &[&[2][..], &elements.concat()].concat());
}

#[test]
fn lists_in_ziplists_decode() {
    case(Encoding::ListZiplist, &string(&ziplist(&elements())));
    case(Encoding::ListZiplist, &compressed(&ziplist(&elements())));
    case(Encoding::ListZiplist, &string(&ziplist(&[vec![1, b'x'], vec![1, b'x']])));
}

#[test]
fn lists_in_chains_of_ziplists_decode() {
    let nodes = [string(&ziplist(&elements())), compressed(&ziplist(&[vec![0xf5], vec![0xf4]]))];
    case(Encoding::ListQuicklist, &[&[2][..], &nodes.concat()].concat());
    // An empty node among others is passed over.
    let nodes = [string(&ziplist(&[])), string(&ziplist(&[vec![1, b'x']]))];
    case(Encoding::ListQuicklist, &[&[2][..], &nodes.concat()].concat());
}

#[test]
fn hashes_in_ziplists_decode() {
    case(Encoding::HashZiplist, &string(&ziplist(&elements())));
    case(Encoding::HashZiplist, &compressed(&ziplist(&elements())));
}

#[test]
fn hashes_in_zipmaps_decode() {
    let long = [&[254, 44, 1, 0, 0][..], &[b'l'; 300]].concat();
    let map = [
        &[4][..],
        &[1, b'a', 2, 0, b'1', b'2'],
        // An earlier value has left room for three bytes.
        &[1, b'b', 1, 3, b'x', 0, 0, 0],
        &[0, 0, 0],
        &long,
        &[3, 1, b'y', b'z', b'y', b' '],
        &[255],
    ]
    .concat();
    case(Encoding::HashZipmap, &string(&map));
    case(Encoding::HashZipmap, &compressed(&map));
    // With so many fields that nobody counted them.
    let uncounted = [&[254][..], &map[1..]].concat();
    case(Encoding::HashZipmap, &string(&uncounted));
}

#[test]
fn sorted_sets_in_ziplists_decode() {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    let pairs = [
        [text("low"), text("-inf")],
        [text("a"), vec![0xfe, 0x85]],
        [text("b"), vec![0xf1]],
        [vec![0xf3], text("0.10000000000000001")],
        [text(""), vec![0xf2]],
        [text("c"), text("1.5e+20")],
        [text("d"), [&[0xe0][..], &i64::MAX.to_le_bytes()].concat()],
        [text("high"), text("inf")],
    ];
    case(Encoding::SortedSetZiplist, &string(&ziplist(&pairs.concat())));
    case(Encoding::SortedSetZiplist, &compressed(&ziplist(&pairs.concat())));
}

#[test]
fn sorted_sets_with_scores_in_decimal_decode() {
    let score = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    let pairs = [
        [string(b"low"), vec![255]],
        [string(b"a"), score("-123")],
        [vec![0xc0, 7], score("0.10000000000000001")],
        [compressed(b"compressed"), score("1e+300")],
        [string(b"zero"), score("-0")],
        [string(b"high"), vec![254]],
    ];
    case(Encoding::SortedSetText, &[&[6][..], &pairs.concat().concat()].concat());
}

/// A listpack of small integers and short strings.
fn listpack(elements: &[&[u8]]) -> Vec<u8> {
    let mut body = Vec::new();
    for element in elements {
        body.extend(*element);
        body.push(u8::try_from(element.len()).unwrap());
    }
    let size = u32::try_from(body.len() + 7).unwrap().to_le_bytes();
    let count = u16::try_from(elements.len()).unwrap().to_le_bytes();
    [&size[..], &count, &body, &[0xff]].concat()
}

/// Field expiries as release candidates wrote them, and what they mean.
fn expiries_of_release_candidates() -> [(Encoding, Vec<u8>); 2] {
    let time = 4_000_000_000_000_i64;
    let length = [&[0x81][..], &time.to_be_bytes()].concat();
    let table =
        [&[2][..], &length, &string(b"a"), &string(b"1"), &[0], &string(b"b"), &string(b"2")];
    let number = [&[0xf4][..], &time.to_le_bytes()].concat();
    let packed = listpack(&[&[0x81, b'a'], &[1], &number, &[0x81, b'b'], &[2], &[0]]);
    [
        (Encoding::HashExpiriesPreRelease, table.concat()),
        (Encoding::HashListpackExpiriesPreRelease, string(&packed)),
    ]
}

#[test]
fn field_expiries_of_release_candidates_decode() {
    for (encoding, body) in expiries_of_release_candidates() {
        let bytes = [&[encoding.code()], &*body].concat();
        let value = RawValue::new(&bytes, Version::new(12)).unwrap();
        let Value::Hash(fields) = value.decode().unwrap() else { panic!("no hash") };
        let times: Vec<_> = fields.iter().map(|field| (&*field.name, field.expires_at)).collect();
        assert_eq!(times, [(&b"a"[..], Some(4_000_000_000_000)), (b"b", None)]);
        for server in servers::all() {
            // Only Redis itself knows them.
            if (12..80).contains(&servers::version(&server).number()) {
                compare(&server, encoding, &bytes);
            }
        }
    }
}
