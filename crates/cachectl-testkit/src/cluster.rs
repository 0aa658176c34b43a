//! A cluster of three primaries.

mod failover;
mod slot;

use std::sync::{Mutex, PoisonError};

use redis::Value;

use crate::digest::{Digest, Snapshot};
use crate::keyspace::Target;
use crate::replicated::start_all;
use crate::resp;
use crate::server::Builder;
use crate::{Server, wait};

pub use slot::{SLOTS, slot_of};

const PRIMARIES: usize = 3;

/// Three primaries that share the slots, with as many replicas each as were asked for.
///
/// A primary keeps its number when a replica takes over from it: `primary(1)` is whoever serves
/// the slots of the second one.
#[derive(Debug)]
pub struct Cluster {
    /// Those that were started as primaries, then the others.
    nodes: Vec<Server>,
    /// The ids of the nodes.
    ids: Vec<String>,
    /// Which node serves as the primary of a number.
    serving: Mutex<Vec<usize>>,
    /// The number of the primary that has a slot.
    owners: Mutex<Vec<usize>>,
}

impl Cluster {
    /// Starts three primaries and waits until each sees all slots served.
    #[track_caller]
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&Server::builder(), 0)
    }

    /// Starts three primaries as described, with `replicas` replicas each.
    #[track_caller]
    #[must_use]
    pub fn start_with(builder: &Builder, replicas: usize) -> Self {
        let node = builder.clone().tcp();
        let node = node.preset("cluster-enabled", "yes").preset("cluster-node-timeout", "2000");
        // A replica counts as available once it has received anything, if only a ping.
        let node = node.preset("repl-ping-replica-period", "1");
        let node = node.preset("repl-diskless-sync-delay", "0");
        let nodes = start_all(vec![node; PRIMARIES * (1 + replicas)]);
        let ids = nodes.iter().map(|server| server.text(&["CLUSTER", "MYID"])).collect();
        let owners = (0..SLOTS).map(|slot| usize::from(slot) * PRIMARIES / usize::from(SLOTS));
        let owners = Mutex::new(owners.collect());
        let serving = Mutex::new((0..PRIMARIES).collect());
        let cluster = Self { nodes, ids, serving, owners };
        cluster.assign_slots();
        cluster.introduce();
        cluster.attach_replicas();
        cluster.wait_until_complete();
        cluster
    }

    #[track_caller]
    fn assign_slots(&self) {
        for (number, server) in self.primaries().iter().enumerate() {
            // Equal epochs would have to be sorted out by the nodes first.
            succeed(server, &["CLUSTER", "SET-CONFIG-EPOCH", &(number + 1).to_string()]);
            let slots = (0..SLOTS).filter(|slot| self.owner(*slot) == number);
            // ADDSLOTSRANGE would be shorter, but is not in 6.2.
            let slots = slots.map(|slot| slot.to_string());
            let words = ["CLUSTER".to_owned(), "ADDSLOTS".to_owned()].into_iter().chain(slots);
            succeed(server, &words.collect::<Vec<_>>());
        }
    }

    #[track_caller]
    fn introduce(&self) {
        let [first, others @ ..] = self.nodes.as_slice() else {
            return;
        };
        for other in others {
            succeed(first, &["CLUSTER", "MEET", "127.0.0.1", &other.port().to_string()]);
        }
        let count = self.nodes.len().to_string();
        wait::until("all nodes know each other", || {
            self.nodes.iter().all(|node| cluster_info(node, "cluster_known_nodes") == count)
        });
    }

    #[track_caller]
    fn attach_replicas(&self) {
        for (replica, id) in self.replicas().iter().zip(self.ids.iter().take(PRIMARIES).cycle()) {
            // A node may refuse until it has heard that the other is a primary.
            wait::until("a node becomes a replica", || {
                matches!(replica.command(&["CLUSTER", "REPLICATE", id]), Value::Okay)
            });
        }
        wait::until("the replicas are linked", || {
            self.replicas().iter().all(|replica| {
                let replication = replica.info("replication");
                replication.get("master_link_status").is_some_and(|status| status == "up")
            })
        });
    }

    /// Waits until every node that runs sees all slots served and agrees on who serves them.
    #[track_caller]
    pub fn wait_until_complete(&self) {
        wait::until("the cluster is complete", || {
            self.running().all(|node| {
                let known = cluster_info(node, "cluster_slots_ok") == SLOTS.to_string();
                known && cluster_info(node, "cluster_state") == "ok" && self.agrees(node)
            })
        });
    }

    /// Returns whether the node names the same owner for each slot as this value.
    fn agrees(&self, node: &Server) -> bool {
        let ranges = resp::elements(node.command(&["CLUSTER", "SLOTS"]));
        let serving = self.serving_ports();
        ranges.into_iter().all(|range| {
            let parts = resp::elements(range);
            let [first, last, primary, others @ ..] = parts.as_slice() else {
                return false;
            };
            let port = resp::elements(primary.clone()).get(1).and_then(resp::integer);
            let owner = serving.iter().position(|it| Some(i64::from(*it)) == port);
            let slots = [first, last].map(|slot| u16::try_from(resp::integer(slot)?).ok());
            let [Some(first), Some(last)] = slots else {
                return false;
            };
            let replicas = owner.map(|number| self.running_group(number).count() - 1);
            let complete = Some(others.len()) == replicas;
            complete && (first..=last).all(|slot| Some(self.owner(slot)) == owner)
        })
    }

    fn running(&self) -> impl Iterator<Item = &Server> {
        self.nodes.iter().filter(|node| node.is_running())
    }

    /// Returns those nodes that run and have the data of a primary, itself among them.
    fn running_group(&self, number: usize) -> impl Iterator<Item = &Server> {
        let group = self.nodes.iter().skip(number).step_by(PRIMARIES);
        group.filter(|node| node.is_running())
    }

    fn serving_ports(&self) -> Vec<u16> {
        (0..PRIMARIES).map(|number| self.primary(number).port()).collect()
    }

    /// Returns the servers that were started as primaries.
    #[must_use]
    pub fn primaries(&self) -> &[Server] {
        self.nodes.get(..PRIMARIES).unwrap_or_default()
    }

    /// Returns the servers that were started as replicas; the first is of the first primary, and
    /// so on in turn.
    #[must_use]
    pub fn replicas(&self) -> &[Server] {
        self.nodes.get(PRIMARIES..).unwrap_or_default()
    }

    /// Returns the URL of the first primary, from which a client learns the others.
    #[track_caller]
    #[must_use]
    pub fn url(&self) -> String {
        self.primary(0).url()
    }

    /// Returns the primary of a number: the one that serves its slots now.
    #[track_caller]
    #[must_use]
    pub fn primary(&self, number: usize) -> &Server {
        let primary = self.nodes.get(self.serving(number));
        primary.unwrap_or_else(|| panic!("a cluster has {PRIMARIES} primaries"))
    }

    #[track_caller]
    fn serving(&self, number: usize) -> usize {
        let serving = self.serving.lock().unwrap_or_else(PoisonError::into_inner);
        let node = serving.get(number).copied();
        node.unwrap_or_else(|| panic!("a cluster has {PRIMARIES} primaries"))
    }

    /// Returns the primary that has the slot of a key.
    #[track_caller]
    #[must_use]
    pub fn primary_of(&self, key: impl AsRef<[u8]>) -> &Server {
        self.primary(self.owner(slot_of(key.as_ref())))
    }

    /// Returns the number of the primary that has a slot.
    #[track_caller]
    #[must_use]
    pub fn owner(&self, slot: u16) -> usize {
        let owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        let owner = owners.get(usize::from(slot)).copied();
        owner.unwrap_or_else(|| panic!("{slot} is no slot"))
    }

    /// Returns everything that the cluster holds.
    #[track_caller]
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let mut whole = Snapshot::default();
        for number in 0..PRIMARIES {
            whole.merge(self.primary(number).snapshot());
        }
        whole
    }

    /// Returns a digest of everything that the cluster holds.
    #[track_caller]
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.snapshot().digest()
    }
}

