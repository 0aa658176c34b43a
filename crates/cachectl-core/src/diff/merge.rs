//! Puts the records of both sides side by side.

use std::{cmp::Ordering, sync::Arc};

use super::{
    Error,
    directory::Directory,
    findings::Findings,
    judge::Judge,
    record::{Form, NUMBERS, Record},
    scope::Scope,
    suspect::{Suspect, View},
    watch::Watched,
};
use crate::{steps::sorter::Sorted, values::key::Key};

/// How many names pass between two looks at whether to stop.
const STRIDE: u64 = 1024;

/// Puts the records of both sides side by side, as they are at `now`, a Unix time in milliseconds;
/// on the calling thread.
pub(super) fn merge(
    (a, b): (Sorted<NUMBERS>, Sorted<NUMBERS>),
    directory: &Arc<Directory>,
    (judge, now): (&Judge, i64),
    findings: &mut Findings,
    watched: &Watched,
) -> Result<(), Error> {
    watched.check()?;
    let mut a = Records { sorted: a, ahead: None, directory, scope: &directory.a, now, expired: 0 };
    let mut b = Records { sorted: b, ahead: None, directory, scope: &directory.b, now, expired: 0 };
    let (mut one, mut other) = (a.next()?, b.next()?);
    for names in 1_u64.. {
        let order = match (&one, &other) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => one.hash.cmp(&other.hash),
        };
        let of_a = one.filter(|_| order.is_le());
        let of_b = other.filter(|_| order.is_ge());
        compare(of_a, of_b, judge, findings)?;
        if order.is_le() {
            one = a.next()?;
        }
        if order.is_ge() {
            other = b.next()?;
        }
        if names % STRIDE == 0 {
            watched.check()?;
        }
    }
    findings.a.expired += a.expired;
    findings.b.expired += b.expired;
    Ok(())
}

fn compare(
    a: Option<Record>,
    b: Option<Record>,
    judge: &Judge,
    findings: &mut Findings,
) -> Result<(), Error> {
    let (a, b) = (View::of(a), View::of(b));
    if !judge.takes(a.content.as_ref(), b.content.as_ref()) {
        return Ok(());
    }
    findings.a.keys += u64::from(a.content.is_some());
    findings.b.keys += u64::from(b.content.is_some());
    match judge.verdict(a.content.as_ref(), b.content.as_ref()) {
        None => findings.equal += 1,
        Some(kind) => findings.suspect(Suspect::new(kind, a, b))?,
    }
    Ok(())
}

/// The records of a side, by their names: one for each name, and none that is over its time.
struct Records<'a> {
    sorted: Sorted<NUMBERS>,
    ahead: Option<Record>,
    directory: &'a Directory,
    scope: &'a Scope,
    now: i64,
    /// How many were over their time.
    expired: u64,
}

impl Records<'_> {
    fn next(&mut self) -> Result<Option<Record>, Error> {
        while let Some(mut record) = self.entry()? {
            while let Some(later) = self.entry()? {
                if later.hash != record.hash {
                    self.ahead = Some(later);
                    break;
                }
                record = self.one_of(record, later)?;
            }
            if !self.pass(&record) {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    fn entry(&mut self) -> Result<Option<Record>, Error> {
        match self.ahead.take() {
            Some(record) => Ok(Some(record)),
            None => Ok(self.sorted.entry()?.map(Record::from)),
        }
    }

    /// Returns whether a record is over its time, and counts it then.
    fn pass(&mut self, record: &Record) -> bool {
        let content = &record.content;
        let passed = content.expiry.has_passed(self.now);
        let meant =
            content.form != Form::Outside && self.scope.selection.takes_type(content.key_type);
        self.expired += u64::from(passed && meant);
        passed
    }

    /// Chooses between two records of one name: the later, if both are of one key. Without rules
    /// they are.
    fn one_of(&mut self, earlier: Record, later: Record) -> Result<Record, Error> {
        if self.scope.rules.is_none() {
            return Ok(later);
        }
        let read = |record: &Record| self.directory.of_a.read(record.name);
        let (first, second) = (read(&earlier)?, read(&later)?);
        if first == second || self.pass(&earlier) {
            return Ok(later);
        }
        if self.pass(&later) {
            return Ok(earlier);
        }
        let mut name = Vec::new();
        self.scope.rename(&second.key, &mut name);
        let [first, second, name] = [first.key, second.key, name].map(Key::from);
        Err(Error::OneName { first, second, name })
    }
}
