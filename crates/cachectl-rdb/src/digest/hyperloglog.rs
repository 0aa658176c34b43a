//! `HyperLogLog`s: strings in which the server keeps the last count it made.

/// What stands for the cached count, which `PFCOUNT` changes.
pub(super) const MASK: [u8; 8] = [0; 8];

const MAGIC: &[u8] = b"HYLL";
const DENSE: u8 = 0;
const SPARSE: u8 = 1;
/// A header of 16 bytes and 16,384 registers of six bits.
const SIZE_OF_DENSE: usize = 16 + 16_384 * 6 / 8;

/// Returns what is before and what is after the cached count, if the string is a `HyperLogLog`.
pub(super) fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (before, rest) = bytes.split_at_checked(8)?;
    let (_cached, after) = rest.split_at_checked(MASK.len())?;
    let rest = before.strip_prefix(MAGIC)?;
    let sound = match *rest.first()? {
        DENSE => bytes.len() == SIZE_OF_DENSE,
        SPARSE => true,
        _ => false,
    };
    sound.then_some((before, after))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn only_what_the_server_takes_for_one_is_split() {
        #[track_caller]
        fn case(bytes: &[u8], expected: bool) {
            assert_eq!(split(bytes).is_some(), expected);
        }

        let mut dense = vec![0; 12_304];
        dense[..4].copy_from_slice(b"HYLL");
        case(&dense, true);
        case(&dense[..12_303], false);
        case(b"HYLL\x01\0\0\0cccccccc", true);
        case(b"HYLL\x01\0\0\0ccccccccregisters", true);
        case(b"HYLL\x02\0\0\0cccccccc", false);
        case(b"HYLL\x01\0\0\0ccccccc", false);
        case(b"HYLM\x01\0\0\0cccccccc", false);
    }
}
