//! Examples that do not depend on the order in which they were found.

/// How many examples a report shows of a kind of keys.
pub const SAMPLES: usize = 5;

/// Those of many that have the smallest hashes.
#[derive(Clone, Debug)]
pub struct Drawn<T> {
    most: usize,
    drawn: Vec<(u64, T)>,
}

impl<T> Drawn<T> {
    /// Draws so many, at most.
    #[must_use]
    pub fn of(most: usize) -> Self {
        Self { most, drawn: Vec::new() }
    }

    /// Takes one if its hash is among the smallest so far.
    pub fn offer(&mut self, hash: u64, make: impl FnOnce() -> T) {
        let place = self.drawn.partition_point(|(other, _)| *other < hash);
        if place < self.most {
            self.drawn.insert(place, (hash, make()));
            self.drawn.truncate(self.most);
        }
    }

    /// Returns them in the order of their hashes.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.drawn.into_iter().map(|(_, one)| one).collect()
    }
}
