//! The nodes of a cluster, as one of them lists them.

use super::nodes::Node;
use crate::values::{endpoint::Endpoint, slot::Slot};

/// What a node of a cluster says of itself and the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Peers {
    /// What the cluster calls the node that was asked.
    pub(super) own_id: String,
    /// One of the slots that the node itself serves.
    pub(super) own_slot: Option<Slot>,
    /// The others that have an address: what the cluster calls them, and where they are.
    pub(super) others: Vec<(String, Endpoint)>,
    /// All nodes, the one that was asked among them.
    pub(super) nodes: Vec<Node>,
}

impl Peers {
    /// Reads the answer of `CLUSTER NODES`: a line a node, of which the first three words are its
    /// name, `HOST:PORT@BUS-PORT` and its flags. Its slots begin with the ninth: `7`, `0-5460`, or
    /// in brackets where they are moving.
    pub(super) fn parse(text: &str) -> Self {
        let mut peers =
            Self { nodes: text.lines().filter_map(Node::parse).collect(), ..Self::default() };
        for line in text.lines() {
            let mut words = line.split(' ');
            let (Some(id), Some(address), Some(flags)) = (words.next(), words.next(), words.next())
            else {
                continue;
            };
            if flags.split(',').any(|flag| flag == "myself") {
                id.clone_into(&mut peers.own_id);
                peers.own_slot = words.nth(5).and_then(slot);
            } else if let Some(endpoint) = endpoint(address) {
                peers.others.push((id.to_owned(), endpoint));
            }
        }
        peers
    }
}

fn endpoint(address: &str) -> Option<Endpoint> {
    let (address, _) = address.split_once('@')?;
    // An address of six groups has colons of its own.
    let (host, port) = address.rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let endpoint = Endpoint::Tcp { host: host.to_owned(), port: port.parse().ok()? };
    (!host.is_empty()).then_some(endpoint)
}

fn slot(range: &str) -> Option<Slot> {
    let first = range.split('-').next()?.parse().ok()?;
    Slot::new(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_without_an_address_are_left_out() {
        let text = "a1 127.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-5460\n\
                    b2 ::1:7001@17001,name slave,fail a1 0 0 1 connected\n\
                    c3 :0@0 master,noaddr - 0 0 2 disconnected\n\
                    nonsense\n";
        let peers = Peers::parse(text);
        assert_eq!(peers.own_id, "a1");
        assert_eq!(peers.own_slot, Slot::new(0));
        let endpoint = Endpoint::Tcp { host: "::1".to_owned(), port: 7001 };
        assert_eq!(peers.others, [("b2".to_owned(), endpoint)]);
    }
}
