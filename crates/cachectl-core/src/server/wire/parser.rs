//! Reads answers out of bytes that come in pieces, from a peer that may be no server at all.
//!
//! What the peer claims costs nothing: room is made for what has arrived, never for what is
//! announced, and there is a limit to how much may arrive.

use std::borrow::Cow;

use bytes::{BufMut as _, buf::Limit};

use super::answer::Answer;
use crate::server::error::Refusal;

/// The end of a line and of a string.
const END: &[u8] = b"\r\n";
/// How long a line may be: a status, an error, a number or a length.
const LONGEST_LINE: usize = 64 * 1024;
/// How deep arrays may be in one another. No command of a server goes beyond five.
const DEEPEST: usize = 16;
/// From which size on a string is read into memory of its own, which needs no copy.
const LARGE: usize = 64 * 1024;
/// How much room is kept for the answers to come.
const KEPT: usize = 1024 * 1024;
/// The shortest element of an array, an empty status.
const SHORTEST: usize = 3;
/// Answers that come so often that each is worth no memory of its own: the types of keys, and what
/// commands say that have nothing to say.
const USUAL: [&str; 9] =
    ["OK", "string", "none", "hash", "list", "set", "zset", "stream", "QUEUED"];

/// Why bytes are no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum Malformed {
    /// They are something else.
    Syntax,
    /// They are more than we take.
    TooLarge,
    /// They are arrays in arrays in arrays.
    TooDeep,
}

/// An array some of whose elements have not arrived yet.
#[derive(Debug)]
struct Open {
    missing: usize,
    elements: Vec<Answer>,
}

/// What begins at one place.
enum Part {
    Whole(Answer),
    Array(usize),
    /// A string of so many bytes, some of which have not arrived yet.
    Large(usize),
}

/// A large string some of whose bytes have not arrived yet.
#[derive(Debug)]
struct Large {
    /// What has arrived of it and of the end of its line.
    bytes: Vec<u8>,
    /// How many bytes these will be.
    whole: usize,
}

/// Reads answers out of bytes that come in pieces.
#[derive(Debug)]
pub(in crate::server) struct Parser {
    /// How much is read at once.
    read: usize,
    /// How much memory the answers may take until the next [`restart`](Self::restart).
    limit: usize,
    held: usize,
    bytes: Vec<u8>,
    /// Where the first element begins that is not read yet.
    at: usize,
    open: Vec<Open>,
    large: Option<Large>,
}

impl Parser {
    /// Makes one for which so much is read at once.
    pub(in crate::server) fn new(read: usize) -> Self {
        let (bytes, open) = (Vec::new(), Vec::new());
        Self { read, limit: 0, held: 0, bytes, at: 0, open, large: None }
    }

    /// Begins to count anew how much has arrived, and sets how much may.
    pub(in crate::server) fn restart(&mut self, limit: usize) {
        (self.limit, self.held) = (limit, 0);
    }

    /// Returns where to append the bytes that arrive next.
    pub(in crate::server) fn room(&mut self) -> Limit<&mut Vec<u8>> {
        if let Some(Large { bytes, whole }) = &mut self.large {
            let room = self.read.min(*whole - bytes.len());
            bytes.reserve(room);
            return bytes.limit(room);
        }
        self.bytes.drain(..self.at);
        self.at = 0;
        if self.bytes.is_empty() && self.bytes.capacity() > KEPT {
            // A large answer is over.
            self.bytes = Vec::new();
        }
        self.bytes.reserve(self.read);
        (&mut self.bytes).limit(self.read)
    }

