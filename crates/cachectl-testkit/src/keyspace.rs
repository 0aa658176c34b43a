//! Keys of all types, the same ones for the same seed.

mod every_encoding;
mod value;

use redis::Value;

use crate::Server;
use crate::random::Random;
use crate::resp::{self, Batch};

pub use every_encoding::{EveryEncoding, Specimen};

/// Commands are sent when they have grown to about this many bytes.
const BATCH_BYTES: usize = 256 * 1024;

/// The type of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the types are those of the server")]
pub enum Kind {
    String,
    Hash,
    List,
    Set,
    Zset,
    /// With a consumer group and a pending entry.
    Stream,
}

/// All types, in the order in which keys take them in turn.
pub const KINDS: [Kind; 6] =
    [Kind::String, Kind::Hash, Kind::List, Kind::Set, Kind::Zset, Kind::Stream];

/// Something that keys can be loaded into.
pub trait Target {
    /// Returns the server that the key belongs to.
    fn server_of(&self, key: &[u8]) -> usize;

    /// Returns all servers.
    fn servers(&self) -> Vec<&Server>;
}

impl Target for Server {
    fn server_of(&self, _key: &[u8]) -> usize {
        0
    }

    fn servers(&self) -> Vec<&Server> {
        vec![self]
    }
}

/// A description of keys, to be loaded into a server.
///
/// The types take turns from key to key; values and expiries follow from the seed and the name's
/// position alone.
#[derive(Clone, Debug)]
pub struct Keyspace {
    seed: u64,
    groups: Vec<Group>,
    kinds: Vec<Kind>,
    ttl_per_mille: u64,
    value_size: Option<usize>,
    db: u32,
    epoch: Option<i64>,
}

#[derive(Clone, Debug)]
enum Group {
    Pattern { before: String, after: String, count: usize },
    Names(Vec<Vec<u8>>),
}

impl Keyspace {
    /// Describes no keys yet.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            groups: Vec::new(),
            kinds: KINDS.to_vec(),
            ttl_per_mille: 0,
            value_size: None,
            db: 0,
            epoch: None,
        }
    }

    /// Adds keys named by `pattern`, with `{}` (or else `*`) standing for the numbers from 0 on.
    #[track_caller]
    #[must_use]
    pub fn keys(mut self, pattern: &str, count: usize) -> Self {
        let place = pattern.split_once("{}").or_else(|| pattern.split_once('*'));
        let Some((before, after)) = place else {
            panic!("`{pattern}` has no `{{}}` for the number");
        };
        let (before, after) = (before.to_owned(), after.to_owned());
        self.groups.push(Group::Pattern { before, after, count });
        self
    }

    /// Adds keys of these names.
    #[must_use]
    pub fn named(mut self, names: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Self {
        self.groups.push(Group::Names(names.into_iter().map(Into::into).collect()));
        self
    }

    /// Uses these types in turn instead of all six.
    #[must_use]
    pub fn of_kinds(mut self, kinds: &[Kind]) -> Self {
        kinds.clone_into(&mut self.kinds);
        self
    }

    /// Lets this share of the keys expire, each some minutes to some weeks from now.
    ///
    /// No key expires within the next 20 minutes, or near a whole hour, day or week.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share is between 0 and 1"
    )]
    #[must_use]
    pub fn with_ttl_share(mut self, share: f64) -> Self {
        self.ttl_per_mille = (share.clamp(0.0, 1.0) * 1000.0).round() as u64;
        self
    }

    /// Counts expiries from this moment, in milliseconds since 1970, instead of the load.
    ///
    /// Two servers loaded with the same keyspace then have the same digest.
    #[must_use]
    pub const fn with_epoch(mut self, milliseconds: i64) -> Self {
        self.epoch = Some(milliseconds);
        self
    }

    /// Gives every string this many bytes.
    #[must_use]
    pub const fn with_value_size(mut self, bytes: usize) -> Self {
        self.value_size = Some(bytes);
        self
    }

    /// Loads into this database instead of 0.
    #[must_use]
    pub const fn in_db(mut self, db: u32) -> Self {
        self.db = db;
        self
    }

    /// Returns how many keys are described.
    #[must_use]
    pub fn len(&self) -> usize {
        let count = |group: &Group| match group {
            Group::Pattern { count, .. } => *count,
            Group::Names(names) => names.len(),
        };
        self.groups.iter().map(count).sum()
    }

    /// Returns whether no key is described.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the names of the keys, in the order in which they are loaded.
    pub fn names(&self) -> impl Iterator<Item = Vec<u8>> {
        self.groups.iter().flat_map(|group| {
            let names: Box<dyn Iterator<Item = Vec<u8>>> = match group {
                Group::Names(names) => Box::new(names.iter().cloned()),
                Group::Pattern { before, after, count } => Box::new(
                    (0..*count).map(move |number| format!("{before}{number}{after}").into()),
                ),
            };
            names
        })
    }

    /// Loads all keys, and returns how many they are.
    ///
    /// Panics when the server refuses one.
    #[track_caller]
    pub fn load(&self, target: &impl Target) -> usize {
        let servers = target.servers();
        let mut feeds: Vec<Feed<'_>> =
            servers.iter().map(|server| Feed::open(server, self)).collect();
        let kinds = self.kinds.iter().cycle();
        for ((number, name), kind) in (0..).zip(self.names()).zip(kinds) {
            if let Some(feed) = feeds.get_mut(target.server_of(&name)) {
                feed.add(self, number, &name, *kind);
            }
        }
        feeds.iter_mut().for_each(Feed::close);
        self.len()
    }

    fn ttl(&self, random: &mut Random) -> Option<i64> {
        // Half an hour, six hours, three days, seventeen days: in the middle of what people call
        // under an hour, under a day, under a week, and more.
        const MINUTES: [u64; 4] = [30, 6 * 60, 3 * 24 * 60, 17 * 24 * 60];
        if !random.per_mille(self.ttl_per_mille) {
            return None;
        }
        let minutes = MINUTES.get(usize::try_from(random.below(4)).ok()?)?;
        let base = minutes * 60_000;
        i64::try_from(base - base / 5 + random.below(base / 5)).ok()
    }
}

