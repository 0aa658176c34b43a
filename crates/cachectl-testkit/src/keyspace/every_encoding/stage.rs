//! Where specimens are made one after the other.

use std::collections::BTreeMap;

use redis::Value;

use super::{EXPIRY, Specimen};
use crate::locate::Flavour;
use crate::random::Random;
use crate::resp::{self, Batch};
use crate::{Feature, Server};

/// The databases that keys go to in turn, most of them to the first.
const DATABASES: [u32; 5] = [0, 0, 0, 3, 9];

/// A command without its key, which comes after the first word, or after two of a container.
pub(super) type Words = Vec<Vec<u8>>;

/// A server that is being loaded.
pub(super) struct Stage<'a> {
    server: &'a Server,
    pub(super) random: Random,
    /// What the settings that were changed have been before.
    before: BTreeMap<&'static str, String>,
    specimens: Vec<Specimen>,
}

impl<'a> Stage<'a> {
    pub(super) const fn open(server: &'a Server, seed: u64) -> Self {
        let random = Random::new(seed);
        Self { server, random, before: BTreeMap::new(), specimens: Vec::new() }
    }

    /// Returns whether small lists and sets are listpacks, as from Redis 7.2 and in all of Valkey.
    pub(super) fn has_listpacks_everywhere(&self) -> bool {
        let installation = self.server.installation();
        installation.flavour() == Flavour::Valkey || installation.version() >= (7, 2, 0)
    }

    /// Returns what small hashes and sorted sets are.
    pub(super) fn compact(&self) -> &'static str {
        if self.is_from_70() { "listpack" } else { "ziplist" }
    }

    pub(super) fn is_from_70(&self) -> bool {
        self.server.installation().version() >= (7, 0, 0)
    }

    pub(super) fn has_field_expiry(&self) -> bool {
        self.server.installation().has(Feature::HashFieldTtl)
    }

    /// Changes a limit for the values that follow.
    ///
    /// The limits of ziplists are those of listpacks where there are no ziplists any more.
    #[track_caller]
    pub(super) fn set(&mut self, limit: &'static str, value: &str) {
        let found = resp::elements(self.server.command(&["CONFIG", "GET", limit]));
        let Some(old) = found.into_iter().nth(1).and_then(resp::text) else {
            panic!("the server has no setting `{limit}`");
        };
        self.before.entry(limit).or_insert(old);
        self.expect_no_error(&[["CONFIG", "SET", limit, value].map(Vec::from).to_vec()]);
    }

    /// Sets all limits back to what they were.
    #[track_caller]
    pub(super) fn unset(&mut self) {
        for (limit, value) in std::mem::take(&mut self.before) {
            self.expect_no_error(&[["CONFIG", "SET", limit, &value].map(Vec::from).to_vec()]);
        }
    }

    /// Makes a key with these commands, to which the name of the key is added.
    #[track_caller]
    pub(super) fn put(&mut self, name: &str, encoding: Option<&'static str>, commands: &[Words]) {
        let number = self.specimens.len();
        let db = DATABASES.get(number % DATABASES.len()).copied().unwrap_or_default();
        let mut key = name.as_bytes().to_vec();
        if number % 4 == 1 {
            key.extend([0, b'\r', b'\n', 0xff]);
        }
        let mut words = vec![vec![b"SELECT".to_vec(), db.to_string().into_bytes()]];
        words.extend(commands.iter().map(|command| with_key(command, &key)));
        if number % 3 == 2 {
            let moment = EXPIRY + i64::try_from(number).unwrap_or_default();
            words.push(vec![b"PEXPIREAT".to_vec(), key.clone(), moment.to_string().into_bytes()]);
        }
        self.expect_no_error(&words);
        self.specimens.push(Specimen { db, key, encoding });
    }

    #[track_caller]
    pub(super) fn close(mut self) -> Vec<Specimen> {
        self.unset();
        // The connection is shared with the test, which expects database 0.
        self.expect_no_error(&[vec![b"SELECT".to_vec(), b"0".to_vec()]]);
        self.specimens
    }

    #[track_caller]
    fn expect_no_error(&self, commands: &[Words]) {
        let mut batch = Batch::new();
        for command in commands {
            batch.push(command);
        }
        let answers = self.server.pipeline(&batch);
        for (command, answer) in commands.iter().zip(answers) {
            let words = command.iter().take(4).map(|word| word.escape_ascii().to_string());
            let words: Vec<String> = words.collect();
            assert!(!matches!(answer, Value::ServerError(_)), "{}: {answer:?}", words.join(" "));
        }
    }

    /// Returns arbitrary bytes, which do not compress.
    pub(super) fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            bytes.extend(self.random.next().to_le_bytes());
        }
        bytes.truncate(length);
        bytes
    }
}

fn with_key(command: &Words, key: &[u8]) -> Words {
    let container = command.first().is_some_and(|word| word == b"XGROUP");
    let mut words = command.clone();
    words.insert(if container { 2 } else { 1 }, key.to_vec());
    words
}

/// Makes a command of a text with spaces between the words.
pub(super) fn words(command: &str) -> Words {
    command.split(' ').map(|word| word.as_bytes().to_vec()).collect()
}

/// Makes a command of its name and its arguments.
pub(super) fn call(name: &str, arguments: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Words {
    let arguments = arguments.into_iter().map(Into::into);
    [name.as_bytes().to_vec()].into_iter().chain(arguments).collect()
}

/// Returns numbers at the ends of every width in which integers are stored, and what is no number.
pub(super) fn numbers() -> Vec<Vec<u8>> {
    let text = "0 12 13 -1 127 -128 128 4095 -4096 8191 -8192 32767 -32768 65535 8388607 -8388608 \
                2147483647 -2147483648 2147483648 9223372036854775807 -9223372036854775808 \
                9223372036854775808 -9223372036854775809 007 -0 3.14";
    text.split_whitespace().map(Vec::from).collect()
}
