//! What follows the end of a file.
//!
//! A server that loads a snapshot stops at its end and never looks further. What comes after it is
//! data that somebody expects to be there: the commands of an append-only file, a second file that
//! was joined to the first.

use std::{fmt, io::Read};

use super::Source;
use crate::{Error, Version};

/// How many names of commands are given.
const NAMES: usize = 8;
/// How long the name of a command is at most; what is longer is none.
const LONGEST_NAME: usize = 64;
/// How many bytes are shown of what is not known.
const SHOWN: usize = 16;

/// What follows the end of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailing {
    /// Where the end is: how many bytes the file proper has.
    pub offset: u64,
    /// What follows.
    pub what: After,
}

/// What can follow the end of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// Commands, as in an append-only file that begins with a snapshot.
    Commands {
        /// The first of their names, each once; `SELECT` only if there is no other.
        names: Vec<String>,
        /// Whether there are more than were looked at.
        more: More,
    },
    /// Another RDB file of this version.
    Rdb(Version),
    /// Nothing that is known. These are its first bytes, as far as there are any that can be read.
    Unknown(Vec<u8>),
}

/// Whether a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// These are all.
    None,
    /// There are more, or may be.
    Some,
}

impl fmt::Display for Trailing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { offset, what } = self;
        match what {
            After::Commands { names, more } => {
                write!(f, "AOF commands follow its end at byte {offset}: {}", names.join(", "))?;
                if *more == More::Some { f.write_str(" …") } else { Ok(()) }
            }
            After::Rdb(version) => {
                write!(f, "another RDB file (version {version}) follows its end at byte {offset}")
            }
            After::Unknown(first) if first.is_empty() => {
                write!(f, "bytes that cannot be unpacked follow its end at byte {offset}")
            }
            After::Unknown(first) => write!(
                f,
                "bytes that belong to nothing follow its end at byte {offset}: `{}`",
                first.escape_ascii()
            ),
        }
    }
}

/// Looks at what follows, without consuming it; `None` if nothing does.
pub(super) fn look<R: Read>(source: &mut Source<R>) -> Result<Option<Trailing>, Error> {
    let offset = source.offset();
    let rest = source.rest()?;
    let what = match rest {
        [] => return Ok(None),
        _ if let Some(version) = version(rest) => After::Rdb(version),
        _ => commands(rest).unwrap_or_else(|| {
            let shown = rest.get(..SHOWN).unwrap_or(rest);
            After::Unknown(shown.to_vec())
        }),
    };
    Ok(Some(Trailing { offset, what }))
}

fn version(rest: &[u8]) -> Option<Version> {
    Version::of_magic(*rest.first_chunk()?).ok()
}

/// Returns the commands that bytes are, if they are commands.
fn commands(rest: &[u8]) -> Option<After> {
    let mut left = rest;
    let (mut names, mut more) = (Vec::<String>::new(), More::None);
    while !left.is_empty() {
        let Some((name, after)) = command(left) else {
            // The last one that was looked at may be cut.
            more = More::Some;
            break;
        };
        left = after;
        let Some(name) = name.filter(|name| !names.contains(name)) else { continue };
        if names.len() == NAMES {
            more = More::Some;
            break;
        }
        names.push(name);
    }
    if names.len() > 1 {
        names.retain(|name| name != "SELECT");
    }
    (!names.is_empty()).then_some(After::Commands { names, more })
}

/// Takes a command off, or a note of the time, which has no name.
fn command(bytes: &[u8]) -> Option<(Option<String>, &[u8])> {
    if bytes.starts_with(b"#TS:") {
        return Some((None, line(bytes)?.1));
    }
    let (count, mut rest) = number(bytes, b'*')?;
    let mut name = None;
    for argument in 0..count {
        let (length, after) = number(rest, b'$')?;
        if argument == 0 {
            let text = after.get(..length.min(LONGEST_NAME))?;
            let sound = !text.is_empty() && text.iter().all(u8::is_ascii_graphic);
            name = Some(sound.then(|| text.to_ascii_uppercase().escape_ascii().to_string())?);
        }
        rest = after.get(length..)?.strip_prefix(b"\r\n")?;
    }
    name.map(|name| (Some(name), rest))
}

/// Takes a line off that is a mark and a number.
fn number(bytes: &[u8], mark: u8) -> Option<(usize, &[u8])> {
    let (line, rest) = line(bytes.strip_prefix(&[mark])?)?;
    let sound = line.len() <= 20 && line.iter().all(u8::is_ascii_digit);
    let number = std::str::from_utf8(line).ok()?.parse().ok().filter(|_| sound)?;
    Some((number, rest))
}

/// Takes a line off.
fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.windows(2).position(|end| end == b"\r\n")?;
    let (line, rest) = bytes.split_at_checked(end)?;
    Some((line, rest.strip_prefix(b"\r\n")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_is_named() {
        #[track_caller]
        fn case(rest: &[u8], expected: &str) {
            let found = look(&mut Source::new(rest)).unwrap();
            assert_eq!(found.map_or_else(String::new, |found| found.to_string()), expected);
        }

        let select = b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n";
        let set = b"*3\r\n$3\r\nset\r\n$1\r\nk\r\n$2\r\n\r\n\r\n";
        case(b"", "");
        case(select, "AOF commands follow its end at byte 0: SELECT");
        case(&[&select[..], set, set].concat(), "AOF commands follow its end at byte 0: SET");
        let noted = [b"#TS:1700000000\r\n", &set[..]].concat();
        case(&noted, "AOF commands follow its end at byte 0: SET");
        case(&[&set[..], &set[..20]].concat(), "AOF commands follow its end at byte 0: SET …");
        let many: Vec<u8> =
            (0..9).flat_map(|it| format!("*1\r\n$2\r\nC{it}\r\n").into_bytes()).collect();
        case(&many, "AOF commands follow its end at byte 0: C0, C1, C2, C3, C4, C5, C6, C7 …");
        case(b"REDIS0011\xff", "another RDB file (version 11) follows its end at byte 0");
        case(b"REDIS9999", "bytes that belong to nothing follow its end at byte 0: `REDIS9999`");
        case(b"\x00\n", r"bytes that belong to nothing follow its end at byte 0: `\x00\n`");
        case(
            b"*1\r\n$3\r\n\x1b[m\r\n",
            "bytes that belong to nothing follow its end at byte 0: `*1\\r\\n$3\\r\\n\\x1b[m\\r\\n`",
        );
        case(
            b"*99999999999999999999\r\n",
            "bytes that belong to nothing follow its end at byte 0: `*999999999999999`",
        );
    }
}
