//! Which node of a cluster serves which slots.

use std::ops::RangeInclusive;

use super::{connection::Connection, error::Error, reply::Reply};
use crate::values::{endpoint::Endpoint, slot::SLOT_COUNT};

/// How many nodes a cluster has at most. There are none with more: the protocol of the nodes is for
/// so many.
pub(crate) const MOST_NODES: usize = 1_000;

/// No primary serves the slot.
pub(super) const UNSERVED: u16 = u16::MAX;

/// A primary of a cluster, as the cluster describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClusterPrimary {
    pub(super) endpoint: Endpoint,
    pub(super) id: Option<String>,
    pub(super) slots: Vec<RangeInclusive<u16>>,
}

/// Returns for every slot the index of the primary that serves it, or [`UNSERVED`].
pub(super) fn slot_table(primaries: &[ClusterPrimary]) -> Box<[u16]> {
    let mut table = vec![UNSERVED; usize::from(SLOT_COUNT)].into_boxed_slice();
    for (index, primary) in (0..).zip(primaries) {
        for range in &primary.slots {
            let range = usize::from(*range.start())..=usize::from(*range.end());
            if let Some(slots) = table.get_mut(range) {
                slots.fill(index);
            }
        }
    }
    table
}

/// Asks a node for all primaries, in the order of their first slots.
///
/// `CLUSTER SLOTS` and not `SHARDS`: every version of every family has it.
pub(super) async fn primaries(connection: &Connection) -> Result<Vec<ClusterPrimary>, Error> {
    let reply = connection.demand("CLUSTER", &[b"SLOTS"]).await?;
    let unexpected = || connection.unexpected("CLUSTER SLOTS");
    let mut found: Vec<ClusterPrimary> = Vec::new();
    for range in reply.into_elements().ok_or_else(unexpected)? {
        let (slots, endpoint, id) =
            parse_range(range, connection.endpoint()).ok_or_else(unexpected)?;
        let count = found.len();
        match found.iter_mut().find(|primary| primary.endpoint == endpoint) {
            Some(primary) => primary.slots.push(slots),
            None if count == MOST_NODES => {
                let endpoint = connection.endpoint().clone();
                return Err(Error::TooManyNodes { endpoint, limit: MOST_NODES });
            }
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
        (None | Some("" | "?"), Endpoint::Tcp { host, .. }) => host,
        (Some(host), _) => host,
        (None, Endpoint::Unix(_)) => return None,
    };
    Some((slots, Endpoint::announced(host, port)?, id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::wire::Answer;

    #[test]
    fn what_can_be_no_host_is_no_address() {
        let named = |host: &str| {
            let text = |text: &str| Answer::Bulk(text.as_bytes().to_vec());
            let node = Answer::Array(vec![text(host), Answer::Integer(7000), text("id")]);
            let range = Answer::Array(vec![Answer::Integer(0), Answer::Integer(1), node]);
            parse_range(Reply::from(range), &Endpoint::Tcp { host: "h".to_owned(), port: 1 })
        };
        assert!(named("cache-1.internal").is_some() && named("::1").is_some());
        for host in ["u:pw@h", "h/x", "a b", "h#", "a,b", "h\u{1b}"] {
            assert!(named(host).is_none(), "{host}");
        }
    }

    #[test]
    fn every_slot_leads_to_the_primary_that_serves_it() {
        let primary = |port, slots: &[RangeInclusive<u16>]| {
            let endpoint = Endpoint::Tcp { host: "cache".to_owned(), port };
            ClusterPrimary { endpoint, id: None, slots: slots.to_vec() }
        };
        let table = slot_table(&[primary(1, &[0..=9, 20..=20]), primary(2, &[10..=18])]);

        let mut expected = vec![UNSERVED; usize::from(SLOT_COUNT)];
        expected[..10].fill(0);
        expected[10..19].fill(1);
        expected[20] = 0;
        assert_eq!(*table, expected);
    }
}