/// Moving slots.
impl Cluster {
    /// Gives a slot with all its keys to another primary.
    #[track_caller]
    pub fn move_slot(&self, slot: u16, to: usize) {
        self.begin_move(slot, to);
        self.finish_move(slot, to);
    }

    /// Announces the move of a slot and moves nothing: from now on new keys of the slot are
    /// answered with ASK.
    #[track_caller]
    pub fn begin_move(&self, slot: u16, to: usize) {
        let (source, target) = (self.owner(slot), self.primary(to));
        let number = slot.to_string();
        succeed(target, &["CLUSTER", "SETSLOT", &number, "IMPORTING", self.id(source)]);
        succeed(self.primary(source), &["CLUSTER", "SETSLOT", &number, "MIGRATING", self.id(to)]);
    }

    /// Moves at most so many keys of an announced slot; returns how many it moved.
    #[track_caller]
    pub fn move_keys(&self, slot: u16, to: usize, most: usize) -> usize {
        let source = self.primary(self.owner(slot));
        let port = self.primary(to).port().to_string();
        let page = ["CLUSTER", "GETKEYSINSLOT", &slot.to_string(), &most.to_string()];
        let page = resp::elements(source.command(&page));
        let keys: Vec<Vec<u8>> = page.into_iter().filter_map(resp::bytes).collect();
        if !keys.is_empty() {
            let head = ["MIGRATE", "127.0.0.1", &port, "", "0", "10000", "KEYS"];
            let head = head.into_iter().map(|word| word.as_bytes().to_vec());
            succeed(source, &head.chain(keys.iter().cloned()).collect::<Vec<_>>());
        }
        keys.len()
    }

    /// Moves the keys of an announced slot, and then the slot.
    #[track_caller]
    pub fn finish_move(&self, slot: u16, to: usize) {
        let source = self.primary(self.owner(slot));
        let number = slot.to_string();
        while self.move_keys(slot, to, 100) > 0 {}
        let others = (0..PRIMARIES).map(|number| self.primary(number));
        for primary in [self.primary(to), source].into_iter().chain(others) {
            succeed(primary, &["CLUSTER", "SETSLOT", &number, "NODE", self.id(to)]);
        }
        let mut owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(owner) = owners.get_mut(usize::from(slot)) {
            *owner = to;
        }
        drop(owners);
        self.wait_until_complete();
    }

    #[track_caller]
    fn id(&self, number: usize) -> &str {
        let id = self.ids.get(self.serving(number));
        id.unwrap_or_else(|| panic!("a cluster has {PRIMARIES} primaries"))
    }
}

impl Target for Cluster {
    fn server_of(&self, key: &[u8]) -> usize {
        self.owner(slot_of(key))
    }

    fn servers(&self) -> Vec<&Server> {
        (0..PRIMARIES).map(|number| self.primary(number)).collect()
    }
}

#[track_caller]
fn succeed<A: AsRef<[u8]>>(server: &Server, command: &[A]) {
    let answer = server.command(command);
    assert!(!matches!(answer, Value::ServerError(_)), "the server refused: {answer:?}");
}

fn cluster_info(node: &Server, field: &str) -> String {
    let text = node.try_command(&["CLUSTER", "INFO"]).ok().and_then(resp::text).unwrap_or_default();
    let value = resp::fields(&text).find(|(name, _)| *name == field);
    value.map(|(_, value)| value.to_owned()).unwrap_or_default()
}
