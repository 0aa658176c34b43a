//! Decides what to do when work is taken up again: pure functions of what is known.
//!
//! Two questions, each answered by a table. [`lane`] decides from the journal, the marker and who
//! the server is how far this server has come, or that nobody but the operator can know.
//! [`operation`] decides from what is under the names of one operation what became of it, for
//! the window in doubt.

use super::{ledger::Ending, plan_file::Kind};

/// What is known of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Situation {
    pub(super) journal: Written,
    pub(super) marker: Mark,
    pub(super) process: Process,
    /// Why a marker may be missing that this process had.
    pub(super) absence: Absence,
    pub(super) order: Order,
    pub(super) operator: Operator,
}

/// What the journal says of markers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// Nothing was ever sent.
    Nothing,
    /// The servers had a marker.
    Marked,
    /// They allowed none.
    Unmarked,
}

/// What the server shows of the marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// It tells a moment that the journal knows.
    Known,
    /// It tells a moment that the journal does not know.
    Beyond,
    /// It is of another migration by the same plan.
    OfAnother,
    Absent,
    /// Its slot is on its way to another server.
    Moving,
    /// Our user may not read it.
    Denied,
}

/// Who the server is, compared with the one that did the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Process {
    /// The same process: its memory is what it was.
    Same,
    /// Another process at the same address, or one that took over from it.
    Heir,
    /// A node of the same cluster that got slots from the one that did the work, which is still there.
    Newcomer,
    /// None of these.
    Stranger,
}

/// Why a marker is missing in the process that had it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absence {
    /// Keys were evicted, and no database was emptied or swapped.
    Evicted,
    /// It was over its time.
    Expired,
    /// No key was evicted and no database emptied or swapped: somebody deleted it.
    Deleted,
    /// A database was emptied.
    Flushed,
    /// Databases were swapped.
    Swapped,
    /// The server took over the data of another one.
    Replaced,
    /// The server does not tell.
    Unknown,
}

/// Whether the names of a lane tell what was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// They do: each operation moves a key from one name to another.
    Free,
    /// They do not: cycles, stashed or overwritten keys look the same before and after.
    Bound,
}

/// What the operator said of a server without evidence of a migration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operator {
    /// Nothing: what the server shows decides.
    #[default]
    Silent,
    /// This is the right server, and it has nothing of the migration.
    LostEverything,
}

/// How to go on with a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// From the start, with a new marker.
    Begin,
    /// From the moment that the marker tells.
    Continue,
    /// From where the journal ends, with a new marker.
    Renew,
    /// From where the journal ends, without a marker.
    ByNames,
    /// From the last window whose keys have their new names, without a marker.
    WalkBack,
    /// From the start: the server has nothing of it.
    StartOver,
    /// Not at all: another run has this plan.
    BegunElsewhere,
    /// Not at all: the journal is older than the server.
    JournalBehind,
    /// Not at all, unless the operator says what this server is.
    Ask(Doubt),
}

/// Why only the operator can know what a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Another process, without a marker: another server, or data from before the migration.
    NoMarker,
    /// The data have the marker, but this is neither the address nor the history of the server.
    OtherAddress,
    /// The database was emptied while the server was running.
    Flushed,
    /// The databases were swapped while the server was running.
    Swapped,
    /// The server took over the data of another one.
    Replaced,
    /// The marker is gone and the server does not tell why.
    MarkerGone,
    /// Another process, and the marker is over its time.
    Expired,
    /// The operator says that it has nothing of the migration, and its keys say otherwise.
    Contradicted,
    /// Another process, and the server allows no marker that would tell what it has.
    Unmarked,
    /// The servers of the lane have come to different moments.
    Split,
}

/// Decides how to go on with a lane.
///
/// | journal | marker | process | verdict |
/// |---|---|---|---|
/// | any | of another | any | begun elsewhere |
/// | any | beyond | any | the journal is older than the server |
/// | nothing | any other | any | begin |
/// | marked | known | same, heir or newcomer | continue from the marker |
/// | marked | known | stranger | ask: other address |
/// | marked | absent, moving | same | renew if it was evicted, expired or deleted, or if its slot moves; else ask |
/// | marked | absent, moving | newcomer | renew |
/// | marked | absent, over its time | heir | walk back, if names tell; else ask: expired |
/// | marked | absent, moving | heir, stranger | ask: no marker |
/// | unmarked; or denied | any | same, newcomer | by names |
/// | unmarked; or denied | any | heir | walk back, if names tell; else ask |
/// | unmarked; or denied | any | stranger | ask |
///
/// Whoever would be asked and said that everything is lost starts over.
pub(super) fn lane(known: Situation) -> Verdict {
    let verdict = judge(known);
    match (verdict, known.operator) {
        (Verdict::Ask(Doubt::OtherAddress | Doubt::Split), _) => verdict,
        (Verdict::Ask(_), Operator::LostEverything) => Verdict::StartOver,
        _ => verdict,
    }
}

