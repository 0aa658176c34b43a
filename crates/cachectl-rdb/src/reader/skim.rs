//! Finds the end of a value without decoding it, passing on its bytes.

use std::io::Read;

use super::{
    layout::{self, Part},
    source::{Sink, Source},
    text,
};
use crate::{Encoding, Error, ErrorKind, decode::StoredListpack, lzf};

/// A number in the form of a length.
pub(super) enum Length {
    /// The number.
    Plain(u64),
    /// No number: how a string is stored instead.
    Special(u8),
}

/// Passes on a value without its type byte.
pub(super) fn value<R: Read>(
    source: &mut Source<R>,
    encoding: Encoding,
    sink: &mut impl Sink,
) -> Result<(), Error> {
    if let Some(parts) = layout::of(encoding) {
        return all(source, parts, sink);
    }
    let at = source.offset();
    let id = number(source, sink, "a module")?;
    Err(Error::new(at, ErrorKind::Module(module_name(id))))
}

/// Passes on parts. It calls itself as deep as the layout goes, whatever the input says.
fn all<R: Read>(
    source: &mut Source<R>,
    parts: &'static [Part],
    sink: &mut impl Sink,
) -> Result<(), Error> {
    for part in parts {
        match part {
            Part::Lengths(count) => {
                for _ in 0..*count {
                    number(source, sink, "a value")?;
                }
            }
            Part::Text => text(source, sink, "a value")?,
            Part::Bytes(length) => source.pass(*length, sink, "a value")?,
            Part::Score => score(source, sink)?,
            Part::Each(parts) => {
                for _ in 0..number(source, sink, "a value")? {
                    all(source, parts, sink)?;
                }
            }
            Part::Producers(parts) => {
                let producers = number(source, sink, "a value")?;
                sink.remembers(producers);
                for _ in 0..producers {
                    all(source, parts, sink)?;
                }
            }
            Part::Elements => elements(source, sink)?,
            Part::SharedNames => {
                shared_names(source, sink)?;
            }
            Part::SharedNamesAndValues => {
                for _ in 0..shared_names(source, sink)? {
                    text(source, sink, "a value")?;
                }
            }
            Part::Module => {
                number(source, sink, "a module")?;
                module_parts(source, sink)?;
            }
        }
    }
    Ok(())
}

/// Passes on the elements of an array: how many there are, where the last one was inserted if that is
/// noted, and for each its place, its kind and itself.
fn elements<R: Read>(source: &mut Source<R>, sink: &mut impl Sink) -> Result<(), Error> {
    const WHAT: &str = "an array";
    let count = number(source, sink, WHAT)?;
    let at = source.offset();
    match number(source, sink, WHAT)? {
        0 => {}
        1 => drop(number(source, sink, WHAT)?),
        _ => return Err(Error::corrupt(at, "an array has a mark of an unknown kind")),
    }
    for _ in 0..count {
        number(source, sink, WHAT)?;
        let at = source.offset();
        match number(source, sink, WHAT)? {
            0 | 3 => text(source, sink, WHAT)?,
            1 | 2 => source.pass(8, sink, WHAT)?,
            _ => return Err(Error::corrupt(at, "an array has an element of an unknown kind")),
        }
    }
    Ok(())
}

/// Passes on the names of fields, in a listpack or string by string, and returns how many there
/// are.
fn shared_names<R: Read>(source: &mut Source<R>, sink: &mut impl Sink) -> Result<u64, Error> {
    const WHAT: &str = "the names of fields";
    let at = source.offset();
    match number(source, sink, WHAT)? {
        0 => {
            let mut stored = Vec::new();
            let from = source.offset();
            text::stored(source, &mut stored, text::SHARED_LISTPACK)?;
            source.give(&stored, sink, WHAT)?;
            let count = StoredListpack::of(&stored).and_then(|listpack| listpack.count());
            count.map_err(|error| error.within(from))
        }
        1 => {
            let count = number(source, sink, WHAT)?;
            for _ in 0..count {
                text(source, sink, WHAT)?;
            }
            Ok(count)
        }
        _ => Err(Error::corrupt(at, "the names of fields have an unknown form")),
    }
}

