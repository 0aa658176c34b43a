//! What a server holds, seen without the code under test.

mod canonical;
mod counters;
mod expiry;

use std::collections::BTreeMap;
use std::fmt;

use redis::Value;
use sha2::{Digest as _, Sha256};

use crate::Server;
use crate::resp::{self, Batch};

use expiry::Expiry;

pub use counters::WriteCounters;
pub(crate) use counters::write_counters;

/// How many keys are asked about in one write.
const BATCH: usize = 500;

/// A SHA-256 that two servers share only if they hold the same keys, values and expiries.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// What is known about one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name of the type, as `TYPE` gives it.
    pub kind: String,
    /// A digest of the value; of a hash with its fields' expiries, of a stream with its groups.
    pub value: Digest,
    /// When the key expires, in milliseconds since 1970.
    pub expires_at: Option<i64>,
}

/// Everything a server holds: an entry for each database and key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    entries: BTreeMap<(u32, Vec<u8>), Entry>,
}

impl Snapshot {
    /// Returns the entries, in the order of database and key.
    #[must_use]
    pub const fn entries(&self) -> &BTreeMap<(u32, Vec<u8>), Entry> {
        &self.entries
    }

    /// Returns the entry of a key in database 0.
    #[must_use]
    pub fn get(&self, key: impl AsRef<[u8]>) -> Option<&Entry> {
        self.entries.get(&(0, key.as_ref().to_vec()))
    }

    /// Returns how many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the snapshot that a perfect rename of every key would lead to.
    ///
    /// `rename` answers the new name of a key, or `None` for a key that stays. Panics when two keys
    /// would end up under one name.
    #[track_caller]
    #[must_use]
    pub fn renamed(&self, mut rename: impl FnMut(&[u8]) -> Option<Vec<u8>>) -> Self {
        let mut entries = BTreeMap::new();
        for ((db, old), entry) in &self.entries {
            let new = rename(old).unwrap_or_else(|| old.clone());
            let taken = entries.insert((*db, new), entry.clone());
            assert!(taken.is_none(), "two keys get the new name of `{}`", old.escape_ascii());
        }
        Self { entries }
    }

    /// Puts the keys of another server in; the servers of a cluster share no key.
    #[track_caller]
    pub fn merge(&mut self, other: Self) {
        for ((db, key), entry) in other.entries {
            let name = key.escape_ascii().to_string();
            let taken = self.entries.insert((db, key), entry);
            assert!(taken.is_none(), "two servers have the key `{name}`");
        }
    }

    /// Returns a digest of the whole.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut hasher = Sha256::new();
        for ((db, key), entry) in &self.entries {
            hasher.update(db.to_be_bytes());
            for part in [key.as_slice(), entry.kind.as_bytes(), &entry.value.0] {
                hasher.update(part.len().to_be_bytes());
                hasher.update(part);
            }
            hasher.update(entry.expires_at.unwrap_or(-1).to_be_bytes());
        }
        Digest(hasher.finalize().into())
    }

    /// Panics with the first few differences unless this snapshot equals `expected`.
    ///
    /// Comparing two snapshots of 100,000 keys with `assert_eq!` would print all of them.
    #[track_caller]
    pub fn assert_equals(&self, expected: &Self) {
        let missing = expected.entries.iter().filter(|(name, _)| !self.entries.contains_key(name));
        let missing = missing.map(|(name, entry)| format!("missing {}: {entry:?}", shown(name)));
        let wrong =
            self.entries.iter().filter_map(|(name, entry)| match expected.entries.get(name) {
                None => Some(format!("unexpected {}: {entry:?}", shown(name))),
                Some(same) if same == entry => None,
                Some(other) => Some(format!("{} is {entry:?}, expected is {other:?}", shown(name))),
            });
        let differences: Vec<String> = missing.chain(wrong).collect();
        let first: Vec<&str> = differences.iter().take(10).map(String::as_str).collect();
        let count = differences.len();
        assert!(
            differences.is_empty(),
            "{count} differences, the first are:\n{}",
            first.join("\n")
        );
    }
}

fn shown((db, key): &(u32, Vec<u8>)) -> String {
    format!("`{}` in database {db}", key.escape_ascii())
}

