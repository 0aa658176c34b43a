//! The server itself, and everything that is one field of what it says.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{
    Found, Names, Source,
    catalogue::{CLUSTER_STATE, FRAGMENTATION, INSTANCE, PLAIN, SLOWLOG, START, UP},
    tell::{Told, number},
};

/// The labels of the server's info, and the fields that they come from.
const IDENTITY: [(&str, &[&str]); 9] = [
    ("role", &["role"]),
    ("redis_version", &["redis_version"]),
    ("redis_build_id", &["redis_build_id"]),
    // Valkey has another name for it from 8.0 on.
    ("redis_mode", &["redis_mode", "server_mode"]),
    ("os", &["os"]),
    ("maxmemory_policy", &["maxmemory_policy"]),
    ("tcp_port", &["tcp_port"]),
    ("run_id", &["run_id"]),
    ("process_id", &["process_id"]),
];

pub(super) fn tell(told: &Told, names: Names, found: &mut Found) {
    found.number(UP, f64::from(u8::from(told.up)));
    for series in PLAIN.iter().filter(|series| series.is_wanted(names)) {
        let value = match series.source {
            Source::Field(field) => told.number(field),
            Source::Micros(field) => told.number(field).map(|micros| micros / 1e6),
            Source::State(field) => told.field(field).map(|state| truth(state == "ok")),
            Source::Cluster(field) => told.cluster.as_ref().and_then(|it| number(it.get(field)?)),
            Source::Setting(name) => setting(told, name),
            Source::Words(_) => None,
        };
        found.told(series, value);
    }
    found.told(SLOWLOG, told.slowlog.and_then(|length| number(&length.to_string())));
    let state = told.cluster.as_ref().and_then(|cluster| cluster.get("cluster_state"));
    found.told(CLUSTER_STATE, state.map(|state| truth(state == "ok")));
    let resident = told.number("used_memory_rss").zip(told.number("used_memory"));
    let ratio = resident.filter(|(_, used)| *used > 0.0).map(|(resident, used)| resident / used);
    found.told(FRAGMENTATION, ratio);
    found.told(START, started(told));
    identity(told, found);
}

fn identity(told: &Told, found: &mut Found) {
    if told.info.is_none() {
        return;
    }
    let field = |names: &[&str]| names.iter().find_map(|name| told.field(name));
    let known = IDENTITY.iter().map(|(label, fields)| (*label, field(fields).unwrap_or_default()));
    let valkey = told.field("valkey_version").map(|version| ("valkey_version", version));
    let labels = known.chain(valkey).map(|(label, value)| (label, value.to_owned()));
    found.labelled(INSTANCE, labels.collect(), 1.0);
}

/// The server's own clock counts, where it tells it: ours may be another.
fn started(told: &Told) -> Option<f64> {
    let uptime = told.number("uptime_in_seconds")?;
    let ours = || SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|it| it.as_secs_f64());
    let now = told.number("server_time_usec").map(|micros| micros / 1e6).or_else(ours)?;
    Some((now - uptime).floor())
}

pub(super) fn truth(is_so: bool) -> f64 {
    f64::from(u8::from(is_so))
}

/// Where nobody may ask for settings, `INFO` tells some of them.
fn setting(told: &Told, name: &str) -> Option<f64> {
    let set = told.settings.get(name).map(String::as_str);
    set.or_else(|| told.field(name)).and_then(number)
}
