//! What the newest releases write, and what the oldest release candidates and Redis Enterprise do.

use cachectl_rdb::{
    Encoding, Payload, RawValue, Reader, Record, Value, ValueType, Version,
    value::{Content, Field},
};
use cachectl_testkit::{Server, locate::Release};
use tempfile::TempDir;

use crate::{
    bytes::{File, packed},
    reading::{Contents, read},
};

/// What Redis 8.10.2 saved: hashes made by `HIMPORT`, in a listpack and without, and two arrays.
const OF_REDIS_810: &str = "\
    524544495330303135fa0972656469732d76657206382e31302e32fa0a72656469732d62697473c040fa05637469\
    6d65c2a2dc0d6bfa08757365642d6d656dc210041000fa08616f662d62617365c000f2000303616765046e616d65\
    05656d61696cfe00fb05001c016204010300030178010301790202000000000000f83f0303033165352003753a33\
    00c01e05616c696365036140781c0161060000030568656c6c6f010105000000000000000301f4ffffffffffffff\
    07020000000000000c40090014313233343536373839303132333435363738393080000186a0001f6c6f6e676572\
    20737472696e672074686174206973206e6f7420736d616c6c1e03753a311717000000040000011e0185616c6963\
    65068361407804ff1e03753a32151500000004000001190183626f62048362407804ffff095f0c101fdb755f";

fn bytes_of(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

fn decoded<'a>(contents: &'a Contents, key: &str) -> Value<'a> {
    let version = Version::new(contents.version);
    RawValue::new(&contents.entry(key).value, version).unwrap().decode().unwrap()
}

/// Writes fields in the order of their names.
fn fields(value: Value<'_>) -> String {
    let Value::Hash(mut fields) = value else { panic!("no hash: {value:?}") };
    fields.sort_by(|one, other| one.name.cmp(&other.name));
    let text =
        |field: &Field<'_>| format!("{}={}", field.name.escape_ascii(), field.value.escape_ascii());
    fields.iter().map(text).collect::<Vec<_>>().join(" ")
}

#[test]
fn hashes_that_share_field_names_become_ordinary_ones() {
    let contents = read(&bytes_of(OF_REDIS_810)[..]).unwrap();
    assert!(contents.is_verified);
    assert_eq!(contents.entries.len(), 5);
    for (key, expected) in [
        ("u:1", "age=30 email=a@x name=alice"),
        ("u:2", "age=25 email=b@x name=bob"),
        ("u:3", "age=30 email=a@x name=alice"),
    ] {
        assert_eq!(contents.entry(key).encoding, Encoding::Hash);
        assert_eq!(fields(decoded(&contents, key)), expected);
    }
}

#[test]
fn arrays_are_read() {
    let contents = read(&bytes_of(OF_REDIS_810)[..]).unwrap();
    assert_eq!(contents.entry("a").encoding.value_type(), ValueType::Array);
    let Value::Array(array) = decoded(&contents, "a") else { panic!("no array") };
    assert_eq!(array.last_insertion, None);
    let elements: Vec<_> = array
        .elements
        .iter()
        .map(|element| match &element.content {
            Content::Text(text) => (element.place, text.escape_ascii().to_string()),
            Content::Number(number) => (element.place, number.to_string()),
        })
        .collect();
    let expected = [
        (0, "hello"),
        (1, "5"),
        (3, "-12"),
        (7, "3.5"),
        (9, "12345678901234567890"),
        (100_000, "longer string that is not small"),
    ];
    assert_eq!(elements, expected.map(|(place, text)| (place, text.to_owned())));
    let Value::Array(array) = decoded(&contents, "b") else { panic!("no array") };
    assert_eq!((array.elements.len(), array.last_insertion), (4, Some(3)));
}

#[test]
fn payloads_of_such_hashes_hold_the_names_themselves() {
    let listpack = "1d0019190000000300836167650484 6e616d650585656d61696c06ff 1717000000040000011e\
                    0185616c69636506836140780 4ff0f00972f3df36e5517f2";
    let strings = "1f00191900000003008361676504846e616d650585656d61696c06ff c01e05616c6963650361\
                   40780f0042679d294979a03c";
    for (payload, encoding) in
        [(listpack, Encoding::TemplateListpack), (strings, Encoding::TemplateStrings)]
    {
        let payload = bytes_of(payload);
        let value = Payload::parse(&payload).unwrap().value();
        assert_eq!(value.encoding(), encoding);
        assert_eq!(fields(value.decode().unwrap()), "age=30 email=a@x name=alice");
        // In a file it has its end as well.
        let file = File::new("REDIS0015").bytes([encoding.code()]).text("key");
        let file = file.bytes(&value.as_bytes()[1..]).key(0, "after", &[&packed("1")]).end();
        let contents = read(&file[..]).unwrap();
        assert_eq!(contents.entry("key").value, value.as_bytes());
        assert_eq!(contents.entry("after").value, b"\x00\x011");
    }
}

