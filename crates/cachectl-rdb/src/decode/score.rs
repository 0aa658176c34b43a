//! Scores of sorted sets.

use super::cursor::Cursor;
use super::packed::Item;
use crate::Error;

const WHAT: &str = "a score";

/// Reads a score in binary.
pub(super) fn binary(cursor: &mut Cursor<'_>) -> Result<f64, Error> {
    let begin = *cursor;
    let score = cursor.array(WHAT).map(f64::from_le_bytes)?;
    number(score).ok_or_else(|| begin.corrupt("a score is not a number"))
}

/// Reads a score in decimal, or the code of one that has no digits.
pub(super) fn text(cursor: &mut Cursor<'_>) -> Result<f64, Error> {
    let begin = *cursor;
    let score = match cursor.byte(WHAT)? {
        253 => None,
        254 => Some(f64::INFINITY),
        255 => Some(f64::NEG_INFINITY),
        length => parse(cursor.take(usize::from(length), WHAT)?),
    };
    score.ok_or_else(|| begin.corrupt("a score is not a number"))
}

/// Returns the score that an element of a packed structure is.
#[expect(clippy::cast_precision_loss, reason = "the server rounds it in the same way")]
pub(super) fn packed(item: &Item<'_>) -> Option<f64> {
    match item {
        Item::Integer(score) => Some(*score as f64),
        Item::Bytes(text) => parse(text),
    }
}

fn parse(text: &[u8]) -> Option<f64> {
    number(str::from_utf8(text).ok()?.parse().ok()?)
}

fn number(score: f64) -> Option<f64> {
    (!score.is_nan()).then_some(score)
}

#[cfg(test)]
mod tests {
    use super::{Cursor, binary, text};

    #[test]
    fn scores_in_decimal_are_read() {
        #[track_caller]
        fn case(bytes: &[u8], expected: Option<f64>) {
            assert_eq!(text(&mut Cursor::new(bytes, 0)).ok(), expected);
        }

        case(b"\x031.5", Some(1.5));
        case(b"\x06-1e+20", Some(-1e20));
        case(b"\x1817.000000000000000000001", Some(17.0));
        case(b"\xfe", Some(f64::INFINITY));
        case(b"\xff", Some(f64::NEG_INFINITY));
        case(b"\x03inf", Some(f64::INFINITY));
        case(b"\xfd", None);
        case(b"\x03nan", None);
        case(b"\x00", None);
        case(b"\x041.5x", None);
        case(b"\x041.5", None);
    }

    #[test]
    fn a_score_in_binary_is_a_number() {
        assert!(binary(&mut Cursor::new(&f64::NAN.to_le_bytes(), 0)).is_err());
        assert!(binary(&mut Cursor::new(&(-0.0_f64).to_le_bytes(), 0)).unwrap().is_sign_negative());
    }
}
