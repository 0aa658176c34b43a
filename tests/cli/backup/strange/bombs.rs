//! Small files that unpack to gigabytes, one shape each.

use std::{fs::File, io::Write as _, path::Path};

/// How many bytes a block has.
const BLOCK: usize = 1 << 20;
const END: &[u8] = b"\xff\x00\x00\x00\x00\x00\x00\x00\x00";
/// A list of shared names of fields, which has the number 0 and one name.
const LIST: &[u8] = b"\xf2\x00\x01\x01f";

type Output = zstd::Encoder<'static, File>;

/// What a file is, and how it is written.
pub(super) struct Bomb {
    pub(super) name: &'static str,
    write: fn(&mut Output),
}

impl Bomb {
    /// Writes the file, compressed.
    pub(super) fn write(&self, path: &Path) {
        let mut output = zstd::Encoder::new(File::create(path).unwrap(), 1).unwrap();
        put(&mut output, &[b"REDIS0015"]);
        (self.write)(&mut output);
        put(&mut output, &[END]);
        output.finish().unwrap();
    }
}

/// Every shape that was tried.
pub(super) const ALL: &[Bomb] = &[
    Bomb { name: "key", write: |file| compressed(file, &[&[0]]) },
    Bomb { name: "aux", write: |file| compressed(file, &[&[0xfa, 1, b'n']]) },
    Bomb { name: "function", write: |file| compressed(file, &[&[0xf5]]) },
    Bomb { name: "shared-values", write: |file| packed(file, &[LIST, &[30, 1, b'k']]) },
    Bomb { name: "names-in-a-value", write: |file| packed(file, &[&[29, 1, b'k', 0]]) },
    Bomb { name: "long-key", write: |file| long(file, &[&[0]]) },
    Bomb { name: "long-aux", write: |file| long(file, &[&[0xfa]]) },
    Bomb { name: "long-value", write: |file| long(file, &[&[0, 1, b'k']]) },
    Bomb { name: "long-shared-values", write: |file| long(file, &[LIST, &[30, 1, b'k']]) },
    Bomb { name: "long-names-in-a-value", write: |file| long(file, &[&[29, 1, b'k', 0]]) },
    Bomb { name: "many-shared-values", write: |file| listpack(file, &[LIST, &[30, 1, b'k']]) },
    Bomb { name: "many-names-in-a-value", write: |file| listpack(file, &[&[29, 1, b'k', 0]]) },
    Bomb { name: "lists-of-names", write: lists_of_names },
    Bomb { name: "shared-names", write: shared_names },
    Bomb { name: "many-fields", write: |file| listpack(file, &[&[16, 1, b'k']]) },
    Bomb { name: "many-elements", write: |file| listpack(file, &[&[18, 1, b'k', 1, 2]]) },
    Bomb { name: "members", write: members },
    Bomb { name: "names", write: names },
    Bomb { name: "largest-name", write: largest_name },
];

fn put(output: &mut Output, parts: &[&[u8]]) {
    for part in parts {
        output.write_all(part).unwrap();
    }
}

fn length(bytes: u64) -> Vec<u8> {
    [&[0x81][..], &bytes.to_be_bytes()].concat()
}

/// A string of LZF that unpacks to six gigabytes, in the place that `before` leads to.
fn compressed(file: &mut Output, before: &[&[u8]]) {
    const TIMES: u64 = 24;
    // A reference: 264 bytes from one byte back.
    let references = [0xff, 0xff, 0x00].repeat(BLOCK);
    let packed = 3 * BLOCK as u64 * TIMES + 2;
    let unpacked = 264 * BLOCK as u64 * TIMES + 1;
    put(file, before);
    put(file, &[&[0xc3], &length(packed), &length(unpacked), &[0, b'a']]);
    (0..TIMES).for_each(|_| put(file, &[&references]));
}

/// The same of a listpack with 138 million elements.
fn packed(file: &mut Output, before: &[&[u8]]) {
    let references = [0xff, 0xff, 0x01].repeat(BLOCK);
    let packed = 3 * BLOCK as u64 + 11;
    let unpacked = 264 * BLOCK as u64 + 9;
    put(file, before);
    put(file, &[&[0xc3], &length(packed), &length(unpacked), &[7]]);
    put(file, &[&u32::try_from(unpacked).unwrap().to_le_bytes(), &[0xff, 0xff, 0, 1]]);
    put(file, &[&references, &[0, 0xff]]);
}

/// A string of two gigabytes.
fn long(file: &mut Output, before: &[&[u8]]) {
    put(file, before);
    put(file, &[&length(2 << 30)]);
    let zeros = vec![0; BLOCK];
    (0..2048).for_each(|_| put(file, &[&zeros]));
}

/// A listpack of 30 million elements.
fn listpack(file: &mut Output, before: &[&[u8]]) {
    let bytes = 60 * BLOCK + 7;
    put(file, before);
    put(file, &[&length(bytes as u64), &u32::try_from(bytes).unwrap().to_le_bytes(), &[0xff; 2]]);
    let elements = [0, 1].repeat(BLOCK / 2);
    (0..60).for_each(|_| put(file, &[&elements]));
    put(file, &[&[0xff]]);
}

/// Five million lists of shared names.
fn lists_of_names(file: &mut Output) {
    for number in 0..5_000_000_u64 {
        put(file, &[&[0xf2], &length(number), &[1, 1, b'f']]);
    }
}

/// Sixteen million names in one list.
fn shared_names(file: &mut Output) {
    put(file, &[&[0xf2, 0], &length(16 << 20)]);
    let names = [1, b'f'].repeat(BLOCK);
    (0..16).for_each(|_| put(file, &[&names]));
}

/// Twelve keys of 100 megabytes, each of which a report would like to keep.
fn names(file: &mut Output) {
    let zeros = vec![0; BLOCK];
    for number in 0..12_u8 {
        put(file, &[&[0], &length((100 << 20) + 1), &[number]]);
        (0..100).for_each(|_| put(file, &[&zeros]));
        put(file, &[b"\x01v"]);
    }
}

/// A key of 500 megabytes, which fits in memory once.
fn largest_name(file: &mut Output) {
    let zeros = vec![0; BLOCK];
    put(file, &[&[0], &length(500 << 20)]);
    (0..500).for_each(|_| put(file, &[&zeros]));
    put(file, &[b"\x01v"]);
}

/// A set of 20 million members.
fn members(file: &mut Output) {
    put(file, &[&[2, 1, b'k'], &length(20 << 20)]);
    let members = [1, b'm'].repeat(BLOCK);
    (0..20).for_each(|_| put(file, &[&members]));
}
