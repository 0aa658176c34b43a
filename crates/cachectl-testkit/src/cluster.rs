//! A cluster of three primaries.

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
#[derive(Debug)]
pub struct Cluster {
    primaries: Vec<Server>,
    replicas: Vec<Server>,
    ids: Vec<String>,
    /// Which primary has a slot.
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
        let mut primaries = start_all(vec![node; PRIMARIES * (1 + replicas)]);
        let replicas = primaries.split_off(PRIMARIES);
        let ids = primaries.iter().map(|server| server.text(&["CLUSTER", "MYID"])).collect();
        let owners = (0..SLOTS).map(|slot| usize::from(slot) * PRIMARIES / usize::from(SLOTS));
        let owners = Mutex::new(owners.collect());
        let cluster = Self { primaries, replicas, ids, owners };
        cluster.assign_slots();
        cluster.introduce();
        cluster.attach_replicas();
        cluster.wait_until_complete();
        cluster
    }

    #[track_caller]
    fn assign_slots(&self) {
        for (number, server) in self.primaries.iter().enumerate() {
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
        let [first, others @ ..] = self.primaries.as_slice() else {
            return;
        };
        for other in others.iter().chain(&self.replicas) {
            succeed(first, &["CLUSTER", "MEET", "127.0.0.1", &other.port().to_string()]);
        }
        let count = self.nodes().count().to_string();
        wait::until("all nodes know each other", || {
            self.nodes().all(|node| cluster_info(node, "cluster_known_nodes") == count)
        });
    }

    #[track_caller]
    fn attach_replicas(&self) {
        for (replica, id) in self.replicas.iter().zip(self.ids.iter().cycle()) {
            // A node may refuse until it has heard that the other is a primary.
            wait::until("a node becomes a replica", || {
                matches!(replica.command(&["CLUSTER", "REPLICATE", id]), Value::Okay)
            });
        }
        wait::until("the replicas are linked", || {
            self.replicas.iter().all(|replica| {
                let replication = replica.info("replication");
                replication.get("master_link_status").is_some_and(|status| status == "up")
            })
        });
    }

    /// Waits until every node that runs sees all slots served and agrees on who serves them.
    #[track_caller]
    pub fn wait_until_complete(&self) {
        wait::until("the cluster is complete", || {
            self.nodes().all(|node| {
                let known = cluster_info(node, "cluster_slots_ok") == SLOTS.to_string();
                known && cluster_info(node, "cluster_state") == "ok" && self.agrees(node)
            })
        });
    }

    /// Returns whether the node names the same owner for each slot as this value.
    fn agrees(&self, node: &Server) -> bool {
        let ranges = resp::elements(node.command(&["CLUSTER", "SLOTS"]));
        let replicas = self.replicas.len() / PRIMARIES;
        ranges.into_iter().all(|range| {
            let parts = resp::elements(range);
            let [first, last, primary, others @ ..] = parts.as_slice() else {
                return false;
            };
            let port = resp::elements(primary.clone()).get(1).and_then(resp::integer);
            let owner = self.primaries.iter().position(|it| Some(i64::from(it.port())) == port);
            let slots = [first, last].map(|slot| u16::try_from(resp::integer(slot)?).ok());
            let [Some(first), Some(last)] = slots else {
                return false;
            };
            let complete = others.len() == replicas;
            complete && (first..=last).all(|slot| Some(self.owner(slot)) == owner)
        })
    }

    fn nodes(&self) -> impl Iterator<Item = &Server> {
        self.primaries.iter().chain(&self.replicas)
    }

    /// Returns the primaries.
    #[must_use]
    pub fn primaries(&self) -> &[Server] {
        &self.primaries
    }

    /// Returns the replicas; the first is of the first primary, and so on in turn.
    #[must_use]
    pub fn replicas(&self) -> &[Server] {
        &self.replicas
    }

    /// Returns the URL of the first primary, from which a client learns the others.
    #[track_caller]
    #[must_use]
    pub fn url(&self) -> String {
        self.primary(0).url()
    }

    /// Returns a primary by its number.
    #[track_caller]
    #[must_use]
    pub fn primary(&self, number: usize) -> &Server {
        let primary = self.primaries.get(number);
        primary.unwrap_or_else(|| panic!("a cluster has {PRIMARIES} primaries"))
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
        for primary in &self.primaries {
            whole.merge(primary.snapshot());
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

    /// Moves the keys of an announced slot, and then the slot.
    #[track_caller]
    pub fn finish_move(&self, slot: u16, to: usize) {
        let source = self.primary(self.owner(slot));
        let number = slot.to_string();
        let port = self.primary(to).port().to_string();
        loop {
            let page = source.command(&["CLUSTER", "GETKEYSINSLOT", &number, "100"]);
            let keys: Vec<Vec<u8>> =
                resp::elements(page).into_iter().filter_map(resp::bytes).collect();
            if keys.is_empty() {
                break;
            }
            let head = ["MIGRATE", "127.0.0.1", &port, "", "0", "10000", "KEYS"];
            let head = head.into_iter().map(|word| word.as_bytes().to_vec());
            succeed(source, &head.chain(keys).collect::<Vec<_>>());
        }
        for primary in [self.primary(to), source].into_iter().chain(&self.primaries) {
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
        let id = self.ids.get(number);
        id.unwrap_or_else(|| panic!("a cluster has {PRIMARIES} primaries"))
    }
}

impl Target for Cluster {
    fn server_of(&self, key: &[u8]) -> usize {
        self.owner(slot_of(key))
    }

    fn servers(&self) -> Vec<&Server> {
        self.primaries.iter().collect()
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
