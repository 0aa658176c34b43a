//! The steps of a lane, and which of them build on which.
//!
//! Every window that is sent to a server is a step. A server that loses what it was told goes on
//! from an earlier step, so steps form a tree: each names the moment it was taken from. What a
//! server has is always one path of that tree, from the root to the moment that its marker tells.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use super::Tally;
use crate::migrate::report::Direction;

/// A moment in the history of a lane: after this step of this direction, before the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(in crate::migrate) struct Moment {
    pub(in crate::migrate) direction: Direction,
    /// The number of the step, from 1 on; 0 before the first.
    pub(in crate::migrate) step: u64,
}

impl Moment {
    /// Before the first step.
    pub(in crate::migrate) const BEGIN: Self = Self { direction: Direction::Forward, step: 0 };
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.direction {
            Direction::Forward => write!(f, "step {}", self.step),
            Direction::Back => write!(f, "step {} of the way back", self.step),
        }
    }
}

/// A direction, and where its steps begin to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::migrate) struct Way {
    pub(in crate::migrate) direction: Direction,
    /// How many steps ways back had that were given up. A server may come back that has them, and
    /// must not be taken for one that has as many of this way.
    pub(in crate::migrate) given_up: u64,
}

impl Way {
    /// The way forward, of which there is one.
    pub(in crate::migrate) const FORWARD: Self =
        Self { direction: Direction::Forward, given_up: 0 };
}

/// The steps of one direction of a lane.
#[derive(Clone, Debug)]
pub(super) struct History {
    direction: Direction,
    /// The number before that of the first step.
    before: u64,
    steps: Vec<Step>,
    /// The moment that the next step is taken from.
    now: Moment,
}

/// One window on its way to a server.
#[derive(Clone, Debug)]
struct Step {
    after: Moment,
    /// The number of the first operation of its window.
    first: u64,
    /// How it ended, counted, once the server's marker tells that it was taken.
    tally: Option<Tally>,
}

impl History {
    pub(super) fn new(way: Way) -> Self {
        let Way { direction, given_up: before } = way;
        Self { direction, before, steps: Vec::new(), now: Moment::BEGIN }
    }

    /// Returns the number of the last step that was begun.
    pub(super) fn last(&self) -> u64 {
        self.before + self.steps.len() as u64
    }

    /// Returns the steps with their numbers.
    fn numbered(&self) -> impl Iterator<Item = (u64, &Step)> {
        (self.before + 1..).zip(&self.steps)
    }

    fn index(&self, step: u64) -> Option<usize> {
        usize::try_from(step.checked_sub(self.before)?).ok()?.checked_sub(1)
    }

    /// Goes on from a moment, which may be an earlier one.
    pub(super) fn resume(&mut self, from: Moment) {
        self.now = from;
    }

    /// Returns whether a session may go on from a moment.
    pub(super) fn may_resume(&self, from: Moment) -> bool {
        match (self.direction, from.direction) {
            // The journal of the way forward tells whether there is such a moment.
            (Direction::Back, Direction::Forward) => true,
            _ => self.knows(from),
        }
    }

    /// Returns the first operation of the window of a step.
    pub(super) fn window_of(&self, step: u64) -> Option<u64> {
        self.step(Moment { direction: self.direction, step }).map(|step| step.first)
    }

    /// Begins a step, and returns the moment after it.
    pub(super) fn begin(&mut self, first: u64) -> Moment {
        self.steps.push(Step { after: self.now, first, tally: None });
        self.now = Moment { direction: self.direction, step: self.last() };
        self.now
    }

    /// Takes note of how a step ended. Returns whether there is such a step.
    pub(super) fn end(&mut self, step: u64, tally: Tally) -> bool {
        let index = self.index(step);
        let step = index.and_then(|index| self.steps.get_mut(index));
        step.map(|step| step.tally = Some(tally)).is_some()
    }

    /// Returns whether this direction of the lane has come to such a moment, or begins with it.
    pub(super) fn knows(&self, moment: Moment) -> bool {
        match (self.direction, moment.direction) {
            (Direction::Back, Direction::Forward) => {
                self.steps.iter().any(|step| step.after == moment)
            }
            (Direction::Forward, Direction::Back) => false,
            _ => {
                let is_given_up = self.before > 0 && moment.step <= self.before;
                !is_given_up && moment.step <= self.last()
            }
        }
    }

    /// Returns the last moment that a server was seen to have come to.
    pub(super) fn settled(&self) -> Moment {
        let mut moment = self.now;
        while let Some(step) = self.step(moment) {
            if step.tally.is_some() {
                break;
            }
            moment = step.after;
        }
        moment
    }

    /// Returns the steps that lead to a moment, oldest first.
    pub(super) fn path(&self, to: Moment) -> Vec<u64> {
        let mut path = Vec::new();
        let mut moment = to;
        while let Some(step) = self.step(moment) {
            path.push(moment.step);
            moment = step.after;
        }
        path.reverse();
        path
    }

    /// Returns where the path to a moment begins.
    pub(super) fn root(&self, of: Moment) -> Moment {
        let mut moment = of;
        while let Some(step) = self.step(moment) {
            moment = step.after;
        }
        moment
    }

    /// Returns the first operations of the windows of which it is not known how far a server took
    /// them that has come to `moment`: those that it was told anywhere on the way and that did not
    /// end, and those on the way whose answers nobody saw.
    pub(super) fn in_doubt(&self, moment: Moment) -> BTreeSet<u64> {
        let path = self.path(moment);
        let root = self.root(moment);
        let on_path = |step: u64| path.binary_search(&step).is_ok();
        let from_path = |after: Moment| {
            after == root || (after.direction == self.direction && on_path(after.step))
        };
        // A later step of the same window that ended says what became of it.
        let ended_later = |first: u64, than: u64| {
            let later = path.iter().filter(|step| **step > than);
            later.filter_map(|step| self.ending(*step)).any(|(ended, _)| ended == first)
        };
        let doubtful = self.numbered().filter(|(number, step)| {
            let unseen = on_path(*number) && step.tally.is_none();
            let broken_off = !on_path(*number) && from_path(step.after);
            (unseen || broken_off) && !ended_later(step.first, *number)
        });
        doubtful.map(|(_, step)| step.first).collect()
    }

