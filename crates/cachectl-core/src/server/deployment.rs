//! The servers that hold one keyspace.

use super::{
    cluster::{self, ClusterPrimary},
    error::Error,
    identity::{Mode, Role},
    node::Node,
    sentinel,
    target::{Target, Topology},
};
use crate::values::{
    endpoint::Endpoint,
    slot::{SLOT_COUNT, Slot},
};

/// The servers that hold one keyspace: all primaries of it, and who serves which slot.
#[derive(Clone, Debug)]
pub struct Deployment {
    target: Target,
    primaries: Vec<Node>,
    routing: Routing,
}

/// How a key finds its server.
#[derive(Clone, Debug)]
enum Routing {
    /// There is only one.
    Single,
    /// By its slot; the table holds an index into the primaries for every slot.
    Slots(Box<[u16]>),
}

impl Deployment {
    /// Finds all primaries and connects to them.
    ///
    /// A single address may turn out to be a node of a cluster, and then all of it is opened. It
    /// may also turn out to be a replica, which is good enough for reading: see
    /// [`Deployment::writable`].
    ///
    /// # Errors
    ///
    /// Fails if a primary cannot be reached, refuses the login, or slots are not served.
    pub async fn open(target: Target) -> Result<Self, Error> {
        match &target.topology {
            Topology::Server(endpoint) => {
                let node = Node::open(endpoint, &target).await?;
                match node.identity.mode {
                    Mode::Standalone => Ok(Self::single(target, node)),
                    Mode::Cluster => Self::cluster(target, node).await,
                    Mode::Sentinel => Err(Error::IsSentinel { endpoint: endpoint.clone() }),
                }
            }
            Topology::Sentinel { sentinels, primary_name, login } => {
                let endpoint = sentinel::primary(sentinels, primary_name, login, &target).await?;
                let node = Node::open(&endpoint, &target).await?;
                Ok(Self::single(target, node))
            }
            Topology::Cluster(seeds) => Self::through(&seeds.clone(), target).await,
        }
    }

    /// Does the same again, with new connections, after something has changed.
    ///
    /// # Errors
    ///
    /// As [`Deployment::open`].
    pub async fn reopen(&self) -> Result<Self, Error> {
        match Self::open(self.target.clone()).await {
            // The node that was named may be gone, and the others know the cluster as well.
            Err(error) if self.is_cluster() && error.is_transient() => {
                let known: Vec<_> =
                    self.primaries.iter().map(|node| node.endpoint().clone()).collect();
                // They were announced, and it is checked anew whether the login may go there.
                Self::through(&known, self.target.clone()).await.map_err(|_| error)
            }
            opened => opened,
        }
    }

    /// Opens a cluster through any of its nodes.
    async fn through(seeds: &[Endpoint], target: Target) -> Result<Self, Error> {
        let node = Self::any(seeds, &target).await?;
        Self::cluster(target, node).await
    }

    async fn any(seeds: &[Endpoint], target: &Target) -> Result<Node, Error> {
        let mut failure = None;
        for seed in seeds {
            match Node::open(seed, target).await {
                Ok(node) => return Ok(node),
                Err(error) => failure = Some(error),
            }
        }
        Err(failure.unwrap_or(Error::SlotsUncovered { served: 0 }))
    }

    fn single(target: Target, node: Node) -> Self {
        Self { target, primaries: vec![node], routing: Routing::Single }
    }

    async fn cluster(target: Target, seed: Node) -> Result<Self, Error> {
        if target.db != 0 {
            return Err(Error::ClusterDb { db: target.db });
        }
        let described = cluster::primaries(&seed.connection).await?;
        let named = described.iter().map(|primary| primary.endpoint.clone());
        target.trust.note(seed.endpoint(), named);
        let slots = cluster::slot_table(&described);
        let mut primaries = Vec::with_capacity(described.len());
        for primary in described {
            primaries.push(Self::member(primary, &target).await?);
        }
        let served = slots.iter().filter(|index| **index != cluster::UNSERVED).count();
        if served < slots.len() {
            let served = u16::try_from(served).unwrap_or(SLOT_COUNT);
            return Err(Error::SlotsUncovered { served });
        }
        Ok(Self { target, primaries, routing: Routing::Slots(slots) })
    }

    async fn member(primary: ClusterPrimary, target: &Target) -> Result<Node, Error> {
        let node = Node::open(&primary.endpoint, target).await?;
        Ok(Node { cluster_id: primary.id, ..node })
    }

    /// Returns every primary, in the order of its first slot.
    #[must_use]
    pub fn primaries(&self) -> &[Node] {
        &self.primaries
    }

    /// Returns the address, login and limits that it was opened with.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Returns the number of the logical database that is worked on.
    #[must_use]
    pub fn database(&self) -> u64 {
        u64::try_from(self.target.db).unwrap_or_default()
    }

    /// Returns whether keys are spread over slots.
    #[must_use]
    pub fn is_cluster(&self) -> bool {
        matches!(self.routing, Routing::Slots(_))
    }

    /// Returns the index of the primary that serves a key.
    #[must_use]
    pub fn route(&self, key: &[u8]) -> usize {
        match &self.routing {
            Routing::Single => 0,
            Routing::Slots(slots) => {
                let slot = usize::from(Slot::of(key).number());
                slots.get(slot).copied().map_or(0, usize::from)
            }
        }
    }

    /// Returns the primary that serves a slot, which is the only one outside a cluster.
    #[must_use]
    pub fn serving(&self, slot: u16) -> Option<&Node> {
        let index = match &self.routing {
            Routing::Single => 0,
            Routing::Slots(slots) => usize::from(*slots.get(usize::from(slot))?),
        };
        self.primaries().get(index)
    }

    /// Returns the slots that a primary serves, as ranges; none outside a cluster.
    #[must_use]
    pub fn slots(&self, primary: usize) -> Vec<(u16, u16)> {
        let Routing::Slots(slots) = &self.routing else {
            return Vec::new();
        };
        let mut ranges: Vec<(u16, u16)> = Vec::new();
        for (slot, index) in (0..).zip(slots) {
            if usize::from(*index) != primary {
                continue;
            }
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == slot => *last = slot,
                _ => ranges.push((slot, slot)),
            }
        }
        ranges
    }

    /// Returns whether every slot is still served where it was when the deployment was opened.
    ///
    /// # Errors
    ///
    /// Fails if a node does not tell.
    pub async fn is_unmoved(&self) -> Result<bool, Error> {
        let (Routing::Slots(slots), Some(node)) = (&self.routing, self.primaries.first()) else {
            return Ok(true);
        };
        let now = cluster::primaries(&node.connection).await?;
        // Both are in the order of first slots, so the same nodes have the same indices.
        let endpoints = self.primaries.iter().map(Node::endpoint);
        let same_nodes = endpoints.eq(now.iter().map(|primary| &primary.endpoint));
        Ok(same_nodes && cluster::slot_table(&now) == *slots)
    }

    /// Checks that every server takes writes.
    ///
    /// # Errors
    ///
    /// Fails if one of them is a replica.
    pub fn writable(&self) -> Result<(), Error> {
        match self.primaries.iter().find(|node| node.identity.role == Role::Replica) {
            Some(node) => Err(Error::IsReplica { endpoint: node.endpoint().clone() }),
            None => Ok(()),
        }
    }
}
