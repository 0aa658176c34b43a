//! What is asked of a server, how long it takes, and what goes wrong.

use std::collections::BTreeMap;

use super::{
    Distribution, Found, Sample, Value,
    catalogue::{
        COMMAND_CALLS, COMMAND_LATENCY, COMMAND_SECONDS, COMMANDS, COMMANDS_FAILED,
        COMMANDS_REJECTED, ERRORS, SPIKE_LAST, SPIKE_LONGEST, SPIKE_SECONDS,
    },
    tell::{Told, number},
};
use crate::server::{identity::part, probe::Answer};

/// The upper bounds of latency buckets, in microseconds.
///
/// These are bounds at which servers count as well, every second one of them. They are always the
/// same, because a bucket that comes and goes spoils every rate.
const BOUNDS: [u32; 10] = [4, 16, 66, 264, 1_056, 4_227, 16_908, 67_633, 270_532, 1_082_130];

/// How many kinds of errors are told apart: as many as newer servers do.
const MOST_ERRORS: usize = 128;
/// What they are called where there are more.
const ALL_ERRORS: &str = "OVERFLOW";

pub(super) fn tell(told: &Told, found: &mut Found) {
    let mut seconds = BTreeMap::new();
    for (command, text) in told.fields("cmdstat_") {
        let label = || vec![("cmd", command.to_owned())];
        let value = |name| part(text, name).and_then(number);
        let spent = value("usec").map(|micros| micros / 1e6);
        seconds.extend(spent.map(|spent| (command, spent)));
        for (series, value) in [
            (COMMANDS, value("calls")),
            (COMMAND_CALLS, value("calls")),
            (COMMAND_SECONDS, spent),
            (COMMANDS_REJECTED, value("rejected_calls")),
            (COMMANDS_FAILED, value("failed_calls")),
        ] {
            if let Some(value) = value {
                found.labelled(series, label(), value);
            }
        }
    }
    errors(told, found);
    for (command, mut latency) in told.latencies.as_ref().map(latencies).unwrap_or_default() {
        latency.sum = seconds.get(command).copied();
        let labels = vec![("cmd", command.to_owned())];
        let value = Value::Distribution(latency);
        found.put(Sample { series: COMMAND_LATENCY, labels, value });
    }
    spikes(told, found);
}

/// Whoever may send scripts makes up as many kinds as they like, and each would be a series for good.
fn errors(told: &Told, found: &mut Found) {
    let counts = told.fields("errorstat_");
    let counts =
        counts.filter_map(|(kind, text)| Some((kind, part(text, "count").and_then(number)?)));
    let mut counts: Vec<_> = counts.collect();
    if counts.len() > MOST_ERRORS {
        let all = counts.iter().map(|(_, count)| count).sum();
        counts = vec![(ALL_ERRORS, all)];
    }
    for (kind, count) in counts {
        found.labelled(ERRORS, vec![("err", kind.to_owned())], count);
    }
}

/// Reads `LATENCY LATEST`: a name, a time, and the last and the longest duration in milliseconds.
fn spikes(told: &Told, found: &mut Found) {
    let events = told.spikes.as_ref().and_then(Answer::elements).unwrap_or_default();
    for event in events {
        let Some([name, at, last, longest, ..]) = event.elements() else { continue };
        let Some(name) = name.text() else { continue };
        for (series, answer, unit) in
            [(SPIKE_LAST, at, 1.0), (SPIKE_SECONDS, last, 1e3), (SPIKE_LONGEST, longest, 1e3)]
        {
            if let Some(value) = integer(answer) {
                found.labelled(series, vec![("event_name", name.to_owned())], value / unit);
            }
        }
    }
}

/// Reads `LATENCY HISTOGRAM`: names and distributions in turn, of which each is `calls`, a number,
/// `histogram_usec`, and a list of bounds and counts in turn.
fn latencies(answer: &Answer) -> Vec<(&str, Distribution)> {
    let read = |said: &Answer| {
        let count = said.value("calls").and_then(integer)?;
        Some(distribution(count, said.value("histogram_usec")?))
    };
    answer.pairs().filter_map(|(name, said)| Some((name.text()?, read(said)?))).collect()
}

/// Takes over counts at bounds of ours from counts at bounds of the server, which leaves out those
/// at which nothing is added.
fn distribution(count: f64, said: &Answer) -> Distribution {
    let said = said.pairs().filter_map(|(bound, count)| Some((integer(bound)?, integer(count)?)));
    let said: Vec<(f64, f64)> = said.collect();
    let at_most = |bound: f64| {
        let below = said.iter().take_while(|(theirs, _)| *theirs <= bound);
        below.last().map_or(0.0, |(_, count)| *count)
    };
    let buckets = BOUNDS.map(f64::from).map(|bound| (bound / 1e6, at_most(bound).min(count)));
    Distribution { buckets: buckets.to_vec(), count, sum: None }
}

fn integer(answer: &Answer) -> Option<f64> {
    answer.integer().and_then(|integer| number(&integer.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_taken_over_from_the_nearest_bound_below() {
        let said: Vec<_> = [1, 2, 8, 5, 33, 9, 2_000_000, 10].map(Answer::Integer).to_vec();
        let Distribution { buckets, count, sum } = distribution(10.0, &Answer::Array(said));
        assert_eq!((count, sum), (10.0, None));
        let counts: Vec<_> = buckets.iter().map(|(_, count)| *count).collect();
        assert_eq!(counts, [2.0, 5.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0]);
        assert_eq!(distribution(0.0, &Answer::Nil).buckets.len(), BOUNDS.len());
    }
}
