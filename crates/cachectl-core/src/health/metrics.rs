//! What servers say, as numbers that a monitoring system collects.
//!
//! Names, labels and values are those of `redis_exporter` where it has them and they keep to the
//! conventions of Prometheus, so that dashboards made for it go on working. What a server does not
//! say is no series: 0 would be a claim.

pub mod catalogue;
mod commands;
mod keyspace;
mod links;
mod sentinel;
mod server;
pub(super) mod tell;

use std::collections::HashMap;

use serde::Serialize;

/// A family of series: what it is, and where its values come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Series {
    /// Its name as it is collected.
    pub name: &'static str,
    /// What may be done with its values.
    pub kind: Kind,
    /// What it tells.
    pub help: &'static str,
    /// Where its values come from.
    pub source: Source,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// Who gets it.
    pub offer: Offer,
}

/// What may be done with the values of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It only grows, or starts again: its rate is of interest.
    Counter,
    /// It goes up and down.
    Gauge,
    /// It is always 1; its labels are what it tells.
    Info,
    /// How many observations were at most so large.
    Histogram,
    /// Nothing is promised.
    Unknown,
}

/// Where the values of a series come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A field of `INFO`, as it is.
    Field(&'static str),
    /// A field of `INFO` in microseconds; the series is in seconds.
    Micros(&'static str),
    /// A field of `INFO` that is 1 where it says `ok`, and 0 otherwise.
    State(&'static str),
    /// A field of `CLUSTER INFO`.
    Cluster(&'static str),
    /// A setting, by its name.
    Setting(&'static str),
    /// Something else, in words.
    Words(&'static str),
}

/// Who gets a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Everybody.
    Always,
    /// Who asks for the names of `redis_exporter` that break the conventions.
    Compat,
}

/// Which series are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// Those that keep to the conventions.
    #[default]
    Clean,
    /// Also those of `redis_exporter` that do not.
    RedisExporter,
}

/// One value of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The series.
    pub series: &'static Series,
    /// Names and values of its labels.
    pub labels: Vec<(&'static str, String)>,
    /// The value.
    pub value: Value,
}

/// The value of a sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A histogram.
    Distribution(Distribution),
}

/// Observations by their size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distribution {
    /// An upper bound, and how many were at most that; both grow.
    pub buckets: Vec<(f64, f64)>,
    /// How many there were in all.
    pub count: f64,
    /// Their sum, where it is known.
    pub sum: Option<f64>,
}

impl Kind {
    /// Returns a name without what the kind adds to it, by which `OpenMetrics` knows the family.
    #[must_use]
    pub fn family(self, name: &str) -> &str {
        let suffix = match self {
            Self::Counter => "_total",
            Self::Info => "_info",
            Self::Gauge | Self::Histogram | Self::Unknown => "",
        };
        name.strip_suffix(suffix).unwrap_or(name)
    }
}

impl Series {
    /// Returns whether it is among the wanted ones.
    #[must_use]
    pub fn is_wanted(&self, names: Names) -> bool {
        self.offer == Offer::Always || names == Names::RedisExporter
    }
}

/// How many series of one family one server may have. No server has so many commands, and whoever
/// answers for one can make up any number.
const MOST_OF_SERVER: usize = 1_000;
/// How many series of one family there may be in all.
const MOST: usize = 20_000;
/// How long the value of a label may be, in bytes.
const LONGEST: usize = 256;

/// Samples, as they are found. There is an end to them, whatever a server says.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) samples: Vec<Sample>,
    counts: HashMap<&'static str, usize>,
    /// How many were left out.
    pub(super) left_out: u64,
}

impl Found {
    fn number(&mut self, series: &'static Series, value: f64) {
        self.labelled(series, Vec::new(), value);
    }

    /// Takes a number that the server may not have told.
    fn told(&mut self, series: &'static Series, value: Option<f64>) {
        if let Some(value) = value {
            self.number(series, value);
        }
    }

    fn labelled(
        &mut self,
        series: &'static Series,
        labels: Vec<(&'static str, String)>,
        value: f64,
    ) {
        self.put(Sample { series, labels, value: Value::Number(value) });
    }

    fn put(&mut self, sample: Sample) {
        let count = self.counts.entry(sample.series.name).or_default();
        let is_long = sample.labels.iter().any(|(_, value)| value.len() > LONGEST);
        if is_long || *count >= MOST_OF_SERVER {
            self.left_out += 1;
            return;
        }
        *count += 1;
        self.samples.push(sample);
    }
}

/// Leaves out what is too much in all, and returns how many samples that were.
pub(super) fn limit(nodes: &mut [Vec<Sample>]) -> u64 {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut left_out = 0;
    for samples in nodes {
        samples.retain(|sample| {
            let count = counts.entry(sample.series.name).or_default();
            *count += 1;
            let fits = *count <= MOST;
            left_out += u64::from(!fits);
            fits
        });
    }
    left_out
}

#[cfg(test)]
mod tests {
    use super::{catalogue::COMMANDS, *};

    #[test]
    fn there_is_an_end_to_what_a_server_says() {
        let sample = |command: String| Sample {
            series: COMMANDS,
            labels: vec![("cmd", command)],
            value: Value::Number(1.0),
        };
        let mut found = Found::default();
        found.put(sample("x".repeat(LONGEST + 1)));
        (0..MOST_OF_SERVER + 7).for_each(|number| found.put(sample(number.to_string())));
        assert_eq!((found.samples.len(), found.left_out), (MOST_OF_SERVER, 8));
        let mut nodes = vec![found.samples; MOST / MOST_OF_SERVER + 1];
        assert_eq!(limit(&mut nodes), u64::try_from(MOST_OF_SERVER).unwrap());
        assert_eq!(nodes.iter().map(Vec::len).sum::<usize>(), MOST);
    }
}
