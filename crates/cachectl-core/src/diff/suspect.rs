//! Keys that differ, as far as was seen.

use super::{
    Kind,
    judge::Judge,
    names::Place,
    record::{Content, Record},
};

/// A key that differs, as far as was seen.
#[derive(Clone, Debug)]
pub(super) struct Suspect {
    pub(super) kind: Kind,
    pub(super) a: View,
    pub(super) b: View,
    /// The name on side A, if it turned up there only later.
    pub(super) turned_up: Option<Place>,
    /// Whether a side changed from one look to the next.
    pub(super) changing: bool,
}

/// What was seen of a key on one side.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct View {
    /// Where its name is written down, if it was there at first.
    pub(super) name: Option<u64>,
    /// What it holds, if it is there.
    pub(super) content: Option<Content>,
}

impl View {
    pub(super) fn of(record: Option<Record>) -> Self {
        Self {
            name: record.map(|record| record.name),
            content: record.map(|record| record.content),
        }
    }

    /// Takes what is there at `now`; returns whether it has changed since it was seen last, by more
    /// than the passing of time.
    fn see(&mut self, content: Option<Content>, now: i64) -> bool {
        let before = self.content.and_then(|content| content.at(now));
        self.content = content.and_then(|content| content.at(now));
        Judge::has_changed(before.as_ref(), self.content.as_ref())
    }
}

impl Suspect {
    pub(super) fn new(kind: Kind, a: View, b: View) -> Self {
        Self { kind, a, b, turned_up: None, changing: false }
    }

    pub(super) fn see_a(&mut self, content: Option<Content>, now: i64) {
        self.changing |= self.a.see(content, now);
    }

    pub(super) fn see_b(&mut self, content: Option<Content>, now: i64) {
        self.changing |= self.b.see(content, now);
    }

    /// Forgets what is over its time now, on a side that is not looked at again as well.
    pub(super) fn pass_time(&mut self, now: i64) {
        for view in [&mut self.a, &mut self.b] {
            view.content = view.content.and_then(|content| content.at(now));
        }
    }
}
