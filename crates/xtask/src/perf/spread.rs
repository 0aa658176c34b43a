//! Several measurements of one thing.

use serde::Serialize;

/// The middle and the ends of some measurements.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) min: f64,
    pub(super) max: f64,
}

impl Spread {
    /// Returns `None` when there are no measurements.
    pub(super) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let above = *sorted.get(sorted.len() / 2)?;
        let below = *sorted.get((sorted.len() - 1) / 2)?;
        Some(Self { median: f64::midpoint(below, above), min, max })
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn the_median_is_in_the_middle() {
        #[track_caller]
        fn case(values: &[f64], median: f64, min: f64, max: f64) {
            assert_eq!(Spread::of(values.iter().copied()), Some(Spread { median, min, max }));
        }

        case(&[3.0], 3.0, 3.0, 3.0);
        case(&[3.0, 1.0, 9.0], 3.0, 1.0, 9.0);
        case(&[4.0, 1.0, 2.0, 9.0], 3.0, 1.0, 9.0);
        assert_eq!(Spread::of([]), None);
    }
}