    /// Returns the last moment that is on the ways to all of these; `None` if they have none.
    pub(super) fn common(&self, moments: &[Moment]) -> Option<Moment> {
        let (first, others) = moments.split_first()?;
        let mut moment = *first;
        loop {
            let leads = |to: &Moment| {
                *to == moment
                    || self.root(*to) == moment
                    || (moment.direction == self.direction && self.path(*to).contains(&moment.step))
            };
            if others.iter().all(leads) {
                return Some(moment);
            }
            moment = self.step(moment)?.after;
        }
    }

    /// Returns the windows of all steps that are not on the path to `moment`.
    pub(super) fn beyond(&self, moment: Moment) -> BTreeSet<u64> {
        let path: BTreeSet<u64> = self.path(moment).into_iter().collect();
        let numbered = self.numbered();
        numbered.filter(|(step, _)| !path.contains(step)).map(|(_, step)| step.first).collect()
    }

    /// Returns the first operation and the sums of a step.
    pub(super) fn ending(&self, step: u64) -> Option<(u64, Tally)> {
        let step = self.step(Moment { direction: self.direction, step })?;
        Some((step.first, step.tally?))
    }

    /// Returns the moment before the first step that took this window.
    pub(super) fn before(&self, first: u64) -> Option<Moment> {
        self.steps.iter().find(|step| step.first == first).map(|step| step.after)
    }

    fn step(&self, moment: Moment) -> Option<&Step> {
        if moment.direction != self.direction {
            return None;
        }
        self.steps.get(self.index(moment.step)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACK: Way = Way { direction: Direction::Back, given_up: 0 };

    fn forward(step: u64) -> Moment {
        Moment { direction: Direction::Forward, step }
    }

    fn ended(history: &mut History, first: u64) -> Moment {
        let moment = history.begin(first);
        assert!(history.end(moment.step, Tally::default()));
        moment
    }

    #[test]
    fn a_step_whose_answers_nobody_saw_is_in_doubt() {
        let mut history = History::new(Way::FORWARD);
        ended(&mut history, 0);
        history.begin(10);
        assert_eq!(history.settled(), forward(1));
        assert_eq!(history.in_doubt(forward(1)), BTreeSet::from([10]));
        // The marker says that it was taken: how it ended has to be found out all the same.
        assert_eq!(history.in_doubt(forward(2)), BTreeSet::from([10]));
    }

    #[test]
    fn a_server_that_lost_steps_goes_on_from_an_earlier_one_and_may_come_back() {
        let mut history = History::new(Way::FORWARD);
        for first in [0, 10, 20] {
            ended(&mut history, first);
        }
        history.resume(forward(1));
        assert_eq!(history.settled(), forward(1));
        assert_eq!(history.in_doubt(forward(1)), BTreeSet::from([10]));
        let again = ended(&mut history, 10);
        assert_eq!(history.path(again), [1, 4]);
        assert_eq!(history.settled(), again);
        // The old server comes back, with everything that it was ever told.
        history.resume(forward(3));
        assert_eq!(history.path(forward(3)), [1, 2, 3]);
        // It was told step 4 only on the other server, which it cannot know.
        assert_eq!(history.in_doubt(forward(3)), BTreeSet::from([10]));
        assert_eq!(history.common(&[again, forward(3)]), Some(forward(1)));
        assert_eq!(history.common(&[forward(2), forward(3)]), Some(forward(2)));
        assert_eq!(history.beyond(forward(1)), BTreeSet::from([10, 20]));
    }

    #[test]
    fn a_window_that_broke_off_stays_in_doubt_until_it_ends() {
        let mut history = History::new(Way::FORWARD);
        ended(&mut history, 0);
        history.begin(10);
        history.resume(forward(1));
        let other = ended(&mut history, 20);
        assert_eq!(history.in_doubt(other), BTreeSet::from([10]));
        let end = ended(&mut history, 10);
        assert_eq!(history.in_doubt(end), BTreeSet::new());
    }

    /// What a server has of the one that was given up is nothing of this one.
    #[test]
    fn a_way_back_that_takes_the_place_of_another_counts_on() {
        let mut history = History::new(Way { given_up: 5, ..BACK });
        history.resume(forward(7));
        let [first, second] = [0, 10].map(|window| ended(&mut history, window));
        assert_eq!((first.step, second.step, history.last()), (6, 7, 7));
        assert_eq!(history.path(second), [6, 7]);
        assert_eq!(history.window_of(7), Some(10));
        let back = |step| Moment { direction: Direction::Back, step };
        let known: Vec<u64> = (1..10).filter(|step| history.knows(back(*step))).collect();
        assert_eq!(known, [6, 7]);
        assert_eq!(history.beyond(first), BTreeSet::from([10]));
    }

    #[test]
    fn the_way_back_begins_where_the_way_forward_ended() {
        let mut history = History::new(BACK);
        history.resume(forward(7));
        assert_eq!(history.settled(), forward(7));
        let first = ended(&mut history, 0);
        assert_eq!(first, Moment { direction: Direction::Back, step: 1 });
        assert_eq!(history.root(first), forward(7));
        assert!(history.knows(forward(7)) && !history.knows(forward(6)));
    }
}
