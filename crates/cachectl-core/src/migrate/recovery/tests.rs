//! Every combination of what can be known, compared with the promise.

use std::collections::BTreeSet;

use super::*;

/// The promise, row by row; the first row that fits a situation holds. `*` is anything, `|`
/// separates alternatives.
///
/// * Another run that has this plan keeps it.
/// * A marker beyond the journal means that the journal has lost something.
/// * What was never begun begins.
/// * A marker that the journal knows is believed, where the data can be those of the migration, and
///   where no work was done without moving it on.
/// * Nothing is written to data that may not be those of the migration, unless the operator says so.
/// * In one process nothing is lost but by commands that empty, swap or replace its data.
/// * Without a marker, names are believed only as far as they tell.
const LANES: &str = "
    journal         | marker           | process                 | absence                  | order | operator       => verdict
    *               | OfAnother        | *                       | *                        | *     | *              => BegunElsewhere
    *               | Beyond           | *                       | *                        | *     | *              => JournalBehind
    Nothing         | *                | *                       | *                        | *     | *              => Begin
    Marked          | Known            | Same Heir Newcomer      | *                        | *     | *              => Continue
    Marked          | Known            | Stranger                | *                        | *     | *              => Ask(OtherAddress)
    Marked          | Absent           | Same                    | Evicted Expired Deleted  | *     | *              => Renew
    Marked          | Moving           | Same                    | *                        | *     | *              => Renew
    Marked          | Absent Moving    | Newcomer                | *                        | *     | *              => Renew
    Marked          | Denied           | Same Newcomer           | *                        | *     | *              => ByNames
    Unmarked        | *                | Same Newcomer           | *                        | *     | *              => ByNames
    Marked          | Denied           | Heir                    | *                        | Free  | *              => WalkBack
    Unmarked        | *                | Heir                    | *                        | Free  | *              => WalkBack
    Marked          | Absent           | Heir                    | Expired                  | Free  | *              => WalkBack
    *               | *                | *                       | *                        | *     | LostEverything => StartOver
    Marked          | Absent           | Heir                    | Expired                  | Bound | Silent         => Ask(Expired)
    Marked          | Absent           | Same                    | Flushed                  | *     | Silent         => Ask(Flushed)
    Marked          | Absent           | Same                    | Swapped                  | *     | Silent         => Ask(Swapped)
    Marked          | Absent           | Same                    | Replaced                 | *     | Silent         => Ask(Replaced)
    Marked          | Absent           | Same                    | Unknown                  | *     | Silent         => Ask(MarkerGone)
    Marked          | Absent Moving    | Heir Stranger           | *                        | *     | Silent         => Ask(NoMarker)
    Marked          | Denied           | Stranger                | *                        | *     | Silent         => Ask(Unmarked)
    Marked          | Denied           | Heir                    | *                        | Bound | Silent         => Ask(Unmarked)
    Unmarked        | *                | Stranger                | *                        | *     | Silent         => Ask(Unmarked)
    Unmarked        | *                | Heir                    | *                        | Bound | Silent         => Ask(Unmarked)
";

const JOURNALS: [Written; 3] = [Written::Nothing, Written::Marked, Written::Unmarked];
const MARKS: [Mark; 6] =
    [Mark::Known, Mark::Beyond, Mark::OfAnother, Mark::Absent, Mark::Moving, Mark::Denied];
const PROCESSES: [Process; 4] =
    [Process::Same, Process::Heir, Process::Newcomer, Process::Stranger];
const ABSENCES: [Absence; 7] = [
    Absence::Evicted,
    Absence::Expired,
    Absence::Deleted,
    Absence::Flushed,
    Absence::Swapped,
    Absence::Replaced,
    Absence::Unknown,
];
const ORDERS: [Order; 2] = [Order::Free, Order::Bound];
const OPERATORS: [Operator; 2] = [Operator::Silent, Operator::LostEverything];

fn every_situation() -> impl Iterator<Item = Situation> {
    let count = JOURNALS.len()
        * MARKS.len()
        * PROCESSES.len()
        * ABSENCES.len()
        * ORDERS.len()
        * OPERATORS.len();
    (0..count).map(|number| {
        let mut rest = number;
        let mut next = |choices: usize| {
            let choice = rest % choices;
            rest /= choices;
            choice
        };
        Situation {
            journal: JOURNALS[next(JOURNALS.len())],
            marker: MARKS[next(MARKS.len())],
            process: PROCESSES[next(PROCESSES.len())],
            absence: ABSENCES[next(ABSENCES.len())],
            order: ORDERS[next(ORDERS.len())],
            operator: OPERATORS[next(OPERATORS.len())],
        }
    })
}

fn columns(known: Situation) -> [String; 6] {
    [
        format!("{:?}", known.journal),
        format!("{:?}", known.marker),
        format!("{:?}", known.process),
        format!("{:?}", known.absence),
        format!("{:?}", known.order),
        format!("{:?}", known.operator),
    ]
}

fn fits(row: &str, columns: &[String]) -> bool {
    row.split('|').zip(columns).all(|(cell, value)| {
        let mut words = cell.split_whitespace();
        words.any(|word| word == "*" || word == value)
    })
}

#[test]
fn every_situation_of_a_lane_is_decided_as_promised() {
    let rows: Vec<(&str, &str)> =
        LANES.lines().skip(2).filter_map(|line| line.split_once("=>")).collect();
    let mut used = BTreeSet::new();
    for situation in every_situation() {
        let columns = columns(situation);
        let row = rows.iter().position(|(row, _)| fits(row, &columns));
        let row = row.unwrap_or_else(|| panic!("the promise says nothing of {situation:?}"));
        used.insert(row);
        assert_eq!(format!("{:?}", lane(situation)), rows[row].1.trim(), "{situation:?}");
    }
    assert_eq!(used.len(), rows.len(), "every row decides something");
}

