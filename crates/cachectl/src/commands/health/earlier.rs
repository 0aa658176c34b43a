//! What counters were at an earlier run, to tell how fast they grow without waiting.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use cachectl_core::{
    files::{self, Readers},
    health::{Counters, History},
    server::target::Topology,
};
use serde::{Deserialize, Serialize};

use super::render::COUNTER;
use crate::error::CliError;

const SCHEMA: &str = "cachectl.health.state/1";
/// No file is longer, in bytes; the counters of ten thousand servers are less.
const LIMIT: u64 = 16 * 1024 * 1024;

/// Where counters of an earlier run are.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct EarlierArgs {
    /// Keep counters in this file, and tell how fast they have grown since the run before
    ///
    /// Instead of a window, for a check that runs again and again. The first run only begins it. A
    /// server that was started anew since is not compared.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["prev", "watch"])]
    state: Option<PathBuf>,
    /// Tell how fast counters have grown since this performance data of an earlier run
    ///
    /// As `$SERVICEPERFDATA$` of Nagios has it, from `-o nagios`; empty the first time.
    #[arg(long, value_name = "PERFDATA", allow_hyphen_values = true)]
    prev: Option<String>,
}

/// What the file has.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    schema: String,
    servers: History,
}

impl EarlierArgs {
    pub(super) fn is_empty(&self) -> bool {
        self.state.is_none() && self.prev.is_none()
    }

    /// Returns the counters of the earlier run, as far as there are any.
    pub(super) fn read(&self, topology: &Topology) -> Result<History, CliError> {
        if let Some(path) = &self.state {
            let foreign = |reason| CliError::ForeignState { path: path.clone(), reason };
            return read(path).map_err(foreign);
        }
        let only = match topology {
            Topology::Server(endpoint) => Some(endpoint.to_string()),
            Topology::Sentinel { .. } | Topology::Cluster(_) => None,
        };
        Ok(self.prev.as_deref().map(|data| parse(data, only.as_deref())).unwrap_or_default())
    }

    /// Keeps the counters for the next run. A server that was not reached stays as it was.
    pub(super) fn write(&self, earlier: History, now: History) -> Result<(), CliError> {
        let Some(path) = &self.state else { return Ok(()) };
        let mut servers = earlier;
        servers.0.extend(now.0);
        let state = State { schema: SCHEMA.to_owned(), servers };
        let mut text = serde_json::to_vec(&state).map_err(CliError::Json)?;
        text.push(b'\n');
        files::replace(path, &text, Readers::Owner)
            .map_err(|source| CliError::File { path: path.clone(), source })
    }
}

/// Reads the file; there is none before the first run, and an empty one after a crash of the
/// machine. What is not ours is nobody's to replace.
fn read(path: &Path) -> Result<History, String> {
    // What is a link now would not be one of ours after it was written.
    let text = files::check_replaceable(path).and_then(|()| files::read(path, LIMIT));
    let text = match text {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(History::default()),
        text => text.map_err(|error| error.to_string())?,
    };
    if text.iter().all(|byte| *byte == 0) {
        return Ok(History::default());
    }
    let state: State = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    if state.schema != SCHEMA {
        return Err(format!("it says that it is `{}`", state.schema.escape_debug()));
    }
    Ok(state.servers)
}

/// Reads the counters out of performance data: `'LABEL_total'=VALUEc`, or of several servers
/// `'SERVER/LABEL_total'=VALUEc`. Everything else there is passed over.
fn parse(data: &str, only: Option<&str>) -> History {
    let mut servers: BTreeMap<String, Counters> = BTreeMap::new();
    let mut rest = data.trim_start();
    while let Some((label, tail)) = label(rest) {
        let (value, tail) = tail.split_once(char::is_whitespace).unwrap_or((tail, ""));
        rest = tail.trim_start();
        let value = value.split(';').next().and_then(|value| value.strip_suffix('c'));
        let value = value.and_then(|value| value.parse::<f64>().ok()).filter(|it| it.is_finite());
        let server = label.rsplit_once('/').or(only.map(|only| (only, label)));
        let counter =
            server.and_then(|(server, label)| Some((server, label.strip_suffix(COUNTER)?)));
        if let (Some(value), Some((server, name))) = (value, counter) {
            let counters = servers.entry(server.to_owned()).or_default();
            counters.values.insert(name.to_owned(), value);
        }
    }
    History(servers)
}

/// Splits a label off, which stands in quotes if it has blanks. Words that are none are passed over.
fn label(mut text: &str) -> Option<(&str, &str)> {
    loop {
        if let Some(quoted) = text.strip_prefix('\'') {
            return quoted.split_once("'=");
        }
        let (label, tail) = text.split_once('=')?;
        match label.split_once(char::is_whitespace) {
            None => return Some((label, tail)),
            Some((word, _)) => text = text.get(word.len()..)?.trim_start(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_found_among_everything_else() {
        #[track_caller]
        fn case(data: &str, only: Option<&str>, expected: &[(&str, &str, f64)]) {
            let parsed = parse(data, only);
            let servers = parsed.0.iter();
            let found: Vec<_> = servers
                .flat_map(|(server, counters)| {
                    let values = counters.values.iter();
                    values.map(move |(name, value)| (server.as_str(), name.as_str(), *value))
                })
                .collect();
            assert_eq!(found, expected, "{data}");
        }

        case("", Some("a:1"), &[]);
        case("'x'=0.4ms;1;2 'evicted_total'=7c", Some("a:1"), &[("a:1", "evicted", 7.0)]);
        case("evicted_total=7c;;;0 evicted=9c", Some("a:1"), &[("a:1", "evicted", 7.0)]);
        let both = [("a:1", "x", 1.0), ("b:2", "x", 2.0)];
        case("'a:1/x_total'=1c  'b:2/x_total'=2c", None, &both);
        case("a:1/x_total=1c b:2/x_total=2c", None, &both);
        case("'x_total'=1c", None, &[]);
        case("'x_total'=NaNc 'y_total'=c some 'w_total'=1c", Some("a:1"), &[("a:1", "w", 1.0)]);
    }
}
