//! Puts keys back from the backup that neither name has any more.

use std::time::{Duration, Instant};

use cachectl_rdb::Entry;
use serde::Serialize;
use tokio::sync::mpsc;

use super::put_back::Recording;
use crate::{
    migrate::{
        Error, Migration,
        keep::{KeptValue, Role, walk},
        plan::explain,
        presence,
        report::{Listed, Trouble, TroubleReason},
        store::Course,
    },
    server::deployment::Deployment,
    steps::{
        blocking,
        put::{IfTaken, Item, Proof, Put, Putter, Roads},
    },
    values::{key::Key, ttl::Expiry},
    vocabulary::{
        control::Control,
        outcome::Outcome,
        progress::{Event, Phase},
        seconds::seconds,
    },
};

/// How many chunks of kept values may wait to be looked at.
const WAITING: usize = 2;

/// What was put back from a backup.
#[derive(Clone, Debug, Serialize)]
pub struct VanishedReport {
    /// The migration.
    pub migration: String,
    /// Whether the backup was broken off before it was whole. No key is renamed before it is, so that
    /// there is nothing to put back.
    pub unfinished: bool,
    /// Values of the backup that were looked at.
    pub looked: u64,
    /// Keys that were there, or whose name somebody else has now.
    pub present: u64,
    /// Keys that were put back.
    pub restored: u64,
    /// The roads that they took.
    pub roads: Roads,
    /// Keys whose time is over.
    pub expired: u64,
    /// Keys that could not be put back, and why.
    pub troubles: Listed<Trouble>,
    /// How long it took.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub elapsed: Duration,
    /// How it came out.
    pub outcome: Outcome,
}

/// Puts keys back from the backup of a migration that is rolled back: those that were to be
/// renamed and are not there any more, and those that were overwritten.
///
/// # Errors
///
/// Fails if the migration is not rolled back to its end, no backup was made of it, or a server is
/// lost.
pub async fn restore_vanished(
    deployment: &Deployment,
    migration: &Migration,
    control: &Control<'_>,
) -> Result<VanishedReport, Error> {
    let begun = Instant::now();
    let course = &migration.course;
    let back = course.rollback()?.map(|back| back.accounts()).transpose()?;
    // What still has its new name would be there twice.
    if back.is_none_or(|back| back.left + back.failed > 0) {
        return Err(Error::NotRolledBack { id: course.id.clone() });
    }
    let Some(kept) = migration.backup()? else {
        return Ok(VanishedReport { unfinished: true, ..VanishedReport::new(&course.id) });
    };
    let deployment = &deployment.reopen().await?;
    deployment.writable()?;
    control.tell(Phase::Restore, Event::Started(kept.keys));
    let (sender, mut receiver) = mpsc::channel(WAITING);
    let reading = {
        let course = Course::open(&course.id, &course.directory, course.direction)?;
        blocking::begin(move || walk(&course, &kept, None, item, &sender))
    };
    let mut restoring = Restoring::new(deployment, course).await?;
    while let Some(chunk) = receiver.recv().await {
        if control.is_cancelled() {
            restoring.report.outcome = Outcome::Interrupted;
            break;
        }
        restoring.chunk(chunk).await?;
        control.tell(Phase::Restore, Event::Advanced(restoring.report.looked));
    }
    drop(receiver);
    let read = reading.end().await?;
    let mut report = restoring.report;
    if report.outcome == Outcome::Clean {
        read?;
        let complete = report.troubles.count == 0;
        report.outcome = if complete { Outcome::Clean } else { Outcome::Incomplete };
    }
    control.tell(Phase::Restore, Event::Finished);
    Ok(VanishedReport { elapsed: begun.elapsed(), ..report })
}

fn item(entry: &Entry<'_>) -> Item {
    let expiry = Expiry::from(entry.expires_at);
    Item::of(entry, entry.key.to_vec(), expiry)
}

struct Restoring<'a> {
    deployment: &'a Deployment,
    putters: Vec<Putter>,
    /// The server's clock, as a Unix time in milliseconds.
    now: i64,
    recording: Recording,
    report: VanishedReport,
}

impl<'a> Restoring<'a> {
    async fn new(deployment: &'a Deployment, course: &Course) -> Result<Self, Error> {
        let mut putters = Vec::new();
        let mut now = 0;
        for node in deployment.primaries() {
            putters.push(Putter::new(node, IfTaken::Leave, Proof::Checksum).await?);
            now = node.now().await.map_err(explain)?;
        }
        let (recording, report) = (Recording::open(course)?, VanishedReport::new(&course.id));
        Ok(Self { deployment, putters, now, recording, report })
    }

    async fn chunk(&mut self, chunk: Vec<KeptValue<Item>>) -> Result<(), Error> {
        let names: Vec<&[u8]> = chunk.iter().map(|kept| kept.value.key.as_slice()).collect();
        let present = presence::present(self.deployment, &names).await?;
        let mut vanished: Vec<Vec<KeptValue<Item>>> = vec![Vec::new(); self.putters.len()];
        for (kept, present) in chunk.into_iter().zip(present) {
            self.report.looked += 1;
            if present {
                self.report.present += 1;
            } else if kept.value.expiry.has_passed(self.now) {
                self.report.expired += 1;
            } else if let Some(lane) = vanished.get_mut(self.deployment.route(&kept.value.key)) {
                lane.push(kept);
            }
        }
        for (putter, vanished) in self.putters.iter().zip(vanished) {
            let names = vanished.iter().map(|kept| (kept.role, kept.from.clone(), kept.to.clone()));
            let names: Vec<_> = names.collect();
            let overwritten = vanished.iter().filter(|kept| kept.role == Role::Overwritten);
            self.recording.begin(overwritten.map(|kept| &kept.value))?;
            let items = vanished.into_iter().map(|kept| kept.value).collect();
            let settled = putter.settle(putter.post(items)).await.all()?;
            for ((role, from, to), (_, put)) in names.into_iter().zip(settled) {
                if role == Role::Overwritten && !matches!(put, Put::Done(_)) {
                    self.recording.left(&to)?;
                }
                self.report.note(role, &from, &to, put);
            }
        }
        Ok(())
    }
}

impl VanishedReport {
    fn new(id: &str) -> Self {
        Self {
            migration: id.to_owned(),
            unfinished: false,
            looked: 0,
            present: 0,
            restored: 0,
            roads: Roads::default(),
            expired: 0,
            troubles: Listed::default(),
            elapsed: Duration::ZERO,
            outcome: Outcome::Clean,
        }
    }

    fn note(&mut self, role: Role, from: &[u8], to: &[u8], put: Put) {
        let reason = match put {
            Put::Done(road) => {
                self.restored += 1;
                self.roads.count(road);
                return;
            }
            Put::Taken => {
                self.present += 1;
                return;
            }
            Put::Unsupported(reason) | Put::Failed(reason) => reason,
            Put::Refused(refusal) => refusal.to_string(),
        };
        let from = if role == Role::Overwritten { to } else { from };
        let (from, to) = (Key::from(from), Key::from(to));
        // A list without a file cannot fail.
        drop(self.troubles.note(|| Trouble { from, to, reason: TroubleReason::Refused(reason) }));
    }
}
