//! The process of the server: since when it runs, and whether it is still starting.

use super::Known;
use crate::health::{
    catalogue::{LOADING, RESTARTED},
    judge::Judge,
    range::Range,
    thresholds::Limits,
};

pub(super) fn judge(known: &Known<'_>, judge: &mut Judge<'_>) {
    loading(known, judge);
    restarted(known, judge);
}

fn loading(known: &Known<'_>, judge: &mut Judge<'_>) {
    let now = known.now;
    if now.get("loading") == Some("1") {
        let share = now.number("loading_loaded_perc").unwrap_or_default();
        let left = now.number("loading_eta_seconds").unwrap_or_default();
        // At the end the share is rounded to 100 %, and the server still refuses commands.
        let text = format!("{share:.0} % loaded, {left:.0} s to go");
        judge.value(LOADING, share.min(99.9), text);
    } else {
        judge.value(LOADING, 100.0, "all data is loaded".to_owned());
    }
}

/// A server that has not been running for long is news only to those who knew it before, or who
/// say what is long.
fn restarted(known: &Known<'_>, judge: &mut Judge<'_>) {
    let Some(uptime) = known.now.number("uptime_in_seconds") else { return };
    if known.restarted.is_none() && !judge.is_limited(RESTARTED) {
        return;
    }
    let mut usual = Limits::default();
    let mut text = format!("running for {uptime:.0} s");
    if known.restarted == Some(true) {
        usual.warning = Some(Range::at_least(uptime + 1.0));
        text.push_str(", restarted since the earlier look");
    }
    judge.value_within(RESTARTED, uptime, usual, text);
}