#[test]
fn names_that_hashes_share_are_checked() {
    #[track_caller]
    fn case(parts: &[&[u8]], expected: &str) {
        let file = parts.iter().fold(File::new("REDIS0015"), File::bytes).end();
        assert_eq!(read(&file[..]).unwrap_err().to_string(), expected);
    }

    let template = [0xf2, 0, 1, 1, b'f'];
    let hash = |number: u8| [32, 1, b'k', number, 1, b'v'];
    case(&[&hash(0)], "a hash names fields that the file does not list at byte 12");
    case(&[&template, &hash(1)], "a hash names fields that the file does not list at byte 17");
    case(&[&template, &template], "two lists of shared names have the same number at byte 15");
    case(&[&[0xf2, 0, 0]], "hashes share no name of a field at byte 10");
    let listpack = [30, 1, b'k', 9, 9, 0, 0, 0, 1, 0, 0, 1, 0xff];
    case(&[&template, &listpack], "a hash has not one value for each field at byte 17");
}

#[test]
fn what_a_stream_remembers_of_its_producers_is_counted() {
    let payload = "1b0110000001a22e27249000000000000000001d1d0000000a0001010001010181660200010201\
                   00010001817602040 1ff01810000 01a22e2724900081000001a22e2724900000000100406440\
                   64010570726f64310104696964318100 0001a22e27249000 01000f001ff403ff25044812";
    let payload = bytes_of(payload);
    let value = Payload::parse(&payload).unwrap().value();
    let Value::Stream(stream) = value.decode().unwrap() else { panic!("no stream") };
    assert_eq!(stream.producers, 1);
    let file = File::new("REDIS0014").bytes([27]).text("key").bytes(&value.as_bytes()[1..]);
    let file = file.text_key("after", "1").end();
    let mut reader = Reader::new(&file[..]).unwrap();
    let mut producers = Vec::new();
    while let Some(record) = reader.record().unwrap() {
        let Record::Entry(entry) = record else { continue };
        producers.push(entry.producers);
    }
    assert_eq!(producers, [1, 0]);
}

#[test]
fn hints_of_redis_enterprise_are_passed_over() {
    for code in [0x6b, 0x79] {
        let file = File::new("REDIS0012").bytes([0xfe, 0, code, 0x43, 0]).text_key("a", "1").end();
        let contents = read(&file[..]).unwrap();
        assert_eq!(contents.entry("a").value, b"\x00\x011");
    }
}

/// Redis 7.0 loads such a file, and says what it makes of it.
#[test]
fn functions_of_release_candidates_are_what_redis_makes_of_them() {
    let code = "redis.register_function('f', function() return 1 end)";
    let file = |description: &[u8]| {
        let file = File::new("REDIS0010").bytes([0xf6]).text("lib").text("LUA");
        file.bytes(description).text(code).text_key("a", "1").end()
    };
    for bytes in [file(&[0]), file(&[1, 2, b'd', b'd'])] {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("candidate.rdb");
        std::fs::write(&path, &bytes).unwrap();
        let server = Server::builder().release(Release::Redis70).rdb(&path).start();
        let listed = format!("{:?}", server.command(&["FUNCTION", "LIST", "WITHCODE"]));
        let contents = read(&bytes[..]).unwrap();
        let [function] = &contents.functions[..] else { panic!("{:?}", contents.functions) };
        let function = std::str::from_utf8(function).unwrap();
        assert_eq!(function, format!("#!lua name=lib\n{code}"));
        assert!(listed.contains("lib") && listed.contains(code), "{listed}");
        // And the library that was read is one that it loads.
        server.command(&["FUNCTION", "FLUSH"]);
        let loaded = format!("{:?}", server.command(&["FUNCTION", "LOAD", function]));
        assert!(loaded.contains("lib"), "{loaded}");
    }
}

#[test]
fn what_follows_the_end_is_found() {
    let file = File::new("REDIS0011").text_key("a", "1").end();
    let joined = [&file[..], &file].concat();
    let mut reader = Reader::new(&joined[..]).unwrap();
    assert_eq!(reader.trailing().unwrap(), None, "nobody knows where the end is");
    while reader.record().unwrap().is_some() {}
    let trailing = reader.trailing().unwrap().unwrap();
    assert_eq!(usize::try_from(trailing.offset).unwrap(), file.len());
    assert!(trailing.to_string().starts_with("another RDB file (version 11) follows"));
    let mut reader = Reader::new(&file[..]).unwrap();
    while reader.record().unwrap().is_some() {}
    assert_eq!(reader.trailing().unwrap(), None);
}

#[test]
fn databases_that_no_server_can_have_are_read_as_they_are_written() {
    // Where the keys go is decided by those who put them there.
    for number in [0x7fff_ffff_u64, 1 << 40, u64::MAX] {
        let select = [&[0xfe, 0x81][..], &number.to_be_bytes()].concat();
        let file = File::new("REDIS0011").bytes(select).text_key("a", "1").end();
        assert_eq!(read(&file[..]).unwrap().entry("a").db, number);
    }
}
