//! Looks into an RDB file, without a server.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, HashMap},
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use cachectl_rdb::{Entry, Record};
use serde::Serialize;

use super::Error;
use crate::{
    steps::{
        name_hash::NameHash,
        rdb_file::{Depth, Ending, FileError, Progress, RdbSource},
        selection::Selection,
        sorter::Sorter,
    },
    values::{
        key::Key,
        key_type::KeyType,
        ttl::{Expiry, TtlClass},
    },
    vocabulary::{
        control::Control,
        outcome::Outcome,
        progress::{Event, Phase},
        seconds::seconds,
    },
};

/// How many values of the biggest are listed, and how many prefixes.
const TOP: usize = 20;
/// How many prefixes are told apart; what comes after that is counted as `other_prefixes`.
const PREFIXES: usize = 10_000;
/// How many bytes are kept of a name. What is longer is cut, and as a prefix not told apart.
const LONGEST: usize = 4096;
/// How many fields are kept of those that the writer of the file says of itself.
const ABOUT: usize = 256;
/// How many records pass between two looks at the clock and at who wants to stop.
const STRIDE: u64 = 4096;

/// What is in an RDB file.
#[derive(Clone, Debug, Serialize)]
pub struct Contents {
    /// The file.
    pub path: PathBuf,
    /// The version of the RDB format it is written in.
    pub rdb_version: u16,
    /// The size of the file, in bytes.
    pub bytes: u64,
    /// What the writer of the file says of itself: names and values as they are stored.
    pub about: BTreeMap<String, String>,
    /// How many selected keys there are.
    pub keys: u64,
    /// How many of them have a name that an earlier one has. A server refuses to load such a file.
    pub repeated: u64,
    /// How many of them are streams that remember what their producers have sent, which only Redis
    /// from 8.6 on does.
    pub remembering_streams: u64,
    /// How many of them are over their time already.
    pub expired: u64,
    /// How many bytes the values have, as they are serialised.
    pub value_bytes: u64,
    /// Keys and bytes by type.
    pub by_type: BTreeMap<KeyType, Share>,
    /// Keys and bytes by the way values are stored.
    pub by_encoding: BTreeMap<String, Share>,
    /// Keys and bytes by database.
    pub by_database: BTreeMap<u64, Share>,
    /// Keys by the time they have left now.
    pub by_ttl: BTreeMap<TtlClass, u64>,
    /// The prefixes with the most bytes: names up to their first `:`.
    pub prefixes: Vec<Prefix>,
    /// Keys and bytes of prefixes that were not told apart, because there are too many.
    pub other_prefixes: Share,
    /// The biggest values.
    pub biggest: Vec<Big>,
    /// How many functions there are.
    pub functions: u64,
    /// Modules that left data outside of keys, and how many bytes.
    pub module_data: BTreeMap<String, u64>,
    /// What is known of the file as a whole.
    #[serde(flatten)]
    pub ending: Ending,
    /// How long it took.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub elapsed: Duration,
    /// How it came out.
    pub outcome: Outcome,
}

/// Keys, and the bytes of their values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// How many keys.
    pub keys: u64,
    /// How many bytes their values have, as they are serialised.
    pub bytes: u64,
}

impl Share {
    fn add(&mut self, bytes: u64) {
        self.keys += 1;
        self.bytes += bytes;
    }
}

/// The keys whose names begin alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Prefix {
    /// What the names begin with, the `:` included; a name without one is a prefix of its own
    /// kind, the empty one.
    pub prefix: Key,
    /// Keys and bytes.
    #[serde(flatten)]
    pub share: Share,
}

/// A big value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Big {
    /// How many bytes it has, as it is serialised.
    pub bytes: u64,
    /// Its key.
    pub key: Key,
    /// Its database.
    pub database: u64,
    /// Its type.
    #[serde(rename = "type")]
    pub key_type: KeyType,
}