/// Passes on what a module has written after its identifier, up to the mark of its end.
pub(super) fn module_parts<R: Read>(
    source: &mut Source<R>,
    sink: &mut impl Sink,
) -> Result<(), Error> {
    const WHAT: &str = "data of a module";
    loop {
        let at = source.offset();
        match number(source, sink, WHAT)? {
            0 => return Ok(()),
            1 | 2 => {
                number(source, sink, WHAT)?;
            }
            3 => source.pass(4, sink, WHAT)?,
            4 => source.pass(8, sink, WHAT)?,
            5 => text(source, sink, WHAT)?,
            _ => return Err(Error::corrupt(at, "data of a module has a part of an unknown kind")),
        }
    }
}

/// Passes on a string.
pub(super) fn text<R: Read>(
    source: &mut Source<R>,
    sink: &mut impl Sink,
    what: &'static str,
) -> Result<(), Error> {
    let at = source.offset();
    match length(source, sink, what)? {
        Length::Plain(length) => source.pass(length, sink, what),
        Length::Special(lzf::FORM) => {
            let packed = number(source, sink, what)?;
            let unpacked = number(source, sink, what)?;
            sink.unpacks_to(unpacked);
            source.pass(packed, sink, what)
        }
        Length::Special(form) => {
            let bytes = integer_bytes(form)
                .ok_or_else(|| Error::corrupt(at, "a string has an unknown form"))?;
            source.pass(bytes, sink, what)
        }
    }
}

/// Returns how many bytes an integer of this form has.
pub(super) fn integer_bytes(form: u8) -> Option<u64> {
    matches!(form, 0..=2).then(|| 1 << form)
}

/// Passes on a score that is written out. Three lengths stand for what has no digits.
fn score<R: Read>(source: &mut Source<R>, sink: &mut impl Sink) -> Result<(), Error> {
    let length = source.byte("a value")?;
    source.give(&[length], sink, "a value")?;
    match length {
        253..=255 => Ok(()),
        _ => source.pass(length.into(), sink, "a value"),
    }
}

/// Passes on a length that has to be a number, and returns it.
pub(super) fn number<R: Read>(
    source: &mut Source<R>,
    sink: &mut impl Sink,
    what: &'static str,
) -> Result<u64, Error> {
    let at = source.offset();
    match length(source, sink, what)? {
        Length::Plain(number) => Ok(number),
        Length::Special(_) => Err(Error::corrupt(at, "a length has the form of a string")),
    }
}

/// Passes on a length, and returns it.
pub(super) fn length<R: Read>(
    source: &mut Source<R>,
    sink: &mut impl Sink,
    what: &'static str,
) -> Result<Length, Error> {
    let at = source.offset();
    let first = source.byte(what)?;
    source.give(&[first], sink, what)?;
    let low = first & 0x3f;
    Ok(match first {
        0x00..0x40 => Length::Plain(low.into()),
        0x40..0x80 => {
            let second = source.byte(what)?;
            source.give(&[second], sink, what)?;
            Length::Plain(u16::from_be_bytes([low, second]).into())
        }
        0x80 => {
            let bytes = source.chunk::<4>(what)?;
            source.give(&bytes, sink, what)?;
            Length::Plain(u32::from_be_bytes(bytes).into())
        }
        0x81 => {
            let bytes = source.chunk::<8>(what)?;
            source.give(&bytes, sink, what)?;
            Length::Plain(u64::from_be_bytes(bytes))
        }
        0x82..0xc0 => return Err(Error::corrupt(at, "a length has an unknown form")),
        0xc0.. => Length::Special(low),
    })
}

/// Returns the name of a module out of the identifier of its type: nine characters, and ten bits
/// of version.
pub(crate) fn module_name(id: u64) -> String {
    characters(id >> 10, 9)
}

/// Returns the name of a class of metadata as servers write it: four characters behind a prefix,
/// then five bits of version and three of flags.
pub(super) fn metadata_name(class: u32) -> String {
    format!("META-{}", characters(u64::from(class >> 8), 4))
}

/// Returns characters of six bits, the last one in the lowest bits.
fn characters(bits: u64, count: u32) -> String {
    const CHARACTERS: &[u8; 64] =
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    (0..count)
        .rev()
        .filter_map(|position| usize::try_from(bits >> (6 * position) & 0x3f).ok())
        .filter_map(|index| CHARACTERS.get(index).copied().map(char::from))
        .collect()
}
