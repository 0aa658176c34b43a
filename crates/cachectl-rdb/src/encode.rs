//! Lengths and strings as files have them.

/// Returns a length in the fewest bytes.
pub(crate) fn length(length: usize) -> Vec<u8> {
    let length = length as u64;
    let [low, high, ..] = length.to_le_bytes();
    match length {
        0..0x40 => vec![low],
        0x40..0x4000 => vec![0x40 | high, low],
        _ => match u32::try_from(length) {
            Ok(short) => [&[0x80][..], &short.to_be_bytes()].concat(),
            Err(_) => [&[0x81][..], &length.to_be_bytes()].concat(),
        },
    }
}

/// Returns a string: its length and its bytes.
pub(crate) fn text(bytes: &[u8]) -> Vec<u8> {
    let mut text = length(bytes.len());
    text.extend_from_slice(bytes);
    text
}
