//! What can happen to a file, at random.

/// Numbers that look random, the same in every run that begins with the same seed.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// Returns a number below `limit`.
    pub(super) fn roll(&mut self, limit: usize) -> usize {
        // Xorshift, by Marsaglia: good enough to pick bytes.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

/// Damages a file; `None` if it is gone. `others` are files of the same kind.
pub(super) fn damage(bytes: &[u8], others: &[&[u8]], dice: &mut Dice) -> Option<Vec<u8>> {
    let mut damaged = bytes.to_vec();
    let from = dice.roll(bytes.len());
    let to = (from + 1 + dice.roll(40)).min(bytes.len());
    match dice.roll(20) {
        0..6 => damaged[from] ^= 1 << dice.roll(8),
        6..8 => damaged[from..to].fill_with(|| u8::try_from(dice.roll(256)).unwrap()),
        8..12 => damaged.truncate(from),
        // As a crash of the machine may leave it.
        12..14 => damaged[from..].fill(0),
        14 => damaged[from..to].fill(0),
        15 => damaged.extend_from_slice(&bytes[from..]),
        16 => drop(damaged.drain(from..to)),
        17 => damaged.splice(from..from, bytes[from..to].iter().copied()).for_each(drop),
        18 => return others.get(dice.roll(others.len())).map(|other| other.to_vec()),
        _ => return None,
    }
    Some(damaged)
}
