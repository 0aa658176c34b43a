//! What one server said, put in order, and the samples that follow from it.

use std::collections::BTreeMap;

use super::{Found, Names, commands, keyspace, links, sentinel, server};
use crate::server::{identity::Info, probe::Answer};

/// What one server said.
#[derive(Clone, Debug, Default)]
pub(in crate::health) struct Told {
    /// Whether it answers.
    pub(in crate::health) up: bool,
    /// All of `INFO`.
    pub(in crate::health) info: Option<Info>,
    /// Settings.
    pub(in crate::health) settings: BTreeMap<String, String>,
    /// The length of the slow log.
    pub(in crate::health) slowlog: Option<i64>,
    /// The answer of `LATENCY LATEST`.
    pub(in crate::health) spikes: Option<Answer>,
    /// The answer of `LATENCY HISTOGRAM`.
    pub(in crate::health) latencies: Option<Answer>,
    /// `CLUSTER INFO`.
    pub(in crate::health) cluster: Option<Info>,
    /// The answer of `SENTINEL MASTERS`.
    pub(in crate::health) primaries: Option<Answer>,
    /// Who else watches or follows the primary that we know by name.
    pub(in crate::health) watchers: Option<Watchers>,
}

/// Who else watches or follows a primary.
#[derive(Clone, Debug, Default)]
pub(in crate::health) struct Watchers {
    /// What the sentinels call the primary.
    pub(in crate::health) name: String,
    /// The answer of `SENTINEL REPLICAS`.
    pub(in crate::health) replicas: Option<Answer>,
    /// The answer of `SENTINEL SENTINELS`.
    pub(in crate::health) sentinels: Option<Answer>,
}

impl Told {
    /// Adds the settings of an answer of `CONFIG GET`.
    pub(in crate::health) fn add_settings(&mut self, answer: &Answer) {
        let settings = answer.texts().map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.settings.extend(settings);
    }

    /// Returns a field of `INFO`.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.info.as_ref()?.get(name)
    }

    /// Returns a field of `INFO` that is a number.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.field(name).and_then(number)
    }

    /// Returns the fields of `INFO` whose names begin so, without that.
    pub(super) fn fields<'t>(&'t self, prefix: &str) -> impl Iterator<Item = (&'t str, &'t str)> {
        let info = self.info.as_ref();
        let names = info.into_iter().flat_map(|info| info.names().map(move |name| (info, name)));
        names.filter_map(move |(info, name)| Some((name.strip_prefix(prefix)?, info.get(name)?)))
    }
}

/// Returns a number, unless it is one that says nothing.
pub(super) fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Returns the samples of one server.
pub(in crate::health) fn samples(told: &Told, names: Names) -> Found {
    let mut found = Found::default();
    server::tell(told, names, &mut found);
    keyspace::tell(told, &mut found);
    commands::tell(told, &mut found);
    links::tell(told, &mut found);
    sentinel::tell(told, &mut found);
    found
}
