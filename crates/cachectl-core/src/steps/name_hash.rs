//! Hashes that stand for names, to find equal ones by sorting.

use xxhash_rust::xxh3::xxh3_128_with_seed;

/// Hashes names into 128 bits, so that two that differ never meet: for ten thousand million names
/// the odds are below one in ten to the eighteenth.
///
/// The seed is chosen anew every time, so that nobody can prepare names whose hashes are equal.
#[derive(Clone, Copy, Debug)]
pub struct NameHash {
    seed: u64,
}

impl NameHash {
    /// Chooses a seed.
    #[must_use]
    pub fn new() -> Self {
        Self { seed: rand::random() }
    }

    /// Returns the hash of a name in a database.
    #[must_use]
    pub fn of(self, database: u64, key: &[u8]) -> [u64; 2] {
        let hash = xxh3_128_with_seed(key, self.seed.wrapping_add(database)).to_le_bytes();
        let (halves, _) = hash.as_chunks::<8>();
        let mut halves = halves.iter().map(|half| u64::from_le_bytes(*half));
        std::array::from_fn(|_| halves.next().unwrap_or_default())
    }
}

impl Default for NameHash {
    fn default() -> Self {
        Self::new()
    }
}