/// Counts what is in an RDB file, of whatever server.
///
/// Works on the calling thread; memory does not grow with the file, nor with its values.
/// `workspace` is a directory for temporary files, which lose their names at once.
///
/// # Errors
///
/// Fails if the file cannot be read or is damaged, the temporary files cannot be written, and if the
/// operator stops it.
pub fn inspect(
    mut source: RdbSource,
    selection: &Selection,
    workspace: &Path,
    control: &Control<'_>,
) -> Result<Contents, Error> {
    let begun = Instant::now();
    source.read_values(Depth::Heads);
    let progress = source.progress();
    let mut tally = Tally::new(&source, workspace);
    control.tell(Phase::Check, Event::Started(progress.size));
    let mut records: u64 = 0;
    while let Some(record) = source.record()? {
        tally.note(&record, selection).map_err(FileError::using("write", workspace))?;
        records += 1;
        if records.is_multiple_of(STRIDE) {
            look_around(&progress, control)?;
        }
    }
    control.tell(Phase::Check, Event::Finished);
    tally.end(&source, workspace)?;
    Ok(tally.contents(begun.elapsed()))
}

fn look_around(progress: &Progress, control: &Control<'_>) -> Result<(), Error> {
    control.tell(Phase::Check, Event::Advanced(progress.read()));
    if control.is_cancelled() { Err(Error::Stopped) } else { Ok(()) }
}

struct Tally {
    contents: Contents,
    prefixes: HashMap<Vec<u8>, Share>,
    /// The biggest values, the smallest of them on top.
    biggest: BinaryHeap<Reverse<Big>>,
    /// Hashes of the names, to find those that are there twice.
    names: Sorter<2>,
    hash: NameHash,
    now: i64,
}

impl Tally {
    fn new(source: &RdbSource, workspace: &Path) -> Self {
        let contents = Contents {
            path: source.path().to_owned(),
            rdb_version: source.version().number(),
            bytes: 0,
            about: BTreeMap::new(),
            keys: 0,
            repeated: 0,
            remembering_streams: 0,
            expired: 0,
            value_bytes: 0,
            by_type: BTreeMap::new(),
            by_encoding: BTreeMap::new(),
            by_database: BTreeMap::new(),
            by_ttl: BTreeMap::new(),
            prefixes: Vec::new(),
            other_prefixes: Share::default(),
            biggest: Vec::new(),
            functions: 0,
            module_data: BTreeMap::new(),
            ending: Ending::default(),
            elapsed: Duration::ZERO,
            outcome: Outcome::Clean,
        };
        let now = jiff::Timestamp::now().as_millisecond();
        let names = Sorter::new(&workspace.join(format!("names-{:016x}", rand::random::<u64>())));
        let hash = NameHash::new();
        let (prefixes, biggest) = (HashMap::new(), BinaryHeap::new());
        Self { contents, prefixes, biggest, names, hash, now }
    }

    fn note(&mut self, record: &Record<'_>, selection: &Selection) -> io::Result<()> {
        let contents = &mut self.contents;
        match record {
            Record::Aux { name, value } if contents.about.len() < ABOUT => {
                let text = |bytes: &[u8]| cut(bytes).escape_ascii().to_string();
                contents.about.insert(text(name), text(value));
            }
            Record::Function(_) => contents.functions += 1,
            Record::ModuleAux { module, bytes } => {
                *contents.module_data.entry(module.clone()).or_default() += bytes;
            }
            Record::Aux { .. } | Record::Resize { .. } => {}
            Record::Entry(entry) => {
                let key_type = KeyType::from(entry.value.value_type());
                let selected = selection.takes_database(entry.db)
                    && selection.takes_type(key_type)
                    && selection.takes_key(entry.key);
                if selected {
                    self.names.push(self.hash.of(entry.db, entry.key))?;
                    self.entry(entry, key_type);
                }
            }
        }
        Ok(())
    }

