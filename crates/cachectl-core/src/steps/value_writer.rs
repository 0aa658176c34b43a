//! Writes values as servers gave them into an RDB file.

use cachectl_rdb::{Dialect, Error as RdbError, Payload, RawValue, Version};

use super::{
    rdb_file::{Existing, FileError, NewEntry, RdbTarget},
    value_reader::Stored,
};
use crate::{
    server::deployment::Deployment,
    values::{key_type::KeyType, ttl::Expiry},
    vocabulary::error_kind::ErrorKind,
};

/// Why a value could not be written.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum WriteError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("the server's answer to `DUMP` is damaged")]
    Payload { source: RdbError },
    #[error("a value is stored as RDB version {found}, and the file is of version {version}")]
    MixedVersions { version: u16, found: u16 },
}

impl WriteError {
    /// Returns the class of failure, which decides the exit code.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::File(error) => error.kind(),
            Self::Payload { .. } => ErrorKind::Unreachable,
            Self::MixedVersions { .. } => ErrorKind::Refused,
        }
    }
}

/// An RDB file that values are written into.
#[derive(Debug)]
pub struct ValueWriter {
    target: RdbTarget,
    version: Version,
}

/// A value that is about to be written.
#[derive(Debug)]
pub struct Checked<'a> {
    value: RawValue<'a>,
    stored: &'a Stored,
    /// Its type.
    pub key_type: KeyType,
}

impl Checked<'_> {
    /// Returns how many bytes it has.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.value.as_bytes().len() as u64
    }
}

impl ValueWriter {
    /// Writes values into a file that was begun.
    #[must_use]
    pub fn of(target: RdbTarget, version: Version) -> Self {
        Self { target, version }
    }

    /// Creates the file, and says in it who gave the values and when, as a server does.
    ///
    /// # Errors
    ///
    /// As [`RdbTarget::create`].
    pub fn create(
        path: &std::path::Path,
        deployment: &Deployment,
        version: Version,
        existing: Existing,
    ) -> Result<Self, FileError> {
        let mut target = RdbTarget::create(path, version, existing)?;
        if let Some(node) = deployment.primaries().first() {
            let identity = &node.identity;
            let name = if identity.product == "valkey" { "valkey-ver" } else { "redis-ver" };
            let version = identity.version.to_string();
            target.aux(name.as_bytes(), version.as_bytes())?;
        }
        let seconds = jiff::Timestamp::now().as_second().to_string();
        target.aux(b"ctime", seconds.as_bytes())?;
        Ok(Self::of(target, version))
    }

    /// Checks what a server gave: its checksum, and whether the file can hold it.
    ///
    /// Primaries of different versions may serve one keyspace while they are upgraded.
    ///
    /// # Errors
    ///
    /// Fails if the payload is damaged, or of a version that the file's does not include.
    pub fn check<'a>(&self, stored: &'a Stored) -> Result<Checked<'a>, WriteError> {
        let payload = Payload::parse(&stored.payload);
        let value = payload.map_err(|source| WriteError::Payload { source })?.value();
        let found = value.version();
        if found != self.version && !Dialect::of_version(self.version).knows(value.encoding()) {
            let version = self.version.number();
            return Err(WriteError::MixedVersions { version, found: found.number() });
        }
        Ok(Checked { value, stored, key_type: KeyType::from(value.value_type()) })
    }

    /// Writes a value.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    pub fn write(
        &mut self,
        database: u64,
        key: &[u8],
        checked: &Checked<'_>,
    ) -> Result<(), FileError> {
        let Checked { value, stored, .. } = checked;
        let expires_at = match stored.expiry {
            Expiry::Never => None,
            Expiry::At(at) => Some(at),
        };
        let (usage, value) = (stored.usage, value.as_bytes());
        self.target.entry(NewEntry { db: database, key, expires_at, usage, value })
    }

    /// Returns the file, to be ended.
    #[must_use]
    pub fn into_target(self) -> RdbTarget {
        self.target
    }

    /// Returns where something can be put that is needed while the file is written.
    #[must_use]
    pub fn temporary(&self, name: &str) -> std::path::PathBuf {
        self.target.temporary(name)
    }
}
