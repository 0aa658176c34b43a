//! Files and packed values, byte by byte.

/// A file that is being made.
#[derive(Clone, Debug)]
pub(crate) struct File(Vec<u8>);

impl File {
    pub(crate) fn new(magic: &str) -> Self {
        Self(magic.as_bytes().to_vec())
    }

    pub(crate) fn bytes(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.0.extend_from_slice(bytes.as_ref());
        self
    }

    pub(crate) fn text(self, text: impl AsRef<[u8]>) -> Self {
        self.bytes(packed(text))
    }

    /// Adds a key with the parts of its value.
    pub(crate) fn key(self, code: u8, key: &str, value: &[&[u8]]) -> Self {
        self.bytes([code]).text(key).bytes(value.concat())
    }

    /// Adds a key that is a string.
    pub(crate) fn text_key(self, key: &str, value: &str) -> Self {
        self.key(0, key, &[&packed(value)])
    }

    /// Ends the file with its end and a checksum of zero, which stands for none.
    pub(crate) fn end(self) -> Vec<u8> {
        self.bytes([0xff]).bytes([0; 8]).0
    }

    /// Ends the file as versions before 5 do.
    pub(crate) fn end_without_checksum(self) -> Vec<u8> {
        self.bytes([0xff]).0
    }
}

/// A string as files have it.
pub(crate) fn packed(text: impl AsRef<[u8]>) -> Vec<u8> {
    let text = text.as_ref();
    let length = u32::try_from(text.len()).unwrap();
    let head = match text.len() {
        0..64 => vec![length.to_le_bytes()[0]],
        _ => [&[0x80][..], &length.to_be_bytes()].concat(),
    };
    [&head, text].concat()
}

/// A ziplist of short strings, the form before listpacks.
pub(crate) fn ziplist(items: &[&str]) -> Vec<u8> {
    let mut entries = Vec::new();
    let mut previous = 0;
    let mut last = 0;
    for item in items {
        last = entries.len();
        entries.push(u8::try_from(previous).unwrap());
        entries.push(u8::try_from(item.len()).unwrap());
        entries.extend_from_slice(item.as_bytes());
        previous = item.len() + 2;
    }
    let total = u32::try_from(10 + entries.len() + 1).unwrap();
    let end = u32::try_from(10 + last).unwrap();
    let count = u16::try_from(items.len()).unwrap();
    let head = [&total.to_le_bytes()[..], &end.to_le_bytes(), &count.to_le_bytes()].concat();
    [&head[..], &entries, &[0xff]].concat()
}

/// A zipmap, the form of small hashes before ziplists.
pub(crate) fn zipmap(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut map = vec![u8::try_from(fields.len()).unwrap()];
    for (name, value) in fields {
        map.push(u8::try_from(name.len()).unwrap());
        map.extend_from_slice(name.as_bytes());
        // The second byte is room that is left behind the value.
        map.extend([u8::try_from(value.len()).unwrap(), 0]);
        map.extend_from_slice(value.as_bytes());
    }
    map.push(0xff);
    map
}

/// A set of integers of two bytes.
pub(crate) fn intset(numbers: &[i16]) -> Vec<u8> {
    let count = u32::try_from(numbers.len()).unwrap();
    let mut set = [2_u32.to_le_bytes(), count.to_le_bytes()].concat();
    set.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    set
}

/// The identifier of the type of a module.
pub(crate) fn module(name: &str, version: u64) -> Vec<u8> {
    const CHARACTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let id = name
        .chars()
        .fold(0, |id, letter| id << 6 | u64::try_from(CHARACTERS.find(letter).unwrap()).unwrap());
    [&[0x81][..], &(id << 10 | version).to_be_bytes()].concat()
}
