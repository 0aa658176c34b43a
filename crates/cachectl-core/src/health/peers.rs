//! The nodes of a cluster, as one of them lists them.

use super::nodes::Node;
use crate::{server::cluster::MOST_NODES, values::slot::Slot};

/// What a node of a cluster says of itself and the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Peers {
    /// What the cluster calls the node that was asked.
    pub(super) own_id: String,
    /// One of the slots that the node itself serves.
    pub(super) own_slot: Option<Slot>,
    /// The others that have an address.
    pub(super) others: Vec<Node>,
    /// All nodes, the one that was asked among them.
    pub(super) nodes: Vec<Node>,
    /// How many nodes it lists, if that is more than a cluster has; then none of them is taken.
    pub(super) excess: Option<usize>,
}

impl Peers {
    /// Reads the answer of `CLUSTER NODES`: a line a node.
    pub(super) fn parse(text: &str) -> Self {
        let listed = text.lines().count();
        if listed > MOST_NODES {
            return Self { excess: Some(listed), ..Self::default() };
        }
        let nodes: Vec<_> = text.lines().filter_map(Node::parse).collect();
        let own = nodes.iter().find(|node| node.is("myself"));
        // One that somebody is only shaking hands with may be at no address, and belongs to nobody.
        let others = nodes.iter().filter(|node| !node.is("myself") && !node.is("handshake"));
        let others = others.filter(|node| node.endpoint.is_some()).cloned();
        Self {
            own_id: own.map(|node| node.id.clone()).unwrap_or_default(),
            own_slot: own.and_then(Node::slot),
            others: others.collect(),
            nodes,
            excess: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::endpoint::Endpoint;

    #[test]
    fn nodes_without_an_address_or_a_place_in_the_cluster_are_left_out() {
        let text = "a1 127.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-5460\n\
                    b2 ::1:7001@17001,name,shard-id=5 slave,fail a1 0 0 1 connected\n\
                    e5 ::1:7001@17001,,shard-id=5 slave a1 0 0 1 connected\n\
                    c3 :0@0 master,noaddr - 0 0 2 disconnected\n\
                    d4 10.9.9.9:7002@17002 handshake - 0 0 0 connected\n\
                    nonsense\n";
        let peers = Peers::parse(text);
        assert_eq!(peers.own_id, "a1");
        assert_eq!(peers.own_slot, Slot::new(0));
        let endpoint = |host: &str| Some(Endpoint::Tcp { host: host.to_owned(), port: 7001 });
        let [named, nameless] = peers.others.as_slice() else { panic!("{peers:?}") };
        assert_eq!((&*named.id, &*nameless.id), ("b2", "e5"));
        assert_eq!((&named.endpoint, &named.announced), (&endpoint("::1"), &endpoint("name")));
        assert_eq!((&nameless.endpoint, &nameless.announced), (&endpoint("::1"), &None));
    }
}
