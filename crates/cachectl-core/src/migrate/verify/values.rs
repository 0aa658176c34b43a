//! Compares the values of renamed keys with those that were kept before.
//!
//! A value that differs may be damaged, or a client may have written it since. Three things tell
//! the two apart: a value that goes on changing is being written; a key that was used since its
//! value was kept may have been written; a key that was not used since has not.

use std::collections::HashMap;

use cachectl_rdb::{Digest, Entry, Payload, RawValue};
use sha2::{Digest as _, Sha256};
use tokio::{sync::mpsc, time};

use super::{PAUSE, ROUNDS, SUSPECTS};
use crate::{
    migrate::{
        Error,
        keep::{Fetching, Kept, KeptValue, Role, Sampler, walk},
        ledger::Ending,
        options::Pacing,
        plan::explain,
        report::{Difference, Listed, Mismatch, ValuesReport},
        store::Course,
    },
    server::{batch::Batch, deployment::Deployment, identity::Version},
    steps::{blocking, throttle::Throttle, value_fetch::Fetched},
    values::key::Key,
    vocabulary::{
        control::Control,
        progress::{Event, Phase},
    },
};

/// How many chunks of kept values may wait to be compared.
const WAITING: usize = 4;

/// Which of the values that were kept are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    Sample,
    All,
}

/// Which names keys have when their values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    Old,
    New,
}

/// Compares values; keys that are missing, or have another type, are the business of level 1.
pub(super) async fn compare(
    deployment: &Deployment,
    course: &Course,
    (share, names): (Share, Names),
    control: &Control<'_>,
    mismatches: &mut Listed<Mismatch>,
) -> Result<ValuesReport, Error> {
    let kept = Kept::read(&course.directory)?.filter(Kept::is_whole);
    let kept = kept.filter(|kept| share == Share::Sample || !kept.sampled);
    let kept = kept.ok_or_else(|| Error::NothingKept { id: course.id.clone() })?;
    let throttle = Throttle::start(deployment, Pacing::default().limits()).await?;
    let sampler = (share == Share::Sample).then(|| Sampler::of(&course.plan));
    let (sender, receiver) = mpsc::channel(WAITING);
    let reading = {
        let course = Course::open(&course.id, &course.directory, course.direction)?;
        let kept = kept.clone();
        let make = |entry: &Entry<'_>| fingerprint(entry.value);
        blocking::begin(move || walk(&course, &kept, sampler, make, &sender))
    };
    control.tell(Phase::Verify, Event::Started(kept.keys.filter(|_| share == Share::All)));
    let fetching = Fetching::start(deployment, &throttle).await?;
    let comparing = Comparing {
        names,
        control,
        fetching,
        expected: HashMap::new(),
        compared: 0,
        suspects: Vec::new(),
    };
    let compared = comparing.all(receiver).await;
    reading.end().await?.or_else(|error| match (&error, &compared) {
        // The reader stops as well when nobody listens any more.
        (Error::Stopped, Err(_)) => Ok(()),
        _ => Err(error),
    })?;
    let (compared, suspects) = compared?;
    control.tell(Phase::Verify, Event::Finished);
    let mut report = ValuesReport::of(share == Share::Sample, compared, course.accounts()?.renamed);
    for suspect in suspects {
        let certain = match suspect.verdict(deployment, &kept).await? {
            Verdict::Changed => {
                report.changed += 1;
                continue;
            }
            Verdict::Damaged => true,
            Verdict::Unknown => false,
        };
        // A list without a file cannot fail.
        drop(mismatches.note(|| suspect.mismatch(certain)));
        report.bound = None;
    }
    Ok(report)
}

/// Returns what tells a value from others: its canonical digest, or that of its bytes where only a
/// module could read it.
fn fingerprint(value: RawValue<'_>) -> Digest {
    value.digest().unwrap_or_else(|_| Digest(Sha256::digest(value.as_bytes()).into()))
}

fn fingerprint_of(fetched: &Fetched) -> Option<Digest> {
    let payload = &fetched.stored.as_ref()?.payload;
    // A damaged answer is unlike every value.
    Some(Payload::parse(payload).map_or(Digest([0; 32]), |payload| fingerprint(payload.value())))
}

struct Comparing<'a> {
    names: Names,
    control: &'a Control<'a>,
    fetching: Fetching<'a>,
    /// What is on its way, by the name that was asked for.
    expected: HashMap<Vec<u8>, KeptValue<Digest>>,
    compared: u64,
    suspects: Vec<Suspect>,
}

/// A value that differs from the one that was kept.
#[derive(Debug)]
struct Suspect {
    from: Vec<u8>,
    to: Vec<u8>,
    /// The name it has now.
    name: Vec<u8>,
    expected: Digest,
    found: Digest,
    /// It differed from what it was when it was looked at before.
    changing: bool,
}

