//! What is on disk.

use super::Known;
use crate::health::{
    catalogue::{AOF, AOF_DELAYED, DURABILITY, FORK, FORK_SPEED, RDB, RDB_AGE},
    judge::Judge,
    report::Status,
    thresholds::Profile,
};

const GIB: f64 = 1024.0 * 1024.0 * 1024.0;

pub(super) fn judge(known: &Known<'_>, judge: &mut Judge<'_>) {
    let now = known.now;
    match now.get("rdb_last_bgsave_status") {
        Some("ok") => judge.state(RDB, Status::Ok, "the last snapshot was saved"),
        Some(_) => judge.state(RDB, Status::Critical, "the last snapshot could not be saved"),
        None => judge.unsaid(RDB, &now.info),
    }
    rdb_age(known, judge);
    if now.get("aof_enabled") == Some("1") {
        aof(known, judge);
    }
    durability(known, judge);
    // It is 0 until there was one.
    if let Some(micros) = now.number("latest_fork_usec").filter(|micros| *micros > 0.0) {
        let millis = micros / 1000.0;
        judge.value(FORK, millis, format!("the last fork took {millis:.1} ms"));
        if let Some(per_gib) = now.number("used_memory").and_then(|used| fork_speed(millis, used)) {
            judge.value(FORK_SPEED, per_gib, format!("a fork takes {per_gib:.1} ms for each GiB"));
        }
    }
}

/// Only where snapshots are saved, and something has changed that the last one does not have.
fn rdb_age(known: &Known<'_>, judge: &mut Judge<'_>) {
    let now = known.now;
    let saved = now.setting("save").is_none_or(|save| !save.is_empty());
    let changed = now.number("rdb_changes_since_last_save").is_some_and(|changes| changes > 0.0);
    let at = now.number("rdb_last_save_time");
    if let Some(at) = at.filter(|_| saved && changed) {
        #[expect(clippy::cast_precision_loss, reason = "seconds need no more precision")]
        let time = jiff::Timestamp::now().as_second() as f64;
        let age = (time - at).max(0.0);
        judge.value(RDB_AGE, age, format!("the last snapshot is {age:.0} s old"));
    }
}

fn aof(known: &Known<'_>, judge: &mut Judge<'_>) {
    let failed = |name: &str| known.now.get(name).is_some_and(|status| status != "ok");
    if failed("aof_last_write_status") {
        judge.state(AOF, Status::Critical, "the append-only file could not be written");
    } else if failed("aof_last_bgrewrite_status") {
        judge.state(AOF, Status::Warning, "the append-only file could not be rewritten");
    } else {
        judge.state(AOF, Status::Ok, "the append-only file is written");
    }
    if let Some(rate) = known.rate("aof_delayed_fsync") {
        judge.value(AOF_DELAYED, rate, format!("{rate:.1} writes a second waited for the disk"));
    }
}

/// Only for what must not be lost, and on primaries: a replica gets its data from one.
fn durability(known: &Known<'_>, judge: &mut Judge<'_>) {
    let is_precious = matches!(known.profile, Profile::Session | Profile::Queue);
    if !is_precious || known.now.get("role") != Some("master") {
        return;
    }
    let snapshots = known.now.setting("save").map(|save| !save.is_empty());
    let (status, text) = match (known.now.get("aof_enabled") == Some("1"), snapshots) {
        (true, _) => (Status::Ok, "every write goes to the append-only file"),
        (false, Some(true)) => (Status::Ok, "snapshots are saved"),
        (false, Some(false)) => {
            (Status::Warning, "there are neither snapshots nor an append-only file")
        }
        (false, None) => return judge.unsaid(DURABILITY, &known.now.config),
    };
    judge.state(DURABILITY, status, text);
}

/// Returns the time for each GiB; with less memory the fixed costs of a fork outweigh it.
fn fork_speed(millis: f64, used: f64) -> Option<f64> {
    (used >= GIB).then(|| millis / (used / GIB))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fork_is_held_against_the_memory_where_there_is_enough() {
        assert_eq!(fork_speed(80.0, GIB / 2.0), None);
        assert_eq!(fork_speed(80.0, 2.0 * GIB), Some(40.0));
    }
}
