//! What was measured about backups, and what it is to be.

use serde::Serialize;

use crate::perf::report::{Rounds, Run, spread};
use crate::perf::setting::Setting;
use crate::perf::target::Target;

/// Entries that the crate is to read in a second, without decoding them.
const ENTRIES_PER_SECOND: f64 = 1_500_000.0;

/// What a backup and a restore may take of the bare commands' time.
const AGAINST_FLOOR: f64 = 1.5;

/// What they may take of memory, with however many keys.
const PEAK_MIB: f64 = 96.0;

/// Runs of the crate over one file, in the order of the rounds.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Reading {
    pub(super) raw: Vec<Run>,
    pub(super) decode: Vec<Run>,
    pub(super) digest: Vec<Run>,
}

/// A run of everything with more keys, for its memory.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Large {
    pub(super) keys: u32,
    pub(super) backup: Run,
    pub(super) restore: Run,
    pub(super) reading: Run,
}

/// Everything that was measured.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    pub(super) schema: &'static str,
    #[serde(flatten)]
    pub(super) setting: Setting,
    /// The size of the file that cachectl has written.
    pub(super) backup_mib: f64,
    pub(super) backup: Rounds,
    pub(super) restore: Rounds,
    pub(super) reading: Reading,
    pub(super) large: Option<Large>,
}

/// Returns all targets, in the order in which they matter.
pub(super) fn targets(report: &Report) -> [Target; 7] {
    let Report { backup, restore, reading, large, .. } = report;
    let large = large.as_ref();
    let wall = |runs: &[Run]| Some(spread(runs, |run| Some(run.wall))?.median);
    let ratio =
        |rounds: &Rounds| Some(rounds.ratio(&rounds.cachectl, |run| Some(run.wall))?.median);
    let peak = spread(&reading.raw, |run| run.peak_mib).map(|peak| peak.median);
    let seconds = f64::from(report.setting.keys) / ENTRIES_PER_SECOND;
    [
        Target::new("backup, against the floor", "×", ratio(backup), Some(AGAINST_FLOOR)),
        Target::new(
            "backup, against the Python script",
            " s",
            wall(&backup.cachectl),
            wall(&backup.python),
        ),
        Target::new("restore, against the floor", "×", ratio(restore), Some(AGAINST_FLOOR)),
        Target::new(
            "peak memory of a backup of more keys",
            " MiB",
            large.and_then(|large| large.backup.peak_mib),
            Some(PEAK_MIB),
        ),
        Target::new(
            "peak memory of restoring them",
            " MiB",
            large.and_then(|large| large.restore.peak_mib),
            Some(PEAK_MIB),
        ),
        Target::new("reading, 1,500,000 entries a second", " s", wall(&reading.raw), Some(seconds)),
        Target::new(
            "peak memory of reading more entries, within 10 % of that of fewer",
            " MiB",
            large.and_then(|large| large.reading.peak_mib),
            peak.map(|peak| peak * 1.1),
        ),
    ]
}