fn judge(known: Situation) -> Verdict {
    match (known.marker, known.journal, known.process) {
        (Mark::OfAnother, ..) => Verdict::BegunElsewhere,
        (Mark::Beyond, ..) => Verdict::JournalBehind,
        (_, Written::Nothing, _) => Verdict::Begin,
        // Work went on without it, so it is behind what the server has.
        (_, Written::Unmarked, _) | (Mark::Denied, ..) => without_marker(known),
        (Mark::Known, _, Process::Same | Process::Heir | Process::Newcomer) => Verdict::Continue,
        (Mark::Known, _, Process::Stranger) => Verdict::Ask(Doubt::OtherAddress),
        (Mark::Absent | Mark::Moving, Written::Marked, Process::Newcomer)
        | (Mark::Moving, Written::Marked, Process::Same) => Verdict::Renew,
        (Mark::Absent, Written::Marked, Process::Same) => gone(known.absence),
        (Mark::Absent, Written::Marked, Process::Heir) if known.absence == Absence::Expired => {
            match known.order {
                Order::Free => Verdict::WalkBack,
                Order::Bound => Verdict::Ask(Doubt::Expired),
            }
        }
        (Mark::Absent | Mark::Moving, Written::Marked, Process::Heir | Process::Stranger) => {
            Verdict::Ask(Doubt::NoMarker)
        }
    }
}

fn without_marker(known: Situation) -> Verdict {
    match (known.process, known.order) {
        (Process::Same | Process::Newcomer, _) => Verdict::ByNames,
        (Process::Heir, Order::Free) => Verdict::WalkBack,
        (Process::Heir, Order::Bound) | (Process::Stranger, _) => Verdict::Ask(Doubt::Unmarked),
    }
}

fn gone(absence: Absence) -> Verdict {
    match absence {
        Absence::Evicted | Absence::Expired | Absence::Deleted => Verdict::Renew,
        Absence::Flushed => Verdict::Ask(Doubt::Flushed),
        Absence::Swapped => Verdict::Ask(Doubt::Swapped),
        Absence::Replaced => Verdict::Ask(Doubt::Replaced),
        Absence::Unknown => Verdict::Ask(Doubt::MarkerGone),
    }
}

/// Which names of an operation are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Names {
    /// The old name.
    pub(super) old: bool,
    /// The new name.
    pub(super) new: bool,
    /// The name of ours that the key in the way gets; only for operations that have one.
    pub(super) own: bool,
}

/// How to go on with an operation that may have been taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It was not taken: send it.
    Send,
    /// Give the key that was in the way its name back; there was nothing to rename.
    PutBack,
    /// Names do not tell whether the key was renamed, with nothing in its way, or was gone before it
    /// could be, and the other key is still in the way.
    Unclear,
    /// It has ended like this.
    Settle(Ending),
}

/// Decides how to go on with an operation that may have been taken.
///
/// | old | new | our name | next |
/// |---|---|---|---|
/// | present | absent  | – | send |
/// | absent  | present | – | renamed |
/// | absent  | absent  | – | vanished |
/// | present | present | – | name taken: not taken and the name is in use, or taken and the old name is |
///
/// Where the key in the way gets a name of ours, both moves are one transaction, and our name
/// tells whether it ran:
///
/// | old | new | our name | next |
/// |---|---|---|---|
/// | present | any     | absent  | send |
/// | absent  | absent  | absent  | vanished |
/// | absent  | present | absent  | unclear: renamed with nothing in the way, or gone before |
/// | present | absent  | present | send: taken, and the old name is in use again |
/// | present | present | present | renamed, and the old name is in use again |
/// | absent  | present | present | renamed |
/// | absent  | absent  | present | put back: nothing may be lost |
pub(super) fn operation(kind: Kind, names: Names) -> Next {
    let Names { old, new, own } = names;
    match (kind.has_own_name(), old, new, own) {
        (false, true, false, _) | (true, true, _, false) | (true, true, false, true) => Next::Send,
        (false, false, true, _) | (true, _, true, true) => Next::Settle(Ending::Renamed),
        (false, false, false, _) | (true, false, false, false) => Next::Settle(Ending::Vanished),
        (true, false, true, false) => Next::Unclear,
        (false, true, true, _) => Next::Settle(Ending::NameTaken),
        (true, false, false, true) => Next::PutBack,
    }
}

#[cfg(test)]
mod tests;
