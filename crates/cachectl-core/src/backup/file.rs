//! The file of a backup while it is written.

use std::{io, path::PathBuf};

use cachectl_rdb::{Entry, Record, Version};
use tokio::sync::mpsc;

use super::{Error, Options, Values, report::Counts};
use crate::{
    server::deployment::Deployment,
    steps::{
        fit::{Fit, IfUnfit, UnfitParts},
        name_hash::NameHash,
        rdb_file::{Existing, FileError, NewEntry, RdbSource, RdbTarget},
        sorter::{Sorted, Sorter},
        value_reader::Stored,
        value_writer::ValueWriter,
    },
    values::{key_type::KeyType, ttl::Expiry},
};

/// The file of a backup while it is written.
#[derive(Debug)]
pub(super) struct BackupFile {
    writer: ValueWriter,
    version: Version,
    names: Names,
    counts: Counts,
    fit: Fit,
    /// When it began, as a Unix time in milliseconds.
    began: i64,
    options: Options,
}

impl BackupFile {
    pub(super) fn create(
        deployment: &Deployment,
        options: &Options,
        version: Version,
    ) -> Result<Self, Error> {
        let writer = ValueWriter::create(&options.path, deployment, version, options.existing)?;
        Ok(Self {
            names: Names::new(writer.temporary("names")),
            writer,
            version,
            counts: Counts::default(),
            fit: Fit::new(&options.selection, None),
            began: jiff::Timestamp::now().as_millisecond(),
            options: options.clone(),
        })
    }

    /// Writes what comes, until there is nobody left to send anything.
    pub(super) fn write_all(mut self, mut values: mpsc::Receiver<Values>) -> Result<Self, Error> {
        while let Some(Values { database, fetched }) = values.blocking_recv() {
            for fetched in fetched {
                if let Some(stored) = &fetched.stored {
                    self.write(database, &fetched.key, stored)?;
                } else {
                    self.fit.key(&self.options.selection, database, &fetched.key);
                    self.counts.vanished += 1;
                }
            }
        }
        Ok(self)
    }

    fn write(&mut self, database: u64, key: &[u8], stored: &Stored) -> Result<(), Error> {
        let checked = self.writer.check(stored)?;
        if !self.options.selection.takes_type(checked.key_type) {
            return Ok(());
        }
        self.fit.key(&self.options.selection, database, key);
        self.writer.write(database, key, &checked)?;
        self.names.note(database, key).map_err(FileError::using("write", &self.options.path))?;
        let counts = &mut self.counts;
        counts.keys += 1;
        counts.value_bytes += checked.bytes();
        *counts.by_type.entry(checked.key_type).or_default() += 1;
        *counts.by_database.entry(database).or_default() += 1;
        *counts.by_ttl.entry(stored.expiry.class(self.began)).or_default() += 1;
        Ok(())
    }

    /// Refuses a file without a key where one is expected.
    ///
    /// | keys | anything selects | the file is there | verdict |
    /// |---|---|---|---|
    /// | some | – | – | written |
    /// | none, not even one that vanished | yes | – | refused |
    /// | none | – | yes | refused |
    /// | none | no, or what it selects vanished | no | written |
    fn refuse_nothing(&mut self) -> Result<(), Error> {
        let Options { selection, if_unfit, existing, path, .. } = &self.options;
        self.counts.unfit = self.fit.unfit(selection, None);
        if self.counts.keys > 0 || *if_unfit == IfUnfit::Report {
            return Ok(());
        }
        if self.fit.is_empty() && !self.counts.unfit.is_empty() {
            return Err(Error::Unfit { parts: UnfitParts(self.counts.unfit.clone()) });
        }
        if *existing == Existing::Replace && path.exists() {
            return Err(Error::Emptying { path: path.clone() });
        }
        Ok(())
    }

    /// Takes repeated keys out, and gives the file its name. Returns its size in bytes.
    pub(super) fn commit(mut self) -> Result<(Counts, u64), Error> {
        self.refuse_nothing()?;
        let using = || FileError::using("write", &self.options.path);
        let repeated = self.names.repeated().map_err(using())?;
        let target = self.writer.into_target();
        if repeated.peek().is_none() {
            return Ok((self.counts, target.commit()?));
        }
        let whole = target.finish()?;
        let source = RdbSource::open(whole.place())?;
        let target = RdbTarget::create(&self.options.path, self.version, self.options.existing)?;
        let without = Without { repeated, counts: &mut self.counts };
        let target = without.copy(source, target, self.began, &self.options)?;
        Ok((self.counts, target.commit()?))
    }
}

