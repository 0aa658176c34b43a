//! Clients, and what is asked.

use super::Known;
use crate::health::{
    catalogue::{BLOCKED, CLIENTS, EVICTIONS, EXPIRED, HIT_RATIO, REJECTED, SLOWLOG},
    history::SLOW,
    judge::Judge,
    report::Status,
};

/// Fewer reads say nothing about the hit ratio.
const ENOUGH: f64 = 1_000.0;

pub(super) fn judge(known: &Known<'_>, judge: &mut Judge<'_>) {
    clients(known, judge);
    rates(known, judge);
    hit_ratio(known, judge);
    expired(known, judge);
}

fn clients(known: &Known<'_>, judge: &mut Judge<'_>) {
    let now = known.now;
    let Some(connected) = now.number("connected_clients") else {
        judge.unsaid(CLIENTS, &now.info);
        return;
    };
    let most = now.number("maxclients");
    let most = most.or_else(|| now.setting("maxclients")?.parse().ok());
    match most.filter(|most| *most > 0.0) {
        Some(most) => {
            let share = 100.0 * connected / most;
            judge.value(CLIENTS, share, format!("{connected} of {most} clients"));
        }
        None => judge.unsaid(CLIENTS, &now.config),
    }
    if let Some(blocked) = now.number("blocked_clients") {
        let who = if blocked.total_cmp(&1.0).is_eq() { "client waits" } else { "clients wait" };
        judge.value(BLOCKED, blocked, format!("{blocked} {who} in a blocking command"));
    }
}

fn rates(known: &Known<'_>, judge: &mut Judge<'_>) {
    for (check, counter, what) in [
        (EVICTIONS, "evicted_keys", "keys evicted"),
        (REJECTED, "rejected_connections", "connections refused"),
    ] {
        if let Some(rate) = known.rate(counter) {
            judge.value(check, rate, format!("{rate:.1} {what} a second"));
        }
    }
    slow_commands(known, judge);
}

fn slow_commands(known: &Known<'_>, judge: &mut Judge<'_>) {
    let Some(before) = known.before else { return };
    let now = known.now;
    let (Some(length), Some(newest)) = (now.slowlog.yes(), now.newest_slow.yes()) else {
        return judge.unsaid(SLOWLOG, &now.newest_slow);
    };
    let new = match newest {
        None => Some(0.0),
        Some(_) if before.counters.get(SLOW).is_some() => known.grown(SLOW),
        // The log was empty, so that all entries are new.
        Some(_) => i32::try_from(*length).ok().map(f64::from),
    };
    if let Some(new) = new {
        let rate = new / before.seconds;
        judge.value(SLOWLOG, rate, format!("{rate:.1} slow commands a second"));
    }
}

/// The ratio since the server was started says nothing about now, so it is never used.
fn hit_ratio(known: &Known<'_>, judge: &mut Judge<'_>) {
    let hits = known.grown("keyspace_hits");
    let Some((hits, misses)) = hits.zip(known.grown("keyspace_misses")) else {
        return;
    };
    let reads = hits + misses;
    if reads < ENOUGH {
        let text = format!("{reads} reads in the window are too few to judge by");
        judge.state(HIT_RATIO, Status::Ok, text);
        return;
    }
    let ratio = 100.0 * hits / reads;
    judge.value(HIT_RATIO, ratio, format!("{ratio:.1} % of {reads} reads found their key"));
}

/// Replicas leave expired keys to their primary.
fn expired(known: &Known<'_>, judge: &mut Judge<'_>) {
    let stale = known.now.number("expired_stale_perc");
    if let Some(stale) = stale.filter(|_| known.now.get("role") == Some("master")) {
        judge.value(
            EXPIRED,
            stale,
            format!("{stale:.1} % of the keys with a time to live are stale"),
        );
    }
}
