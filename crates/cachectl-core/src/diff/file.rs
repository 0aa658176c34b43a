//! A side that is an RDB file, while it is read.

use cachectl_rdb::{Entry, Record};

use super::{
    Error,
    recorder::{Recorded, Recorder},
    scope::Scope,
    watch::Watched,
};
use crate::{
    steps::rdb_file::{FileError, RdbSource},
    values::ttl::Expiry,
};

/// How many keys pass between two looks at whether to stop.
const STRIDE: u64 = 256;

/// Reads every key that is meant, with its value; on the calling thread.
pub(super) fn read(
    mut source: RdbSource,
    scope: &Scope,
    mut recorder: Recorder,
    watched: &Watched,
) -> Result<Recorded, Error> {
    let failed = |error| failed(scope, error);
    source.keep_empties();
    let mut keys = 0;
    while let Some(record) = source.record().map_err(&failed)? {
        if let Record::Entry(entry) = record {
            note(&entry, scope, &mut recorder)?;
            keys += 1;
            if keys % STRIDE == 0 {
                watched.read(STRIDE);
                watched.check()?;
            }
        }
    }
    watched.read(keys % STRIDE);
    recorder.finish()
}

fn note(entry: &Entry<'_>, scope: &Scope, recorder: &mut Recorder) -> Result<(), Error> {
    let expiry = Expiry::from(entry.expires_at);
    if !scope.selection.takes_database(entry.db) {
        Ok(())
    } else if scope.selection.takes_key(entry.key) {
        recorder.value(entry.db, entry.key, entry.value, expiry)
    } else if scope.needs_outside() {
        recorder.outside(entry.db, entry.key, expiry)
    } else {
        Ok(())
    }
}

/// Says which side an error is about.
pub(super) fn failed(scope: &Scope, source: FileError) -> Error {
    Error::File { side: scope.side, source }
}
