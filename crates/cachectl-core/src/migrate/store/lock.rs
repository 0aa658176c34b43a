//! Locks: who is at work on a migration, and whose turn it is to begin one.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
    thread,
    time::Duration,
};

use tokio::time::{self, Instant};

use super::Store;
use crate::{migrate::Error, steps::files};

/// How often a lock is tried that somebody may only be looking at.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(10);
/// How long beginning a migration may take, which copies its plan.
const TURN: Duration = Duration::from_secs(60);

/// Takes the lock of a migration; `None` if another process has it.
#[expect(clippy::disallowed_methods, reason = "it is over after 200 ms, and hardly ever begins")]
pub(super) fn take(directory: &Path) -> Result<Option<File>, Error> {
    let path = directory.join("lock");
    let file = open(&path)?;
    for _ in 0..TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            // Whoever asks whether a migration runs has its lock for a moment.
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
            Err(TryLockError::Error(source)) => return Err(Error::file("lock", &path)(source)),
        }
    }
    Ok(None)
}

/// Returns whether a process is at work on a migration.
pub(super) fn is_running(directory: &Path) -> Result<bool, Error> {
    let path = directory.join("lock");
    let file = match files::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        file => file.map_err(Error::file("open", &path))?,
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(source)) => Err(Error::file("lock", &path)(source)),
    }
}

/// The right to begin a migration. There is one for all of a state directory, so that what was
/// found out about the others holds until it has begun.
#[derive(Debug)]
pub struct Turn {
    _lock: File,
}

impl Store {
    /// Waits until nobody else is beginning a migration.
    ///
    /// # Errors
    ///
    /// Fails if somebody does so for a minute, or files cannot be written.
    pub async fn turn(&self) -> Result<Turn, Error> {
        self.create()?;
        let path = self.directory.join("lock");
        let file = open(&path)?;
        let patience = Instant::now() + TURN;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Turn { _lock: file }),
                Err(TryLockError::WouldBlock) if Instant::now() < patience => {
                    time::sleep(PAUSE).await;
                }
                Err(error) => return Err(Error::file("lock", &path)(error.into())),
            }
        }
    }
}

fn open(path: &Path) -> Result<File, Error> {
    files::open_or_create(path).map_err(Error::file("open", path))
}
