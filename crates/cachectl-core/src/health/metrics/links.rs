//! Primaries and replicas, as they see each other.

use super::{
    Found,
    catalogue::{
        LINK_SILENCE, LINK_SYNCING, LINK_UP, REPLICA, REPLICA_OFFSET, SEEN_LAG, SEEN_OFFSET,
    },
    server::truth,
    tell::{Told, number},
};
use crate::server::identity::part;

pub(super) fn tell(told: &Told, found: &mut Found) {
    for (index, text) in told.fields("slave") {
        // Other fields begin like this as well.
        if index.parse::<u32>().is_ok() {
            replica(text, found);
        }
    }
    if told.field("role") == Some("slave") {
        primary(told, found);
    }
}

/// A replica, in the words of its primary.
fn replica(text: &str, found: &mut Found) {
    let known = |name| part(text, name).unwrap_or_default().to_owned();
    let labels = || {
        vec![
            ("slave_ip", known("ip")),
            ("slave_port", known("port")),
            ("slave_state", known("state")),
        ]
    };
    for (series, name) in [(SEEN_OFFSET, "offset"), (SEEN_LAG, "lag")] {
        if let Some(value) = part(text, name).and_then(number) {
            found.labelled(series, labels(), value);
        }
    }
}

/// The primary, in the words of a replica.
fn primary(told: &Told, found: &mut Found) {
    let known = |name| told.field(name).unwrap_or_default().to_owned();
    let labels =
        || vec![("master_host", known("master_host")), ("master_port", known("master_port"))];
    let link = told.field("master_link_status").map(|status| truth(status == "up"));
    for (series, value) in [
        (LINK_UP, link),
        (LINK_SILENCE, told.number("master_last_io_seconds_ago")),
        (LINK_SYNCING, told.number("master_sync_in_progress")),
        (REPLICA_OFFSET, told.number("slave_repl_offset")),
    ] {
        if let Some(value) = value {
            found.labelled(series, labels(), value);
        }
    }
    let mut labels = labels();
    labels.push(("read_only", known("slave_read_only")));
    found.labelled(REPLICA, labels, 1.0);
}
