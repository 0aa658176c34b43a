//! What is on disk.

use super::Known;
use crate::health::{
    catalogue::{AOF, FORK, RDB, RDB_AGE},
    judge::Judge,
    report::Status,
};

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
    // It is 0 until there was one.
    if let Some(micros) = now.number("latest_fork_usec").filter(|micros| *micros > 0.0) {
        let millis = micros / 1000.0;
        judge.value(FORK, millis, format!("the last fork took {millis:.1} ms"));
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
}
