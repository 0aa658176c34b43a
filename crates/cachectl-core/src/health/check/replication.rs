//! Primaries and their replicas.

use super::{Known, bytes::bytes};
use crate::health::{
    catalogue::{GOOD_REPLICAS, LAG, LAG_BYTES, LINK, REPLICAS},
    judge::Judge,
    range::Range,
    report::Status,
    thresholds::Limits,
};
use crate::server::identity::part;

pub(super) fn judge(known: &Known<'_>, judge: &mut Judge<'_>) {
    match known.now.get("role") {
        Some("slave" | "replica") => replica(known, judge),
        Some(_) => primary(known, judge),
        None => judge.unsaid(REPLICAS, &known.now.info),
    }
}

fn replica(known: &Known<'_>, judge: &mut Judge<'_>) {
    let now = known.now;
    if now.get("master_link_status") == Some("up") {
        judge.value(LINK, 0.0, "connected to its primary".to_owned());
        if let Some(silent) = now.number("master_last_io_seconds_ago") {
            judge.value(LAG, silent, format!("heard of its primary {silent:.0} s ago"));
        }
        return;
    }
    let syncing = now.get("master_sync_in_progress") == Some("1");
    let down = now.number("master_link_down_since_seconds").unwrap_or(1.0).max(1.0);
    let what = if syncing { "synchronising" } else { "not connected to its primary" };
    judge.value(LINK, down, format!("{what} for {down:.0} s"));
}

fn primary(known: &Known<'_>, judge: &mut Judge<'_>) {
    let now = known.now;
    let replicas: Vec<Replica> = (0..)
        .map_while(|index| now.get(&format!("slave{index}")))
        .filter_map(Replica::parse)
        .collect();
    let online = replicas.iter().filter(|replica| replica.online).count();
    let text = format!("{online} of {} replicas are online", replicas.len());
    let online = f64::from(u32::try_from(online).unwrap_or(u32::MAX));
    judge.value(REPLICAS, online, text);
    good_replicas(known, judge);
    let offset = now.number("master_repl_offset");
    let lag = replicas.iter().map(|replica| replica.lag).reduce(f64::max);
    if let Some(lag) = lag {
        judge.value(LAG, lag, format!("the slowest replica confirmed {lag:.0} s ago"));
    }
    let behind = offset.and_then(|offset| {
        let behind = replicas.iter().map(|replica| (offset - replica.offset).max(0.0));
        behind.reduce(f64::max)
    });
    if let Some(behind) = behind {
        let text = format!("the slowest replica is {} behind", bytes(behind));
        let backlog = now.number("repl_backlog_size").filter(|size| *size > 0.0);
        let usual = Limits { warning: None, critical: backlog.map(Range::up_to) };
        judge.value_within(LAG_BYTES, behind, usual, text);
    }
}

/// Where so many have to keep up for it to take writes.
fn good_replicas(known: &Known<'_>, judge: &mut Judge<'_>) {
    let needed = known.now.setting("min-replicas-to-write").and_then(|count| count.parse().ok());
    let Some(needed) = needed.filter(|needed: &f64| *needed > 0.0) else { return };
    // The field is there where both settings about it are.
    let Some(good) = known.now.number("min_slaves_good_slaves") else { return };
    let status = if good < needed { Status::Critical } else { Status::Ok };
    let text = format!("{good} replicas keep up, of the {needed} that writes need");
    judge.state(GOOD_REPLICAS, status, text);
}

/// What a primary says of a replica: `ip=…,port=…,state=online,offset=14,lag=1`.
#[derive(Debug)]
struct Replica {
    online: bool,
    offset: f64,
    lag: f64,
}

impl Replica {
    fn parse(text: &str) -> Option<Self> {
        let number = |name: &str| part(text, name)?.parse().ok();
        let online = part(text, "state")? == "online";
        Some(Self { online, offset: number("offset")?, lag: number("lag").unwrap_or_default() })
    }
}
