//! Keys, names and code: strings that are wanted as what they mean.

use std::io::Read;

use super::{
    skim::{self, Length},
    source::{Nowhere, Source},
};
use crate::{Error, lzf};

/// Reads a string into `target`, in place of what was there.
pub(super) fn read<R: Read>(
    source: &mut Source<R>,
    target: &mut Vec<u8>,
    what: &'static str,
) -> Result<(), Error> {
    target.clear();
    let at = source.offset();
    match skim::length(source, &mut Nowhere, what)? {
        Length::Plain(length) => source.pass(length, target, what),
        Length::Special(lzf::FORM) => unpack(source, target, what),
        Length::Special(form) => {
            let number = match form {
                0 => i8::from_le_bytes(source.chunk(what)?).into(),
                1 => i16::from_le_bytes(source.chunk(what)?).into(),
                2 => i32::from_le_bytes(source.chunk(what)?),
                _ => return Err(Error::corrupt(at, "a string has an unknown form")),
            };
            target.extend_from_slice(number.to_string().as_bytes());
            Ok(())
        }
    }
}

fn unpack<R: Read>(
    source: &mut Source<R>,
    target: &mut Vec<u8>,
    what: &'static str,
) -> Result<(), Error> {
    let at = source.offset();
    let packed = skim::number(source, &mut Nowhere, what)?;
    let length = skim::number(source, &mut Nowhere, what)?;
    source.pass(packed, target, what)?;
    *target = usize::try_from(length)
        .ok()
        .and_then(|length| lzf::decompress(target, length))
        .ok_or_else(|| Error::corrupt(at, "a compressed string does not unpack"))?;
    Ok(())
}
