//! The file of a backup while it is written.

use std::path::PathBuf;

use cachectl_rdb::{Dialect, Payload, RawValue, Record, Version};
use tokio::sync::mpsc;

use super::{Error, Options, Values, report::Counts};
use crate::{
    server::deployment::Deployment,
    steps::{
        name_hash::NameHash,
        rdb_file::{FileError, RdbSource, RdbTarget},
        selection::Selection,
        sorter::Sorter,
        value_reader::Stored,
    },
    values::{key_type::KeyType, ttl::Expiry},
};

/// The file of a backup while it is written.
#[derive(Debug)]
pub(super) struct BackupFile {
    target: RdbTarget,
    version: Version,
    selection: Selection,
    names: Names,
    counts: Counts,
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
        let began = jiff::Timestamp::now().as_millisecond();
        let mut target = RdbTarget::create(&options.path, version, options.existing)?;
        write_head(&mut target, deployment, began)?;
        Ok(Self {
            names: Names::new(target.temporary("names")),
            target,
            version,
            selection: options.selection.clone(),
            counts: Counts::default(),
            began,
            options: options.clone(),
        })
    }

    /// Writes what comes, until there is nobody left to send anything.
    pub(super) fn write_all(mut self, mut values: mpsc::Receiver<Values>) -> Result<Self, Error> {
        while let Some(Values { database, fetched }) = values.blocking_recv() {
            for fetched in fetched {
                match &fetched.stored {
                    Some(stored) => self.write(database, &fetched.key, stored)?,
                    None => self.counts.vanished += 1,
                }
            }
        }
        Ok(self)
    }

    fn write(&mut self, database: u64, key: &[u8], stored: &Stored) -> Result<(), Error> {
        let payload = Payload::parse(&stored.payload);
        let payload = payload.map_err(|source| Error::Payload { source })?;
        let value = payload.value();
        let key_type = KeyType::from(value.value_type());
        if !self.selection.takes_type(key_type) {
            return Ok(());
        }
        self.check_version(payload.version(), value)?;
        let failed = self.target.error();
        let expires_at = match stored.expiry {
            Expiry::Never => None,
            Expiry::At(at) => Some(at),
        };
        let writer = &mut self.target.writer;
        writer.entry(database, key, expires_at, stored.usage, value.as_bytes()).map_err(&failed)?;
        self.names.note(database, key).map_err(FileError::using("write", &self.options.path))?;
        let counts = &mut self.counts;
        counts.keys += 1;
        counts.value_bytes += value.as_bytes().len() as u64;
        *counts.by_type.entry(key_type).or_default() += 1;
        *counts.by_database.entry(database).or_default() += 1;
        *counts.by_ttl.entry(stored.expiry.class(self.began)).or_default() += 1;
        Ok(())
    }

    /// Primaries of different versions may serve one keyspace while they are upgraded.
    fn check_version(&self, found: Version, value: RawValue<'_>) -> Result<(), Error> {
        if found == self.version || Dialect::of_version(self.version).knows(value.encoding()) {
            return Ok(());
        }
        Err(Error::MixedVersions { version: self.version.number(), found: found.number() })
    }

    /// Takes repeated keys out, and gives the file its name. Returns its size in bytes.
    pub(super) fn commit(mut self) -> Result<(Counts, u64), Error> {
        let using = || FileError::using("write", &self.options.path);
        let mut repeated = self.names.repeated().map_err(using())?;
        let Some(first) = repeated.entry().map_err(using())? else {
            return Ok((self.counts, self.target.commit()?));
        };
        let mut next = Some(first);
        let whole = self.target.finish()?;
        let mut source = RdbSource::open(whole.place())?;
        let mut target =
            RdbTarget::create(&self.options.path, self.version, self.options.existing)?;
        let (read, written) = (source.error(), target.error());
        let mut ordinal = 0;
        while let Some(record) = source.reader.record().map_err(&read)? {
            match record {
                Record::Aux { name, value } => target.writer.aux(name, value).map_err(&written)?,
                Record::Entry(entry) => {
                    if next == Some([ordinal]) {
                        forget(&mut self.counts, &entry, self.began);
                        next = repeated.entry().map_err(using())?;
                    } else {
                        let (key, value) = (entry.key, entry.value.as_bytes());
                        let writer = &mut target.writer;
                        let (at, usage) = (entry.expires_at, entry.usage);
                        writer.entry(entry.db, key, at, usage, value).map_err(&written)?;
                    }
                    ordinal += 1;
                }
                Record::Resize { .. } | Record::Function(_) | Record::ModuleAux { .. } => {}
            }
        }
        Ok((self.counts, target.commit()?))
    }
}

/// Takes an entry out of the counts.
fn forget(counts: &mut Counts, entry: &cachectl_rdb::Entry<'_>, began: i64) {
    let one_less = |count: Option<&mut u64>| {
        if let Some(count) = count {
            *count -= 1;
        }
    };
    let expiry = entry.expires_at.map_or(Expiry::Never, Expiry::At);
    counts.repeated += 1;
    counts.keys -= 1;
    counts.value_bytes -= entry.value.as_bytes().len() as u64;
    one_less(counts.by_type.get_mut(&KeyType::from(entry.value.value_type())));
    one_less(counts.by_database.get_mut(&entry.db));
    one_less(counts.by_ttl.get_mut(&expiry.class(began)));
}

/// Says who wrote the file and when, as a server does.
fn write_head(
    target: &mut RdbTarget,
    deployment: &Deployment,
    began: i64,
) -> Result<(), FileError> {
    let failed = target.error();
    let identity = deployment.primaries().first().map(|node| &node.identity);
    if let Some(identity) = identity {
        let name = if identity.product == "valkey" { "valkey-ver" } else { "redis-ver" };
        let version = identity.version.to_string();
        target.writer.aux(name.as_bytes(), version.as_bytes()).map_err(&failed)?;
    }
    let seconds = (began / 1000).to_string();
    target.writer.aux(b"ctime", seconds.as_bytes()).map_err(&failed)
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

    fn note(&mut self, database: u64, key: &[u8]) -> std::io::Result<()> {
        let [high, low] = self.hash.of(database, key);
        self.sorter.push([high, low, self.entries])?;
        self.entries += 1;
        Ok(())
    }

    /// Returns the entries whose name an earlier one has, in order.
    fn repeated(&mut self) -> std::io::Result<crate::steps::sorter::Sorted<1>> {
        let empty = Sorter::new(&self.path);
        let mut names = std::mem::replace(&mut self.sorter, empty).finish()?;
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