/// How much of a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Everything that this server knows.
    Full,
    /// What every release can keep: without the statistics of streams.
    Portable,
}

/// Reads everything that `server` holds. Keys that expire meanwhile are left out.
#[track_caller]
pub(crate) fn snapshot(server: &Server, scope: Scope) -> Snapshot {
    let capabilities = Capabilities::of(server);
    // From 7.2 on, looking at a key need not count as a use of it; older servers refuse the command.
    server.command(&["CLIENT", "NO-TOUCH", "ON"]);
    let mut entries = BTreeMap::new();
    for db in databases(server) {
        select(server, db);
        let mut keys = keys(server);
        // They tell how far a migration has come, and outlive it: data of nobody.
        keys.retain(|key| !is_marker(key));
        for keys in keys.chunks(BATCH) {
            let found = read(server, keys, scope, capabilities);
            entries.extend(found.into_iter().map(|(key, entry)| ((db, key), entry)));
        }
    }
    select(server, 0);
    server.command(&["CLIENT", "NO-TOUCH", "OFF"]);
    Snapshot { entries }
}

/// Returns whether a key is a marker of a migration: `cachectl:{TAG}:marker:…`.
pub(crate) fn is_marker(key: &[u8]) -> bool {
    let rest = key.strip_prefix(b"cachectl:{");
    let end = rest.and_then(|rest| Some(rest.split_at(rest.iter().position(|it| *it == b'}')?).1));
    end.is_some_and(|rest| rest.starts_with(b"}:marker:"))
}

#[derive(Clone, Copy, Debug)]
struct Capabilities {
    /// `PEXPIRETIME`, from 7.0 on.
    absolute_expiry: bool,
    /// `HPEXPIRETIME`.
    field_expiry: bool,
}

impl Capabilities {
    fn of(server: &Server) -> Self {
        Self {
            absolute_expiry: server.installation().version() >= (7, 0, 0),
            field_expiry: server.installation().has(crate::Feature::HashFieldTtl),
        }
    }
}

#[track_caller]
fn select(server: &Server, db: u32) {
    let answer = server.command(&["SELECT", &db.to_string()]);
    assert!(matches!(answer, Value::Okay), "cannot select database {db}: {answer:?}");
}

/// Returns the databases that hold keys.
#[track_caller]
fn databases(server: &Server) -> Vec<u32> {
    let keyspace = server.info("keyspace");
    keyspace.keys().filter_map(|name| name.strip_prefix("db")?.parse().ok()).collect()
}

/// Returns every key of the selected database.
#[track_caller]
fn keys(server: &Server) -> Vec<Vec<u8>> {
    let mut cursor = b"0".to_vec();
    let mut keys = Vec::new();
    loop {
        let page = server.command(&[b"SCAN".as_slice(), &cursor, b"COUNT", b"2000"]);
        let mut page = resp::elements(page).into_iter();
        let (Some(next), Some(found)) = (page.next().and_then(resp::bytes), page.next()) else {
            panic!("the server does not answer SCAN");
        };
        keys.extend(resp::elements(found).into_iter().filter_map(resp::bytes));
        if next == b"0" {
            return keys;
        }
        cursor = next;
    }
}

#[track_caller]
fn read(
    server: &Server,
    keys: &[Vec<u8>],
    scope: Scope,
    capabilities: Capabilities,
) -> Vec<(Vec<u8>, Entry)> {
    let mut batch = Batch::new();
    for key in keys {
        batch.push(&[b"TYPE", key.as_slice()]);
    }
    let kinds: Vec<String> = server
        .pipeline(&batch)
        .into_iter()
        .map(|kind| resp::text(kind).unwrap_or_default())
        .collect();
    let expiries = expiry::read(server, keys, capabilities.absolute_expiry);
    let values = canonical::read(server, keys, &kinds, (scope, capabilities.field_expiry));
    let described = kinds.into_iter().zip(expiries).zip(values);
    let entries = keys.iter().zip(described).filter_map(|(key, ((kind, expiry), value))| {
        let expires_at = match expiry {
            Expiry::Gone => return None,
            Expiry::Never => None,
            Expiry::At(moment) => Some(moment),
        };
        let entry = Entry { kind, value: value?, expires_at };
        Some((key.clone(), entry))
    });
    entries.collect()
}
