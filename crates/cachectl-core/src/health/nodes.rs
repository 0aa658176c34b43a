//! A line of `CLUSTER NODES`, and who serves which slot.

use std::{fmt, ops::RangeInclusive};

use crate::values::{
    endpoint::Endpoint,
    slot::{SLOT_COUNT, Slot},
};

/// More ranges than this make no line that anybody reads.
const SHOWN: usize = 8;

/// A node of a cluster, as one of its nodes knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) id: String,
    /// Where it is, as far as that is known.
    pub(super) endpoint: Option<Endpoint>,
    /// The same by the name that it announces, which is what its certificate is for.
    pub(super) announced: Option<Endpoint>,
    flags: Vec<String>,
    /// What the cluster calls its primary, if it is a replica.
    pub(super) primary: Option<String>,
    slots: Vec<RangeInclusive<u16>>,
}

impl Node {
    /// Reads `ID ADDRESS FLAGS PRIMARY PING PONG EPOCH LINK SLOT…`, where a slot is `7`, `0-5460`
    /// or in brackets while it is moving, which says nothing about who serves it.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let id = words.next()?.to_owned();
        let address = words.next()?;
        let (endpoint, announced) = (endpoint(address), announced(address));
        let flags = words.next()?.split(',').map(str::to_owned).collect();
        let primary = words.next().filter(|id| *id != "-").map(str::to_owned);
        let slots = words.skip(4).filter_map(range).collect();
        Some(Self { id, endpoint, announced, flags, primary, slots })
    }

    /// Returns whether the cluster has a flag on it.
    pub(super) fn is(&self, flag: &str) -> bool {
        self.flags.iter().any(|found| found == flag)
    }

    /// Returns whether slots are assigned to it.
    pub(super) const fn has_slots(&self) -> bool {
        !self.slots.is_empty()
    }

    /// Returns one of its slots.
    pub(super) fn slot(&self) -> Option<Slot> {
        self.slots.first().and_then(|range| Slot::new(*range.start()))
    }
}

/// Reads `HOST:PORT@BUS-PORT,NAME`.
fn endpoint(address: &str) -> Option<Endpoint> {
    let (address, _) = address.split_once('@')?;
    // An address of the sixth version has colons of its own.
    let (host, port) = address.rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    Endpoint::announced(host, port.parse().ok()?)
}

/// Reads the name out of `HOST:PORT@BUS-PORT,NAME,KEY=VALUE`.
fn announced(address: &str) -> Option<Endpoint> {
    let (address, rest) = address.split_once(',')?;
    let host = rest.split(',').next().filter(|name| !name.is_empty() && !name.contains('='))?;
    match endpoint(address)? {
        Endpoint::Tcp { port, .. } => Some(Endpoint::Tcp { host: host.to_owned(), port }),
        Endpoint::Unix(_) => None,
    }
}

fn range(word: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    Some(first.parse().ok()?..=last.parse().ok()?)
}

/// Slots that nobody serves, as ranges in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unserved(Vec<RangeInclusive<u16>>);

impl Unserved {
    /// Finds the slots that no node has, or one that has failed.
    pub(super) fn among(nodes: &[Node]) -> Self {
        let mut served: Vec<_> =
            nodes.iter().filter(|node| !node.is("fail")).flat_map(|node| &node.slots).collect();
        served.sort_by_key(|range| *range.start());
        let mut gaps = Vec::new();
        let mut next = 0;
        for range in served {
            if *range.start() > next {
                gaps.push(next..=range.start().saturating_sub(1));
            }
            next = next.max(range.end().saturating_add(1));
        }
        if next < SLOT_COUNT {
            gaps.push(next..=SLOT_COUNT.saturating_sub(1));
        }
        Self(gaps)
    }

    /// Returns how many there are.
    pub(super) fn count(&self) -> usize {
        self.0.iter().map(ExactSizeIterator::len).sum()
    }
}

impl fmt::Display for Unserved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("all slots are served");
        }
        let one = |range: &RangeInclusive<u16>| match (range.start(), range.end()) {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first}-{last}"),
        };
        let ranges: Vec<_> = self.0.iter().take(SHOWN).map(one).collect();
        let (noun, verb) = if self.count() == 1 { ("slot", "is") } else { ("slots", "are") };
        write!(f, "{noun} {}", ranges.join(", "))?;
        match self.0.len().saturating_sub(SHOWN) {
            0 => {}
            1 => f.write_str(" and 1 more range")?,
            more => write!(f, " and {more} more ranges")?,
        }
        write!(f, " {verb} not served")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_that_nobody_has_are_told_as_ranges() {
        #[track_caller]
        fn case(slots: &[&str], expected: &str, count: usize) {
            let line = |slots: &&str| format!("a1 :1@2 master - 0 0 1 connected {slots}");
            let nodes: Vec<_> = slots.iter().filter_map(|it| Node::parse(&line(it))).collect();
            let unserved = Unserved::among(&nodes);
            assert_eq!((unserved.to_string().as_str(), unserved.count()), (expected, count));
        }

        case(&["5461-16383", "0-5460"], "all slots are served", 0);
        case(
            &["0-5460 [5461->-b2]", "10923-11999 12001-16383"],
            "slots 5461-10922, 12000 are not served",
            5_463,
        );
        case(&["1-16383"], "slot 0 is not served", 1);
        case(&["0-16382"], "slot 16383 is not served", 1);
        case(&[], "slots 0-16383 are not served", 16_384);
        case(
            &["0 2 4 6 8 10 12 14 16 18 20-16383"],
            "slots 1, 3, 5, 7, 9, 11, 13, 15 and 2 more ranges are not served",
            10,
        );
    }

    #[test]
    fn slots_of_a_node_that_has_failed_are_not_served() {
        let text = "a1 127.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-99\n\
                    b2 127.0.0.1:7001@17001 master,fail - 0 0 1 disconnected 100-199\n\
                    c3 127.0.0.1:7002@17002 master,fail? - 0 0 1 connected 200-16383\n\
                    d4 127.0.0.1:7003@17003,host slave a1 0 0 1 connected";
        let nodes: Vec<_> = text.lines().filter_map(Node::parse).collect();
        assert_eq!(Unserved::among(&nodes).to_string(), "slots 100-199 are not served");
        let primaries: Vec<_> = nodes.iter().map(|node| node.primary.as_deref()).collect();
        assert_eq!(primaries, [None, None, None, Some("a1")]);
    }
}
