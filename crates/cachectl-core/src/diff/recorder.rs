//! Writes down what is read of a side.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use cachectl_rdb::{Payload, RawValue};
use jiff::Timestamp;
use tokio::sync::mpsc;

use super::{
    Error,
    names::Names,
    record::{Content, Form, NUMBERS, Record},
    scope::Scope,
};
use crate::{
    steps::{
        fit::Fit,
        name_hash::NameHash,
        sorter::{Sorted, Sorter},
        value_fetch::Fetched,
        value_reader::Stored,
    },
    values::{key::Key, key_type::KeyType, ttl::Expiry},
};

/// Where temporary files are put, and what they are called while they have a name.
#[derive(Clone, Debug)]
pub(super) struct Workspace {
    directory: PathBuf,
    run: u32,
}

impl Workspace {
    pub(super) fn new(directory: &Path) -> Self {
        Self { directory: directory.to_owned(), run: rand::random() }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(format!("diff-{:08x}-{name}", self.run))
    }
}

/// What is on its way from servers to the recorder.
#[derive(Debug)]
pub(super) enum Batch {
    Values { database: u64, fetched: Vec<Fetched> },
    Outside { database: u64, keys: Vec<Vec<u8>> },
}

/// Writes down what is read of a side.
#[derive(Debug)]
pub(super) struct Recorder {
    scope: Arc<Scope>,
    hash: NameHash,
    names: Names,
    sorter: Sorter<NUMBERS>,
    renamed: Vec<u8>,
    fit: Fit,
    expired: u64,
    empty: u64,
}

/// What was read of a side.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) records: Sorted<NUMBERS>,
    pub(super) names: Names,
    /// What the keys fit that are meant by their names.
    pub(super) fit: Fit,
    /// Keys that have nothing left but fields which are over their time.
    pub(super) expired: u64,
    /// Collections without elements, which old files have and no server keeps.
    pub(super) empty: u64,
}

impl Recorder {
    pub(super) fn create(
        scope: &Arc<Scope>,
        hash: NameHash,
        workspace: &Workspace,
    ) -> Result<Self, Error> {
        let side = scope.side;
        Ok(Self {
            scope: Arc::clone(scope),
            hash,
            names: Names::create(&workspace.path(&format!("{side}-names")))?,
            sorter: Sorter::new(&workspace.path(&format!("{side}-records"))),
            renamed: Vec::new(),
            fit: Fit::new(&scope.selection, scope.rules.as_ref()),
            expired: 0,
            empty: 0,
        })
    }

    /// Writes down what comes, until there is nobody left to send anything.
    pub(super) fn record_all(
        mut self,
        mut batches: mpsc::Receiver<Batch>,
    ) -> Result<Recorded, Error> {
        while let Some(batch) = batches.blocking_recv() {
            match batch {
                Batch::Values { database, fetched } => {
                    for Fetched { key, stored } in fetched {
                        if let Some(stored) = stored {
                            self.stored(database, &key, &stored)?;
                        }
                    }
                }
                Batch::Outside { database, keys } => {
                    for key in keys {
                        self.outside(database, &key, Expiry::Never)?;
                    }
                }
            }
        }
        self.finish()
    }

    fn stored(&mut self, database: u64, key: &[u8], stored: &Stored) -> Result<(), Error> {
        let payload = payload(&self.scope, key, stored)?;
        self.value(database, key, payload.value(), stored.expiry)
    }

    /// Writes a key with its value down.
    pub(super) fn value(
        &mut self,
        database: u64,
        key: &[u8],
        value: RawValue<'_>,
        expiry: Expiry,
    ) -> Result<(), Error> {
        self.fit.key(&self.scope.selection, database, key);
        if value.is_empty_collection() {
            let key_type = KeyType::from(value.value_type());
            self.empty += u64::from(self.scope.selection.takes_type(key_type));
            return Ok(());
        }
        if let Some(content) = Content::of(value, expiry, &self.scope.selection, now()) {
            return self.record(database, key, content);
        }
        self.expired += 1;
        Ok(())
    }

    /// Writes a name down that is not meant.
    pub(super) fn outside(
        &mut self,
        database: u64,
        key: &[u8],
        expiry: Expiry,
    ) -> Result<(), Error> {
        self.record(database, key, Content::outside(expiry))
    }

    fn record(&mut self, database: u64, key: &[u8], content: Content) -> Result<(), Error> {
        let name = self.names.push(database, key)?;
        let number = self.scope.number(database);
        let hash = if self.scope.rules.is_some() {
            let rule = self.scope.rename(key, &mut self.renamed);
            if let Some(rule) = rule.filter(|_| content.form != Form::Outside) {
                self.fit.rule(rule);
            }
            self.hash.of(number, &self.renamed)
        } else {
            self.hash.of(number, key)
        };
        Ok(self.sorter.push(Record { hash, name, content }.into())?)
    }

    /// Sorts what was written down.
    pub(super) fn finish(mut self) -> Result<Recorded, Error> {
        self.names.flush()?;
        let records = self.sorter.finish()?;
        let Self { names, fit, expired, empty, .. } = self;
        Ok(Recorded { records, names, fit, expired, empty })
    }
}

/// Checks what a server has answered.
pub(super) fn payload<'a>(
    scope: &Scope,
    key: &[u8],
    stored: &'a Stored,
) -> Result<Payload<'a>, Error> {
    let side = scope.side;
    let damaged = |source| Error::Payload { side, key: Key::from(key), source };
    Payload::parse(&stored.payload).map_err(damaged)
}

/// Returns the time, as a Unix time in milliseconds.
pub(super) fn now() -> i64 {
    Timestamp::now().as_millisecond()
}
