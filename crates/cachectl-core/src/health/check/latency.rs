//! Delays that the server has recorded by itself.

use super::Known;
use crate::health::{catalogue::EVENTS, judge::Judge};

/// How far back is now, in seconds.
const RECENT: f64 = 300.0;

pub(super) fn judge(known: &Known<'_>, judge: &mut Judge<'_>) {
    let now = known.now;
    let threshold = now.setting("latency-monitor-threshold");
    if threshold == Some("0") {
        return;
    }
    let Some(spikes) = now.spikes.yes() else {
        return judge.unsaid(EVENTS, &now.spikes);
    };
    // Without the setting, only what is recorded tells that anything is.
    let Some(clock) =
        now.number("server_time_usec").filter(|_| threshold.is_some() || !spikes.is_empty())
    else {
        return;
    };
    let since = clock / 1_000_000.0 - RECENT;
    let recent = spikes.iter().filter(|spike| spike.at >= since);
    match recent.max_by(|a, b| a.millis.total_cmp(&b.millis)) {
        Some(worst) => {
            let text = format!("`{}` took {} ms", worst.event.escape_ascii(), worst.millis);
            judge.value(EVENTS, worst.millis, text);
        }
        None => judge.value(EVENTS, 0.0, "no delay in the last five minutes".to_owned()),
    }
}
