//! LZF, with which servers compress longer strings.

use crate::headroom;

/// The form of a string that is compressed with it.
pub(crate) const FORM: u8 = 3;

/// A reference of three bytes stands for at most this many.
const LONGEST_REFERENCE: usize = 264;

/// The bytes of the longest reference.
const BYTES_OF_REFERENCE: usize = 3;

/// Unpacks `input`, which must give exactly `length` bytes.
///
/// Returns `None` if it gives anything else. A length that no input of this size could give is
/// refused before anything is allocated.
pub(crate) fn decompress(input: &[u8], length: usize) -> Option<Vec<u8>> {
    let most = input.len().div_ceil(BYTES_OF_REFERENCE).saturating_mul(LONGEST_REFERENCE);
    if length > most {
        return None;
    }
    let mut output = Vec::new();
    headroom::reserve(&mut output, length).ok()?;
    unpack(input, length, &mut output)?;
    (output.len() == length).then_some(output)
}

/// Unpacks `input` as far as that gives no more than `length` bytes, for which there is room.
fn unpack(input: &[u8], length: usize, output: &mut Vec<u8>) -> Option<()> {
    let mut rest = input;
    while let Some((&control, after)) = rest.split_first() {
        let left = length.checked_sub(output.len())?;
        rest = if control < 32 {
            literal(output, after, usize::from(control).checked_add(1)?, left)?
        } else {
            reference(output, after, control, left)?
        };
    }
    Some(())
}

fn literal<'a>(
    output: &mut Vec<u8>,
    input: &'a [u8],
    count: usize,
    left: usize,
) -> Option<&'a [u8]> {
    let (bytes, rest) = input.split_at_checked(count)?;
    if count > left {
        return None;
    }
    output.extend_from_slice(bytes);
    Some(rest)
}

/// Repeats what was written before: three bits of length, thirteen of distance, and one more byte
/// of length where three bits were not enough.
fn reference<'a>(
    output: &mut Vec<u8>,
    input: &'a [u8],
    control: u8,
    left: usize,
) -> Option<&'a [u8]> {
    let (long, input) = match control >> 5 {
        7 => input.split_first().map(|(&more, rest)| (usize::from(more), rest))?,
        _ => (0, input),
    };
    let (&low, rest) = input.split_first()?;
    let count = usize::from(control >> 5).checked_add(long)?.checked_add(2)?;
    let distance = (usize::from(control & 0x1f) << 8 | usize::from(low)).checked_add(1)?;
    if count > left {
        return None;
    }
    repeat(output, distance, count)?;
    Some(rest)
}

/// Appends `count` bytes from `distance` back, which may run into what is being appended.
fn repeat(output: &mut Vec<u8>, distance: usize, count: usize) -> Option<()> {
    let mut left = count;
    let start = output.len().checked_sub(distance)?;
    while left > 0 {
        let piece = left.min(output.len().checked_sub(start)?);
        output.extend_from_within(start..start.checked_add(piece)?);
        left = left.checked_sub(piece)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{decompress, unpack};

    #[test]
    fn a_run_is_a_literal_and_a_reference_into_itself() {
        // One literal `a`, then ten bytes from one back.
        assert_eq!(decompress(&[0, b'a', 0xe0, 1, 0], 11).as_deref(), Some(&b"aaaaaaaaaaa"[..]));
    }

    #[test]
    fn a_short_reference_reaches_back_over_a_pattern() {
        assert_eq!(decompress(&[2, b'x', b'y', b'z', 0x40, 2], 7).unwrap(), b"xyzxyzx");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        #[track_caller]
        fn case(input: &[u8], length: usize) {
            assert_eq!(decompress(input, length), None, "{input:?} {length}");
        }

        case(&[0, b'a'], 2);
        case(&[1, b'a', b'b'], 1);
        case(&[3, b'a'], 4);
        case(&[0, b'a', 0x20, 1], 4);
        case(&[0xe0], 9);
        case(&[0, b'a', 0xe0, 1], 11);
        case(&[0, b'a'], usize::MAX);
    }

    /// Room for more would be twice as much at once.
    #[test]
    fn no_byte_is_written_for_which_there_is_no_room() {
        #[track_caller]
        fn case(input: &[u8], length: usize) {
            let mut output = Vec::with_capacity(length);
            let room = output.capacity();
            assert_eq!(unpack(input, length, &mut output), None, "{input:?} {length}");
            assert_eq!((output.len() <= length, output.capacity()), (true, room), "{input:?}");
        }

        case(&[1, b'a', b'b'], 1);
        case(&[0, b'a', 0xff, 0xff, 0], 200);
        case(&[0, b'a', 0x20, 0, 0, b'a'], 3);
    }
}
