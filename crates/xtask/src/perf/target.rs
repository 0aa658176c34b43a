//! What the figures are to be.

use std::fmt;

use serde::Serialize;

use super::report::{Latencies, Report, Run, spread};
use super::spread::Spread;

/// Whether a figure is what it is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    Met,
    Missed,
    NotMeasured,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Met => "met",
            Self::Missed => "**missed**",
            Self::NotMeasured => "not measured",
        })
    }
}

/// A figure and its limit.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Target {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    pub(super) figure: Option<f64>,
    pub(super) limit: Option<f64>,
    pub(super) verdict: Verdict,
}

impl Target {
    pub(super) fn new(
        name: &'static str,
        unit: &'static str,
        figure: Option<f64>,
        limit: Option<f64>,
    ) -> Self {
        let verdict = match figure.zip(limit) {
            Some((figure, limit)) if figure <= limit => Verdict::Met,
            Some(_) => Verdict::Missed,
            None => Verdict::NotMeasured,
        };
        Self { name, unit, figure, limit, verdict }
    }
}

/// Returns all targets, in the order in which they matter.
pub(super) fn targets(report: &Report) -> [Target; 9] {
    let rounds = &report.rounds;
    let ratio = |time: fn(&Run) -> Option<f64>| Some(rounds.ratio(&rounds.cachectl, time)?.median);
    let wall = |runs: &[Run]| Some(spread(runs, |run| Some(run.wall))?.median);
    let peak = spread(&rounds.cachectl, |run| run.peak_mib);
    let large = report.large.as_ref();
    let waiting = Spread::of(report.latencies.iter().filter_map(Latencies::ratio));
    let against = |name: &'static str, time: fn(&Run) -> Option<f64>, limit: f64| {
        Target::new(name, "×", ratio(time), Some(limit))
    };
    [
        against("apply phase, against the floor", |run| Some(run.phases?.apply), 1.25),
        Target::new(
            "apply phase, against that of an earlier release",
            "×",
            rounds.apply_to_earlier().map(|ratio| ratio.median),
            Some(1.02),
        ),
        against("whole run, against the floor", |run| Some(run.wall), 3.7),
        against("plan, against the floor", |run| Some(run.phases?.plan), 1.6),
        against("verification, against the floor", |run| Some(run.phases?.verify), 1.2),
        Target::new(
            "whole run, against the Python script",
            " s",
            wall(&rounds.cachectl),
            wall(&rounds.python),
        ),
        Target::new("peak memory", " MiB", peak.map(|peak| peak.max), Some(64.0)),
        Target::new(
            "peak memory with more keys, within 10 % of that with fewer",
            " MiB",
            large.and_then(|large| large.run.peak_mib),
            peak.map(|peak| peak.median * 1.1),
        ),
        Target::new(
            "p99 of another client during the run, against that during the floor",
            "×",
            waiting.map(|waiting| waiting.median),
            Some(1.1),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::{Target, Verdict};

    #[test]
    fn a_figure_at_its_limit_is_good() {
        #[track_caller]
        fn case(figure: Option<f64>, limit: Option<f64>, expected: Verdict) {
            assert_eq!(Target::new("x", "s", figure, limit).verdict, expected);
        }

        case(Some(1.0), Some(1.0), Verdict::Met);
        case(Some(1.1), Some(1.0), Verdict::Missed);
        case(None, Some(1.0), Verdict::NotMeasured);
        case(Some(1.0), None, Verdict::NotMeasured);
    }
}