/// What a difference means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// A client has used the key since its value was kept, or is writing it.
    Changed,
    /// Nobody has used the key since.
    Damaged,
    /// The server does not tell.
    Unknown,
}

impl Comparing<'_> {
    async fn all(
        mut self,
        mut receiver: mpsc::Receiver<Vec<KeptValue<Digest>>>,
    ) -> Result<(u64, Vec<Suspect>), Error> {
        while let Some(chunk) = receiver.recv().await {
            if self.control.is_cancelled() {
                return Err(Error::Stopped);
            }
            for kept in chunk {
                self.want(kept);
            }
            while let Some(fetched) = self.fetching.next().await? {
                self.compare(fetched);
            }
            self.control.tell(Phase::Verify, Event::Advanced(self.compared));
        }
        while let Some(fetched) = self.fetching.oldest().await? {
            self.compare(fetched);
        }
        for _ in 1..ROUNDS {
            if self.suspects.is_empty() || self.control.is_cancelled() {
                break;
            }
            time::sleep(PAUSE).await;
            self.look_again().await?;
        }
        Ok((self.compared, self.suspects))
    }

    fn want(&mut self, kept: KeptValue<Digest>) {
        if kept.role != Role::Moved || kept.ending != Ending::Renamed {
            return;
        }
        let name = match self.names {
            Names::Old => kept.from.clone(),
            Names::New => kept.to.clone(),
        };
        self.fetching.want(name.clone());
        self.expected.insert(name, kept);
    }

    fn compare(&mut self, fetched: Vec<Fetched>) {
        for fetched in fetched {
            let found = fingerprint_of(&fetched);
            let Some(kept) = self.expected.remove(&fetched.key) else { continue };
            let Some(found) = found else { continue };
            self.compared += 1;
            if found != kept.value && self.suspects.len() < SUSPECTS {
                let KeptValue { from, to, value: expected, .. } = kept;
                let name = fetched.key;
                let suspect = Suspect { from, to, name, expected, found, changing: false };
                self.suspects.push(suspect);
            }
        }
    }

    async fn look_again(&mut self) -> Result<(), Error> {
        let mut suspects: HashMap<Vec<u8>, Suspect> =
            self.suspects.drain(..).map(|suspect| (suspect.name.clone(), suspect)).collect();
        for name in suspects.keys() {
            self.fetching.want(name.clone());
        }
        let mut batches = Vec::new();
        while let Some(fetched) = self.fetching.next().await? {
            batches.push(fetched);
        }
        while let Some(fetched) = self.fetching.oldest().await? {
            batches.push(fetched);
        }
        for fetched in batches.into_iter().flatten() {
            let found = fingerprint_of(&fetched);
            let Some(mut suspect) = suspects.remove(&fetched.key) else { continue };
            let Some(found) = found.filter(|found| *found != suspect.expected) else { continue };
            suspect.changing |= found != suspect.found;
            suspect.found = found;
            self.suspects.push(suspect);
        }
        Ok(())
    }
}

impl Suspect {
    /// Tells what the difference means.
    ///
    /// | goes on changing | idle since before it was kept | verdict |
    /// |---|---|---|
    /// | yes | any | changed |
    /// | no | no | changed |
    /// | no | yes | damaged |
    /// | no | not told, or renaming counts as use (before 7.2) | unknown |
    async fn verdict(&self, deployment: &Deployment, kept: &Kept) -> Result<Verdict, Error> {
        if self.changing {
            return Ok(Verdict::Changed);
        }
        let node = deployment.primaries().get(deployment.route(&self.name));
        let node = node.ok_or(Error::SlotsMoved)?;
        if node.identity.version < Version(7, 2, 0) {
            return Ok(Verdict::Unknown);
        }
        let batch = Batch::of("OBJECT", &[b"IDLETIME", &self.name]);
        let replies = node.connection.send(batch).await.map_err(explain)?;
        let idle = replies.first().and_then(|reply| reply.integer()?.ok());
        let began = kept.began_at.unwrap_or_default();
        let age = jiff::Timestamp::now().as_second().saturating_sub(began);
        Ok(match idle {
            None => Verdict::Unknown,
            // Both count in whole seconds.
            Some(idle) if idle <= age + 1 => Verdict::Changed,
            Some(_) => Verdict::Damaged,
        })
    }

    fn mismatch(&self, certain: bool) -> Mismatch {
        let (from, to) = (Key::from(&*self.from), Key::from(&*self.to));
        Mismatch { from, to, difference: Difference::Value { certain } }
    }
}