    fn entry(&mut self, entry: &Entry<'_>, key_type: KeyType) {
        let contents = &mut self.contents;
        let bytes = entry.bytes;
        let encoding = entry.value.encoding();
        contents.remembering_streams += u64::from(entry.producers > 0);
        let expiry = Expiry::from(entry.expires_at);
        contents.keys += 1;
        contents.value_bytes += bytes;
        contents.expired += u64::from(expiry.has_passed(self.now));
        contents.by_type.entry(key_type).or_default().add(bytes);
        contents.by_database.entry(entry.db).or_default().add(bytes);
        *contents.by_ttl.entry(expiry.class(self.now)).or_default() += 1;
        contents.by_encoding.entry(encoding.to_string()).or_default().add(bytes);
        self.prefix(prefix(entry.key), bytes);
        let smallest = self.biggest.peek().map(|Reverse(big)| big.bytes);
        if self.biggest.len() < TOP || smallest < Some(bytes) {
            let key = Key::from(cut(entry.key));
            self.biggest.push(Reverse(Big { bytes, key, database: entry.db, key_type }));
            if self.biggest.len() > TOP {
                self.biggest.pop();
            }
        }
    }

    fn prefix(&mut self, prefix: &[u8], bytes: u64) {
        if let Some(share) = self.prefixes.get_mut(prefix) {
            share.add(bytes);
        } else if self.prefixes.len() < PREFIXES && prefix.len() <= LONGEST {
            self.prefixes.insert(prefix.to_vec(), Share { keys: 1, bytes });
        } else {
            self.contents.other_prefixes.add(bytes);
        }
    }

    /// Takes note of what is known at the end.
    fn end(&mut self, source: &RdbSource, workspace: &Path) -> Result<(), Error> {
        let progress = source.progress();
        self.contents.bytes = progress.size.unwrap_or_else(|| progress.read());
        self.contents.ending = source.ending().cloned().unwrap_or_default();
        let repeated = self.repeated().map_err(FileError::using("read", workspace))?;
        self.contents.repeated = repeated;
        if repeated > 0 || self.contents.ending.unread.is_some() {
            self.contents.outcome = Outcome::Findings;
        }
        Ok(())
    }

    fn repeated(&mut self) -> io::Result<u64> {
        let mut names = self.names.take()?;
        let (mut last, mut repeated) = (None, 0);
        while let Some(name) = names.entry()? {
            repeated += u64::from(last == Some(name));
            last = Some(name);
        }
        Ok(repeated)
    }

    fn contents(self, elapsed: Duration) -> Contents {
        let mut prefixes: Vec<Prefix> = self
            .prefixes
            .into_iter()
            .map(|(prefix, share)| Prefix { prefix: Key::from(&*prefix), share })
            .collect();
        prefixes.sort_unstable_by(|one, other| {
            let order = |prefix: &Prefix| (Reverse(prefix.share.bytes), Reverse(prefix.share.keys));
            order(one).cmp(&order(other)).then_with(|| one.prefix.cmp(&other.prefix))
        });
        let rest = prefixes.split_off(prefixes.len().min(TOP));
        let mut other_prefixes = self.contents.other_prefixes;
        for prefix in rest {
            other_prefixes.keys += prefix.share.keys;
            other_prefixes.bytes += prefix.share.bytes;
        }
        let biggest = self.biggest.into_sorted_vec().into_iter().map(|Reverse(big)| big).collect();
        Contents { prefixes, other_prefixes, biggest, elapsed, ..self.contents }
    }
}

/// Returns as much of a name as is kept: it can have 512 MiB.
fn cut(name: &[u8]) -> &[u8] {
    name.get(..LONGEST).unwrap_or(name)
}

/// Returns what a name begins with, up to its first `:` and with it; nothing if it has none.
fn prefix(key: &[u8]) -> &[u8] {
    let end = key.iter().position(|byte| *byte == b':').map_or(0, |colon| colon + 1);
    key.get(..end).unwrap_or_default()
}
