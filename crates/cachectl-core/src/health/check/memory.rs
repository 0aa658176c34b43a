//! Memory: how much is used, of what, and how well.

use super::{Known, bytes::mebibytes};
use crate::health::{
    catalogue::{
        ALLOCATOR, ALLOCATOR_RSS, Check, FRAGMENTATION, HOST_MEMORY, MEMORY, MEMORY_LIMIT, PEAK,
        SWAPPING,
    },
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
        peak(known, used, resident, judge);
        allocator(known, judge);
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

/// What was in use for once and was given back is nothing to worry about.
fn peak(known: &Known<'_>, used: f64, resident: f64, judge: &mut Judge<'_>) {
    let Some(peak) = known.now.number("used_memory_peak") else { return };
    let text = format!("{} in use, and at most {} so far", mebibytes(used), mebibytes(peak));
    if resident - used < NOTABLE {
        judge.state(PEAK, Status::Ok, text);
    } else {
        judge.value(PEAK, peak / used, text);
    }
}

/// Where the difference comes from; not every allocator tells.
fn allocator(known: &Known<'_>, judge: &mut Judge<'_>) {
    let mut compare = |check: &'static Check, more: &str, less: &str, what: [&str; 2]| {
        let (more, less) = (known.now.number(more), known.now.number(less));
        let Some((more, less)) = more.zip(less).filter(|(_, less)| *less > 0.0) else { return };
        let text = format!("{} {} for {} {}", mebibytes(more), what[0], mebibytes(less), what[1]);
        if more - less < NOTABLE {
            judge.state(check, Status::Ok, text);
        } else {
            judge.value(check, more / less, text);
        }
    };
    let pages = "in pages";
    compare(ALLOCATOR, "allocator_active", "allocator_allocated", [pages, "in use"]);
    compare(ALLOCATOR_RSS, "allocator_resident", "allocator_active", ["resident", pages]);
}