#[test]
fn nothing_is_written_to_data_without_evidence_unless_the_operator_says_so() {
    for situation in every_situation() {
        let begun = situation.journal == Written::Marked;
        let other_process = matches!(situation.process, Process::Heir | Process::Stranger);
        let no_evidence = matches!(situation.marker, Mark::Absent | Mark::Moving)
            && situation.absence != Absence::Expired;
        if begun && other_process && no_evidence && situation.operator == Operator::Silent {
            assert_eq!(lane(situation), Verdict::Ask(Doubt::NoMarker), "{situation:?}");
        }
    }
}

/// When the work was broken off, for one operation of the window in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Crash {
    /// Its intent was on the disk, and it was not sent.
    BeforeSent,
    /// It was sent, and the server was lost before it ran.
    BeforeRun,
    /// It ran, and nobody saw the answer.
    AfterRun,
    /// It ran, and the server lost it: an older snapshot, a replica that lagged.
    AfterRunAndLost,
}

const CRASHES: [Crash; 4] =
    [Crash::BeforeSent, Crash::BeforeRun, Crash::AfterRun, Crash::AfterRunAndLost];

/// What others did to the names meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Others {
    Nothing,
    /// They deleted whatever had the old name, or it expired.
    DeletedOld,
    /// They deleted whatever had the new name, or it expired.
    DeletedNew,
    /// They wrote the old name.
    WroteOld,
    /// They wrote the new name.
    WroteNew,
}

const OTHERS: [Others; 5] =
    [Others::Nothing, Others::DeletedOld, Others::DeletedNew, Others::WroteOld, Others::WroteNew];

/// What is under the names afterwards.
fn names(kind: Kind, in_the_way: bool, crash: Crash, others: Others) -> Names {
    let ran = crash == Crash::AfterRun;
    let exchanged = kind.has_own_name() && in_the_way;
    let mut names = Names { old: !ran, new: ran || in_the_way, own: ran && exchanged };
    match others {
        Others::Nothing => {}
        Others::DeletedOld => names.old = false,
        Others::DeletedNew => names.new = false,
        Others::WroteOld => names.old = true,
        Others::WroteNew => names.new = true,
    }
    names
}

/// What was promised for the key that is to be renamed.
#[derive(Debug, PartialEq, Eq)]
enum Promise {
    /// It is renamed now.
    Renamed,
    /// It counts as renamed: it was.
    WasRenamed,
    /// It counts as gone: it is under neither name, and nothing else is put there.
    Gone,
    /// Names do not tell whether it was renamed or was gone.
    Unclear,
    /// Both names are in use: it is left alone, and named.
    Left,
    /// What was in the way gets its name back, and the key counts as gone.
    PutBack,
}

fn promise(kind: Kind, in_the_way: bool, crash: Crash, others: Others) -> Promise {
    let exchanged = kind.has_own_name() && in_the_way;
    let old_name_is_there =
        matches!(others, Others::Nothing | Others::WroteOld | Others::DeletedNew);
    if crash != Crash::AfterRun {
        return match others {
            // The key has its old name, and what is in the way is dealt with anew.
            _ if old_name_is_there => Promise::Renamed,
            Others::WroteNew if kind.has_own_name() => Promise::Renamed,
            Others::WroteNew => Promise::Left,
            Others::DeletedOld if exchanged => Promise::Unclear,
            _ => Promise::Gone,
        };
    }
    match others {
        // Taken, and the new key is gone: what was in the way comes back, for nothing may be lost.
        Others::DeletedNew if exchanged => Promise::PutBack,
        Others::DeletedNew => Promise::Gone,
        // Our name tells that it ran, whatever a writer does to the others.
        _ if exchanged => Promise::WasRenamed,
        // A writer uses the old name. With a name of ours for what is in the way, both can be kept.
        Others::WroteOld if kind.has_own_name() => Promise::Renamed,
        Others::WroteOld => Promise::Left,
        // Nothing was in the way, so nothing tells that it ran; the key is under its new name.
        _ if kind.has_own_name() => Promise::Unclear,
        _ => Promise::WasRenamed,
    }
}

#[test]
fn every_operation_in_doubt_is_decided_as_promised() {
    let kinds =
        [Kind::Rename, Kind::Stash, Kind::Overwrite, Kind::Aside, Kind::Return, Kind::Unstash];
    for kind in kinds {
        for in_the_way in [false, true] {
            // A plain rename is planned only where nothing is in the way.
            if in_the_way && !kind.has_own_name() {
                continue;
            }
            for crash in CRASHES {
                for others in OTHERS {
                    let promised = promise(kind, in_the_way, crash, others);
                    let expected = match promised {
                        Promise::Renamed => Next::Send,
                        Promise::WasRenamed => Next::Settle(Ending::Renamed),
                        Promise::Gone => Next::Settle(Ending::Vanished),
                        Promise::Left => Next::Settle(Ending::NameTaken),
                        Promise::PutBack => Next::PutBack,
                        Promise::Unclear => Next::Unclear,
                    };
                    let names = names(kind, in_the_way, crash, others);
                    assert_eq!(
                        operation(kind, names),
                        expected,
                        "{kind:?}, in the way: {in_the_way}, {crash:?}, {others:?}, {names:?}"
                    );
                }
            }
        }
    }
}
