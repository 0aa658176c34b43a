//! Slots that moved between nodes since the plan was made.
//!
//! `MIGRATE` takes the time that a key has left along, not the time at which it expires. On its
//! new node the key expires later, by as long as it was on its way, and by what the clocks of the
//! two nodes differ.

use crate::{
    migrate::{plan_file::Lane, report::Difference},
    server::{deployment::Deployment, node::Node},
    values::{
        slot::{SLOT_COUNT, Slot},
        ttl::Expiry,
    },
};

/// By how many milliseconds a move may change an expiry.
const DELAY: u64 = 1_000;

/// Slots that moved between nodes since the plan was made.
#[derive(Clone, Debug)]
pub(super) struct Moves {
    /// By slot; empty if none moved.
    moved: Vec<bool>,
}

impl Moves {
    /// Compares the nodes that serve slots now with those of the plan's lanes.
    pub(super) fn since(lanes: &[Lane], deployment: &Deployment) -> Self {
        let mut moved = Vec::new();
        for (index, node) in deployment.primaries().iter().enumerate() {
            let elsewhere = lanes.iter().filter(|lane| !has_data_of(node, lane));
            for lane in elsewhere {
                for (first, last) in common(&lane.slots, &deployment.slots(index)) {
                    moved.resize(usize::from(SLOT_COUNT), false);
                    let range = moved.get_mut(usize::from(first)..=usize::from(last));
                    range.unwrap_or_default().fill(true);
                }
            }
        }
        Self { moved }
    }

    /// Returns whether the move of a key's slot explains what is different about it.
    ///
    /// | slot | expiry | explained |
    /// |---|---|---|
    /// | moved | up to a second from the planned one | yes |
    /// | moved | further away, or on one side only | no |
    /// | where it was | any other | no |
    pub(super) fn explain(&self, key: &[u8], difference: Difference) -> bool {
        match difference {
            Difference::Expiry { planned: Expiry::At(planned), found: Expiry::At(found) } => {
                self.has_moved(key) && planned.abs_diff(found) <= DELAY
            }
            _ => false,
        }
    }

    fn has_moved(&self, key: &[u8]) -> bool {
        let slot = usize::from(Slot::of(key).number());
        self.moved.get(slot).copied().unwrap_or_default()
    }
}

/// Returns whether a node is the one of a lane, or a replica of that which was promoted: it has
/// the expiries that the lane had.
fn has_data_of(node: &Node, lane: &Lane) -> bool {
    node.cluster_id == lane.cluster_id || node.identity.descends_from(&lane.identity)
}

/// Returns the slots that are in both, as first and last.
fn common(one: &[(u16, u16)], other: &[(u16, u16)]) -> Vec<(u16, u16)> {
    let both = one
        .iter()
        .flat_map(|(first, last)| other.iter().map(|(from, to)| (*first.max(from), *last.min(to))));
    both.filter(|(first, last)| first <= last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(keys: &[&str]) -> Moves {
        let mut moved = vec![false; usize::from(SLOT_COUNT)];
        for key in keys {
            moved[usize::from(Slot::of(key.as_bytes()).number())] = true;
        }
        Moves { moved }
    }

    #[test]
    fn only_the_move_of_its_slot_explains_that_a_key_expires_a_little_later() {
        #[track_caller]
        fn case(moves: &Moves, planned: Expiry, found: Expiry, expected: bool) {
            let difference = Difference::Expiry { planned, found };
            assert_eq!(moves.explain(b"{a}:1", difference), expected, "{difference:?}");
        }
        let at = Expiry::At;
        let (here, elsewhere, none) =
            (moved(&["{a}"]), moved(&["{b}"]), Moves { moved: Vec::new() });

        case(&here, at(50_000), at(50_001), true);
        case(&here, at(50_000), at(51_000), true);
        case(&here, at(50_000), at(51_001), false);
        case(&here, at(50_000), at(49_998), true);
        case(&here, at(50_000), at(48_999), false);
        case(&here, at(50_000), Expiry::Never, false);
        case(&here, Expiry::Never, at(50_000), false);
        case(&elsewhere, at(50_000), at(50_001), false);
        case(&none, at(50_000), at(50_001), false);
        assert!(!here.explain(b"{a}:1", Difference::Missing));
        assert!(!here.explain(b"{a}:1", Difference::OldNameBack));
    }

    #[test]
    fn ranges_have_slots_in_common_where_they_overlap() {
        #[track_caller]
        fn case(one: &[(u16, u16)], other: &[(u16, u16)], expected: &[(u16, u16)]) {
            assert_eq!(common(one, other), expected);
            assert_eq!(common(other, one), expected);
        }

        case(&[(0, 100)], &[(101, 200)], &[]);
        case(&[(0, 100)], &[(100, 200)], &[(100, 100)]);
        case(&[(0, 100)], &[(10, 20), (90, 300)], &[(10, 20), (90, 100)]);
        case(&[(0, 1), (5, 9)], &[(0, 16_383)], &[(0, 1), (5, 9)]);
        case(&[], &[(0, 16_383)], &[]);
    }
}
