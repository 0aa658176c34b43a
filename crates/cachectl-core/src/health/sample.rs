//! What one exchange with a server told, put in order.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use super::{peers::Peers, spikes::Spike};
use crate::server::{
    error::Refusal,
    identity::Info,
    probe::{Answer, Exchange, Failure},
};

/// The commands of the first exchange, in order. PING comes first, so that its answer tells the
/// latency; the rest is answered behind it.
pub(super) const QUESTIONS: &[&[&[u8]]] = &[
    &[b"PING"],
    &[b"INFO"],
    &[b"SLOWLOG", b"LEN"],
    &[b"SLOWLOG", b"GET", b"1"],
    &[b"ACL", b"GETUSER", b"default"],
    &[b"CLUSTER", b"INFO"],
    &[b"CLUSTER", b"NODES"],
    &[b"LATENCY", b"LATEST"],
    // One by one: before 7.0 the command takes one pattern, and `*` would bring passwords along.
    &[b"CONFIG", b"GET", b"bind"],
    &[b"CONFIG", b"GET", b"latency-monitor-threshold"],
    &[b"CONFIG", b"GET", b"maxclients"],
    &[b"CONFIG", b"GET", b"maxmemory-policy"],
    &[b"CONFIG", b"GET", b"min-replicas-to-write"],
    &[b"CONFIG", b"GET", b"protected-mode"],
    &[b"CONFIG", b"GET", b"save"],
    &[b"CONFIG", b"GET", b"tcp-backlog"],
];
/// Where the settings begin among them.
const SETTINGS: usize = 8;
/// The commands of the second exchange, after the window.
pub(super) const AGAIN: &[&[&[u8]]] =
    &[&[b"INFO"], &[b"SLOWLOG", b"LEN"], &[b"SLOWLOG", b"GET", b"1"]];

/// What a server said to a question.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said<T> {
    /// This.
    Yes(T),
    /// That it does not say it to us.
    No(Refusal),
    /// Nothing: the deadline or the connection ended before.
    Nothing,
}

impl<T> Said<T> {
    pub(super) fn yes(&self) -> Option<&T> {
        match self {
            Self::Yes(said) => Some(said),
            Self::No(_) | Self::Nothing => None,
        }
    }

    fn read(answer: Option<&Answer>, read: impl FnOnce(&Answer) -> Option<T>) -> Self {
        let Some(answer) = answer else {
            return Self::Nothing;
        };
        match answer.refusal() {
            Some(refusal) => Self::No(refusal.clone()),
            None => read(answer).map_or(Self::Nothing, Self::Yes),
        }
    }
}

/// What one exchange with a data server told.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    /// When it was taken.
    pub(super) taken: Instant,
    pub(super) ping: Said<()>,
    /// From the beginning of the name look-up to the answer of PING.
    pub(super) latency: Option<Duration>,
    /// From the write to the answer of PING.
    pub(super) answered: Option<Duration>,
    pub(super) info: Said<Info>,
    pub(super) config: Said<BTreeMap<String, String>>,
    /// How long the log of slow commands is.
    pub(super) slowlog: Said<i64>,
    /// The number of the newest entry there, which counts on when the log is reset; nothing where
    /// it is empty.
    pub(super) newest_slow: Said<Option<i64>>,
    /// The flags of the default user.
    pub(super) default_user: Said<Vec<String>>,
    pub(super) cluster: Said<Info>,
    /// The nodes of the cluster.
    pub(super) peers: Said<Peers>,
    /// The latest delays of every kind, as far as they are recorded.
    pub(super) spikes: Said<Vec<Spike>>,
    /// What the server said to the login or to the choice of the database, if it refused one.
    pub(super) login: Option<Refusal>,
    pub(super) failure: Option<Failure>,
}

impl Sample {
    /// Reads the answers to [`QUESTIONS`].
    pub(super) fn read(exchange: &Exchange, connecting: Duration) -> Self {
        let answer = |index: usize| exchange.answers.get(index);
        let text = |answer: &Answer| answer.text().map(Info::parse);
        Self {
            taken: Instant::now(),
            ping: Said::read(answer(0), |pong| (pong.text() == Some("PONG")).then_some(())),
            latency: exchange.first.map(|first| connecting + first),
            answered: exchange.first,
            info: Said::read(answer(1), text),
            config: settings(exchange.answers.get(SETTINGS..).unwrap_or_default()),
            slowlog: Said::read(answer(2), Answer::integer),
            newest_slow: Said::read(answer(3), newest_entry),
            default_user: Said::read(answer(4), flags),
            cluster: Said::read(answer(5), text),
            peers: Said::read(answer(6), |answer| answer.text().map(Peers::parse)),
            spikes: Said::read(answer(7), Spike::read_all),
            login: exchange.refused_greeting().cloned(),
            failure: exchange.failure.clone(),
        }
    }

    /// Returns this sample with the answers to [`AGAIN`] in it, if there are any.
    pub(super) fn renewed(&self, answers: &[Answer]) -> Option<Self> {
        let info = answers.first()?.text().map(Info::parse)?;
        Some(Self {
            taken: Instant::now(),
            info: Said::Yes(info),
            slowlog: Said::read(answers.get(1), Answer::integer),
            newest_slow: Said::read(answers.get(2), newest_entry),
            ..self.clone()
        })
    }

    /// Returns the product and the version.
    pub(super) fn version(&self) -> Option<String> {
        match self.get("valkey_version") {
            Some(version) => Some(format!("valkey {version}")),
            None => self.get("redis_version").map(|version| format!("redis {version}")),
        }
    }

    /// Returns whether it is a primary or a replica.
    pub(super) fn role(&self) -> Option<String> {
        let role = |role: &str| if role == "master" { "primary" } else { "replica" };
        self.get("role").map(|name| role(name).to_owned())
    }

    /// Returns a field of INFO.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.info.yes()?.get(name)
    }

    /// Returns a field of INFO that is a number, and one that can be counted with.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// Returns a setting.
    pub(super) fn setting(&self, name: &str) -> Option<&str> {
        self.config.yes()?.get(name).map(String::as_str)
    }
}

/// Puts the answers about single settings together; the first refusal stands for all.
fn settings(answers: &[Answer]) -> Said<BTreeMap<String, String>> {
    let mut settings = BTreeMap::new();
    for answer in answers {
        match Said::read(Some(answer), pairs) {
            Said::Yes(pairs) => settings.extend(pairs),
            refused => return refused,
        }
    }
    if answers.is_empty() { Said::Nothing } else { Said::Yes(settings) }
}

fn pairs(answer: &Answer) -> Option<BTreeMap<String, String>> {
    answer.elements()?;
    Some(answer.texts().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// Reads the answer of `SLOWLOG GET 1`: a list of entries, each of which begins with its number.
#[expect(clippy::option_option, reason = "it says that there is none, or says nothing readable")]
fn newest_entry(answer: &Answer) -> Option<Option<i64>> {
    match answer.elements()? {
        [] => Some(None),
        [newest, ..] => Some(Some(newest.elements()?.first()?.integer()?)),
    }
}

/// Reads the flags out of the answer of `ACL GETUSER`.
fn flags(answer: &Answer) -> Option<Vec<String>> {
    let flags = answer.value("flags")?;
    Some(flags.elements()?.iter().filter_map(|flag| flag.text().map(str::to_owned)).collect())
}
