//! Values of modules, which nobody but the module can read.

use super::cursor::Cursor;
use crate::{Error, ErrorKind};

/// The letters of names, by their number.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Returns the error that says which module the value belongs to.
pub(super) fn refuse(cursor: &mut Cursor<'_>) -> Error {
    match cursor.length() {
        Ok(id) => Error::new(1, ErrorKind::Module(name(id))),
        Err(error) => error,
    }
}

/// Returns the name that an identifier stands for: nine letters of six bits, then ten bits of the
/// version of the module's own format.
pub(crate) fn name(id: u64) -> String {
    (0..9_u32)
        .map(|place| {
            let number = id >> (58_u32.saturating_sub(place.saturating_mul(6))) & 0x3f;
            let letter = usize::try_from(number).ok().and_then(|number| LETTERS.get(number));
            letter.copied().map_or('?', char::from)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn identifiers_spell_names() {
        // `MBbloom--`, version 4, as RedisBloom writes it.
        let mut id = 0_u64;
        for letter in b"MBbloom--" {
            let number = super::LETTERS.iter().position(|it| it == letter).unwrap();
            id = id << 6 | number as u64;
        }
        assert_eq!(name(id << 10 | 4), "MBbloom--");
        assert_eq!(name(0), "AAAAAAAAA");
        assert_eq!(name(u64::MAX), "_________");
    }
}