/// What is on its way to one server.
struct Feed<'a> {
    server: &'a Server,
    batch: Batch,
    now: i64,
}

impl<'a> Feed<'a> {
    #[track_caller]
    fn open(server: &'a Server, keyspace: &Keyspace) -> Self {
        let mut batch = Batch::new();
        if keyspace.db != 0 {
            batch.push(&["SELECT", &keyspace.db.to_string()]);
        }
        let clock = || resp::elements(server.command(&["TIME"])).first().and_then(resp::integer);
        let now = keyspace.epoch.or_else(|| Some(clock()? * 1000)).unwrap_or_default();
        Self { server, batch, now }
    }

    #[track_caller]
    fn add(&mut self, keyspace: &Keyspace, number: u64, name: &[u8], kind: Kind) {
        let mut random = Random::new(keyspace.seed ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d));
        value::push(&mut self.batch, kind, name, keyspace.value_size, &mut random);
        if let Some(ttl) = keyspace.ttl(&mut random) {
            let moment = (self.now + ttl).to_string();
            self.batch.push(&[b"PEXPIREAT", name, moment.as_bytes()]);
        }
        if self.batch.size() >= BATCH_BYTES {
            self.flush();
        }
    }

    #[track_caller]
    fn flush(&mut self) {
        let answers = self.server.pipeline(&self.batch);
        self.batch.clear();
        let refusal = answers.iter().find(|answer| matches!(answer, Value::ServerError(_)));
        assert!(refusal.is_none(), "the server refused a key: {refusal:?}");
    }

    #[track_caller]
    fn close(&mut self) {
        self.batch.push(&["PING"]);
        self.flush();
        // The connection is shared with the test, which expects database 0.
        let back = self.server.command(&["SELECT", "0"]);
        let back = matches!(back, Value::Okay | Value::ServerError(_));
        assert!(back, "cannot go back to database 0");
    }
}

/// Returns names that have broken programs before.
#[must_use]
pub fn adversarial_names() -> Vec<Vec<u8>> {
    let text = [
        "",
        " ",
        "\n",
        "a\nb",
        "a\r\nb",
        "\0",
        "a\0b",
        "{",
        "}",
        "{}",
        "{tag}:x",
        "{tag",
        "tag}",
        "{}{tag}",
        "*",
        "?",
        "[a-z]",
        "[",
        "]",
        "\\",
        "a\\*b",
        "'",
        "\"",
        "$(id)",
        "`id`",
        "%s%n",
        "-rf",
        "--help",
        "a:b::c:",
        ":",
        "ключ",
        "🔑",
        "\u{202e}abc",
        "\x1b[2J\x1b[31m",
        "../../x",
    ];
    let mut names: Vec<Vec<u8>> = text.iter().map(|name| name.as_bytes().to_vec()).collect();
    names.push((0..=255).collect());
    names.push(vec![0xff, 0xfe, 0xc0, 0x80]);
    names.push(b"*3\r\n$3\r\nSET\r\n$1\r\nx\r\n$1\r\ny\r\n".to_vec());
    names.push(vec![b'k'; 1024 * 1024]);
    names
}
