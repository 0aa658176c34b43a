//! Which node of a cluster serves which slots.

use std::ops::RangeInclusive;

use super::{connection::Connection, error::Error, reply::Reply};
use crate::values::{endpoint::Endpoint, slot::SLOT_COUNT};

/// A primary of a cluster, as the cluster describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClusterPrimary {
    pub(super) endpoint: Endpoint,
    pub(super) id: Option<String>,
    pub(super) slots: Vec<RangeInclusive<u16>>,
}

impl ClusterPrimary {
    /// Returns its slots as first and last of every range, with neighbours joined.
    pub(super) fn merged_slots(&self) -> Vec<(u16, u16)> {
        let mut merged: Vec<(u16, u16)> = Vec::new();
        for range in &self.slots {
            match merged.last_mut() {
                Some((_, last)) if *last + 1 == *range.start() => *last = *range.end(),
                _ => merged.push((*range.start(), *range.end())),
            }
        }
        merged
    }
}

/// Asks a node for all primaries.
///
/// `CLUSTER SLOTS` and not `SHARDS`: every version of every family has it.
pub(super) async fn primaries(connection: &Connection) -> Result<Vec<ClusterPrimary>, Error> {
    let reply = connection.demand("CLUSTER", &[b"SLOTS"]).await?;
    let unexpected = || connection.unexpected("CLUSTER SLOTS");
    let mut found: Vec<ClusterPrimary> = Vec::new();
    for range in reply.into_elements().ok_or_else(unexpected)? {
        let (slots, endpoint, id) =
            parse_range(range, connection.endpoint()).ok_or_else(unexpected)?;
        match found.iter_mut().find(|primary| primary.endpoint == endpoint) {
            Some(primary) => primary.slots.push(slots),
            None => found.push(ClusterPrimary { endpoint, id, slots: vec![slots] }),
        }
    }
    for primary in &mut found {
        primary.slots.sort_by_key(|range| *range.start());
    }
    found.sort_by_key(|primary| primary.slots.first().map(|range| *range.start()));
    Ok(found)
}

/// Reads one element of `CLUSTER SLOTS`: first slot, last slot, primary, replicas.
fn parse_range(
    range: Reply,
    asked: &Endpoint,
) -> Option<(RangeInclusive<u16>, Endpoint, Option<String>)> {
    let mut parts = range.into_elements()?.into_iter();
    let mut slot = || {
        let number = parts.next()?.integer()?.ok()?;
        u16::try_from(number).ok().filter(|number| *number < SLOT_COUNT)
    };
    let slots = slot()?..=slot()?;
    let mut primary = parts.next()?.into_elements()?.into_iter();
    let host = primary.next()?;
    let port = u16::try_from(primary.next()?.integer()?.ok()?).ok()?;
    let id = primary.next().and_then(|id| id.text().map(str::to_owned));
    // A node that does not know its own address, or is told to hide it, means the one we asked.
    let host = match (host.text(), asked) {
        (None | Some("" | "?"), Endpoint::Tcp { host, .. }) => host.clone(),
        (Some(host), _) => host.to_owned(),
        (None, Endpoint::Unix(_)) => return None,
    };
    Some((slots, Endpoint::Tcp { host, port }, id))
}