    /// Returns what has arrived of the element that is to be read next.
    pub(in crate::server) fn unread(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Returns whether an answer has begun that has not ended.
    pub(in crate::server) fn is_amid(&self) -> bool {
        !self.open.is_empty() || self.large.is_some() || !self.unread().is_empty()
    }

    /// Returns the next answer, if all of it has arrived.
    ///
    /// After an error nothing more can be read: nobody knows where the next answer begins.
    pub(in crate::server) fn next(&mut self) -> Result<Option<Answer>, Malformed> {
        if self.large.is_some() {
            return self.next_of_large();
        }
        while let Some((part, size)) = part(self.unread(), self.limit)? {
            self.hold(size + size_of::<Answer>())?;
            self.at += size;
            let answer = match part {
                Part::Whole(answer) => answer,
                Part::Array(0) => Answer::Array(Vec::new()),
                Part::Array(_) if self.open.len() >= DEEPEST => return Err(Malformed::TooDeep),
                Part::Array(missing) => {
                    let arrived = missing.min(self.unread().len() / SHORTEST);
                    self.open.push(Open { missing, elements: Vec::with_capacity(arrived) });
                    continue;
                }
                Part::Large(size) => {
                    self.hold(size)?;
                    let bytes = self.bytes.split_off(self.at);
                    self.large = Some(Large { bytes, whole: size + END.len() });
                    return self.next_of_large();
                }
            };
            if let Some(answer) = self.place(answer) {
                return Ok(Some(answer));
            }
        }
        Ok(None)
    }

    /// Returns the answer that a large string completes, if all of the string has arrived.
    fn next_of_large(&mut self) -> Result<Option<Answer>, Malformed> {
        let arrived = |large: &mut Large| large.bytes.len() == large.whole;
        let Some(Large { mut bytes, whole }) = self.large.take_if(arrived) else {
            return Ok(None);
        };
        if !bytes.ends_with(END) {
            return Err(Malformed::Syntax);
        }
        bytes.truncate(whole - END.len());
        match self.place(Answer::Bulk(bytes)) {
            Some(answer) => Ok(Some(answer)),
            None => self.next(),
        }
    }

    fn hold(&mut self, bytes: usize) -> Result<(), Malformed> {
        self.held = self.held.saturating_add(bytes);
        if self.held > self.limit { Err(Malformed::TooLarge) } else { Ok(()) }
    }

    /// Puts an element where it belongs, and returns the answer that it completes.
    fn place(&mut self, element: Answer) -> Option<Answer> {
        let mut whole = element;
        while let Some(open) = self.open.last_mut() {
            open.elements.push(whole);
            open.missing -= 1;
            if open.missing > 0 {
                return None;
            }
            whole = Answer::Array(self.open.pop()?.elements);
        }
        Some(whole)
    }
}

/// Reads what begins here, and returns how many bytes it takes; `None` if some are missing.
fn part(bytes: &[u8], limit: usize) -> Result<Option<(Part, usize)>, Malformed> {
    let Some((kind, rest)) = bytes.split_first() else {
        return Ok(None);
    };
    if !b"+-:$*".contains(kind) {
        return Err(Malformed::Syntax);
    }
    let Some((line, rest)) = line(rest)? else {
        return Ok(None);
    };
    let header = bytes.len() - rest.len();
    let answer = match kind {
        b'+' => Answer::Simple(status(line)),
        b'-' => Answer::Error(refusal(&text(line))),
        b':' => Answer::Integer(number(line)?),
        b'$' => match length(line, limit)? {
            None => Answer::Nil,
            Some(size) if size >= LARGE && rest.len() < size.saturating_add(END.len()) => {
                return Ok(Some((Part::Large(size), header)));
            }
            Some(size) => {
                return Ok(bulk(rest, size)?.map(|bulk| (bulk, header + size + END.len())));
            }
        },
        _ => match length(line, limit)? {
            None => Answer::Nil,
            Some(count) => return Ok(Some((Part::Array(count), header))),
        },
    };
    Ok(Some((Part::Whole(answer), header)))
}

/// A line without its end, and what comes after it.
type Line<'a> = (&'a [u8], &'a [u8]);

fn line(bytes: &[u8]) -> Result<Option<Line<'_>>, Malformed> {
    let searched = bytes.get(..LONGEST_LINE).unwrap_or(bytes);
    let Some(end) = memchr::memchr(b'\n', searched) else {
        return if bytes.len() < LONGEST_LINE { Ok(None) } else { Err(Malformed::TooLarge) };
    };
    let (line, rest) = bytes.split_at(end);
    let line = line.strip_suffix(b"\r").ok_or(Malformed::Syntax)?;
    Ok(Some((line, rest.get(1..).unwrap_or_default())))
}

fn bulk(bytes: &[u8], size: usize) -> Result<Option<Part>, Malformed> {
    let end = bytes.get(size..).unwrap_or_default();
    // Bytes that are not the end of a string are noticed at once, before both have arrived.
    if !END.starts_with(end.get(..END.len()).unwrap_or(end)) {
        return Err(Malformed::Syntax);
    }
    if end.len() < END.len() {
        return Ok(None);
    }
    let string = bytes.get(..size).unwrap_or_default();
    Ok(Some(Part::Whole(Answer::Bulk(string.to_vec()))))
}

fn number(line: &[u8]) -> Result<i64, Malformed> {
    if let &[digit @ b'0'..=b'9'] = line {
        return Ok(i64::from(digit - b'0'));
    }
    str::from_utf8(line).ok().and_then(|text| text.parse().ok()).ok_or(Malformed::Syntax)
}

/// Reads a length or a count, where minus one stands for nothing.
fn length(line: &[u8], limit: usize) -> Result<Option<usize>, Malformed> {
    match number(line)? {
        -1 => Ok(None),
        number => {
            let length = usize::try_from(number).map_err(|_| Malformed::Syntax)?;
            if length > limit { Err(Malformed::TooLarge) } else { Ok(Some(length)) }
        }
    }
}

fn status(line: &[u8]) -> Cow<'static, str> {
    let usual = USUAL.into_iter().find(|usual| usual.as_bytes() == line);
    usual.map_or_else(|| text(line).into(), Cow::Borrowed)
}

fn text(line: &[u8]) -> String {
    String::from_utf8_lossy(line).into_owned()
}

fn refusal(text: &str) -> Refusal {
    let (code, detail) = text.split_once(' ').unwrap_or((text, ""));
    Refusal { code: code.to_owned(), detail: detail.to_owned() }
}

#[cfg(test)]
mod tests;
