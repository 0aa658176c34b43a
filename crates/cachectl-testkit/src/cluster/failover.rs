//! Failovers of a cluster.

use std::sync::PoisonError;

use super::{Cluster, PRIMARIES, succeed};
use crate::{Server, wait};

impl Cluster {
    /// Returns the first of the nodes that follow a primary.
    #[track_caller]
    #[must_use]
    pub fn replica_of(&self, number: usize) -> &Server {
        let (_, replica) = self.follower(number);
        replica
    }

    #[track_caller]
    fn follower(&self, number: usize) -> (usize, &Server) {
        let serving = self.serving(number);
        let group = self.nodes.iter().enumerate().skip(number).step_by(PRIMARIES);
        let mut followers = group.filter(|(node, it)| *node != serving && it.is_running());
        followers.next().unwrap_or_else(|| panic!("nobody follows primary {number}"))
    }

    /// Has a replica take over in agreement with its primary: nothing is lost.
    #[track_caller]
    pub fn fail_over(&self, number: usize) {
        let (node, replica) = self.follower(number);
        succeed(replica, &["CLUSTER", "FAILOVER"]);
        self.succeed_to(number, node);
    }

    /// Has a replica take over without asking anybody: what it does not have is lost.
    #[track_caller]
    pub fn take_over(&self, number: usize) {
        let (node, replica) = self.follower(number);
        succeed(replica, &["CLUSTER", "FAILOVER", "TAKEOVER"]);
        self.succeed_to(number, node);
    }

    /// Kills a primary, and waits until the others have elected a replica of it.
    #[track_caller]
    pub fn kill_primary(&self, number: usize) {
        let (node, _) = self.follower(number);
        self.primary(number).kill();
        self.succeed_to(number, node);
    }

    /// Waits until a node is the primary of a number, and everybody knows.
    #[track_caller]
    fn succeed_to(&self, number: usize, node: usize) {
        wait::until("the replica is a primary", || self.nodes.get(node).is_some_and(is_primary));
        let mut serving = self.serving.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(serving) = serving.get_mut(number) {
            *serving = node;
        }
        drop(serving);
        self.wait_until_complete();
    }
}

fn is_primary(server: &Server) -> bool {
    server.info("replication").get("role").is_some_and(|role| role == "master")
}
