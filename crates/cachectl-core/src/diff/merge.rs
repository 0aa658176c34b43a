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
    let mut a = Records { sorted: a, directory, scope: &directory.a, now, expired: 0 };
    let mut b = Records { sorted: b, directory, scope: &directory.b, now, expired: 0 };
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
        None => {
            let is_bytes = a.content.is_some_and(|content| content.form == Form::Bytes);
            findings.equal += 1;
            findings.undecoded += u64::from(is_bytes);
        }
        Some(kind) => findings.suspect(Suspect::new(kind, a, b))?,
    }
    Ok(())
}

/// The records of a side, by their names: one for each name, and none that is over its time.
struct Records<'a> {
    sorted: Sorted<NUMBERS>,
    directory: &'a Directory,
    scope: &'a Scope,
    now: i64,
    /// How many were over their time.
    expired: u64,
}

impl Records<'_> {
    fn next(&mut self) -> Result<Option<Record>, Error> {
        while let Some(entry) = self.sorted.entry()? {
            let mut record = Record::from(entry);
            while let Some(later) =
                self.sorted.entry_if(|later| later.first_chunk() == Some(&record.hash))?
            {
                record = self.one_of(record, Record::from(later))?;
            }
            if !self.pass(&record) {
                return Ok(Some(record));
            }
        }
        Ok(None)
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

#[cfg(test)]
mod tests {
    use std::{path::Path, time::Duration};

    use cachectl_rdb::{RawValue, Version};

    use super::*;
    use crate::{
        diff::{
            Expiries, Kind, Options, Side,
            findings::Revisit,
            recorder::{Recorder, Workspace},
            watch::Watch,
        },
        steps::{facts::FactsReader, name_hash::NameHash},
        values::{rule::Rule, rule_set::RuleSet, ttl::Expiry},
        vocabulary::{control::Control, listed::Listed},
    };

    /// The end of all times that are not over.
    const NOW: i64 = 5_000_000_000_000;

    type Entry<'a> = (&'a [u8], Expiry, &'a [u8]);

    fn compared(rule: Option<&str>, a: &[Entry<'_>], b: &[Entry<'_>]) -> Result<Findings, Error> {
        let rules = rule.map(|rule| RuleSet::new(vec![Rule::parse(rule).unwrap()]).unwrap());
        let expiries = Expiries::Within(Duration::ZERO);
        let options = Options { rules, expiries, ..Options::default() };
        let directory = tempfile::tempdir().unwrap();
        let workspace = Workspace::new(directory.path());
        let hash = NameHash::new();
        let nowhere = Side::from(Path::new("").to_owned());
        let (scope_a, scope_b) = Scope::of(&nowhere, &nowhere, &options);
        let scopes = (Arc::new(scope_a), Arc::new(scope_b));
        let record = |scope: &Arc<Scope>, entries: &[Entry<'_>]| {
            let mut recorder = Recorder::create(scope, hash, &workspace).unwrap();
            for (key, expiry, value) in entries {
                let value = RawValue::new(value, Version::new(9)).unwrap();
                recorder.value(0, key, value, *expiry).unwrap();
            }
            recorder.finish().unwrap()
        };
        let (a, b) = (record(&scopes.0, a), record(&scopes.1, b));
        let directory =
            Arc::new(Directory { a: scopes.0, b: scopes.1, of_a: a.names, of_b: b.names });
        let mut findings = Findings::new(Arc::clone(&directory), Listed::default(), Revisit::No);
        let judge = (&Judge::new(&options, FactsReader::Exact), NOW);
        let control = Control::unattended();
        let watched = Watch::new(&control).watched();
        // The watch is gone, and with it those who wait.
        assert!(matches!(watched.check(), Err(Error::Stopped)));
        let watch = Watch::new(&control);
        merge((a.records, b.records), &directory, judge, &mut findings, &watch.watched())?;
        Ok(findings)
    }

    const ONE: &[u8] = b"\x00\x011";
    const TWO: &[u8] = b"\x00\x012";
    const NEVER: Expiry = Expiry::Never;
    const PAST: Expiry = Expiry::At(NOW - 1);

    #[test]
    fn of_a_key_that_was_read_twice_the_later_reading_counts() {
        for rule in [None, Some("x => y")] {
            let twice = [(&b"k"[..], NEVER, ONE), (b"other", NEVER, ONE), (b"k", NEVER, TWO)];
            let once = [(&b"k"[..], NEVER, TWO), (b"other", NEVER, ONE)];
            for (a, b) in [(&twice[..], &once[..]), (&once, &twice), (&twice, &twice)] {
                let findings = compared(rule, a, b).unwrap();
                assert_eq!((findings.equal, findings.a.keys, findings.b.keys), (2, 2, 2));
                assert_eq!(findings.differences.count, 0);
            }
            let expired = [(&b"k"[..], NEVER, ONE), (b"k", PAST, ONE)];
            let findings = compared(rule, &expired, &[]).unwrap();
            assert_eq!((findings.a.keys, findings.a.expired), (0, 1));
        }
    }

    #[test]
    fn a_name_that_is_over_its_time_stands_in_nobodys_way() {
        #[track_caller]
        fn case(a: &[Entry<'_>], expired: u64) {
            let findings = compared(Some("x => y"), a, &[(b"y", NEVER, ONE)]).unwrap();
            assert_eq!((findings.equal, findings.a.expired), (1, expired));
        }

        case(&[(b"x", NEVER, ONE), (b"y", PAST, TWO)], 1);
        case(&[(b"y", PAST, TWO), (b"x", NEVER, ONE)], 1);
        case(&[(b"x", PAST, TWO), (b"y", NEVER, ONE), (b"x", PAST, TWO)], 2);
        let both = compared(Some("x => y"), &[(b"x", NEVER, ONE), (b"y", NEVER, ONE)], &[]);
        assert!(matches!(both, Err(Error::OneName { .. })), "{both:?}");
        let gone = compared(Some("x => y"), &[(b"x", PAST, ONE)], &[(b"y", NEVER, ONE)]).unwrap();
        assert_eq!(gone.by_kind.get(&Kind::Extra), Some(&1));
    }
}
