//! Memory: how much is used, of what, and how well.

use super::Known;
use crate::health::{
    catalogue::{FRAGMENTATION, HOST_MEMORY, MEMORY, MEMORY_LIMIT, SWAPPING},
    judge::Judge,
    report::Status,
};

/// Below this `MEMORY DOCTOR` says nothing: the fixed costs of the process outweigh the keys.
const SMALL: f64 = 5.0 * 1024.0 * 1024.0;
/// A difference of less is no fragmentation worth a word, by the same doctor.
const NOTABLE: f64 = 10.0 * 1024.0 * 1024.0;

pub(super) fn judge(known: &Known<'_>, judge: &mut Judge<'_>) {
    let now = known.now;
    let Some(used) = now.number("used_memory") else {
        judge.unsaid(MEMORY, &now.info);
        return;
    };
    let limit = now.number("maxmemory").filter(|limit| *limit > 0.0);
    match limit {
        Some(limit) => {
            let share = 100.0 * used / limit;
            judge.value(MEMORY, share, format!("{share:.1} % of maxmemory in use"));
            judge.state(MEMORY_LIMIT, Status::Ok, format!("maxmemory is {}", mebibytes(limit)));
        }
        None => judge.state(MEMORY_LIMIT, Status::Warning, "maxmemory is 0: there is no limit"),
    }
    if let Some(host) = now.number("total_system_memory").filter(|host| *host > 0.0)
        && limit.is_none()
    {
        let share = 100.0 * used / host;
        judge.value(HOST_MEMORY, share, format!("{share:.1} % of the host's memory in use"));
    }
    if let Some(resident) = now.number("used_memory_rss").filter(|_| used >= SMALL) {
        allocation(used, resident, judge);
    }
}

fn allocation(used: f64, resident: f64, judge: &mut Judge<'_>) {
    let ratio = resident / used;
    let text = || format!("{} resident for {} in use", mebibytes(resident), mebibytes(used));
    if resident - used < NOTABLE {
        judge.state(FRAGMENTATION, Status::Ok, text());
    } else {
        judge.value(FRAGMENTATION, ratio, text());
    }
    if used - resident < NOTABLE {
        judge.state(SWAPPING, Status::Ok, text());
    } else {
        judge.value(SWAPPING, ratio, text());
    }
}

fn mebibytes(bytes: f64) -> String {
    format!("{:.1} MiB", bytes / 1024.0 / 1024.0)
}
