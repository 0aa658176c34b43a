//! Which slot a key belongs to.

/// How many slots a cluster has.
pub const SLOTS: u16 = 16_384;

/// Returns the slot of a key: of the part between the first braces, if there is one, else of all.
#[must_use]
pub fn slot_of(key: &[u8]) -> u16 {
    crc16(tag(key).unwrap_or(key)) % SLOTS
}

fn tag(key: &[u8]) -> Option<&[u8]> {
    let open = key.iter().position(|byte| *byte == b'{')?;
    let rest = key.get(open + 1..)?;
    let close = rest.iter().position(|byte| *byte == b'}')?;
    rest.get(..close).filter(|tag| !tag.is_empty())
}

/// CRC-16/XMODEM: polynomial 0x1021, nothing reflected, starting from zero.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc: u16, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::slot_of;

    #[test]
    fn slots_are_those_of_the_specification() {
        #[track_caller]
        fn case(key: &str, slot: u16) {
            assert_eq!(slot_of(key.as_bytes()), slot, "{key}");
        }

        case("123456789", 12_739);
        case("foo", 12_182);
        case("{foo}bar", 12_182);
        case("x{foo}{bar}", 12_182);
        case("{}foo", slot_of(b"{}foo"));
        case("", 0);
    }
}
