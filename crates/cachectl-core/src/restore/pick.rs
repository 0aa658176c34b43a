//! Which entries of a file are restored, under which names, and until when.

use cachectl_rdb::{Entry, Error as RdbError, ErrorKind, headroom};

use super::{Error, Options, Ttl};
use crate::{
    server::deployment::Deployment,
    steps::rdb_file::FileError,
    values::{key_type::KeyType, ttl::Expiry},
    vocabulary::bug::Bug,
};

/// From how many bytes on a name is not copied, nor kept beside another one.
pub(super) const LARGE_NAME: usize = 1 << 20;
/// How many times its size it takes to make another name of a large one.
const TO_RENAME: usize = 4;

/// Decides about the entries of a file: the same way when they are checked and when they are
/// restored.
#[derive(Clone, Debug)]
pub(super) struct Picker {
    options: Options,
    /// The server's clock, as a Unix time in milliseconds.
    now: i64,
    /// When the file was written, as a Unix time in milliseconds, once that was read.
    written_at: Option<i64>,
}

/// What is decided about an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Picked {
    /// The selection leaves it out.
    Excluded,
    /// It is a collection without elements, which no server keeps.
    Empty { rule: Option<u16> },
    /// Its time is over.
    Expired { rule: Option<u16> },
    /// It goes to this database, until then.
    Taken { database: u64, expiry: Expiry, rule: Option<u16> },
}

/// Returns the name of an entry on the server: what a rule has written, or else the one that it has.
pub(super) fn name_of<'a>(rule: Option<u16>, key: &'a [u8], written: &'a [u8]) -> &'a [u8] {
    rule.map_or(key, |_| written)
}

impl Picker {
    /// Asks the first primary what time it is.
    pub(super) async fn start(options: &Options, deployment: &Deployment) -> Result<Self, Error> {
        let node = deployment.primaries().first();
        let node = node.ok_or(Bug::Impossible("a deployment has no primary"))?;
        Ok(Self { options: options.clone(), now: node.now().await?, written_at: None })
    }

    /// Takes note of what the writer of the file says of itself.
    pub(super) fn about(&mut self, name: &[u8], value: &[u8]) {
        if name == b"ctime" {
            let seconds = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
            self.written_at = seconds.and_then(|seconds: i64| seconds.checked_mul(1000));
        }
    }

    /// Returns when the file was written, as a Unix time in seconds.
    pub(super) fn written_at(&self) -> Option<i64> {
        self.written_at.map(|at| at / 1000)
    }

    /// Decides about an entry, and writes its name on the server to `name` if that is another one.
    pub(super) fn pick(&self, entry: &Entry<'_>, name: &mut Vec<u8>) -> Result<Picked, Error> {
        let selection = &self.options.selection;
        let selected = selection.takes_database(entry.db)
            && selection.takes_type(KeyType::from(entry.value.value_type()))
            && selection.takes_key(entry.key);
        if !selected {
            return Ok(Picked::Excluded);
        }
        let expiry = self.expiry(entry.expires_at)?;
        let rule = self.rename(entry, name)?;
        if entry.value.is_empty_collection() {
            return Ok(Picked::Empty { rule });
        }
        if expiry.has_passed(self.now) {
            return Ok(Picked::Expired { rule });
        }
        Ok(Picked::Taken { database: self.options.into.unwrap_or(entry.db), expiry, rule })
    }

    fn rename(&self, entry: &Entry<'_>, name: &mut Vec<u8>) -> Result<Option<u16>, Error> {
        let Some(rules) = &self.options.rules else {
            return Ok(None);
        };
        let bytes = entry.key.len();
        if bytes > LARGE_NAME && !headroom::is_there(bytes.saturating_mul(TO_RENAME)) {
            return Err(self.too_big(entry));
        }
        Ok(rules.verdict(entry.key, name).map(|verdict| verdict.rule))
    }

    /// Returns the error that there is no memory for what is to be done with a key.
    pub(super) fn too_big(&self, entry: &Entry<'_>) -> Error {
        let error = RdbError::new(entry.offset, ErrorKind::TooBig("a key"));
        FileError::of(self.options.file.name(), error).into()
    }

    fn expiry(&self, expires_at: Option<i64>) -> Result<Expiry, Error> {
        let Some(at) = expires_at else {
            return Ok(Expiry::Never);
        };
        match self.options.ttl {
            Ttl::Keep => Ok(Expiry::At(at)),
            Ttl::Drop => Ok(Expiry::Never),
            Ttl::Shift => {
                let written_at = self.written_at.ok_or(Error::NoTime)?;
                let age = self.now.saturating_sub(written_at).max(0);
                Ok(Expiry::At(at.saturating_add(age)))
            }
        }
    }
}
