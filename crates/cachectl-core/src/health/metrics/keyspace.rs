//! What is in the databases.

use super::{
    Found,
    catalogue::{AVERAGE_TTL, KEYS, KEYS_EXPIRING},
    tell::{Told, number},
};
use crate::server::identity::part;

/// The database that there always is.
const FIRST: &str = "0";

pub(super) fn tell(told: &Told, found: &mut Found) {
    // A sentinel has no keyspace, and a server that keeps silent about its role is none we know.
    if told.field("role").is_none() {
        return;
    }
    let label = |db: &str| vec![("db", format!("db{db}"))];
    let is_number = |db: &str| !db.is_empty() && db.bytes().all(|byte| byte.is_ascii_digit());
    let databases = || told.fields("db").filter(|(db, _)| is_number(db));
    for (db, text) in databases() {
        let value = |name| part(text, name).and_then(number);
        for (series, value) in [
            (KEYS, value("keys")),
            (KEYS_EXPIRING, value("expires")),
            (AVERAGE_TTL, value("avg_ttl").map(|millis| millis / 1000.0)),
        ] {
            if let Some(value) = value {
                found.labelled(series, label(db), value);
            }
        }
    }
    // A server does not list empty databases. Without this one, a cache that was emptied would
    // be a gap in every graph.
    if databases().all(|(db, _)| db != FIRST) {
        found.labelled(KEYS, label(FIRST), 0.0);
        found.labelled(KEYS_EXPIRING, label(FIRST), 0.0);
    }
}