/// Copies a file without the entries that repeat a key.
struct Without<'a> {
    /// The entries that are left out, by their numbers.
    repeated: Sorted<1>,
    counts: &'a mut Counts,
}

impl Without<'_> {
    fn copy(
        mut self,
        mut source: RdbSource,
        mut target: RdbTarget,
        began: i64,
        options: &Options,
    ) -> Result<RdbTarget, FileError> {
        let mut number = 0;
        while let Some(record) = source.record()? {
            match record {
                Record::Aux { name, value } => target.aux(name, value)?,
                Record::Entry(entry) if self.repeated.peek() == Some(&[number]) => {
                    forget(self.counts, &entry, began);
                    self.repeated.entry().map_err(FileError::using("write", &options.path))?;
                    number += 1;
                }
                Record::Entry(Entry { db, key, expires_at, usage, value, .. }) => {
                    let value = value.as_bytes();
                    target.entry(NewEntry { db, key, expires_at, usage, value })?;
                    number += 1;
                }
                // A backup has none of these.
                Record::Resize { .. } | Record::Function(_) | Record::ModuleAux { .. } => {}
            }
        }
        Ok(target)
    }
}

/// Takes an entry out of the counts.
fn forget(counts: &mut Counts, entry: &Entry<'_>, began: i64) {
    let one_less = |count: Option<&mut u64>| {
        if let Some(count) = count {
            *count -= 1;
        }
    };
    let expiry = Expiry::from(entry.expires_at);
    counts.repeated += 1;
    counts.keys -= 1;
    counts.value_bytes -= entry.value.as_bytes().len() as u64;
    one_less(counts.by_type.get_mut(&KeyType::from(entry.value.value_type())));
    one_less(counts.by_database.get_mut(&entry.db));
    one_less(counts.by_ttl.get_mut(&expiry.class(began)));
}

/// The names in the file, to find those that are in it twice.
#[derive(Debug)]
struct Names {
    /// Hashes of names, and which entry of the file has the name.
    sorter: Sorter<3>,
    /// Where the entries that are too many are written down.
    path: PathBuf,
    hash: NameHash,
    entries: u64,
}

impl Names {
    fn new(path: PathBuf) -> Self {
        let sorter = Sorter::new(&path);
        Self { sorter, path, hash: NameHash::new(), entries: 0 }
    }

    fn note(&mut self, database: u64, key: &[u8]) -> io::Result<()> {
        let [high, low] = self.hash.of(database, key);
        self.sorter.push([high, low, self.entries])?;
        self.entries += 1;
        Ok(())
    }

    /// Returns the entries whose name an earlier one has, in order.
    fn repeated(&mut self) -> io::Result<Sorted<1>> {
        let mut names = self.sorter.take()?;
        let mut repeated = Sorter::<1>::new(&self.path);
        let mut last = None;
        while let Some([high, low, entry]) = names.entry()? {
            if last == Some((high, low)) {
                repeated.push([entry])?;
            }
            last = Some((high, low));
        }
        repeated.finish()
    }
}

#[cfg(test)]
mod tests {
    use cachectl_rdb::payload;

    use super::*;

    #[test]
    fn a_key_that_came_twice_is_in_the_file_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("backup.rdb");
        let options = Options::new(&path);
        let target = RdbTarget::create(&path, Version::new(9), options.existing).unwrap();
        let writer = ValueWriter::of(target, Version::new(9));
        let names = Names::new(writer.temporary("names"));
        let counts = Counts::default();
        let version = Version::new(9);
        let fit = Fit::default();
        let mut file = BackupFile { writer, version, names, counts, fit, began: 0, options };
        for (database, key) in [(0, "a"), (0, "b"), (0, "a"), (1, "a"), (0, "c"), (0, "b")] {
            let mut dumped = b"\x00\x01x".to_vec();
            payload::seal(&mut dumped, version);
            let stored = Stored { payload: dumped, expiry: Expiry::Never, usage: None };
            file.write(database, key.as_bytes(), &stored).unwrap();
        }
        let (counts, _) = file.commit().unwrap();
        assert_eq!((counts.keys, counts.repeated, counts.value_bytes), (4, 2, 12));
        let mut source = RdbSource::open(&path).unwrap();
        let mut found = Vec::new();
        while let Some(record) = source.record().unwrap() {
            if let Record::Entry(entry) = record {
                found.push((entry.db, String::from_utf8(entry.key.to_vec()).unwrap()));
            }
        }
        let expected = [(0, "a"), (0, "b"), (1, "a"), (0, "c")];
        assert_eq!(found, expected.map(|(database, key)| (database, key.to_owned())));
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
