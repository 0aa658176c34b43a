//! A record of the keys that a migration overwrote and that were put back from its backup.
//!
//! They have a new name of the migration, which is where they were before it. Without the record
//! they could not be told from keys that a client writes under that name since.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use tokio::sync::mpsc;
use xxhash_rust::xxh3::xxh3_128;

use crate::{
    migrate::{
        Error,
        journal::{Journal, Owner},
        plan::{decode_expiry, encode_expiry},
        plan_file::Window,
        presence,
        report::{Difference, Mismatch, VerifyReport},
        store::Course,
    },
    server::deployment::Deployment,
    steps::{blocking, put::Item},
    values::{key::Key, ttl::Expiry},
};

/// A key is about to be put back: its expiry, and its name.
const PUT: u8 = 1;
/// A key was not put back after all: its name.
const LEFT: u8 = 2;
/// How many keys are asked for together.
const CHUNK: usize = 512;
/// How many chunks may wait to be asked for.
const WAITING: usize = 2;

/// The record is no lane's.
fn owner(back: &Course) -> Owner {
    Owner { plan: back.plan.seal, lane: u32::MAX }
}

fn path(rollback: &Path) -> PathBuf {
    rollback.join("put-back")
}

/// Writes the record.
#[derive(Debug)]
pub(super) struct Recording {
    journal: Journal,
}

impl Recording {
    /// Goes on with the record of a rollback.
    pub(super) fn open(course: &Course) -> Result<Self, Error> {
        let path = path(&course.rollback_directory());
        let owner = owner(course.rollback()?.as_ref().unwrap_or(course));
        if !path.exists() {
            Journal::create(&path, owner)?;
        }
        Ok(Self { journal: Journal::open(&path, owner, |_, _, _| Some(()))? })
    }

    /// Writes down that these keys are going to be put back, and waits until it is on the disk.
    pub(super) fn begin<'a>(&mut self, items: impl Iterator<Item = &'a Item>) -> Result<(), Error> {
        let mut any = false;
        for item in items {
            let mut record = encode_expiry(item.expiry).to_le_bytes().to_vec();
            record.extend_from_slice(&item.key);
            self.append(PUT, &record)?;
            any = true;
        }
        if any {
            self.journal.sync()?;
        }
        Ok(())
    }

    /// Writes down that a key was not put back: somebody else has the name, or the server refuses.
    pub(super) fn left(&mut self, key: &[u8]) -> Result<(), Error> {
        self.append(LEFT, key)
    }

    fn append(&mut self, tag: u8, record: &[u8]) -> Result<(), Error> {
        self.journal.append(tag, record)?;
        Ok(())
    }
}

/// The keys that were put back, by the hashes of their names: 16 bytes for each.
///
/// One of which it is not known whether it was, because the process was killed, counts as put back:
/// the name belonged to such a key before the migration.
#[derive(Debug)]
pub(in crate::migrate) struct PutBack {
    path: PathBuf,
    owner: Owner,
    names: BTreeSet<u128>,
}

impl PutBack {
    /// Reads the record of a course; only a rollback has one.
    pub(in crate::migrate) fn read(course: &Course) -> Result<Self, Error> {
        let path = path(&course.directory);
        let mut names = BTreeSet::new();
        let owner = owner(course);
        if path.exists() {
            Journal::read(&path, owner, |_, tag, record| {
                match (tag, name_and_expiry(record)) {
                    (PUT, Some((name, _))) => drop(names.insert(xxh3_128(name))),
                    (LEFT, _) => drop(names.remove(&xxh3_128(record))),
                    _ => return None,
                }
                Some(())
            })?;
        }
        Ok(Self { path, owner, names })
    }

    /// Marks the operations whose old name was put back: that it is there says nothing.
    pub(in crate::migrate) fn excuse(&self, window: &mut Window) {
        if self.names.is_empty() {
            return;
        }
        let mut operations = std::mem::take(&mut window.operations);
        for operation in &mut operations {
            let is_back = self.names.contains(&xxh3_128(window.from(operation)));
            operation.links.reused |= is_back;
        }
        window.operations = operations;
    }

    /// Notes the keys that were put back and are not there any more.
    pub(in crate::migrate) async fn verify(
        mut self,
        deployment: &Deployment,
        report: &mut VerifyReport,
    ) -> Result<(), Error> {
        if self.names.is_empty() {
            return Ok(());
        }
        let node = deployment.primaries().first().ok_or(Error::SlotsMoved)?;
        let now = node.now().await?;
        let (sender, mut receiver) = mpsc::channel(WAITING);
        let (path, owner) = (self.path.clone(), self.owner);
        let reading = blocking::begin(move || read_chunks(&path, owner, &sender));
        while let Some(chunk) = receiver.recv().await {
            self.look(deployment, &chunk, now, report).await?;
        }
        reading.end().await?
    }

    async fn look(
        &mut self,
        deployment: &Deployment,
        chunk: &[(Vec<u8>, Expiry)],
        now: i64,
        report: &mut VerifyReport,
    ) -> Result<(), Error> {
        let names: Vec<&[u8]> = chunk.iter().map(|(name, _)| name.as_slice()).collect();
        let present = presence::present(deployment, &names).await?;
        for ((name, expiry), present) in chunk.iter().zip(present) {
            // A key that was put back twice is looked at once.
            let is_back = self.names.remove(&xxh3_128(name));
            if present || !is_back {
                continue;
            }
            if expiry.has_passed(now) {
                report.expired += 1;
                continue;
            }
            let (from, to) = (Key::from(&**name), Key::from(&**name));
            let mismatch = || Mismatch { from, to, difference: Difference::PutBackMissing };
            // A list without a file cannot fail.
            drop(report.mismatches.note(mismatch));
        }
        Ok(())
    }
}

/// Passes the keys that were to be put back on, on a thread that may block.
fn read_chunks(
    path: &Path,
    owner: Owner,
    sender: &mpsc::Sender<Vec<(Vec<u8>, Expiry)>>,
) -> Result<(), Error> {
    let mut chunk = Vec::new();
    let send = |chunk: &mut Vec<_>| {
        // Nobody listens any more only if asking failed, which is told where it is waited for.
        drop(sender.blocking_send(std::mem::take(chunk)));
    };
    Journal::read(path, owner, |_, tag, record| {
        if let (PUT, Some((name, expiry))) = (tag, name_and_expiry(record)) {
            chunk.push((name.to_vec(), expiry));
        }
        if chunk.len() >= CHUNK {
            send(&mut chunk);
        }
        Some(())
    })?;
    send(&mut chunk);
    Ok(())
}

fn name_and_expiry(record: &[u8]) -> Option<(&[u8], Expiry)> {
    let (expiry, name) = record.split_first_chunk::<8>()?;
    Some((name, decode_expiry(i64::from_le_bytes(*expiry))))
}
