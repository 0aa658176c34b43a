//! Reads out of a certificate what a health check reports.
//!
//! The TLS library checks certificates and does not show what is in them; a bad one, which is the
//! interesting one, it does not even hand out. What is read here decides nothing.

use jiff::{Timestamp, civil, tz::TimeZone};

/// What a server's certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// When it runs out, as a Unix time in milliseconds.
    pub not_after: i64,
    /// Whom it is for, as `CN=cache, O=Example`. It may be empty, and is no proof of anything.
    pub subject: String,
}

impl Certificate {
    /// Reads a certificate in DER; `None` if it is none.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let mut certificate = Elements(Elements(der).tagged(SEQUENCE)?);
        let mut body = Elements(certificate.tagged(SEQUENCE)?);
        // The first version of the format does not say its version.
        let mut serial = body.next()?;
        if serial.0 == VERSION {
            serial = body.next()?;
        }
        if serial.0 != INTEGER {
            return None;
        }
        let _algorithm = body.tagged(SEQUENCE)?;
        let _issuer = body.tagged(SEQUENCE)?;
        let mut validity = Elements(body.tagged(SEQUENCE)?);
        let _not_before = validity.next()?;
        let not_after = time(validity.next()?)?;
        Some(Self { not_after, subject: name(body.tagged(SEQUENCE)?) })
    }
}

const INTEGER: u8 = 0x02;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OBJECT_ID: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const BMP_STRING: u8 = 0x1e;
/// The optional element with the number zero.
const VERSION: u8 = 0xa0;

/// The elements of a structure: a tag and the bytes behind it.
struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    /// Returns what is in the next element, if it has this tag.
    fn tagged(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|(found, _)| *found == tag).map(|(_, content)| content)
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (tag, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match usize::from(*first) {
            short @ 0..=0x7f => (short, rest),
            // Lengths of more than four bytes are those of no certificate.
            long @ 0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(long - 0x80)?;
                (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*tag, content))
    }
}

/// Reads `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ` as a Unix time in milliseconds.
fn time((tag, content): (u8, &[u8])) -> Option<i64> {
    let digits = str::from_utf8(content).ok()?.strip_suffix('Z')?;
    let (year, rest) = match tag {
        UTC_TIME => {
            let (year, rest) = digits.split_at_checked(2)?;
            let year = year.parse::<i16>().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        GENERALIZED_TIME => {
            let (year, rest) = digits.split_at_checked(4)?;
            (year.parse().ok()?, rest)
        }
        _ => return None,
    };
    let pair = |index: usize| rest.get(index * 2..index * 2 + 2)?.parse::<i8>().ok();
    let moment =
        civil::DateTime::new(year, pair(0)?, pair(1)?, pair(2)?, pair(3)?, pair(4)?, 0).ok()?;
    // The last day of the year 9999 stands for never, and is too late for a time stamp.
    let moment = moment.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |time| time.timestamp());
    Some(moment.as_millisecond())
}

/// Writes the parts of a name that have a short form; it leaves the others out.
fn name(content: &[u8]) -> String {
    let sets = Elements(content).filter(|(tag, _)| *tag == SET);
    let attributes = sets.flat_map(|(_, set)| Elements(set)).filter_map(|(_, content)| {
        let mut attribute = Elements(content);
        let label = match attribute.tagged(OBJECT_ID)? {
            [0x55, 0x04, 0x03] => "CN",
            [0x55, 0x04, 0x06] => "C",
            [0x55, 0x04, 0x07] => "L",
            [0x55, 0x04, 0x08] => "ST",
            [0x55, 0x04, 0x0a] => "O",
            [0x55, 0x04, 0x0b] => "OU",
            _ => return None,
        };
        let (tag, value) = attribute.next()?;
        Some(format!("{label}={}", text(tag, value)))
    });
    attributes.collect::<Vec<_>>().join(", ")
}

/// Whoever made the certificate chose the text, so that nothing in it may drive a terminal.
fn text(tag: u8, value: &[u8]) -> String {
    if tag == BMP_STRING {
        let units = value.chunks_exact(2).filter_map(|pair| pair.try_into().ok());
        let units: Vec<u16> = units.map(u16::from_be_bytes).collect();
        return String::from_utf16_lossy(&units).escape_debug().to_string();
    }
    String::from_utf8_lossy(value).escape_debug().to_string()
}

#[cfg(test)]
mod tests;
