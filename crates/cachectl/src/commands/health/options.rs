//! From flags and the file to what the core is told.

use std::time::Duration;

use cachectl_core::health::{
    self, Application, Limits, Profile, Range, Status, Thresholds, catalogue::Check,
};
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::select::{Selection, Unknowns};
use crate::{parse, settings::file::Health};

/// How long a check may take.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct DeadlineArgs {
    /// When to stop waiting, from name look-up to the last byte [default: 900ms]
    ///
    /// What has not been answered by then is reported as such. A window comes on top.
    #[arg(long, value_name = "TIME", value_parser = parse::duration)]
    deadline: Option<Duration>,
}

/// What is looked at, and what is normal.
#[derive(Clone, Debug, Default, PartialEq, clap::Args)]
pub(super) struct CheckArgs {
    /// Look twice, this long apart, to tell how fast counters grow [default: look once]
    #[arg(long, value_name = "TIME", value_parser = parse::duration)]
    window: Option<Duration>,
    /// Send so many PINGs, over the window if there is one, for the percentile of `latency`
    /// [default: 1]
    ///
    /// Each after the first is a round trip of its own, and all of them have to fit into the
    /// deadline.
    #[arg(long, value_name = "N", value_parser = parse::pings)]
    pings: Option<u32>,
    /// Write a key, read it back and remove it
    ///
    /// Nothing is written otherwise. The key is one of our own below `cachectl:health:`, expires by
    /// itself, and goes to every primary that is looked at. A server that cannot be written to is
    /// critical.
    #[arg(long)]
    write: bool,
    /// Ask an application as well: its metrics tell whether its circuit breaker is closed
    ///
    /// They are read as Prometheus reads them: `cachectl_breaker_state`, `cachectl_requests_total`
    /// and `cachectl_request_errors_total`.
    #[arg(long, value_name = "URL")]
    application: Option<Application>,
    /// What the keys are for, which decides what is normal [default: cache]
    #[arg(long, value_name = "PROFILE", value_parser = profiles())]
    profile: Option<Profile>,
    /// Warn when a value is outside of this range (can be repeated)
    ///
    /// Ranges are written as for monitoring plugins: `10` (0 to 10), `10:` (at least 10), `~:10` (at
    /// most 10), `10:20`, and `@10:20` for outside of it. Units are those of `explain`.
    #[arg(long, value_name = "ID=RANGE", value_parser = parse::limit)]
    warn: Vec<(&'static Check, Range)>,
    /// Call it critical when a value is outside of this range (can be repeated)
    #[arg(long, value_name = "ID=RANGE", value_parser = parse::limit)]
    crit: Vec<(&'static Check, Range)>,
    /// Leave this check out (can be repeated)
    #[arg(long, value_name = "ID", value_parser = parse::check)]
    skip: Vec<&'static Check>,
    /// Look at this check only (can be repeated)
    ///
    /// A server that does not answer is reported all the same.
    #[arg(long = "check", value_name = "ID", value_parser = parse::check)]
    only: Vec<&'static Check>,
    /// Status for an unreachable server or a failed login [default: critical]
    ///
    /// For monitoring that hears of it elsewhere, and is not to be woken twice.
    #[arg(long, value_name = "STATUS", value_parser = parse::silence)]
    unreachable: Option<Status>,
    /// Exit 3 if something good is unknown in part
    ///
    /// Without it, what is unknown counts only where nothing else is known.
    #[arg(long)]
    strict: bool,
}

impl DeadlineArgs {
    pub(super) fn is_empty(&self) -> bool {
        self.deadline.is_none()
    }

    /// Returns how long a check may take.
    pub(super) fn resolve(&self, file: &Health) -> Duration {
        self.deadline.or(file.deadline).unwrap_or(health::Options::default().deadline)
    }
}

impl CheckArgs {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the window that was asked for.
    pub(super) fn window(&self) -> Option<Duration> {
        self.window
    }

    /// Returns what counts of what is found.
    pub(super) fn selection(&self) -> Selection {
        let unknowns = if self.strict { Unknowns::Count } else { Unknowns::Pass };
        Selection {
            only: self.only.clone(),
            skipped: self.skip.clone(),
            unknowns,
            silence: self.unreachable.unwrap_or(Status::Critical),
        }
    }
}

/// Merges what the flags and the file say.
pub(super) fn resolve(
    deadline: &DeadlineArgs,
    flags: &CheckArgs,
    file: &Health,
) -> health::Options {
    let standard = health::Options::default();
    let profile = flags.profile.or(file.profile).unwrap_or_default();
    let mut thresholds = Thresholds::of(profile);
    file.limit(&mut thresholds);
    for (check, range) in &flags.warn {
        thresholds.set(check, Limits { warning: Some(*range), critical: None });
    }
    for (check, range) in &flags.crit {
        thresholds.set(check, Limits { warning: None, critical: Some(*range) });
    }
    health::Options {
        deadline: deadline.resolve(file),
        window: flags.window.or(file.window),
        pings: flags.pings.or(file.pings).unwrap_or(standard.pings),
        write: flags.write,
        application: flags.application.clone().or_else(|| file.application.clone()),
        profile,
        thresholds,
    }
}

fn profiles() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.map(Profile::name)).try_map(|name| parse::profile(&name))
}
